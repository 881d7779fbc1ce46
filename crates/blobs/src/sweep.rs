//! Taking away what nobody needs any more.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use db::Db;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp, Value};

use crate::{Blobs, Error};

/// How old a content without a row must be: its transaction may still be under way.
const ORPHANED_FOR: Duration = Duration::from_secs(86_400);
/// Blobs looked up or removed in one statement.
const AT_ONCE: usize = 500;

/// What one sweep has taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Blobs whose time was over.
    pub expired: u64,
    /// Contents without a row.
    pub orphans: u64,
    /// Uploads that were never finished.
    pub unfinished: u64,
}

impl Blobs {
    /// Takes away blobs whose time is over at `now`, and contents without a row that are a day old by the clock of the
    /// disk. May be stopped at any time, and run by several processes at once; once a day is enough.
    pub fn sweep(&self, db: &Db, now: Timestamp) -> Result<Swept, Error> {
        let before = SystemTime::now().checked_sub(ORPHANED_FOR).unwrap_or(SystemTime::UNIX_EPOCH);
        self.sweep_older(db, now, before)
    }

    fn sweep_older(&self, db: &Db, now: Timestamp, before: SystemTime) -> Result<Swept, Error> {
        let mut swept = Swept::default();
        loop {
            let expired = db.write(|tx| forget_expired(tx, now))?;
            if expired.is_empty() {
                break;
            }
            // The rows have gone for good; should this stop here, the files are orphans.
            for id in &expired {
                self.remove(*id)?;
            }
            swept.expired += expired.len() as u64;
        }
        for ids in self.older_than(before)?.chunks(AT_ONCE) {
            let known = db.read(|tx| known(tx, ids))?;
            for id in ids.iter().filter(|id| !known.contains(id)) {
                self.remove(*id)?;
                swept.orphans += 1;
            }
        }
        swept.unfinished = self.remove_unfinished(before)?;
        if swept != Swept::default() {
            tracing::info!(swept.expired, swept.orphans, swept.unfinished, "swept files");
        }
        Ok(swept)
    }

    /// As [`Blobs::sweep`], with contents being orphans at once: for tests, where nobody else writes.
    #[doc(hidden)]
    pub fn sweep_all(&self, db: &Db, now: Timestamp) -> Result<Swept, Error> {
        self.sweep_older(db, now, SystemTime::now() + ORPHANED_FOR)
    }
}

fn forget_expired(tx: &mut db::Tx<'_>, now: Timestamp) -> Result<Vec<Id>, Error> {
    let mut sql = Sql::new("select id from blob where expires_at <= ");
    sql.bind(now, ColumnType::Instant).push(" order by expires_at limit ");
    sql.bind(AT_ONCE as i64, ColumnType::Int).push(tx.dialect().for_update_skip_locked());
    let ids: Vec<Id> = tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
    if !ids.is_empty() {
        let mut sql = Sql::new("delete from blob where ");
        sql.append(&among(tx, &ids));
        tx.execute(&sql)?;
    }
    Ok(ids)
}

fn known(tx: &mut db::Tx<'_>, ids: &[Id]) -> Result<HashSet<Id>, Error> {
    let mut sql = Sql::new("select id from blob where ");
    sql.append(&among(tx, ids));
    Ok(tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect())
}

fn among(tx: &db::Tx<'_>, ids: &[Id]) -> Sql {
    let ids: Vec<Value> = ids.iter().map(|id| Value::from(*id)).collect();
    expr::sql::Dialect::in_list(&tx.dialect(), &Sql::new("id"), ids, ColumnType::Id)
}
