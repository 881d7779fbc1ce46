//! The `transfer` crate.
