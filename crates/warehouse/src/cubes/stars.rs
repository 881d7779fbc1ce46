//! What statements and expressions about the warehouse's tables may name: the fields of objects, as far as whoever asks has
//! their columns, and what the tables have besides.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use expr::{Catalog, Column, Entry, Field, Source, Type};
use kernel::ColumnType;
use metadata::Registry;

use crate::catalog;

/// The tables that somebody sees.
pub struct Stars {
    pub registry: Arc<Registry>,
    pub tables: Arc<catalog::Catalog>,
}

impl Stars {
    fn schema(&self, table: &str) -> Option<SchemaRef> {
        tokio::task::block_in_place(|| self.tables.schema_of(table))
    }
}

impl Catalog for Stars {
    fn field(&self, table: &str, name: &str) -> Option<Field> {
        let schema = self.schema(table)?;
        let stands = |column: &Column| {
            schema
                .field_with_name(&column.name)
                .is_ok_and(|own| *own.data_type() == crate::columns::data_type(column.column))
        };
        let object = catalog::object_of(&self.registry, table)?;
        if let Some(mut field) = self.registry.field(&object, name) {
            let there = match &mut field.source {
                Source::Column(column) => stands(column),
                Source::LinkAny { object, id } => stands(object) && stands(id),
                Source::Parts(parts) => {
                    parts.retain(|part| stands(&part.column));
                    !parts.is_empty()
                }
                Source::Formula(_) => true,
                // The tables have the ids of members in a list.
                Source::Many(_) => {
                    let list = Column { name: name.into(), index: 0, column: ColumnType::List };
                    let there = stands(&list);
                    field.source = Source::Column(list);
                    there
                }
            };
            return there.then_some(field);
        }
        of_column(name, schema.field_with_name(name).ok()?.data_type())
    }

    fn field_names(&self, table: &str) -> Vec<String> {
        let names = self
            .schema(table)
            .into_iter()
            .flat_map(|schema| schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>());
        names.filter(|name| self.field(table, name).is_some()).collect()
    }

    fn table(&self, table: &str) -> Option<Arc<str>> {
        self.schema(table).map(|_| table.into())
    }
}

/// A column as a field.
pub fn of_column(name: &str, kind: &DataType) -> Option<Field> {
    let (ty, column) = match kind {
        DataType::Boolean => (Type::Bool, ColumnType::Bool),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => (Type::Int, ColumnType::Int),
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => (Type::Int, ColumnType::Int),
        DataType::Decimal128(_, scale) => {
            (Type::Number, ColumnType::Decimal { scale: u8::try_from(*scale).ok()? })
        }
        DataType::Float64 => (Type::Number, ColumnType::Decimal { scale: 10 }),
        DataType::Date32 => (Type::Date, ColumnType::Date),
        DataType::Timestamp(..) => (Type::DateTime, ColumnType::Instant),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => (Type::Text, ColumnType::Text),
        DataType::List(of) if *of.data_type() == DataType::Utf8 => {
            (Type::List(Entry::Text), ColumnType::List)
        }
        DataType::Dictionary(_, kind) => return of_column(name, kind),
        _ => return None,
    };
    let column = Column { name: name.into(), index: 0, column };
    Some(Field::new(ty, Source::Column(column)))
}
