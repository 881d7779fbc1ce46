//! Runs statements in a session.

use std::time::Instant;

use arrow::{array::RecordBatch, datatypes::DataType};
use cube::Engine;
use datafusion::{common::ScalarValue, prelude::SessionContext};
use expr::sql::{Argument, Sql};
use futures_util::StreamExt;
use kernel::{ColumnType, Value};
use tokio::runtime::Handle;

use crate::{
    Cancel, Error,
    columns::{DECIMAL_DIGITS, days},
    query::too_long,
};

/// A session, with the bounds of one question.
pub struct Running<'s> {
    pub context: &'s SessionContext,
    pub runtime: Handle,
    pub cancel: Cancel,
    /// When all of its statements have to be answered.
    pub end: Instant,
    pub patience: std::time::Duration,
}

impl Engine for Running<'_> {
    type Error = Error;

    fn rows(&self, statement: &Sql, limit: usize) -> Result<(Vec<RecordBatch>, bool), Error> {
        let (context, text) = (self.context.clone(), statement.text().to_owned());
        let values: Vec<ScalarValue> = statement.args().iter().map(scalar).collect();
        let mut cancelled = self.cancel.0.subscribe();
        self.runtime.block_on(async move {
            let mut work = tokio::spawn(async move { run(&context, &text, values, limit).await });
            let outcome = tokio::select! {
                done = &mut work => done.unwrap_or_else(|error| Err(Error::Query(error.to_string()))),
                () = tokio::time::sleep_until(self.end.into()) => Err(too_long(self.patience)),
                _ = cancelled.wait_for(|cancelled| *cancelled) => Err(Error::Cancelled),
            };
            work.abort();
            outcome
        })
    }
}

async fn run(
    context: &SessionContext,
    text: &str,
    values: Vec<ScalarValue>,
    limit: usize,
) -> Result<(Vec<RecordBatch>, bool), Error> {
    tracing::debug!(statement = text, "a cube's statement");
    let frame = crate::query::plan(context, text).await?.with_param_values(values)?;
    let mut stream = frame.execute_stream().await?;
    let (mut batches, mut rows) = (Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        if rows + batch.num_rows() > limit {
            batches.push(batch.slice(0, limit - rows));
            return Ok((batches, true));
        }
        rows += batch.num_rows();
        batches.push(batch);
    }
    Ok((batches, false))
}

/// A value as it is bound.
fn scalar(argument: &Argument) -> ScalarValue {
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
