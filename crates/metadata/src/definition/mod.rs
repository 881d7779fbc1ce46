//! What is written in an `object.toml`, and stored for what customers add: the definition before it is checked.
//!
//! These structs are the whole vocabulary of a definition; `docs/metadata.md` explains it to people.
//! Names are checked, expressions parsed and columns laid out in [`crate::compile`].

mod field;
mod overlay;
mod parse;
mod warehouse;

pub use field::{FieldDef, OnDestroy, OptionDef, RollUpFunction, TypeName};
pub use overlay::{FieldChange, Overlay, apply};
pub use parse::{DefinitionError, line_of, parse, parse_object, parse_overlay};
pub use warehouse::{SnapshotKind, TableKind, WarehouseDef};

use serde::{Deserialize, Serialize};

/// One object: a kind of record, such as a company or a deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectDef {
    /// Singular, snake case: the name in API, expressions and tables.
    pub name: String,
    /// The name in addresses: `/deals`.
    pub plural: String,
    /// What people call it, where no catalogue does (custom objects).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plural_label: Option<String>,
    #[serde(default = "default_icon")]
    pub icon: String,
    /// The part of the navigation that leads to it; without one it is reached from other records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
    /// The fields whose text names a record.
    pub title: Vec<String>,
    /// Fields that full-text search reads besides the title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
    /// Whether records have an owner, a team and tags. Parts of other records (line items) do not.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub owned: bool,
    /// The date-times that say when it happened, the first that is filled in; when it was made, where none is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moment: Vec<String>,
    /// A part belongs to the record that this link names: it is seen and changed by whoever may see and change that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    #[serde(rename = "field", default)]
    pub fields: Vec<FieldDef>,
    /// Indexes over several fields, for the filters and orders that large tables are asked for.
    #[serde(rename = "index", default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Vec<String>>,
    #[serde(rename = "rule", default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleDef>,
    #[serde(rename = "view", default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<ViewDef>,
    #[serde(default)]
    pub layout: LayoutDef,
    /// What the warehouse makes of it.
    #[serde(default, skip_serializing_if = "WarehouseDef::is_silent")]
    pub warehouse: WarehouseDef,
}

/// The parts of the navigation, by work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    Home,
    Sell,
    Market,
    Serve,
    Field,
    Analyse,
    SetUp,
}

/// A condition that every saved record fulfils.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDef {
    /// Snake case, unique on the object; names the message `{object}-rule-{name}` in the catalogues.
    pub name: String,
    /// An expression that must be true.
    pub require: String,
    /// The field that the problem is shown at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to say, where no catalogue does (custom rules).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A way to look at many records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewDef {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default)]
    pub kind: ViewKind,
    /// Whether its first records stand on everybody's home page.
    #[serde(default, skip_serializing_if = "is_no")]
    pub home: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Field names, the first decides; `-` in front for descending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<String>,
    /// The choice whose options are a board's columns, or a list's groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The field that a board adds up in each column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewKind {
    #[default]
    List,
    Board,
    Calendar,
}

/// How one record is laid out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutDef {
    /// The few fields on top of the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// The choice that is shown as a path to click.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The fields asked when a record is created; the required ones are always asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub create: Vec<String>,
    /// The address of a page that offers what a new record can begin from; its texts are `object-{name}-start`
    /// and `object-{name}-start-hint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The place among what a newcomer's first page asks for, from 1; its texts are `object-{name}-first` and
    /// `object-{name}-first-hint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_step: Option<u8>,
    #[serde(rename = "section", default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<SectionDef>,
    /// Related lists, as `object.link`: `deal.company` on a company.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Whose activities belong into the timeline too, as `object.link`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionDef {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub fields: Vec<String>,
}

fn default_icon() -> String {
    "box".to_owned()
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_no(value: &bool) -> bool {
    !*value
}
