//! The generic screens of every object, made from its definition: list, board, record, forms, search, trash.
//!
//! `field/` is how one field is shown, asked for and read; `list/` many records; `record/` one. A feature that
//! wants more on a record's page registers an [`app::Panel`] or an [`app::Action`].

mod appearance;
mod field;
mod first_steps;
mod home;
mod list;
mod record;
mod saved_view;
mod search;

pub use field::{ask, show, take};

/// The feature, for the server to compose.
pub fn feature() -> app::Feature {
    let routes = axum::Router::new()
        .merge(home::routes())
        .merge(list::routes())
        .merge(saved_view::routes())
        .merge(record::routes())
        .merge(search::routes())
        .merge(appearance::routes());
    app::Feature {
        name: "workbench",
        texts: include_str!("en.ftl"),
        routes: Some(routes),
        ..app::Feature::default()
    }
}
