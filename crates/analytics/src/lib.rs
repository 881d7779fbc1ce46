//! The `analytics` crate.
