//! What a field is: the checked form of a type and its attributes, and the columns that it is kept in.

use kernel::ColumnType;
use serde::{Deserialize, Serialize};

use crate::definition::{OnDestroy, OptionDef, RollUpFunction};

/// How a choice's option ends what the record describes; code knows options by this, never by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Won,
    Lost,
    Done,
    Cancelled,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Won => "won",
            Outcome::Lost => "lost",
            Outcome::Done => "done",
            Outcome::Cancelled => "cancelled",
        }
    }
}

/// What a field is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// One line of at most `max` characters.
    Text {
        max: usize,
    },
    LongText,
    /// Sanitised HTML.
    RichText,
    Integer,
    Decimal {
        scale: u8,
    },
    Money,
    /// Kept as people say it: 12.5 for 12.5 %.
    Percent {
        scale: u8,
    },
    Date,
    DateTime,
    /// In seconds.
    Duration,
    Boolean,
    Choice(Choice),
    MultiChoice(Choice),
    Email,
    /// Kept as E.164.
    Phone,
    Url,
    Address,
    PersonName,
    Link(Link),
    LinkAny(Vec<String>),
    LinkMany {
        to: String,
    },
    /// Stored files, `max` at most: a list of what is known of each, as [`crate::Kind::Json`] is kept.
    File {
        max: usize,
    },
    AutoNumber {
        prefix: String,
        digits: u8,
    },
    /// Computed from other fields; see [`crate::Field::formula`].
    Formula {
        column: Option<ColumnType>,
    },
    RollUp(RollUp),
    Json,
    Tags,
}

/// The options of a choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub options: Vec<OptionDef>,
    /// The field that limits the options.
    pub depends_on: Option<String>,
}

impl Choice {
    pub fn option(&self, name: &str) -> Option<&OptionDef> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Whether `name` may be chosen while the field that limits the options says `limit`.
    pub fn allows(&self, name: &str, limit: Option<&str>) -> bool {
        self.option(name).is_some_and(|option| option.goes_with(limit))
    }

    /// The options to offer while the field that limits them says `limit`.
    pub fn offered(&self, limit: Option<&str>) -> impl Iterator<Item = &OptionDef> {
        self.options.iter().filter(move |option| !option.retired && option.goes_with(limit))
    }

    /// The first offered option that ends with `outcome`, or the first open one for `None`.
    pub fn with_outcome(&self, outcome: Option<Outcome>, limit: Option<&str>) -> Option<&OptionDef> {
        self.offered(limit).find(|option| option.outcome == outcome)
    }
}

impl OptionDef {
    fn goes_with(&self, limit: Option<&str>) -> bool {
        self.only_for.is_empty() || limit.is_some_and(|limit| self.only_for.iter().any(|name| name == limit))
    }
}

/// A link to one record of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub to: String,
    pub on_destroy: OnDestroy,
}

/// A figure over the records that link here.
#[derive(Clone, Debug, PartialEq)]
pub struct RollUp {
    /// The object whose records are added up.
    pub object: String,
    /// Its field that links here.
    pub link: String,
    pub function: RollUpFunction,
    /// The field that is added up; none for a count.
    pub field: Option<String>,
    pub column: ColumnType,
}

/// One column of a field: what follows the field's name, and the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Empty for the field itself; else the name in `field.part`, and after `field_` in the column's name.
    pub name: &'static str,
    pub column: ColumnType,
}

/// Digits after the point of a stored amount of money: enough for every currency and for unit prices.
pub const MONEY_SCALE: u8 = 4;

const fn whole(column: ColumnType) -> Part {
    Part { name: "", column }
}

const fn text(name: &'static str) -> Part {
    Part { name, column: ColumnType::Text }
}

const AMOUNT: ColumnType = ColumnType::Decimal { scale: MONEY_SCALE };

impl Kind {
    /// The columns that hold the field, in order; none for what is computed or kept in a table of its own.
    pub fn parts(&self) -> Vec<Part> {
        match self {
            Kind::Text { .. } | Kind::LongText | Kind::RichText | Kind::Email | Kind::Phone | Kind::Url => {
                vec![whole(ColumnType::Text)]
            }
            Kind::Choice(_) | Kind::AutoNumber { .. } => vec![whole(ColumnType::Text)],
            Kind::Integer | Kind::Duration => vec![whole(ColumnType::Int)],
            Kind::Decimal { scale } | Kind::Percent { scale } => {
                vec![whole(ColumnType::Decimal { scale: *scale })]
            }
            Kind::Money => vec![whole(AMOUNT), text("currency")],
            Kind::Date => vec![whole(ColumnType::Date)],
            Kind::DateTime => vec![whole(ColumnType::Instant)],
            Kind::Boolean => vec![whole(ColumnType::Bool)],
            Kind::MultiChoice(_) | Kind::Tags => vec![whole(ColumnType::List)],
            Kind::Address => ["street", "city", "state", "postal_code", "country"].map(text).to_vec(),
            Kind::PersonName => ["salutation", "first", "middle", "last", "suffix"].map(text).to_vec(),
            Kind::Link(_) => vec![whole(ColumnType::Id)],
            Kind::LinkAny(_) => vec![text("object"), Part { name: "id", column: ColumnType::Id }],
            Kind::LinkMany { .. } => Vec::new(),
            Kind::Formula { column } => column.map(whole).into_iter().collect(),
            Kind::RollUp(roll_up) => vec![whole(roll_up.column)],
            Kind::Json | Kind::File { .. } => vec![whole(ColumnType::Json)],
        }
    }

    /// Whether people and programs may set it: not what the engine computes.
    pub const fn is_writable(&self) -> bool {
        !matches!(self, Kind::AutoNumber { .. } | Kind::Formula { .. } | Kind::RollUp(_))
    }

    /// The options, of a choice or multi-choice.
    pub const fn choice(&self) -> Option<&Choice> {
        match self {
            Kind::Choice(choice) | Kind::MultiChoice(choice) => Some(choice),
            _ => None,
        }
    }

    /// The objects that it may lead to.
    pub fn targets(&self) -> &[String] {
        match self {
            Kind::Link(link) => std::slice::from_ref(&link.to),
            Kind::LinkMany { to } => std::slice::from_ref(to),
            Kind::LinkAny(to) => to,
            _ => &[],
        }
    }
}
