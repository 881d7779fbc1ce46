//! Bringing a database to the shape that this version of the program expects.

use crate::Dialect;

/// One step in the history of the engine's tables. Once released it never changes; a later one mends it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique for ever, such as `records/1-change-log`. Recorded in the database.
    pub name: &'static str,
    /// The statements, mostly from [`crate::schema`].
    pub statements: fn(Dialect) -> Vec<String>,
}
