//! Many records of an object: as a table, or as a board by a choice.
//!
//! The address says everything: `/deals?view=open&filter=…&q=…&sort=-amount&columns=name,amount&kind=board`.
//! [`request`] reads it, `table.rs` and `board.rs` draw it, `bulk.rs` does something with what is ticked.

mod board;
mod bulk;
mod filter;
mod filter_field;
pub mod request;
mod table;
mod web;

pub use table::{alignment, is_editable};
pub use web::{routes, view_label};
