//! The engine of one workspace: its database, its objects, and what features registered.

use std::{collections::BTreeMap, sync::Arc};

use db::{Db, Tx, config::Durability};
use expr::sql::Sql;
use kernel::{Clock, ColumnType, Currency, Value};
use metadata::{Object, Registry};
use parking_lot::{Mutex, RwLock};

use crate::{Behaviour, Error, Principal, Reader, Writer, condition::Asking};

/// Loads and saves the records of one workspace. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    registry: RwLock<Arc<Registry>>,
    gaps: Gaps,
    options: Options,
}

/// Numbers of the change log that were missing when somebody read on, each with what had begun by then.
#[derive(Default)]
pub(crate) struct Gaps(Mutex<BTreeMap<i64, i64>>);

impl Gaps {
    /// Numbers remembered; of more than that the oldest are forgotten, and waited for once more.
    const MOST: usize = 10_000;

    /// Whether the row of that number may still be committed, for whoever sees that all transactions before `ended`
    /// have ended, while those before `begun` have begun. Yes when it is missed for the first time: what ended between
    /// the snapshot and now is in neither.
    pub fn may_fill(&self, seq: i64, ended: i64, begun: i64) -> bool {
        let mut known = self.0.lock();
        if let Some(first) = known.get(&seq) {
            return *first > ended;
        }
        known.insert(seq, begun);
        if known.len() > Gaps::MOST {
            known.pop_first();
        }
        true
    }
}

/// What an engine is told once.
pub struct Options {
    pub behaviours: Vec<Box<dyn Behaviour>>,
    pub clock: Arc<Clock>,
    /// The currency of amounts that name none.
    pub currency: Currency,
}

impl Default for Options {
    fn default() -> Options {
        Options { behaviours: Vec::new(), clock: Arc::default(), currency: Currency::USD }
    }
}

impl Engine {
    /// An engine over a database whose tables fit `registry`; see [`crate::schema`].
    pub(crate) fn new(db: Db, registry: Registry, options: Options) -> Engine {
        Engine {
            shared: Arc::new(Shared {
                db,
                registry: RwLock::new(Arc::new(registry)),
                gaps: Gaps::default(),
                options,
            }),
        }
    }

    pub fn db(&self) -> &Db {
        &self.shared.db
    }

    pub fn clock(&self) -> &Clock {
        &self.shared.options.clock
    }

    /// The clock, for those who keep it: workers.
    pub fn clock_handle(&self) -> Arc<Clock> {
        Arc::clone(&self.shared.options.clock)
    }

    pub(crate) fn gaps(&self) -> &Gaps {
        &self.shared.gaps
    }

    /// The objects as they are now. A transaction sees one state of them from beginning to end.
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.shared.registry.read())
    }

    pub(crate) fn set_registry(&self, registry: Registry) {
        *self.shared.registry.write() = Arc::new(registry);
    }

    /// The object of that name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn object(&self, name: &str) -> Result<Arc<Object>, Error> {
        self.registry().object(name).cloned().ok_or(Error::NotFound)
    }

    pub fn currency(&self) -> Currency {
        self.shared.options.currency
    }

    /// What a statement outside of a transaction needs to know.
    pub(crate) fn asking<'a>(&self, registry: &'a Registry, who: &'a Principal) -> Asking<'a> {
        Asking { registry, who, now: self.clock().now(), dialect: self.db().dialect() }
    }

    pub(crate) fn behaviours(&self, object: &str) -> impl Iterator<Item = &dyn Behaviour> {
        self.shared
            .options
            .behaviours
            .iter()
            .map(Box::as_ref)
            .filter(move |behaviour| [object, <dyn Behaviour>::EVERY].contains(&behaviour.object()))
    }

    /// Reads on one snapshot of the database.
    pub fn read<T, E: From<Error>>(
        &self,
        who: &Principal,
        work: impl FnOnce(&mut Reader<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let answer = self.shared.db.read(|tx| work(&mut Reader::new(self, tx, who)).map_err(Outer));
        answer.map_err(|Outer(error)| error)
    }

    /// Saves in one transaction; returns when everything is on disk. `work` may run more than once: see [`Db::write`].
    pub fn write<T, E: From<Error>>(
        &self,
        who: &Principal,
        work: impl FnMut(&mut Writer<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_as(Durability::Full, who, work)
    }

    /// As [`Engine::write`], without waiting for the disk if that is not wanted: see [`Db::write_as`].
    pub fn write_as<T, E: From<Error>>(
        &self,
        durability: Durability,
        who: &Principal,
        mut work: impl FnMut(&mut Writer<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let answer =
            self.shared.db.write_as(durability, |tx| self.write_within(tx, who, &mut work).map_err(Outer));
        answer.map_err(|Outer(error)| error)
    }

    pub(crate) fn write_within<T, E: From<Error>>(
        &self,
        tx: &mut Tx<'_>,
        who: &Principal,
        work: &mut impl FnMut(&mut Writer<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = Writer::new(self, tx, who);
        let answer = work(&mut writer)?;
        writer.finish()?;
        Ok(answer)
    }
}

/// An error of the caller's, which also takes those of the database.
struct Outer<E>(E);

impl<E: From<Error>> From<db::Error> for Outer<E> {
    fn from(error: db::Error) -> Outer<E> {
        Outer(Error::Database(error).into())
    }
}

/// Whether a row answers a query that asks for one.
pub(crate) fn exists(tx: &mut Tx<'_>, sql: &Sql) -> Result<bool, Error> {
    Ok(tx.query_optional(sql, |_| ())?.is_some())
}

/// `"a" in (…ids…)`, bound as one argument.
pub(crate) fn in_ids(dialect: db::Dialect, column: &str, ids: Vec<Value>) -> Sql {
    let mut item = Sql::default();
    item.push(column);
    expr::sql::Dialect::in_list(&dialect, &item, ids, ColumnType::Id)
}
