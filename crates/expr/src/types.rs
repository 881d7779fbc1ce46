//! What names mean: the types of fields, where their contents are, and the catalogue that knows them.

use std::{fmt, sync::Arc};

use kernel::{ColumnType, Decimal};

use crate::checked::Checked;

/// What names mean; the registry of metadata implements it.
pub trait Catalog {
    fn field(&self, object: &str, name: &str) -> Option<Field>;

    /// The names of all fields, to suggest the nearest for one misspelt.
    fn field_names(&self, object: &str) -> Vec<String>;

    /// The table in which records of `object` are kept, with their identity in column `id`; `None` when there is no such object.
    fn table(&self, object: &str) -> Option<Arc<str>>;
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    pub ty: Type,
    pub source: Source,
    /// The code of the currency of a computed amount that is kept in one column; what is in parts, or a formula that is
    /// expanded, says it itself.
    pub currency: Option<Arc<Checked>>,
}

impl Field {
    /// A field that is no amount, or says its currency itself.
    pub const fn new(ty: Type, source: Source) -> Field {
        Field { ty, source, currency: None }
    }
}

/// Where the content of a field is.
#[derive(Clone, Debug)]
pub enum Source {
    /// Stored in one column.
    Column(Column),
    /// Computed: expanded in place.
    Formula(Arc<Checked>),
    /// A link to one of several kinds of record, in two columns: the object's name and the id.
    LinkAny { object: Column, id: Column },
    /// Several columns, addressed as `field.part`. Of money the part `amount` is what the field itself stands for.
    Parts(Vec<Part>),
    /// A many-to-many link: only `contains`, `in` (a record in the field) and `is empty`.
    Many(Arc<Many>),
}

/// One stored column of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the table.
    pub name: Arc<str>,
    /// Its position among a record's values.
    pub index: usize,
    pub column: ColumnType,
}

/// One part of a field of several.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: Arc<str>,
    pub ty: Type,
    pub column: Column,
}

/// A table of pairs that joins two objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many {
    pub table: Arc<str>,
    /// The column that holds the id of the record that has the field.
    pub this_column: Arc<str>,
    /// The column that holds the id of the other one.
    pub other_column: Arc<str>,
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Bool,
    Int,
    Number,
    /// Counts as its amount; `.currency` is the code. `.amount` says the same as the field itself.
    Money,
    Text,
    Date,
    DateTime,
    /// A number of seconds.
    Duration,
    /// One of the options, by name.
    Choice(Arc<Options>),
    List(Entry),
    /// A record of the object.
    Link(Arc<str>),
    /// A record of any of several objects.
    LinkAny,
    Json,
    /// Structured: only its parts and `is empty`.
    PersonName,
    /// Structured: only its parts and `is empty`.
    Address,
    /// What `empty` alone is: it takes the type of what it is compared or mixed with.
    Empty,
}

/// What the entries of a list are.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Text,
    Choice(Arc<Options>),
    Link(Arc<str>),
}

/// The options of a choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    pub options: Vec<ChoiceOption>,
}

/// One option and the roles it plays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceOption {
    pub name: Arc<str>,
    /// `won`, `lost`, `done` or `cancelled`; none while it is open.
    pub outcome: Option<Arc<str>>,
    pub probability: Option<Decimal>,
    pub forecast_category: Option<Arc<str>>,
}

/// What an option's outcome can be.
pub const OUTCOMES: [&str; 4] = ["won", "lost", "done", "cancelled"];

/// What an expression is wanted for.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// Anything.
    Any,
    /// A filter, validation or row rule: yes or no.
    Condition,
    /// A value for a field of this type. A whole number serves as any number, a number as money, a choice as text.
    Type(Type),
}

impl Type {
    /// Whether it is computed with as a number.
    pub const fn is_numeric(&self) -> bool {
        matches!(self, Type::Int | Type::Number | Type::Money)
    }

    /// The column that can hold it: of computed numbers with ten digits after the point.
    pub const fn column(&self) -> ColumnType {
        match self {
            Type::Bool => ColumnType::Bool,
            Type::Int => ColumnType::Int,
            Type::Number | Type::Money | Type::Duration => {
                ColumnType::Decimal { scale: crate::number::FRACTION_DIGITS as u8 }
            }
            Type::Text | Type::Choice(_) | Type::PersonName | Type::Address | Type::Empty => ColumnType::Text,
            Type::Date => ColumnType::Date,
            Type::DateTime => ColumnType::Instant,
            Type::List(_) => ColumnType::List,
            Type::Link(_) | Type::LinkAny => ColumnType::Id,
            Type::Json => ColumnType::Json,
        }
    }
}

/// The name of the type in messages and in the reference: `number`, `date`, `link to company`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Type::Bool => "yes/no",
            Type::Int => "whole number",
            Type::Number => "number",
            Type::Money => "money",
            Type::Text => "text",
            Type::Date => "date",
            Type::DateTime => "date-time",
            Type::Duration => "duration",
            Type::Choice(_) => "choice",
            Type::List(Entry::Text) => "list of texts",
            Type::List(Entry::Choice(_)) => "list of choices",
            Type::List(Entry::Link(object)) => return write!(f, "list of {object}"),
            Type::Link(object) => return write!(f, "link to {object}"),
            Type::LinkAny => "link",
            Type::Json => "json",
            Type::PersonName => "person name",
            Type::Address => "address",
            Type::Empty => "empty",
        };
        f.write_str(name)
    }
}
