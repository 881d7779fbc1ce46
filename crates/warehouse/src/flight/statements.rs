//! Statements, plain and prepared: planned, described, run.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use arrow_flight::{decode::FlightRecordBatchStream, error::FlightError};
use datafusion::{common::ParamValues, common::ScalarValue, dataframe::DataFrame};
use futures_util::{Stream, TryStreamExt};
use tonic::Status;

use super::sessions::{Session, status};
use crate::{Error, query};

/// Prepared statements of a session.
const PREPARED: usize = 100;

/// A statement that was prepared, with a row of parameters once they are bound.
#[derive(Clone, Debug)]
pub struct Prepared {
    sql: String,
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
    pub async fn plan_prepared(&self, handle: &[u8]) -> Result<DataFrame, Status> {
        let prepared = self.find(handle)?;
        let frame = self.plan(&prepared.sql).await?;
        let values = prepared.parameters.iter().flat_map(RecordBatch::columns);
        let values = values.map(|column| ScalarValue::try_from_array(column, 0));
        let values = values.collect::<Result<Vec<_>, _>>().map_err(|error| status(&error.into()))?;
        if values.is_empty() {
            return Ok(frame);
        }
        let values = ParamValues::List(values.into_iter().map(Into::into).collect());
        frame.with_param_values(values).map_err(|error| status(&error.into()))
    }

    /// Binds the one row that a stream brings.
    pub async fn bind(
        &self,
        handle: &[u8],
        rows: impl Stream<Item = Result<arrow_flight::FlightData, FlightError>> + Send + 'static,
    ) -> Result<(), Status> {
        let mut rows = FlightRecordBatchStream::new_from_flight_data(rows);
        let mut bound: Option<RecordBatch> = None;
        while let Some(batch) = rows.try_next().await? {
            if batch.num_rows() == 0 {
                continue;
            }
            if bound.is_some() || batch.num_rows() > 1 {
                return Err(Status::invalid_argument("bind one row of parameters at a time"));
            }
            bound = Some(batch);
        }
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
