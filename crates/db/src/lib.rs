//! The `db` crate.
