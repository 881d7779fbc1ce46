//! The `records` crate.
