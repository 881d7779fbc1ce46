//! A field as it is written: flat, with the attributes of all types; which belong to which is checked later.

use serde::{Deserialize, Serialize};

use crate::kind::Outcome;

/// One field of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDef {
    pub name: String,
    #[serde(rename = "type")]
    pub type_name: TypeName,
    /// What people call it, where no catalogue does (custom fields).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(default, skip_serializing_if = "is_no")]
    pub required: bool,
    /// No two records that are not deleted have the same content.
    #[serde(default, skip_serializing_if = "is_no")]
    pub unique: bool,
    /// Kept sorted in the database, for filters and sorting on large tables.
    #[serde(default, skip_serializing_if = "is_no")]
    pub index: bool,
    /// Set by behaviour or the engine, never by hand.
    #[serde(default, skip_serializing_if = "is_no")]
    pub read_only: bool,
    /// An expression for new records that leave the field empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The name it had before: its content moves along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,

    /// Long text: written in a language of programs, such as TOML; each character as wide as the other.
    #[serde(default, skip_serializing_if = "is_no")]
    pub code: bool,
    /// Date-time: the field in which begins what ends here. The day is not said twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<String>,
    /// Text: characters at most. File: files at most, one unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<usize>,
    /// Decimal, percent: digits after the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u8>,
    /// Choice: its options, in order.
    #[serde(rename = "option", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionDef>,
    /// Choice: the other choice that limits the options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<String>,
    /// Link: the object, or the objects, that it leads to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// Link: what happens to this record when the other is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_destroy: Option<OnDestroy>,
    /// Auto-number: text before the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Auto-number: digits at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<u8>,
    /// Formula: what it computes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// Roll-up: the records that it adds up, as `object.link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<RollUpFunction>,
    /// Roll-up: the field of theirs; none for `count`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Roll-up: which of them count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Roll-up of amounts: the money field of this record whose currency the figure has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl FieldDef {
    /// A field with a name and a type and nothing else said.
    pub fn new(name: &str, type_name: TypeName) -> FieldDef {
        FieldDef {
            name: name.to_owned(),
            type_name,
            label: None,
            help: None,
            required: false,
            unique: false,
            index: false,
            read_only: false,
            default: None,
            renamed_from: None,
            code: false,
            begins: None,
            max: None,
            scale: None,
            options: Vec::new(),
            depends_on: None,
            to: Vec::new(),
            on_destroy: None,
            prefix: None,
            digits: None,
            formula: None,
            of: None,
            function: None,
            field: None,
            filter: None,
            currency: None,
        }
    }
}

/// The types of fields by their names in definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeName {
    Text,
    LongText,
    RichText,
    Integer,
    Decimal,
    Money,
    Percent,
    Date,
    DateTime,
    Duration,
    Boolean,
    Choice,
    MultiChoice,
    Email,
    Phone,
    Url,
    Address,
    PersonName,
    Link,
    LinkAny,
    LinkMany,
    User,
    File,
    AutoNumber,
    Formula,
    RollUp,
    Json,
    Tags,
}

impl TypeName {
    /// The name in definitions, API and documentation: `long_text`.
    pub const fn as_str(self) -> &'static str {
        match self {
            TypeName::Text => "text",
            TypeName::LongText => "long_text",
            TypeName::RichText => "rich_text",
            TypeName::Integer => "integer",
            TypeName::Decimal => "decimal",
            TypeName::Money => "money",
            TypeName::Percent => "percent",
            TypeName::Date => "date",
            TypeName::DateTime => "date_time",
            TypeName::Duration => "duration",
            TypeName::Boolean => "boolean",
            TypeName::Choice => "choice",
            TypeName::MultiChoice => "multi_choice",
            TypeName::Email => "email",
            TypeName::Phone => "phone",
            TypeName::Url => "url",
            TypeName::Address => "address",
            TypeName::PersonName => "person_name",
            TypeName::Link => "link",
            TypeName::LinkAny => "link_any",
            TypeName::LinkMany => "link_many",
            TypeName::User => "user",
            TypeName::File => "file",
            TypeName::AutoNumber => "auto_number",
            TypeName::Formula => "formula",
            TypeName::RollUp => "roll_up",
            TypeName::Json => "json",
            TypeName::Tags => "tags",
        }
    }
}

/// One option of a choice, and the roles that code knows it by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionDef {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A name of the palette, such as `sky`; colour is never the only sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// How it ends what it describes; an open one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Of winning, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast_category: Option<String>,
    /// The options of the field in `depends_on` that it goes with; none for all.
    #[serde(rename = "for", default, skip_serializing_if = "Vec::is_empty")]
    pub only_for: Vec<String>,
    /// No longer offered, still understood.
    #[serde(default, skip_serializing_if = "is_no")]
    pub retired: bool,
}

/// What happens to the record that holds a link when the linked one is destroyed for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDestroy {
    /// The link becomes empty.
    #[default]
    Clear,
    /// The record goes too.
    Destroy,
    /// The linked record stays as long as this one leads to it.
    Refuse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RollUpFunction {
    Count,
    Sum,
    Average,
    Min,
    Max,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_no(value: &bool) -> bool {
    !*value
}
