//! The `jobs` crate.
