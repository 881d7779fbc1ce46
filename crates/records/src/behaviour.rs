//! What a feature adds to saving: the one place for "when this changes, then that".

use kernel::{Actor, Id, Message, Problem, Value};
use metadata::{Object, Outcome};

use crate::{Error, Reader, Writer, draft::column, record::FieldSet};

/// What changes when a record of one object is saved or deleted. No I/O but through the reader or writer.
pub trait Behaviour: Send + Sync {
    /// The object, by name, or `<dyn Behaviour>::EVERY`.
    fn object(&self) -> &str;

    /// Whether a save that takes the columns from `before` to `after` matters to it; asked before anything else.
    fn concerns(&self, object: &Object, before: Option<&[Value]>, after: &[Value]) -> bool {
        let _ = (object, before, after);
        true
    }

    /// Before formulas and checks: sets fields that follow from others, and finds what is wrong. The reader sees
    /// what Rapport itself may see.
    ///
    /// # Errors
    /// Only when something is broken; what is wrong with the input goes into [`Saving::refuse`].
    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        let _ = (saving, reader);
        Ok(())
    }

    /// After the record is written, in the same transaction: saves what follows on other records. The writer acts
    /// as Rapport itself.
    ///
    /// # Errors
    /// An error undoes the whole transaction.
    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let _ = (saved, writer);
        Ok(())
    }

    /// After the record has gone to the trash or come back.
    ///
    /// # Errors
    /// An error undoes the whole transaction.
    fn after_delete(&self, id: Id, restored: bool, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let _ = (id, restored, writer);
        Ok(())
    }
}

impl dyn Behaviour {
    /// In place of a name: all objects.
    pub const EVERY: &'static str = "*";
}

/// A record on its way into the database.
pub struct Saving<'w> {
    pub object: &'w Object,
    pub id: Id,
    /// Who saves.
    pub actor: Actor,
    /// What stands in the database; none for a new record.
    pub before: Option<&'w [Value]>,
    pub(crate) after: &'w mut Vec<Value>,
    /// The columns that the draft set itself.
    pub(crate) given: &'w FieldSet,
    pub(crate) problems: &'w mut Vec<Problem>,
}

impl Saving<'_> {
    pub const fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// The content of `field` or `field.part` as it will be saved.
    ///
    /// # Panics
    /// When the object has no such field, as with all of these: a fault of the program.
    pub fn get(&self, path: &str) -> &Value {
        &self.after[self.at(path)]
    }

    pub fn text(&self, path: &str) -> &str {
        self.get(path).as_text().unwrap_or("")
    }

    pub fn set(&mut self, path: &str, value: impl Into<Value>) {
        let at = self.at(path);
        self.after[at] = value.into();
    }

    /// Sets a field unless whoever saves has set it.
    pub fn set_unless_given(&mut self, path: &str, value: impl Into<Value>) {
        let at = self.at(path);
        if !self.given.has(at) {
            self.after[at] = value.into();
        }
    }

    /// Whether whoever saves has set the field.
    pub fn is_given(&self, path: &str) -> bool {
        self.given.has(self.at(path))
    }

    /// What stands in the database; empty on a new record.
    pub fn old(&self, path: &str) -> &Value {
        const EMPTY: &Value = &Value::Null;
        self.before.map_or(EMPTY, |before| &before[self.at(path)])
    }

    /// Whether the field will have another content than in the database.
    pub fn changes(&self, path: &str) -> bool {
        self.get(path) != self.old(path)
    }

    /// How the chosen option of a choice ends what the record describes; none while it is open.
    pub fn outcome(&self, path: &str) -> Option<Outcome> {
        let choice = self.object.field(path)?.kind.choice()?;
        choice.option(self.text(path))?.outcome
    }

    /// The outcome that stands in the database.
    pub fn old_outcome(&self, path: &str) -> Option<Outcome> {
        let choice = self.object.field(path)?.kind.choice()?;
        choice.option(self.old(path).as_text()?)?.outcome
    }

    /// The content of a column as it will be saved, and as it stands.
    pub fn column(&self, at: usize) -> (&Value, &Value) {
        const EMPTY: &Value = &Value::Null;
        (&self.after[at], self.before.map_or(EMPTY, |before| &before[at]))
    }

    pub fn set_column(&mut self, at: usize, value: Value) {
        self.after[at] = value;
    }

    /// Says what is wrong; the record is then not saved.
    pub fn refuse(&mut self, field: Option<&str>, message: Message) {
        self.problems.push(Problem { field: field.map(str::to_owned), message });
    }

    fn at(&self, path: &str) -> usize {
        column(self.object, path).unwrap_or_else(|| panic!("{} has no stored field {path}", self.object.name))
    }
}

/// A record that was saved.
#[derive(Clone, Debug)]
pub struct Saved {
    pub object: std::sync::Arc<Object>,
    pub id: Id,
    pub version: i64,
    /// By column; none for a record that is new.
    pub before: Option<Vec<Value>>,
    pub after: Vec<Value>,
}

impl Saved {
    pub fn get(&self, path: &str) -> &Value {
        const EMPTY: &Value = &Value::Null;
        column(&self.object, path).map_or(EMPTY, |at| &self.after[at])
    }

    pub fn changed(&self, path: &str) -> bool {
        let Some(at) = column(&self.object, path) else { return false };
        self.before.as_ref().map_or(!self.after[at].is_null(), |before| before[at] != self.after[at])
    }

    /// The outcome of a choice before and after, when it changed.
    pub fn outcome(&self, path: &str) -> Option<Outcome> {
        let choice = self.object.field(path)?.kind.choice()?;
        choice.option(self.get(path).as_text()?)?.outcome
    }
}
