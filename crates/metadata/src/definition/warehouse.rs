//! What the warehouse makes of an object: a definition's part `[warehouse]`.

use serde::{Deserialize, Serialize};

/// How an object's records are counted and added up over time. Everything has a default: an object without the part
/// is in the warehouse too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarehouseDef {
    /// Whether records are things that happen or things that these are told apart by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TableKind>,
    /// The day on which a record counts, and whose rate its amounts are changed by: a date or instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The fields that are added up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<Vec<String>>,
    /// Whether the table of how records stood at the end of each day is there too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotKind>,
}

/// The part a table plays in the star.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    Fact,
    Dimension,
    /// Not in the warehouse at all.
    None,
}

/// How often the state of open records is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotKind {
    Daily,
}

impl WarehouseDef {
    pub fn is_silent(&self) -> bool {
        *self == WarehouseDef::default()
    }
}
