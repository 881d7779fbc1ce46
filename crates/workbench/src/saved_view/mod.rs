//! Views that people keep: what the address of a list asks for, under a name, for oneself or for everybody.
//!
//! A kept view is an address: opening it goes there, so that whatever understands a list's address (rows, export, bulk)
//! understands it too. `saved` in the address only says which one was opened.

mod tabs;
mod web;

use ::web::Fields;
use records::SavedView;

pub use tabs::{actions, tabs};
pub use web::routes;

/// The parameter that names the view that was opened.
pub const SAVED: &str = "saved";
/// What of a list's address belongs to a view.
const PARTS: [&str; 7] = ["view", "filter", "q", "sort", "columns", "kind", "group"];

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
