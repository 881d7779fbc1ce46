//! Jobs as screens, API and command line see them.

use db::{Row, Tx};
use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Timestamp};

use crate::Error;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// For its time, or for a free thread.
    Waiting,
    Running,
    /// It has failed and will be tried again.
    Retrying,
    Done,
    /// It has failed for good: replay it with [`crate::retry`] or [`crate::discard`] it.
    Dead,
    Cancelled,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Waiting, State::Running, State::Retrying, State::Done, State::Dead, State::Cancelled];

    pub const fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Retrying => "retrying",
            State::Done => "done",
            State::Dead => "dead",
            State::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub const fn is_finished(self) -> bool {
        matches!(self, State::Done | State::Dead | State::Cancelled)
    }
}

/// How far a run has come, in units of its own choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    pub done: u64,
    /// Absent while it is not known.
    pub total: Option<u64>,
    pub message: Option<Message>,
}

/// A job in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub id: Id,
    pub name: String,
    /// The job itself, as JSON.
    pub payload: serde_json::Value,
    pub state: State,
    pub owner: Option<Id>,
    pub enqueued_at: Timestamp,
    /// When it will be taken; while it runs, when its lease ends.
    pub due_at: Timestamp,
    /// When the last run began.
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// How often it was begun.
    pub runs: u32,
    /// How often it has failed since its last checkpoint.
    pub failures: u32,
    /// Somebody wants a running job to stop.
    pub cancel_asked: bool,
    pub progress: Progress,
    pub checkpoint: Option<serde_json::Value>,
    /// Why it failed last, or was dropped.
    pub reason: Option<String>,
}

/// Which jobs to list: all of them, unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    pub state: Option<State>,
    pub name: Option<&'a str>,
    pub owner: Option<Id>,
    /// Only those enqueued before this one: the last of the page before.
    pub before: Option<Id>,
}

/// At most `limit` jobs, the last enqueued first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter<'_>, limit: usize) -> Result<Vec<Entry>, Error> {
    let mut sql = Sql::new(SELECT);
    sql.push(" where true");
    if let Some(state) = filter.state {
        sql.push(" and state = ").bind(state.as_str(), ColumnType::Text);
    }
    if let Some(name) = filter.name {
        sql.push(" and name = ").bind(name, ColumnType::Text);
    }
    if let Some(owner) = filter.owner {
        sql.push(" and owner = ").bind(owner, ColumnType::Id);
    }
    if let Some(before) = filter.before {
        sql.push(" and id < ").bind(before, ColumnType::Id);
    }
    sql.push(" order by id desc limit ").bind(i64::try_from(limit).unwrap_or(i64::MAX), ColumnType::Int);
    Ok(tx.query(&sql, entry)?.into_iter().flatten().collect())
}

/// The job of that id, unless it never was or has been discarded.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Entry>, Error> {
    let mut sql = Sql::new(SELECT);
    sql.push(" where id = ").bind(id, ColumnType::Id);
    Ok(tx.query_optional(&sql, entry)?.flatten())
}

/// How many jobs are in each state.
pub fn count(tx: &mut Tx<'_>) -> Result<Vec<(State, u64)>, Error> {
    let sql = Sql::new("select state, count(*) from job group by state order by state");
    let counts = tx.query(&sql, |row| Some((State::parse(row.text(0)?)?, row.int(1)?.unsigned_abs())))?;
    Ok(counts.into_iter().flatten().collect())
}

const SELECT: &str = "select id, name, payload, state, owner, enqueued_at, due_at, started_at, finished_at, runs, \
    failures, cancel_asked, progress_done, progress_total, progress_message, checkpoint, reason from job";

fn entry(row: &Row<'_>) -> Option<Entry> {
    Some(Entry {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        payload: json(row, 2).unwrap_or_default(),
        state: State::parse(row.text(3)?)?,
        owner: row.id(4),
        enqueued_at: row.instant(5)?,
        due_at: row.instant(6)?,
        started_at: row.instant(7),
        finished_at: row.instant(8),
        runs: unsigned(row, 9),
        failures: unsigned(row, 10),
        cancel_asked: row.bool(11)?,
        progress: Progress {
            done: row.int(12)?.unsigned_abs(),
            total: row.int(13).map(i64::unsigned_abs),
            message: row.json_text(14).and_then(|text| serde_json::from_str(text).ok()),
        },
        checkpoint: json(row, 15),
        reason: row.text(16).map(str::to_owned),
    })
}

fn json(row: &Row<'_>, column: usize) -> Option<serde_json::Value> {
    serde_json::from_str(row.json_text(column)?).ok()
}

pub(crate) fn unsigned(row: &Row<'_>, column: usize) -> u32 {
    row.int(column).and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}
