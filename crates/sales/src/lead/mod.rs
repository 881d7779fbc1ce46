//! Leads: people and companies that may become customers, before anybody knows.
//!
//! [`matches()`] finds what a lead may already be, [`convert()`] makes company, person and deal of it, or leads it to
//! existing ones. [`Behaviour`] keeps its dates, and lets nobody call it converted that was not.

mod behaviour;
mod convert;
mod form;
mod matches;
mod verbs;
mod web;

pub use behaviour::Behaviour;
pub use convert::{Conversion, Converted, DealPick, NewDeal, Pick, convert};
pub use matches::{By, Match, Matches, matches};
pub use verbs::CONVERT;
pub use web::routes;

#[cfg(test)]
mod tests;
