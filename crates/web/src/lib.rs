//! The `web` crate.
