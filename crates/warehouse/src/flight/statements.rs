//! Statements, plain and prepared: planned, described, run.

use std::{collections::HashMap, sync::Arc, time::Instant};

use arrow::{
    array::RecordBatch,
    compute::concat_batches,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use arrow_flight::{decode::FlightRecordBatchStream, error::FlightError};
use datafusion::{
    common::{ParamValues, ScalarValue},
    dataframe::DataFrame,
    execution::SendableRecordBatchStream,
};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tonic::Status;

use super::sessions::{Session, status};
use crate::{Error, deadline::too_long, query};

/// Prepared statements of a session.
const PREPARED: usize = 100;
/// Rows of parameters that one of them is run with.
const BOUND: usize = 10_000;

/// A statement that was prepared, with its parameters once they are bound: it is run once for each row of them.
#[derive(Clone, Debug)]
pub struct Prepared {
    sql: String,
    parameters: Option<RecordBatch>,
}

/// What a prepared statement means now, and what it is to be run with.
#[derive(Clone)]
pub struct Bound {
    frame: DataFrame,
    parameters: Option<RecordBatch>,
}

/// What a statement's rows look like, and its parameters.
pub struct Described {
    pub rows: SchemaRef,
    pub parameters: SchemaRef,
}

impl Session {
    /// What a statement means, if it does nothing but read.
    pub async fn plan(&self, sql: &str) -> Result<DataFrame, Status> {
        query::plan(&self.guest.context, sql).await.map_err(|error| status(&error))
    }

    /// Keeps a statement; gives its handle.
    pub async fn prepare(&self, sql: &str) -> Result<(String, Described), Status> {
        let described = described(&self.plan(sql).await?)?;
        let handle = base64::Engine::encode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            rand::random::<[u8; 16]>(),
        );
        let mut prepared = self.prepared.lock();
        if prepared.len() >= PREPARED {
            let why = format!("more than {PREPARED} statements are prepared: close those that are not used");
            return Err(Status::resource_exhausted(why));
        }
        prepared.insert(handle.clone(), Prepared { sql: sql.to_owned(), parameters: None });
        Ok((handle, described))
    }

    /// What a prepared statement means now, with its parameters.
    pub async fn plan_prepared(&self, handle: &[u8]) -> Result<Bound, Status> {
        let Prepared { sql, parameters } = self.find(handle)?;
        Ok(Bound { frame: self.plan(&sql).await?, parameters })
    }

    /// Binds the rows that a stream brings.
    pub async fn bind(
        &self,
        handle: &[u8],
        rows: impl Stream<Item = Result<arrow_flight::FlightData, FlightError>> + Send + 'static,
    ) -> Result<(), Status> {
        let mut rows = FlightRecordBatchStream::new_from_flight_data(rows);
        let mut batches: Vec<RecordBatch> = Vec::new();
        while let Some(batch) = rows.try_next().await? {
            batches.push(batch);
            if batches.iter().map(RecordBatch::num_rows).sum::<usize>() > BOUND {
                let why = format!("more than {BOUND} rows of parameters at a time");
                return Err(Status::invalid_argument(why));
            }
        }
        // Whoever has no parameters sends no columns; whoever has none of them this time, columns without rows.
        let columns = rows.schema().cloned().filter(|schema| !schema.fields().is_empty());
        let bound = columns.map(|columns| concat_batches(&columns, &batches)).transpose();
        let bound = bound.map_err(|error| status(&Error::Query(error.to_string())))?;
        let handle = self.handle(handle)?;
        if let Some(prepared) = self.prepared.lock().get_mut(&handle) {
            prepared.parameters = bound;
        }
        Ok(())
    }

    /// Forgets a prepared statement.
    pub fn close(&self, handle: &[u8]) {
        if let Ok(handle) = std::str::from_utf8(handle) {
            self.prepared.lock().remove(handle);
        }
    }

    fn handle(&self, handle: &[u8]) -> Result<String, Status> {
        let known =
            std::str::from_utf8(handle).ok().filter(|handle| self.prepared.lock().contains_key(*handle));
        known.map(str::to_owned).ok_or_else(|| Status::not_found("no such prepared statement"))
    }

    fn find(&self, handle: &[u8]) -> Result<Prepared, Status> {
        let handle = self.handle(handle)?;
        let found = self.prepared.lock().get(&handle).cloned();
        found.ok_or_else(|| Status::not_found("no such prepared statement"))
    }
}

impl Bound {
    /// What its rows look like, whichever parameters they are for: what has a value in one row may have none in another.
    pub fn schema(&self) -> Result<SchemaRef, Status> {
        if self.parameters.as_ref().is_none_or(|rows| rows.num_rows() == 0) {
            return Ok(Arc::clone(self.frame.schema().inner()));
        }
        let first = self.with_row(0).map_err(|error| status(&error))?;
        let fields = first.schema().fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
        Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
    }

    /// Runs it with each row of parameters, one after the other, all within the time of one query.
    pub fn run(self, session: &Session) -> impl Stream<Item = Result<RecordBatch, Error>> + Send + 'static {
        let patience = session.guest.patience();
        let end = Instant::now() + patience;
        let times = self.parameters.as_ref().map_or(1, RecordBatch::num_rows);
        let answers = stream::iter(0..times).then(move |row| {
            let bound = self.clone();
            async move {
                if Instant::now() > end {
                    return Err(Error::from(too_long(patience)));
                }
                Ok(in_our_words(bound.with_row(row)?.execute_stream().await?))
            }
        });
        answers.try_flatten()
    }

    /// The statement with the values of a row in the places of its parameters.
    fn with_row(&self, row: usize) -> Result<DataFrame, Error> {
        let Some(parameters) = &self.parameters else { return Ok(self.frame.clone()) };
        let values = parameters.columns().iter().map(|column| ScalarValue::try_from_array(column, row));
        let values = values.map(|value| value.map(Into::into)).collect::<Result<_, _>>()?;
        Ok(self.frame.clone().with_param_values(ParamValues::List(values))?)
    }
}

fn in_our_words(
    batches: SendableRecordBatchStream,
) -> impl Stream<Item = Result<RecordBatch, Error>> + Send + 'static {
    batches.map_err(Error::from)
}

fn described(frame: &DataFrame) -> Result<Described, Status> {
    let types: HashMap<String, Option<DataType>> =
        frame.logical_plan().get_parameter_types().map_err(|error| status(&Error::from(error)))?;
    let mut parameters: Vec<(usize, Field)> = types
        .into_iter()
        .filter_map(|(name, kind)| {
            let at = name.trim_start_matches('$').parse().ok()?;
            Some((at, Field::new(name, kind.unwrap_or(DataType::Null), true)))
        })
        .collect();
    parameters.sort_by_key(|(at, _)| *at);
    let parameters: Vec<Field> = parameters.into_iter().map(|(_, field)| field).collect();
    Ok(Described { rows: Arc::clone(frame.schema().inner()), parameters: Arc::new(Schema::new(parameters)) })
}
