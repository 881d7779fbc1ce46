//! Runs statements in a session.

use arrow::{array::RecordBatch, datatypes::DataType};
use cube::Engine;
use datafusion::{common::ScalarValue, prelude::SessionContext};
use expr::sql::{Argument, Sql};
use kernel::{ColumnType, Value};
use tokio::runtime::Handle;

use crate::{
    Error,
    bounds::{Bounds, rows},
    columns::{DECIMAL_DIGITS, days},
    query::plan_own,
};

/// A session, with the bounds of one question.
pub struct Running<'s> {
    pub context: &'s SessionContext,
    pub runtime: Handle,
    pub bounds: &'s Bounds,
}

impl Engine for Running<'_> {
    type Error = Error;

    fn rows(&self, statement: &Sql, limit: usize) -> Result<(Vec<RecordBatch>, bool), Error> {
        let (context, text) = (self.context.clone(), statement.text().to_owned());
        let values: Vec<ScalarValue> = statement.args().iter().map(scalar).collect();
        self.bounds.hold(&self.runtime, async move {
            tracing::debug!(statement = text, "a cube's statement");
            rows(plan_own(&context, &text).await?.with_param_values(values)?, limit).await
        })
    }
}

/// A value as it is bound.
pub fn scalar(argument: &Argument) -> ScalarValue {
    let kind = crate::columns::data_type(argument.column);
    let nothing = || ScalarValue::try_from(&kind).unwrap_or(ScalarValue::Null);
    match (&argument.value, argument.column) {
        (Value::Bool(truth), _) => ScalarValue::Boolean(Some(*truth)),
        (Value::Int(number), ColumnType::Decimal { .. }) => decimal((*number).into()),
        (Value::Int(number), _) => ScalarValue::Int64(Some(*number)),
        (Value::Decimal(number), _) => decimal(*number),
        (Value::Text(text), _) => ScalarValue::Utf8(Some(text.clone())),
        (Value::Id(id), _) => ScalarValue::Utf8(Some(id.to_string())),
        (Value::Date(day), _) => ScalarValue::Date32(Some(days(*day))),
        (Value::Instant(at), _) => {
            ScalarValue::TimestampMicrosecond(Some(at.as_microsecond()), Some("UTC".into()))
        }
        (Value::Json(json), _) => ScalarValue::Utf8(Some(json.to_string())),
        (Value::List(_) | Value::Null, _) => match kind {
            DataType::List(_) => ScalarValue::Utf8(None),
            _ => nothing(),
        },
    }
}

fn decimal(number: kernel::Decimal) -> ScalarValue {
    let number = number.normalize();
    let scale = i8::try_from(number.scale()).unwrap_or_default();
    let digits = if number.mantissa().unsigned_abs() < 10_u128.pow(u32::from(DECIMAL_DIGITS)) {
        DECIMAL_DIGITS.max(scale.unsigned_abs())
    } else {
        38
    };
    ScalarValue::Decimal128(Some(number.mantissa()), digits, scale)
}
