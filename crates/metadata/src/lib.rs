//! What objects, fields, views and layouts are: read, checked, merged and compared. Pure: no I/O, no database, no clock.
//!
//! The way through: [`definition`] is what people write; [`compile()`] checks it all together and gives a
//! [`Registry`] of [`Object`]s, which is what the rest of Rapport works from; [`schema`] says which tables
//! those need and how to get there from the tables there are.

pub mod compile;
pub mod definition;
mod kind;
mod object;
mod registry;
pub mod schema;

pub use compile::{compile, compile_in};
pub use kind::{Choice, Kind, Link, MONEY_SCALE, Outcome, Part, RollUp};
pub use object::{Column, Field, Object, Origin, Rule, Star};
pub use registry::Registry;

#[cfg(test)]
mod tests;
