//! The `blobs` crate.
