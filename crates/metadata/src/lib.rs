//! The `metadata` crate.
