//! Whom somebody sees as members of a list of records: read when a query first looks into such a list, once for all lists
//! of one kind of record; never for a query that looks into none.

use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use metadata::Object;
use parking_lot::Mutex;
use records::{Engine, Principal, SeenMembers};

/// The records of an object that somebody sees as members.
pub struct Members {
    of: Option<Unread>,
    seen: Mutex<Option<Arc<SeenMembers>>>,
}

/// Who is to see which records.
struct Unread {
    engine: Engine,
    who: Principal,
    object: Arc<Object>,
}

impl Members {
    /// Those that somebody sees of an object, once they are asked for.
    pub fn of(engine: &Engine, who: &Principal, object: &Arc<Object>) -> Members {
        let of = Unread { engine: engine.clone(), who: who.clone(), object: Arc::clone(object) };
        Members { of: Some(of), seen: Mutex::default() }
    }

    /// These, which another process has read.
    #[cfg(feature = "ballista")]
    pub fn known(seen: SeenMembers) -> Members {
        Members { of: None, seen: Mutex::new(Some(Arc::new(seen))) }
    }

    /// Who they are. Blocks when nobody has asked before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn seen(&self) -> Result<Arc<SeenMembers>> {
        let mut seen = self.seen.lock();
        if let Some(seen) = &*seen {
            return Ok(Arc::clone(seen));
        }
        let read = match &self.of {
            Some(of) => tokio::task::block_in_place(|| of.read())
                .map_err(|error| DataFusionError::External(Box::new(error)))?,
            None => SeenMembers::nobody(),
        };
        Ok(Arc::clone(seen.insert(Arc::new(read))))
    }
}

impl PartialEq for Members {
    fn eq(&self, other: &Members) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Unread {
    fn read(&self) -> std::result::Result<SeenMembers, records::Error> {
        match self.engine.read(&self.who, |reader| reader.seen_members(&self.object)) {
            Err(records::Error::Denied(_) | records::Error::NotFound) => Ok(SeenMembers::nobody()),
            read => read,
        }
    }
}
