//! Writing: the one save path. Screen, API, import, automation and job all come through [`Writer::save_all`].
//!
//! A save is: load what stands → lay the draft over it → authorise → conflicts → defaults (a new record is
//! authorised as these make it) → behaviours → formulas and title → validate → number → write → members → search →
//! change log → behaviours' consequences; at the end of the transaction the roll-ups that it touched, and after the
//! commit the events.

mod authorise;
mod complete;
mod prepare;
mod revert;
mod roll_up;
mod save;
mod stamps;
mod store;
mod trash;
mod validate;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::{Deref, DerefMut},
    sync::Arc,
};

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp, Value};
use metadata::Object;

use crate::{Engine, Error, Principal, Reader, event};

pub(crate) use complete::plain_text;
pub use complete::title as title_of;
pub use revert::Reverted;
use roll_up::{RollUpLinks, Touched};
pub(crate) use store::{searched_text, words};

/// Saves records for somebody, within a transaction. Reads like a [`Reader`].
pub struct Writer<'a, 'c> {
    reader: Reader<'a, 'c>,
    /// What the changes belong to: an import, a bulk change.
    cause: Option<Id>,
    /// Records whose roll-ups have to be computed anew.
    touched: Touched,
    /// What to tell those who listen, by object.
    events: BTreeMap<String, Vec<Id>>,
    /// Records that whoever saves has seen already, by object; as long as none is trashed.
    vouched: HashMap<String, HashSet<Id>>,
    /// How many consequences deep this save is.
    depth: usize,
}

/// One record on its way through a save.
pub(crate) struct Work {
    pub id: Id,
    pub rid: Option<i64>,
    /// The version that the changes were made upon, if the draft says.
    pub expected: Option<i64>,
    pub before: Option<Vec<Value>>,
    pub after: Vec<Value>,
    /// Columns that the draft set itself.
    pub given: crate::record::FieldSet,
    /// Members wanted of many-to-many fields: position, before, after.
    pub members: Vec<(usize, Vec<Id>, Vec<Id>)>,
    pub problems: Vec<kernel::Problem>,
    /// Why it is not saved, when that is no matter of problems.
    pub error: Option<Error>,
}

impl Work {
    pub fn is_good(&self) -> bool {
        self.error.is_none() && self.problems.is_empty()
    }

    /// Whether a column will have another content than in the database.
    pub fn changes(&self, column: usize) -> bool {
        self.before
            .as_ref()
            .map_or(!self.after[column].is_null(), |before| before[column] != self.after[column])
    }
}

impl<'a, 'c> Writer<'a, 'c> {
    pub(crate) fn new(engine: &'a Engine, tx: &'a mut Tx<'c>, who: &'a Principal) -> Writer<'a, 'c> {
        Writer {
            reader: Reader::new(engine, tx, who),
            cause: None,
            touched: Touched::default(),
            events: BTreeMap::new(),
            vouched: HashMap::new(),
            depth: 0,
        }
    }

    /// Spares the writer to look whether these records are there and may be linked to: whoever saves has found them,
    /// in this transaction or before it with nothing written since.
    pub fn vouch_for(&mut self, object: &str, ids: impl IntoIterator<Item = Id>) {
        self.vouched.entry(object.to_owned()).or_default().extend(ids);
    }

    /// Marks all further changes of this transaction as belonging together, so that they can be found and reverted.
    pub const fn set_cause(&mut self, cause: Id) {
        self.cause = Some(cause);
    }

