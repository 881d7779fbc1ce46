//! Calls that were made and that are planned.
