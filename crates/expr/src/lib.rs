//! The `expr` crate.
