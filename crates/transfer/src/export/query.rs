//! What a list's address asks for, read for an export: the same records and columns, in the same order.

use std::sync::Arc;

use kernel::Message;
use metadata::{Kind, Object, Registry};
use records::{ListQuery, Sort, Trash};
use web::Fields;

/// Columns of a list that says nothing about them.
const COLUMNS: usize = 7;

/// The records and the fields that a list with these parameters shows.
///
/// # Errors
/// When the filter makes no sense.
pub fn of_list(
    registry: &Registry,
    object: &Arc<Object>,
    given: &Fields,
) -> Result<(ListQuery, Vec<usize>), Message> {
    let view = given.get("view").and_then(|name| object.view(name)).or_else(|| object.views.first());
    let own = view.and_then(|view| view.filter.as_deref());
    let text = given.get("filter").map(str::trim).or(own).unwrap_or("");
    let sort = match given.filled("sort") {
        Some(text) => text.split(',').map(Sort::parse).collect(),
        None => view.map_or_else(Vec::new, |view| view.sort.iter().map(|text| Sort::parse(text)).collect()),
    };
    let columns: Vec<String> = match (given.filled("columns"), view) {
        (Some(text), _) => text.split(',').map(str::to_owned).collect(),
        (None, Some(view)) if !view.columns.is_empty() => view.columns.clone(),
        _ => usual(object),
    };
    let mut query = filtered(registry, object, text)?.sort(sort);
    query.words = given.filled("q").map(str::to_owned);
    query.cause = given.get("cause").and_then(|cause| cause.parse().ok());
    query.trash = if given.get("trash") == Some("1") { Trash::Only } else { Trash::Without };
    let fields = columns.iter().filter_map(|name| object.position(name)).collect();
    Ok((query, fields))
}

/// All records that a filter lets through.
///
/// # Errors
/// When the filter makes no sense.
pub fn filtered(registry: &Registry, object: &Arc<Object>, filter: &str) -> Result<ListQuery, Message> {
    let query = ListQuery::new(object);
    if filter.is_empty() {
        return Ok(query);
    }
    match expr::check(filter, &object.name, registry, &expr::Expected::Condition) {
        Ok(checked) => Ok(query.filter(Some(Arc::new(checked)))),
        Err(problems) => {
            let first = problems.into_iter().next().map(|problem| problem.message);
            Err(first.unwrap_or_else(|| Message::new("problem-filter")))
        }
    }
}

/// All fields that people see.
pub fn all(object: &Object) -> Vec<usize> {
    object.shown_fields().filter_map(|field| object.position(&field.name)).collect()
}

/// The title's field, the key fields, and then what else comes first.
fn usual(object: &Object) -> Vec<String> {
    let mut columns: Vec<String> = object.title.iter().map(|at| object.fields[*at].name.clone()).collect();
    let more = object.layout.key.iter().cloned().chain(object.fields.iter().map(|field| field.name.clone()));
    for name in more {
        let shown = object.field(&name).is_some_and(|field| {
            field.name != "deleted_at" && !matches!(field.kind, Kind::Json | Kind::RichText)
        });
        if columns.len() < COLUMNS && shown && !columns.contains(&name) {
            columns.push(name);
        }
    }
    columns
}
