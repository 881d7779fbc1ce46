//! The warehouse.
mod calendar;
mod catalog;
mod columns;
mod error;
mod feed;
mod feeder;
mod files;
mod functions;
mod guard;
mod image;
mod manifest;
mod output;
mod query;
mod state;
mod store;
mod verify;
mod warehouse;
mod writing;

pub use error::Error;
pub use feeder::Feeder;
pub use output::Format;
pub use query::{Answer, Asking, Cancel};
pub use verify::{Digest, Verified};
pub use warehouse::{Options, Status, TableStatus, Warehouse};

#[cfg(test)]
mod tests;
