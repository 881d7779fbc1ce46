//! The `activities` crate.
