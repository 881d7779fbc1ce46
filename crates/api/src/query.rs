//! The parameters of lists: which records, which fields, in which order.

use std::sync::Arc;

use expr::{Checked, Expected};
use kernel::{Message, limits};
use metadata::{Object, Registry};
use records::{Cursor, FieldSet, ListQuery, Sort, Trash};
use web::{Error, Fields};

/// Reads a list's parameters.
///
/// # Errors
/// With the parameter that cannot be used.
pub fn list(registry: &Registry, object: &Arc<Object>, given: &Fields) -> Result<ListQuery, Error> {
    let mut query = ListQuery::new(object).filter(filter(registry, object, given.filled("filter"))?);
    query.words = given.filled("q").map(str::to_owned);
    query.cause = given.parsed("cause")?;
    if let Some(sort) = given.filled("sort") {
        query.sort = sort.split(',').map(|key| Sort::parse(key.trim())).collect();
    }
    if let Some(names) = given.filled("fields") {
        query.fields = fields(object, names)?;
    }
    query.limit = given.limit(50, limits::PAGE_RECORDS)?;
    query.after = match given.filled("after") {
        Some(text) => Some(Cursor::parse(text).ok_or_else(|| Fields::wrong("after", text))?),
        None => None,
    };
    let trash = [("without", Trash::Without), ("only", Trash::Only), ("included", Trash::Included)];
    query.trash = given.one_of("trash", &trash)?.unwrap_or(Trash::Without);
    query.labels = given.parsed("labels")?.unwrap_or(true);
    Ok(query)
}

fn filter(registry: &Registry, object: &Object, text: Option<&str>) -> Result<Option<Arc<Checked>>, Error> {
    let Some(text) = text else { return Ok(None) };
    match expr::check(text, &object.name, registry, &Expected::Condition) {
        Ok(checked) => Ok(Some(Arc::new(checked))),
        Err(problems) => {
            let message = problems.into_iter().next().map(|problem| problem.message);
            Err(Error::invalid(message.unwrap_or_else(|| Message::new("api-filter"))))
        }
    }
}

fn fields(object: &Object, names: &str) -> Result<FieldSet, Error> {
    let position = |name: &str| object.position(name.trim()).ok_or_else(|| Fields::wrong("fields", name));
    names.split(',').filter(|name| !matches!(name.trim(), "id" | "version" | "title")).map(position).collect()
}
