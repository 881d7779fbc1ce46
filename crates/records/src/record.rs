//! One record as it was read: values by column, and what may be seen of it.

use std::sync::Arc;

use kernel::{Currency, Decimal, Id, Money, Timestamp, Value};
use metadata::{Field, Object};

/// A record, or the part of it that was asked for.
///
/// Fields that were not asked for, or are hidden from whoever asks, read as empty; [`Record::shows`] tells.
#[derive(Clone, Debug)]
pub struct Record {
    pub object: Arc<Object>,
    /// By column, in the order of [`Object::columns`].
    pub values: Vec<Value>,
    /// Computed formulas by field position; stored ones stand among the values.
    pub computed: Vec<(usize, Value)>,
    /// Codes of the currencies of computed amounts by field position.
    pub(crate) currencies: Vec<(usize, String)>,
    /// Titles of linked records by field position, as far as they may be seen.
    pub labels: Vec<(usize, String)>,
    /// Ids and titles behind many-to-many fields, by field position.
    pub members: Vec<(usize, Vec<Member>)>,
    /// Positions of the fields that were read.
    pub(crate) shown: FieldSet,
}

/// A record that a many-to-many field leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: Id,
    pub title: String,
}

impl Record {
    pub fn id(&self) -> Id {
        self.values[Object::ID].as_id().unwrap_or_else(|| Id::from_bytes([0; 16]))
    }

    pub fn version(&self) -> i64 {
        self.values[Object::VERSION].as_int().unwrap_or(0)
    }

    pub fn title(&self) -> &str {
        self.values[Object::TITLE].as_text().unwrap_or("")
    }

    /// Whether the field was read: asked for, and not hidden.
    pub fn shows(&self, field: &Field) -> bool {
        self.object.position(&field.name).is_some_and(|position| self.shown.has(position))
    }

    /// The content of a field by name; empty when it was not read.
    pub fn get(&self, name: &str) -> &Value {
        const EMPTY: &Value = &Value::Null;
        let Some(position) = self.object.position(name) else { return EMPTY };
        let field = &self.object.fields[position];
        if field.columns.is_empty() {
            return self.computed.iter().find(|(at, _)| *at == position).map_or(EMPTY, |(_, value)| value);
        }
        &self.values[field.columns.start]
    }

    /// All columns of a field.
    pub fn parts(&self, field: &Field) -> &[Value] {
        &self.values[field.columns.clone()]
    }

    pub fn text(&self, name: &str) -> &str {
        self.get(name).as_text().unwrap_or("")
    }

    pub fn link(&self, name: &str) -> Option<Id> {
        self.get(name).as_id()
    }

    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        self.get(name).as_decimal()
    }

    /// A field of money, or one computed from money; nothing while the amount or the currency is empty.
    pub fn money(&self, name: &str) -> Option<Money> {
        let currency: Currency = self.currency(name)?.parse().ok()?;
        Some(Money { amount: self.get(name).as_decimal()?, currency })
    }

    /// The code of the currency of an amount, computed ones too.
    pub fn currency(&self, name: &str) -> Option<&str> {
        let position = self.object.position(name)?;
        match self.parts(&self.object.fields[position]) {
            [_, currency] => currency.as_text(),
            _ => self.currencies.iter().find(|(at, _)| *at == position).map(|(_, code)| code.as_str()),
        }
    }

    /// When what it describes happened, as far as that was read; when it was made, where nothing says more.
    pub fn moment(&self) -> Option<Timestamp> {
        let instant = |at: &usize| self.parts(&self.object.fields[*at]).first()?.as_instant();
        self.object.moment.iter().find_map(instant)
    }

    /// A link to one of several kinds: the object's name and the id.
    pub fn link_any(&self, name: &str) -> Option<(&str, Id)> {
        let field = self.object.field(name)?;
        let [object, id] = self.parts(field) else { return None };
        Some((object.as_text()?, id.as_id()?))
    }

    /// The title of the record that a link leads to; nothing when it may not be seen.
    pub fn label(&self, name: &str) -> Option<&str> {
        let position = self.object.position(name)?;
        self.labels.iter().find(|(at, _)| *at == position).map(|(_, title)| title.as_str())
    }

    pub fn is_deleted(&self) -> bool {
        !self.get("deleted_at").is_null()
    }
}

/// A set of positions of fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(Vec<u64>);

impl FieldSet {
    pub fn has(&self, position: usize) -> bool {
        self.0.get(position / 64).is_some_and(|word| word & (1 << (position % 64)) != 0)
    }

    pub fn insert(&mut self, position: usize) {
        if self.0.len() <= position / 64 {
            self.0.resize(position / 64 + 1, 0);
        }
        self.0[position / 64] |= 1 << (position % 64);
    }

    /// Keeps only what `other` has too.
    pub fn retain(&mut self, other: &FieldSet) {
        for (at, word) in self.0.iter_mut().enumerate() {
            *word &= other.0.get(at).copied().unwrap_or(0);
        }
    }

    pub fn remove(&mut self, position: usize) {
        if let Some(word) = self.0.get_mut(position / 64) {
            *word &= !(1 << (position % 64));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.0.len() * 64).filter(|position| self.has(*position))
    }
}

impl FromIterator<usize> for FieldSet {
    fn from_iter<I: IntoIterator<Item = usize>>(positions: I) -> FieldSet {
        let mut set = FieldSet::default();
        positions.into_iter().for_each(|position| set.insert(position));
        set
    }
}
