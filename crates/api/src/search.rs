//! `GET /api/v1/search?q=…&objects=person,company&limit=10`

use axum::response::{IntoResponse, Response};
use records::Action;
use serde_json::{Value as Json, json};
use web::{Error, Query};

use crate::caller::{Caller, Verb};

pub async fn search(caller: Caller, given: Query) -> Result<Response, Error> {
    let words = given.filled("q").unwrap_or("").to_owned();
    let limit = given.limit(10, 100)?;
    let named: Option<Vec<String>> =
        given.filled("objects").map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
    let registry = caller.ctx.workspace.engine.registry();
    let access = &caller.principal().access;
    let wanted = |name: &str| named.as_ref().is_none_or(|named| named.iter().any(|wanted| wanted == name));
    let objects: Vec<_> = registry
        .objects()
        .filter(|object| {
            object.area.is_some() && wanted(&object.name) && access.may(&object.name, Action::Read)
        })
        .filter(|object| caller.allow(&object.name, Verb::Read).is_ok())
        .cloned()
        .collect();
    let hits = caller
        .read(move |reader| {
            let mut hits = Vec::new();
            for object in &objects {
                hits.extend(reader.search(object, &words, limit)?);
            }
            Ok(hits)
        })
        .await?;
    let shown: Vec<Json> = hits
        .iter()
        .map(|hit| json!({ "object": &*hit.object, "id": hit.id.to_string(), "title": hit.title }))
        .collect();
    Ok(axum::Json(json!({ "hits": shown })).into_response())
}