    /// Keeps apart transactions that look whether a record is there and make it if it is not: of two that name the same
    /// `matter`, the later begins anew and sees what the earlier has made. For matching that no unique index guards.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn keep_apart(&mut self, matter: &str) -> Result<(), Error> {
        if !self.tx.dialect().has_rivals() {
            return Ok(());
        }
        let mut sql = Sql::new("insert into \"sequence\" (\"name\", \"next\") values (");
        sql.bind(format!("apart {matter}"), ColumnType::Text)
            .push(", 0) on conflict (\"name\") do update set \"next\" = 0");
        self.tx.execute(&sql)?;
        Ok(())
    }

    /// The same transaction, acted in by Rapport itself: for consequences that a person's rights do not cover.
    pub fn as_system<T>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_, 'c>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let system = Principal { zone: self.who.zone.clone(), ..Principal::system() };
        self.acting_as(&system, work)
    }

    /// The same transaction as it happened at another time, done by Rapport on behalf of a person: for a past that is
    /// told afterwards. Roll-ups are settled when the transaction ends, at its own time.
    pub fn in_the_past<T>(
        &mut self,
        at: Timestamp,
        by: Id,
        work: impl FnOnce(&mut Writer<'_, 'c>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut system = Principal { zone: self.who.zone.clone(), ..Principal::system() };
        system.actor.user = Some(by);
        let now = std::mem::replace(&mut self.reader.now, at);
        let answer = self.acting_as(&system, work);
        self.reader.now = now;
        answer
    }

    /// The same transaction, with the actor kept but every right given.
    pub(crate) fn trusted<T>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_, 'c>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut trusted = Principal { access: Arc::new(crate::Access::everything()), ..self.who.clone() };
        trusted.actor.channel = kernel::Channel::System;
        self.acting_as(&trusted, work)
    }

    fn acting_as<T>(
        &mut self,
        who: &Principal,
        work: impl FnOnce(&mut Writer<'_, 'c>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Writer { reader, cause, touched, events, vouched, depth } = self;
        let registry = Arc::clone(&reader.registry);
        let inner = Reader { engine: reader.engine, registry, now: reader.now, tx: &mut *reader.tx, who };
        let mut inner = Writer {
            reader: inner,
            cause: *cause,
            touched: std::mem::take(touched),
            events: std::mem::take(events),
            vouched: std::mem::take(vouched),
            depth: *depth,
        };
        let answer = work(&mut inner);
        (*touched, *events, *vouched) = (inner.touched, inner.events, inner.vouched);
        answer
    }

    /// Runs a part that may fail by itself: its error undoes what it did, and the transaction goes on.
    ///
    /// # Errors
    /// Those of `part`.
    pub fn savepoint<T>(
        &mut self,
        part: impl FnOnce(&mut Writer<'_, 'c>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Writer { reader, cause, touched, events, vouched, depth } = self;
        let (engine, who, now) = (reader.engine, reader.who, reader.now);
        let registry = Arc::clone(&reader.registry);
        reader.tx.savepoint(|tx| {
            let mut inner = Writer {
                reader: Reader { engine, registry, now, tx, who },
                cause: *cause,
                touched: std::mem::take(touched),
                events: std::mem::take(events),
                vouched: std::mem::take(vouched),
                depth: *depth,
            };
            let answer = part(&mut inner);
            // What was touched and then undone is only computed once more.
            (*touched, *events, *vouched) = (inner.touched, inner.events, inner.vouched);
            answer
        })
    }

    /// What remains to be done once all saves of the transaction are made.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        self.settle_roll_ups()?;
        for (object, ids) in std::mem::take(&mut self.events) {
            event::announce(self.reader.tx, &object, &ids);
        }
        Ok(())
    }

    fn announce(&mut self, object: &Object, saved: impl IntoIterator<Item = Id>) {
        let mut saved = saved.into_iter().peekable();
        if saved.peek().is_some() {
            let ids = self.events.entry(object.name.clone()).or_default();
            // One more than is named tells that there are more.
            let room = (event::NAMED + 1).saturating_sub(ids.len());
            ids.extend(saved.take(room));
        }
    }

    /// Notes the records whose roll-ups a change of one record touches.
    fn rolled_up(&mut self, object: &Object, before: Option<&[Value]>, after: Option<&[Value]>) {
        let registry = Arc::clone(&self.reader.registry);
        RollUpLinks::of(&registry, object).note(before, after, &mut self.touched);
    }
}

impl<'a, 'c> Deref for Writer<'a, 'c> {
    type Target = Reader<'a, 'c>;

    fn deref(&self) -> &Reader<'a, 'c> {
        &self.reader
    }
}

impl<'a, 'c> DerefMut for Writer<'a, 'c> {
    fn deref_mut(&mut self) -> &mut Reader<'a, 'c> {
        &mut self.reader
    }
}
