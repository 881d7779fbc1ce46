//! Many records: a page, a count, groups.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use records::{Count, GroupQuery};
use serde_json::{Value as Json, json};
use web::{Error, Path, Query};

use crate::{
    caller::{Caller, Verb},
    json, query,
};

/// `GET /api/v1/{plural}`: `{"records": […], "next": "…" or null}`, with `count` when asked for.
pub async fn list(caller: Caller, Path(plural): Path<String>, given: Query) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Read)?;
    let counted = exactly(&given)?;
    let body = caller
        .read(move |reader| {
            let query = query::list(&Arc::clone(reader.registry()), &object, &given)?;
            let page = reader.list(&query)?;
            let mut out = String::with_capacity(512 * (page.records.len() + 1));
            out.push_str("{\"records\":[");
            for (at, record) in page.records.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                json::record(&mut out, record);
            }
            out.push_str("],\"next\":");
            match &page.next {
                Some(next) => json::string(&mut out, &next.to_text()),
                None => out.push_str("null"),
            }
            if let Some(exact) = counted {
                let (count, more) = match exact {
                    true => (reader.count_exactly(&query)?, false),
                    false => limited(reader.count(&query)?),
                };
                out.push_str(&format!(",\"count\":{count},\"more\":{more}"));
            }
            out.push('}');
            Ok(out)
        })
        .await?;
    Ok(json_response(body))
}

/// `GET /api/v1/{plural}/count`: `{"count": 10000, "more": true}`; all of them with `count=exact`.
pub async fn count(caller: Caller, Path(plural): Path<String>, given: Query) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Read)?;
    let exact = exactly(&given)?.unwrap_or(false);
    let (count, more) = caller
        .read(move |reader| {
            let query = query::list(&Arc::clone(reader.registry()), &object, &given)?;
            Ok(if exact { (reader.count_exactly(&query)?, false) } else { limited(reader.count(&query)?) })
        })
        .await?;
    Ok(axum::Json(json!({ "count": count, "more": more })).into_response())
}

/// `GET /api/v1/{plural}/groups?by=stage&sum=amount`: counts and sums by the content of a field.
pub async fn groups(caller: Caller, Path(plural): Path<String>, given: Query) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Read)?;
    exactly(&given)?;
    let groups = caller
        .read(move |reader| {
            let records = query::list(&Arc::clone(reader.registry()), &object, &given)?;
            let sums = given
                .filled("sum")
                .map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
            let query = GroupQuery {
                records,
                by: given.filled("by").map(str::to_owned),
                sums: sums.unwrap_or_default(),
            };
            Ok(reader.group(&query)?)
        })
        .await?;
    let shown: Vec<Json> = groups
        .iter()
        .map(|group| {
            let sums: Vec<Json> = group
                .sums
                .iter()
                .map(|sum| json!({ "field": sum.field, "currency": sum.currency, "total": sum.total.normalize().to_string() }))
                .collect();
            json!({ "key": records::plain::to_json(&group.key), "count": group.count, "sums": sums })
        })
        .collect();
    Ok(axum::Json(json!({ "groups": shown })).into_response())
}

/// Whether records are to be counted, and to the last one.
fn exactly(given: &Query) -> Result<Option<bool>, Error> {
    given.one_of("count", &[("limited", false), ("exact", true)])
}

const fn limited(count: Count) -> (usize, bool) {
    match count {
        Count::Exactly(count) => (count, false),
        Count::Over(count) => (count, true),
    }
}

/// A body that is JSON already.
pub fn json_response(body: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
