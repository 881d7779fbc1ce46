//! Reading: everything here sees one snapshot, and only what whoever asks may see.

mod count;
mod cursor;
mod group;
mod history;
mod list;
mod load;
mod order;
mod replica;
mod row;
mod search;
mod sought;
mod timeline;
mod titles;
mod touched;

use std::sync::Arc;

use db::Tx;
use kernel::Timestamp;
use metadata::{Object, Registry};

use crate::{Engine, Error, Principal, condition::Asking};

pub use count::Count;
pub use cursor::Cursor;
pub use group::{Group, GroupQuery, Sum};
pub use list::{Around, ListQuery, Page, Sort, Trash};
pub use replica::{LOOK_BACK, Opened, SeenMembers, Sight};
pub use search::Hit;
pub use sought::Sought;
pub use timeline::{Happened, Kinds, Place, TimelineQuery, What, activities};
pub use touched::{Titles, Touched, of_another_type, touched};

/// Reads records for somebody, within a transaction.
pub struct Reader<'a, 'c> {
    pub(crate) engine: &'a Engine,
    pub(crate) tx: &'a mut Tx<'c>,
    pub(crate) who: &'a Principal,
    pub(crate) registry: Arc<Registry>,
    pub(crate) now: Timestamp,
}

impl<'a, 'c> Reader<'a, 'c> {
    pub(crate) fn new(engine: &'a Engine, tx: &'a mut Tx<'c>, who: &'a Principal) -> Reader<'a, 'c> {
        Reader { engine, tx, who, registry: engine.registry(), now: engine.clock().now() }
    }

    pub const fn who(&self) -> &Principal {
        self.who
    }

    /// The instant of this transaction.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// The transaction itself, for the tables that features keep besides records.
    pub fn tx(&mut self) -> &mut Tx<'c> {
        self.tx
    }

    /// The object of that name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn object(&self, name: &str) -> Result<Arc<Object>, Error> {
        self.registry.object(name).cloned().ok_or(Error::NotFound)
    }

    /// The same snapshot, read by Rapport itself: for rules that look at more than the person may.
    pub fn as_system<T>(&mut self, work: impl FnOnce(&mut Reader<'_, 'c>) -> T) -> T {
        let system = Principal { zone: self.who.zone.clone(), ..Principal::system() };
        let registry = Arc::clone(&self.registry);
        work(&mut Reader { engine: self.engine, tx: self.tx, who: &system, registry, now: self.now })
    }

    pub(crate) fn asking<'b>(&'b self, registry: &'b Registry) -> Asking<'b> {
        Asking { registry, who: self.who, now: self.now, dialect: self.tx.dialect() }
    }
}
