//! Putting jobs into the queue.

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp, Value};

use crate::{Error, Job, WAITING, entry::State};

/// How a job is enqueued: as soon as possible and for nobody, unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct Options {
    at: Option<Timestamp>,
    owner: Option<Id>,
    key: Option<Key>,
}

#[derive(Clone, Debug)]
struct Key {
    text: String,
    until_started: bool,
}

impl Options {
    pub fn new() -> Options {
        Options::default()
    }

    /// Not before this instant.
    #[must_use]
    pub const fn at(mut self, instant: Timestamp) -> Options {
        self.at = Some(instant);
        self
    }

    /// The user who is shown the job as theirs.
    #[must_use]
    pub fn owner(mut self, user: impl Into<Option<Id>>) -> Options {
        self.owner = user.into();
        self
    }

    /// Does nothing if there is an unfinished job with this key, be it waiting or running.
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Options {
        self.key = Some(Key { text: key.into(), until_started: false });
        self
    }

    /// Does nothing if a job with this key is waiting. One that has started does not count, because it may have
    /// read already what has changed now: right for "recompute this".
    #[must_use]
    pub fn coalesce(mut self, key: impl Into<String>) -> Options {
        self.key = Some(Key { text: key.into(), until_started: true });
        self
    }
}

/// Enqueues `job` as part of the transaction: it runs after the commit, and never if that does not happen.
/// Returns its id, or that of the job with the same key that is there already.
pub fn enqueue<J: Job>(tx: &mut Tx<'_>, now: Timestamp, job: &J, options: &Options) -> Result<Id, Error> {
    let payload = serde_json::to_value(job)?;
    enqueue_payload(tx, now, Stored { name: J::NAME, lane: J::LANE.number(), payload }, options)
}

/// Enqueues many jobs of one kind, much faster than one by one. Their options can have no key.
pub fn enqueue_all<'j, J: Job>(
    tx: &mut Tx<'_>,
    now: Timestamp,
    jobs: impl IntoIterator<Item = &'j J>,
    options: &Options,
) -> Result<u64, Error> {
    let mut rows = Vec::new();
    for job in jobs {
        let stored = Stored { name: J::NAME, lane: J::LANE.number(), payload: serde_json::to_value(job)? };
        let unkeyed = Options { key: None, ..*options };
        rows.push(row(Id::generate(), now, stored, &unkeyed));
    }
    let count = tx.insert_rows("job", COLUMNS, rows)?;
    if count > 0 {
        tx.notify(WAITING, "");
    }
    Ok(count)
}

/// A job as it is kept.
pub(crate) struct Stored<'a> {
    pub name: &'a str,
    pub lane: i64,
    pub payload: serde_json::Value,
}

pub(crate) fn enqueue_payload(
    tx: &mut Tx<'_>,
    now: Timestamp,
    stored: Stored<'_>,
    options: &Options,
) -> Result<Id, Error> {
    let id = Id::generate();
    let mut sql = Sql::new("insert into job (");
    for (at, (name, _)) in COLUMNS.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).push(name);
    }
    sql.push(") values (");
    for (at, (value, (_, column))) in row(id, now, stored, options).into_iter().zip(COLUMNS).enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).bind(value, *column);
    }
    sql.push(") on conflict (unique_key) where finished_at is null do nothing");
    if tx.execute(&sql)? == 1 {
        tx.notify(WAITING, "");
        return Ok(id);
    }
    let key = options.key.as_ref().map(|key| key.text.as_str());
    let mut sql = Sql::new("select id from job where finished_at is null and unique_key = ");
    sql.bind(key, ColumnType::Text);
    tx.query_optional(&sql, |row| row.id(0))?.flatten().ok_or(Error::NotFound)
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("id", ColumnType::Id),
    ("name", ColumnType::Text),
    ("payload", ColumnType::Json),
    ("lane", ColumnType::Int),
    ("state", ColumnType::Text),
    ("owner", ColumnType::Id),
    ("unique_key", ColumnType::Text),
    ("until_started", ColumnType::Bool),
    ("enqueued_at", ColumnType::Instant),
    ("due_at", ColumnType::Instant),
];

fn row(id: Id, now: Timestamp, stored: Stored<'_>, options: &Options) -> [Value; 10] {
    let key = options.key.as_ref();
    [
        id.into(),
        stored.name.into(),
        Value::Json(stored.payload),
        stored.lane.into(),
        State::Waiting.as_str().into(),
        options.owner.into(),
        key.map(|key| key.text.as_str()).into(),
        key.is_some_and(|key| key.until_started).into(),
        now.into(),
        options.at.unwrap_or(now).into(),
    ]
}
