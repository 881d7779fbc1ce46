//! An object ready for use: fields with their columns, rules and formulas checked.

use std::{collections::HashMap, ops::Range, sync::Arc};

use expr::Checked;
use kernel::ColumnType;

use crate::{
    definition::{Area, LayoutDef, TableKind, ViewDef},
    kind::{Choice, Kind},
    schema::Index,
};

/// A kind of record: everything that lists, forms, tables, API and permissions follow from.
///
/// A record's values stand in the order of [`Object::columns`], whose first three are always
/// [`Object::ID`], [`Object::VERSION`] and [`Object::TITLE`].
#[derive(Debug)]
pub struct Object {
    pub name: String,
    pub plural: String,
    pub label: Option<String>,
    pub plural_label: Option<String>,
    pub icon: String,
    pub area: Option<Area>,
    pub origin: Origin,
    pub owned: bool,
    /// The link to the record that this one is a part of.
    pub part_of: Option<usize>,
    /// Positions of the fields that make the title.
    pub title: Vec<usize>,
    /// Positions of the fields that full-text search reads besides the title.
    pub search: Vec<usize>,
    /// Positions of the date-times that say when it happened, the first that is filled in; `created_at` last.
    pub moment: Vec<usize>,
    pub fields: Vec<Field>,
    pub columns: Vec<Column>,
    /// Indexes over several columns.
    pub indexes: Vec<Index>,
    /// Positions of the stored formulas, each after those that it reads.
    pub formulas: Vec<usize>,
    pub rules: Vec<Rule>,
    pub views: Vec<ViewDef>,
    pub layout: LayoutDef,
    pub star: Star,
    pub(crate) by_name: HashMap<String, usize>,
}

/// What an object is in the warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Star {
    pub kind: TableKind,
    /// The position of the field that says on which day a record counts; the day it was made, where there is none.
    pub date: Option<usize>,
    /// Positions of the fields that are added up.
    pub measures: Vec<usize>,
    /// Whether there is a table of how open records stood at the end of each day.
    pub daily: bool,
}

/// Whether Rapport or a customer made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Shipped,
    Custom,
}

/// A field ready for use.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub label: Option<String>,
    pub help: Option<String>,
    pub origin: Origin,
    pub required: bool,
    pub unique: bool,
    pub index: bool,
    /// Set by behaviour or the engine only.
    pub read_only: bool,
    pub default: Option<Arc<Checked>>,
    pub formula: Option<Arc<Checked>>,
    /// Which records a roll-up counts, checked on the other object.
    pub filter: Option<Arc<Checked>>,
    /// What gives the code of the currency of what is an amount: money, and what is computed from money.
    pub currency: Option<Arc<Checked>>,
    /// Whether it is written in a language of programs, each character as wide as the other.
    pub code: bool,
    /// The position of the date-time in which begins what ends here.
    pub begins: Option<usize>,
    /// Where its content stands among [`Object::columns`].
    pub columns: Range<usize>,
    pub renamed_from: Option<String>,
}

/// One stored column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub column: ColumnType,
    /// The position of the field that it belongs to; none for the first three.
    pub field: Option<usize>,
}

/// A condition that every saved record fulfils.
#[derive(Debug)]
pub struct Rule {
    pub name: String,
    pub require: Arc<Checked>,
    pub field: Option<String>,
    pub message: Option<String>,
}

impl Object {
    pub const ID: usize = 0;
    pub const VERSION: usize = 1;
    pub const TITLE: usize = 2;

    /// The table that holds its records.
    pub fn table(&self) -> &str {
        &self.name
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).map(|position| &self.fields[*position])
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The first column of a field that is known to be there and stored.
    ///
    /// # Panics
    /// When the object has no such field: a fault of the program, for shipped objects' own fields only.
    pub fn column_of(&self, name: &str) -> usize {
        self.field(name).unwrap_or_else(|| panic!("{} has no field {name}", self.name)).columns.start
    }

    /// The choice that is shown as a path, with its position among the fields.
    pub fn path(&self) -> Option<(usize, &Choice)> {
        let position = self.position(self.layout.path.as_deref()?)?;
        Some((position, self.fields[position].kind.choice()?))
    }

    /// The fields that people see: all but what only the engine needs.
    pub fn shown_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.name != "deleted_at")
    }

    pub fn view(&self, name: &str) -> Option<&ViewDef> {
        self.views.iter().find(|view| view.name == name)
    }

    /// The many-to-many fields, which have no columns.
    pub fn many_to_many(&self) -> impl Iterator<Item = (usize, &Field)> {
        let is_many = |(_, field): &(usize, &Field)| matches!(field.kind, Kind::LinkMany { .. });
        self.fields.iter().enumerate().filter(is_many)
    }

    /// The table of a many-to-many field: `this`, `other`.
    pub fn link_table(&self, field: &Field) -> String {
        format!("{}__{}", self.name, field.name)
    }
}

impl Field {
    /// Whether input may set it.
    pub const fn is_writable(&self) -> bool {
        !self.read_only && self.kind.is_writable()
    }

    /// Whether it is an amount that is computed: its currency stands in no column of its own.
    pub fn is_computed_money(&self) -> bool {
        self.currency.is_some() && self.kind != Kind::Money
    }
}
