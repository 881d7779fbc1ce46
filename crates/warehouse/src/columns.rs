//! Records as Arrow: which column holds what, and rows becoming batches.
//!
//! Ids are text, so that people can write them in a query; amounts are decimals; instants have microseconds and are
//! UTC. The last two columns of every table say from when until when a version was true.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, ListBuilder, RecordBatch,
        StringBuilder, TimestampMicrosecondBuilder,
    },
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use kernel::{ColumnType, Date, Value};
use metadata::Object;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Digits of a decimal column: what 64 bits hold, as records keep them.
pub const DECIMAL_DIGITS: u8 = 19;

/// From when a version of a record was true.
pub const FROM: &str = "#from";
/// Until when; empty for what is true now.
pub const TO: &str = "#to";

/// A column of a table, as the manifest keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredColumn {
    pub name: String,
    #[serde(rename = "type")]
    pub column: ColumnType,
    /// Whether the engine computes it: its content may change without a save when its definition does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub computed: bool,
}

/// The columns of an object's table: those of its records, and for each many-to-many field the ids of its members.
pub fn of_object(object: &Object) -> Vec<StoredColumn> {
    let computed = |at: Option<usize>| at.is_some_and(|at| !object.fields[at].kind.is_writable());
    let stored = object.columns.iter().map(|column| StoredColumn {
        name: column.name.clone(),
        column: column.column,
        computed: computed(column.field),
    });
    let members = object.many_to_many().map(|(_, field)| StoredColumn {
        name: field.name.clone(),
        column: ColumnType::List,
        computed: false,
    });
    stored.chain(members).collect()
}

/// The Arrow schema of a table with these columns.
pub fn schema(columns: &[StoredColumn]) -> SchemaRef {
    let mut fields: Vec<Field> =
        columns.iter().map(|column| Field::new(&column.name, data_type(column.column), true)).collect();
    fields.push(Field::new(FROM, data_type(ColumnType::Instant), true));
    fields.push(Field::new(TO, data_type(ColumnType::Instant), true));
    Arc::new(Schema::new(fields))
}

/// How a column is kept in Arrow.
pub fn data_type(column: ColumnType) -> DataType {
    match column {
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Int => DataType::Int64,
        ColumnType::Decimal { scale } => DataType::Decimal128(DECIMAL_DIGITS, scale.cast_signed()),
        ColumnType::Text | ColumnType::Id | ColumnType::Json => DataType::Utf8,
        ColumnType::Date => DataType::Date32,
        ColumnType::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::List => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
    }
}

/// Rows, each with a value for each of `columns` and then from and to, as one batch.
///
/// # Errors
/// Never for values that fit their columns.
pub fn batch<'r>(
    columns: &[StoredColumn],
    rows: impl Iterator<Item = &'r [Value]> + Clone,
) -> Result<RecordBatch, Error> {
    let types = columns.iter().map(|column| column.column).chain([ColumnType::Instant; 2]);
    let arrays: Vec<ArrayRef> =
        types.enumerate().map(|(at, column)| array(column, rows.clone().map(|row| &row[at]))).collect();
    Ok(RecordBatch::try_new(schema(columns), arrays)?)
}

/// Values of one type as a column.
pub fn array<'v>(column: ColumnType, values: impl Iterator<Item = &'v Value>) -> ArrayRef {
    match column {
        ColumnType::Bool => {
            let mut builder = BooleanBuilder::new();
            values.for_each(|value| builder.append_option(value.as_bool()));
            Arc::new(builder.finish())
        }
        ColumnType::Int => {
            let mut builder = Int64Builder::new();
            values.for_each(|value| builder.append_option(value.as_int()));
            Arc::new(builder.finish())
        }
        ColumnType::Decimal { scale } => {
            let mut builder = Decimal128Builder::new().with_data_type(data_type(column));
            values.for_each(|value| {
                let units =
                    value.as_decimal().and_then(|number| kernel::number::to_scaled(number, scale.into()));
                builder.append_option(units.map(i128::from));
            });
            Arc::new(builder.finish())
        }
        ColumnType::Text | ColumnType::Id | ColumnType::Json => {
            let mut builder = StringBuilder::new();
            values.for_each(|value| match value {
                Value::Text(text) => builder.append_value(text),
                Value::Id(id) => builder.append_value(id.to_string()),
                Value::Json(json) => builder.append_value(json.to_string()),
                _ => builder.append_null(),
            });
            Arc::new(builder.finish())
        }
        ColumnType::Date => {
            let mut builder = Date32Builder::new();
            values.for_each(|value| builder.append_option(value.as_date().map(days)));
            Arc::new(builder.finish())
        }
        ColumnType::Instant => {
            let mut builder = TimestampMicrosecondBuilder::new().with_timezone("UTC");
            values.for_each(|value| builder.append_option(value.as_instant().map(|at| at.as_microsecond())));
            Arc::new(builder.finish())
        }
        ColumnType::List => {
            let mut builder = ListBuilder::new(StringBuilder::new());
            values.for_each(|value| match value.as_list() {
                Some(entries) => {
                    entries
                        .iter()
                        .filter_map(Value::as_text)
                        .for_each(|entry| builder.values().append_value(entry));
                    builder.append(true);
                }
                None => builder.append(false),
            });
            Arc::new(builder.finish())
        }
    }
}

/// Days since 1970-01-01, as Arrow counts them.
pub fn days(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    date.since(epoch).map_or(0, |span| span.get_days())
}
