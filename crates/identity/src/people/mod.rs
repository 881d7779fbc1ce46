//! The administration of people and teams.

mod view;
mod web;

pub use web::routes;
