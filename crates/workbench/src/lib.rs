//! The `workbench` crate.
