//! The `sales` crate.
