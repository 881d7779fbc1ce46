//! What a column of a table can hold.

use serde::{Deserialize, Serialize};

/// The type of one stored column: what a [`crate::Value`] in it is, and how a database keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Bool,
    Int,
    /// A decimal with at most `scale` digits after the point.
    Decimal {
        scale: u8,
    },
    Text,
    /// A day of the civil calendar.
    Date,
    /// An instant, in microseconds.
    Instant,
    Id,
    /// A list of texts or ids.
    List,
    Json,
}
