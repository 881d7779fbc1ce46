//! `POST /api/v1/query`: `{"sql": "select …", "limit": 1000, "format": "json"}`, or instead of SQL a question about a cube:
//! `{"cube": {"name": "pipeline", "by": ["close.month"], "measures": ["won_amount"]}}`; `GET /api/v1/cubes/known` says
//! which cubes there are to ask.

use std::sync::Arc;

use app::{App, Workspace};
use axum::{
    Json, Router,
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use cube::{ColumnKind, Question as Asked, Table};
use kernel::Message;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use web::{Ctx, Error as WebError, Json as Body, Kind};

use crate::{Answer, Asking, Cancel, Error, Format, cubes, doors, source};

/// Rows of an answer, unless fewer are asked for.
const ROWS: usize = 10_000;
/// Rows of a file.
const FILE_ROWS: usize = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    sql: Option<String>,
    /// The name of a cube, and what is asked of it.
    cube: Option<Map<String, Value>>,
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
    let all = Router::new()
        .route("/api/v1/query", post(query))
        .route("/api/v1/cubes/known", get(known))
        .merge(source::routes());
    web::parameters(all, &[])
}

async fn query(ctx: Ctx, Body(question): Body<Question>) -> Result<Response, WebError> {
    let cancel = StopWhenGone(Cancel::default());
    let stop = cancel.0.clone();
    let most = if matches!(question.format, Wanted::Json) { ROWS } else { FILE_ROWS };
    let limit = question.limit.unwrap_or(most).min(most);
    let done = ctx.blocking(move |ctx| -> Result<Response, cubes::Failure> {
        let asking = Asking::session(&ctx.session);
        match (question.sql, question.cube) {
            (Some(sql), None) => {
                let answer = doors::of(&ctx.workspace)?.query(&asking, &sql, limit, &stop)?;
                Ok(written(&answer, question.format, columns)?)
            }
            (None, Some(asked)) => {
                let table = ask(&ctx.workspace, &asking, asked, limit, &stop)?;
                let answer = Answer::try_from(&table)?;
                Ok(written(&answer, question.format, |answer| described(answer, &table))?)
            }
            _ => Err(cube::Error::Question("a query has either `sql` or `cube`".to_owned())),
        }
    });
    done.await.map_err(told)
}

/// Answers what is asked of a cube by name.
fn ask(
    workspace: &Workspace,
    asking: &Asking,
    mut asked: Map<String, Value>,
    limit: usize,
    stop: &Cancel,
) -> Result<Table, cubes::Failure> {
    let Some(Value::String(name)) = asked.remove("name") else {
        return Err(cube::Error::Question("`cube` needs the `name` of one".to_owned()));
    };
    let mut question: Asked = serde_json::from_value(Value::Object(asked))
        .map_err(|error| cube::Error::Question(format!("the question cannot be read: {error}")))?;
    question.limit = Some(question.limit.unwrap_or(limit).min(limit));
    let known = cubes::named(workspace, &asking.who, &name)?;
    let warehouse = doors::of(workspace)?;
    warehouse.ask(asking, &known.file, &known.def, &question, stop)
}

/// The cubes that somebody may ask, with what they see of them.
async fn known(ctx: Ctx) -> Result<Json<Value>, WebError> {
    let done = ctx.blocking(|ctx| -> Result<Json<Value>, cubes::Failure> {
        let asking = Asking::session(&ctx.session);
        let warehouse = doors::of(&ctx.workspace)?;
        let all = cubes::all(&ctx.workspace, &asking.who)?;
        // One that is made of what they do not see is not there.
        let seen = all.iter().filter_map(|known| warehouse.cube(&asking, &known.file, &known.def).ok());
        Ok(Json(json!({ "cubes": seen.map(|cube| outline(&cube)).collect::<Vec<_>>() })))
    });
    done.await.map_err(told)
}

fn outline(cube: &cube::Cube) -> Value {
    let dimension = |own: &cube::Dimension| {
        let levels: Vec<_> =
            own.levels.iter().map(|level| json!({ "name": level.name, "label": level.label })).collect();
        json!({ "name": own.name, "label": own.label, "levels": levels, "days": own.is_of_days() })
    };
    let measure = |own: &cube::Measure| json!({ "name": own.name, "label": own.label, "format": own.format, "needs_time": !cube.needs_no_time(&own.name) });
    json!({
        "name": cube.name,
        "label": cube.label,
        "time": cube.time.map(|at| &cube.dimensions[at].name),
        "dimensions": cube.dimensions.iter().map(dimension).collect::<Vec<_>>(),
        "measures": cube.measures.iter().map(measure).collect::<Vec<_>>(),
    })
}

fn written(
    answer: &Answer,
    format: Wanted,
    columns: impl Fn(&Answer) -> Vec<Value>,
) -> Result<Response, Error> {
    let file = |format: Format, kind: &'static str| -> Result<Response, Error> {
        let mut content = Vec::new();
        answer.write(format, &mut content)?;
        Ok(([(header::CONTENT_TYPE, kind)], content).into_response())
    };
    match format {
        Wanted::Csv => file(Format::Csv, "text/csv; charset=utf-8"),
        Wanted::Parquet => file(Format::Parquet, "application/vnd.apache.parquet"),
        Wanted::Json => {
            let body = json!({ "columns": columns(answer), "rows": answer.json()?, "more": answer.cut });
            Ok(Json(body).into_response())
        }
    }
}

fn columns(answer: &Answer) -> Vec<Value> {
    let column = |field: &Arc<arrow::datatypes::Field>| json!({ "name": field.name(), "type": field.data_type().to_string() });
    answer.schema.fields().iter().map(column).collect()
}

/// The columns with what they mean, and where going up and down leads to.
fn described(answer: &Answer, table: &Table) -> Vec<Value> {
    let mut all = columns(answer);
    for (value, column) in all.iter_mut().zip(&table.columns) {
        value["label"] = json!(column.label);
        match &column.kind {
            ColumnKind::Level { dimension, level, up, down } => {
                value["level"] = json!({ "dimension": dimension, "name": level, "up": up, "down": down });
            }
            ColumnKind::Measure(format) => value["format"] = json!(format),
            ColumnKind::Other => {}
        }
    }
    all
}

/// What whoever asked is told.
pub(crate) fn told(failure: cubes::Failure) -> WebError {
    let because = |message: &'static str, reason: String| {
        WebError::invalid(Message::new(message).with("reason", reason))
    };
    let error = match failure {
        cube::Error::Definition(error) => return because("warehouse-query", error.to_string()),
        cube::Error::Question(reason) => return because("warehouse-query", reason),
        cube::Error::Limit(reason) => return because("warehouse-limit", reason),
        cube::Error::Engine(error) => error,
    };
    match error {
        Error::Query(_) => because("warehouse-query", error.to_string()),
        Error::Limit(_) | Error::Memory => because("warehouse-limit", error.to_string()),
        Error::Cluster(reason) => because("warehouse-cluster", reason),
        Error::Source(reason) => because("warehouse-source", reason),
        Error::NoSource(reason) => {
            let told = because("warehouse-source", reason);
            WebError { kind: Kind::NotFound, ..told }
        }
        Error::Cancelled => WebError::invalid(Message::new("warehouse-stopped")),
        Error::Denied => WebError::new(Kind::SignedOut),
        Error::Records(error) => error.into(),
        Error::Busy | Error::Replaced | Error::Damaged { .. } | Error::Files(_) => {
            tracing::error!(%error, "the warehouse failed");
            WebError::new(Kind::Unavailable)
        }
    }
}
