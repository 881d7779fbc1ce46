//! The administration of people and teams.

mod panel;
mod view;
mod web;

pub use panel::SignInPanel;
pub use web::routes;
