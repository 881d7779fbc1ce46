//! `POST /api/v1/query`: `{"sql": "select …", "limit": 1000, "format": "json"}`.

use std::sync::Arc;

use app::App;
use axum::{
    Json, Router,
    http::header,
    response::{IntoResponse, Response},
    routing::post,
};
use kernel::Message;
use serde::Deserialize;
use serde_json::json;
use web::{Ctx, Error as WebError, Json as Body, Kind};

use crate::{Asking, Cancel, Error, Format, doors};

/// Rows of an answer, unless fewer are asked for.
const ROWS: usize = 10_000;
/// Rows of a file.
const FILE_ROWS: usize = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    sql: String,
    limit: Option<usize>,
    #[serde(default)]
    format: Wanted,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    #[default]
    Json,
    Csv,
    Parquet,
}

/// Stops a query whose caller has gone.
struct StopWhenGone(Cancel);

impl Drop for StopWhenGone {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/query", post(query))
}

async fn query(ctx: Ctx, Body(question): Body<Question>) -> Result<Response, WebError> {
    let cancel = StopWhenGone(Cancel::default());
    let stop = cancel.0.clone();
    let most = if matches!(question.format, Wanted::Json) { ROWS } else { FILE_ROWS };
    let limit = question.limit.unwrap_or(most).min(most);
    let done = ctx.blocking(move |ctx| -> Result<Response, Error> {
        let warehouse = doors::of(&ctx.workspace)?;
        let answer = warehouse.query(&Asking::session(&ctx.session), &question.sql, limit, &stop)?;
        let file = |format: Format, kind: &'static str| -> Result<Response, Error> {
            let mut content = Vec::new();
            answer.write(format, &mut content)?;
            Ok(([(header::CONTENT_TYPE, kind)], content).into_response())
        };
        match question.format {
            Wanted::Csv => file(Format::Csv, "text/csv; charset=utf-8"),
            Wanted::Parquet => file(Format::Parquet, "application/vnd.apache.parquet"),
            Wanted::Json => {
                let column = |field: &Arc<arrow::datatypes::Field>| {
                    json!({ "name": field.name(), "type": field.data_type().to_string() })
                };
                let columns: Vec<_> = answer.schema.fields().iter().map(column).collect();
                let body = json!({ "columns": columns, "rows": answer.json()?, "more": answer.cut });
                Ok(Json(body).into_response())
            }
        }
    });
    done.await.map_err(told)
}

/// What whoever asked is told.
fn told(error: Error) -> WebError {
    let because = |message: &'static str, error: &Error| {
        let text = error.to_string();
        WebError::invalid(Message::new(message).with("reason", text))
    };
    match error {
        Error::Query(_) => because("warehouse-query", &error),
        Error::Limit(_) | Error::Memory => because("warehouse-limit", &error),
        Error::Cancelled => WebError::invalid(Message::new("warehouse-stopped")),
        Error::Records(error) => error.into(),
        Error::Busy | Error::Damaged { .. } | Error::Files(_) => {
            tracing::error!(%error, "the warehouse failed");
            WebError::new(Kind::Unavailable)
        }
    }
}
