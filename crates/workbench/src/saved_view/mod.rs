//! Views that people keep: what the address of a list asks for, under a name, for oneself or for everybody.
//!
//! A kept view is an address: opening it goes there, so that whatever understands a list's address (rows, export, bulk)
//! understands it too. `saved` in the address only says which one was opened. `web.rs` are the screens' doors, `api.rs`
//! those of programs; what may be kept is told here, for both.

mod api;
mod tabs;
mod web;

use std::sync::Arc;

use ::web::{Error, Fields};
use axum::Router;
use kernel::{Message, Problem, text::is_blank};
use metadata::{Kind, Object};
use records::{Reader, SavedView};

use crate::list::request::{ListRequest, is_shown};

pub use tabs::{actions, tabs};

/// The parameter that names the view that was opened.
pub const SAVED: &str = "saved";
/// What of a list's address belongs to a view.
const PARTS: [&str; 7] = ["view", "filter", "q", "sort", "columns", "kind", "group"];
/// Characters of a name.
const NAME_CHARS: usize = 60;
/// Bytes of what is kept of an address.
const QUERY_BYTES: usize = 8_000;

pub fn routes() -> Router<Arc<app::App>> {
    web::routes().merge(api::routes())
}

/// The address of a list as a view keeps it.
pub fn href(view: &SavedView, plural: &str) -> String {
    let query = Fields::parse(&view.query).with(SAVED, Some(&view.id.to_string()));
    format!("/{plural}?{}", query.encode())
}

/// What of an address is kept, in one order, so that the same is the same.
pub fn part_of(given: &Fields) -> Fields {
    let kept = PARTS.iter().filter_map(|name| Some(((*name).to_owned(), given.get(name)?.trim().to_owned())));
    Fields(kept.collect())
}

/// What is wrong with the name of a view.
fn name_problem(name: &str) -> Option<Message> {
    let length = name.chars().count();
    match length {
        _ if is_blank(name) => Some(Message::new("problem-required")),
        0..=NAME_CHARS => None,
        _ => Some(Message::new("problem-too-long").with("max", NAME_CHARS).with("length", length)),
    }
}

/// Refuses what no list could be shown by.
///
/// # Errors
/// With each part that names what is not there, or a filter or an order that cannot be.
fn check(reader: &mut Reader<'_, '_>, object: &Arc<Object>, part: &Fields) -> Result<(), Error> {
    if part.encode().len() > QUERY_BYTES {
        return Err(Error::invalid(Message::new("saved-view-long")));
    }
    let registry = Arc::clone(reader.registry());
    let request = ListRequest::new(&registry, object, part.clone());
    let unknown = |part: &str, name: &str| {
        Problem::at(part, Message::new("saved-view-unknown").with("name", name.to_owned()))
    };
    let mut problems: Vec<Problem> = request
        .problems
        .iter()
        .take(1)
        .map(|problem| Problem::at("filter", problem.message.clone()))
        .collect();
    problems.extend(
        part.filled("view").filter(|name| object.view(name).is_none()).map(|name| unknown("view", name)),
    );
    let columns = part.filled("columns").into_iter().flat_map(|names| names.split(','));
    problems.extend(columns.filter(|name| !is_shown(object, name)).map(|name| unknown("columns", name)));
    let kinds = part.filled("kind").filter(|kind| !["list", "board"].contains(kind));
    problems.extend(kinds.map(|kind| unknown("kind", kind)));
    let is_choice =
        |name: &str| object.field(name).is_some_and(|field| matches!(field.kind, Kind::Choice(_)));
    problems.extend(part.filled("group").filter(|name| !is_choice(name)).map(|name| unknown("group", name)));
    if problems.is_empty() {
        // Whether the order can be is told by whoever lays records in it.
        reader.list(&request.query().limit(1))?;
        return Ok(());
    }
    Err(Error { problems, ..Error::new(::web::Kind::Invalid) })
}
