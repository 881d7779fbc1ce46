//! What becomes of the columns of a file: written down, saved by name, sent along with the file.
//!
//! [`Mapping`] is the description, as TOML or JSON; [`propose`] makes one for a file; [`Plan`] is it checked
//! against file and objects, ready to run. `docs/import.md` explains every setting.

mod almost;
mod choose;
mod guess;
mod ids;
pub mod kind;
mod label;
mod plan;
mod profile;
mod propose;
pub mod saved;
mod schema;
mod synonyms;

use indexmap::IndexMap;
use kernel::Decimal;
use metadata::definition::FieldDef;
use serde::{Deserialize, Serialize};

use crate::{cell::DateStyle, table::Reading};

pub use almost::propose_values;
pub use choose::paths;
pub use guess::Guess;
pub use label::path_label;
pub use plan::{
    By, ColumnPlan, Constant, End, KeyPlan, KeySource, LinkPlan, Piece, Plan, Target, find_field,
};
pub use profile::{ColumnProfile, Profile};
pub use propose::{Assumption, Proposal, comma_column, complete, new_field, propose};
pub use schema::{bring_about, missing_fields, name_of as slug};

/// What stands for a record's own id, as the field of a column and as the key.
pub const ID: &str = "id";

/// How a file becomes records of one object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub object: String,
    #[serde(default)]
    pub mode: Mode,
    /// The fields by which a row finds its record, as `field` or `field.part`, or its `id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// What an empty cell does to a record that is there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub blank: Blank,
    /// Words that mean an empty cell, in every column; blanks always do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empty: Vec<String>,
    /// How days are written: `ymd`, `dmy`, `mdy`, or a format such as `%d.%m.%Y`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dates: DateStyle,
    /// What stands before the fraction of a number; told from each number itself when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal_mark: Option<char>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub reading: Reading,
    /// Fields that get the same content in every record; `{Column}` puts in a cell.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub set: IndexMap<String, String>,
    /// The same, for new records whose row says nothing else.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub default: IndexMap<String, String>,
    /// The columns. One that is not named is left out.
    #[serde(rename = "column", default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnRule>,
}

/// What becomes of one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRule {
    /// As the header names it.
    pub name: String,
    /// The field, as `field` or `field.part`, or `id` for the record's own; none leaves the column out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Digits that every number is multiplied by, such as 1000000 for amounts in millions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiply: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateStyle>,
    /// Words that mean an empty cell, in this column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empty: Vec<String>,
    /// What becomes of words that are no option of a choice.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unknown: Unknown,
    /// A field that is made for the column, where there is none of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_field: Option<FieldDef>,
    /// How names become links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkRule>,
    /// What is read instead of what stands in a cell.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, String>,
}

/// How the text of a cell finds the record that it names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRule {
    /// `title` (whatever case and accents), `id`, or a field of the other object, such as `email`.
    #[serde(default = "title")]
    pub by: String,
    #[serde(default)]
    pub missing: Missing,
    /// With `missing = "other"`: what is linked instead, found in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// The object, for a link that may lead to several: by name, or as people call it. Of several, each is looked through.
    #[serde(default, with = "one_or_several", skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// The column that says in each row which of them is meant, by name or as people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

fn title() -> String {
    "title".to_owned()
}

impl Default for LinkRule {
    fn default() -> LinkRule {
        LinkRule { by: title(), missing: Missing::default(), other: None, to: Vec::new(), kind: None }
    }
}

/// What rows make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// New records only; with a key, a row whose record is there already is passed over.
    #[default]
    Create,
    /// Changes only; a row without a record is reported.
    Update,
    /// A change where the record is there, else a new one.
    Upsert,
}

impl Mode {
    pub const ALL: [Mode; 3] = [Mode::Create, Mode::Update, Mode::Upsert];

    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Create => "create",
            Mode::Update => "update",
            Mode::Upsert => "upsert",
        }
    }

    pub fn parse(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// What an empty cell does to a record that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blank {
    #[default]
    Keep,
    Clear,
}

/// What becomes of a word that is no option of a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    #[default]
    Report,
    /// It becomes an option.
    Add,
    Empty,
}

/// What becomes of a name that finds no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    #[default]
    Report,
    Create,
    Empty,
    Other,
}

impl Mapping {
    /// Reads TOML, or JSON when it begins like that.
    ///
    /// # Errors
    /// With the place of what is wrong.
    pub fn parse(text: &str) -> Result<Mapping, String> {
        if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.to_string())
        } else {
            toml::from_str(text).map_err(|error| error.to_string())
        }
    }

    /// As TOML.
    pub fn print(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The columns that say what kind of record others link to.
    pub fn kind_columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter_map(|rule| rule.link.as_ref()?.kind.as_deref())
    }

    pub fn column(&self, name: &str) -> Option<&ColumnRule> {
        let wanted = name.trim().to_lowercase();
        self.columns.iter().find(|rule| rule.name.trim().to_lowercase() == wanted)
    }
}

/// One text alone, or a list of them.
mod one_or_several {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        One(String),
        Several(Vec<String>),
    }

    pub fn serialize<S: Serializer>(texts: &[String], to: S) -> Result<S::Ok, S::Error> {
        match texts {
            [one] => one.serialize(to),
            several => several.serialize(to),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
        Ok(match Given::deserialize(from)? {
            Given::One(one) => vec![one],
            Given::Several(several) => several,
        })
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests;
