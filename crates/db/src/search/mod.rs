//! Full-text search, kept in the same transaction as the rows it finds.

mod table;

pub use table::{create, drop, rename};
