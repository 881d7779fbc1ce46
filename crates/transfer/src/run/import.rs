//! What is kept about an import.

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Timestamp, Value};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Carry;
use crate::{mapping::Mapping, table::Fault};

/// An import, from the moment its file is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Also the cause of all its changes.
    pub id: Id,
    pub file: Id,
    pub file_name: String,
    /// Who acts; Rapport itself without.
    pub owner: Option<Id>,
    pub state: State,
    pub mapping: Mapping,
    pub progress: Progress,
    pub checked: Option<Summary>,
    pub reverted: Option<Reversal>,
    /// Why it failed.
    pub reason: Option<Message>,
    pub job: Option<Id>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The file is there; what becomes of its columns is being decided.
    New,
    Checking,
    Checked,
    Running,
    Done,
    Cancelled,
    Failed,
    Reverting,
    Reverted,
}

/// How far it is: part of each batch's transaction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The row of the file that comes next.
    pub next_row: u64,
    /// All rows are through; links to later ones are being made.
    pub second: bool,
    pub counts: Counts,
}

/// What has come of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Rows looked at.
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    /// There already, with the same content.
    pub unchanged: u64,
    /// There already, and only new ones were wanted.
    pub passed: u64,
    /// Not imported: in the report.
    pub bad: u64,
    /// Imported without a link, which is in the report.
    pub unlinked: u64,
    /// Names that lead to no record, where the mapping leaves such links empty.
    pub unmatched: u64,
    /// Records made because a row named them.
    pub made: u64,
}

/// What a check found: what running it would do, and what is wrong, by column and kind of problem.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub counts: Counts,
    pub kinds: Vec<KindOfProblem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindOfProblem {
    /// The first of its kind.
    pub fault: Fault,
    pub rows: u64,
    pub first_row: u64,
}

/// What a revert did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reversal {
    pub deleted: u64,
    pub updated: u64,
    pub restored: u64,
    pub kept: u64,
    /// Where in the log it goes on.
    pub before: Option<i64>,
}

impl State {
    const ALL: [State; 9] = [
        State::New,
        State::Checking,
        State::Checked,
        State::Running,
        State::Done,
        State::Cancelled,
        State::Failed,
        State::Reverting,
        State::Reverted,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            State::New => "new",
            State::Checking => "checking",
            State::Checked => "checked",
            State::Running => "running",
            State::Done => "done",
            State::Cancelled => "cancelled",
            State::Failed => "failed",
            State::Reverting => "reverting",
            State::Reverted => "reverted",
        }
    }

    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether a job works on it.
    pub const fn is_busy(self) -> bool {
        matches!(self, State::Checking | State::Running | State::Reverting)
    }

    /// Whether it may have left records.
    pub const fn has_run(self) -> bool {
        matches!(self, State::Done | State::Cancelled | State::Failed | State::Reverted)
    }
}

const COLUMNS: &str = "\"id\", \"file\", \"file_name\", \"owner\", \"state\", \"mapping\", \"progress\", \"checked\", \
    \"reverted\", \"reason\", \"job\", \"created_at\", \"finished_at\"";

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, import: &Import) -> Result<(), db::Error> {
    let columns = [
        ("id", ColumnType::Id),
        ("file", ColumnType::Id),
        ("file_name", ColumnType::Text),
        ("owner", ColumnType::Id),
        ("object", ColumnType::Text),
        ("state", ColumnType::Text),
        ("mapping", ColumnType::Json),
        ("progress", ColumnType::Json),
        ("created_at", ColumnType::Instant),
    ];
    let row = [
        import.id.into(),
        import.file.into(),
        import.file_name.as_str().into(),
        import.owner.into(),
        import.mapping.object.as_str().into(),
        import.state.as_str().into(),
        json(&import.mapping)?,
        json(&import.progress)?,
        import.created_at.into(),
    ];
    tx.insert_rows("import", &columns, [row])?;
    Ok(())
}

impl Import {
    /// A new one over a file.
    pub fn new(file: &blobs::Blob, owner: Option<Id>, mapping: Mapping, now: Timestamp) -> Import {
        Import {
            id: Id::generate(),
            file: file.id,
            file_name: file.name.clone(),
            owner,
            state: State::New,
            mapping,
            progress: Progress::default(),
            checked: None,
            reverted: None,
            reason: None,
            job: None,
            created_at: now,
            finished_at: None,
        }
    }
}

/// The import of that id, if there is one.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Import>, db::Error> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(" from \"import\" where \"id\" = ").bind(id, ColumnType::Id);
    Ok(tx.query_optional(&sql, read)?.flatten())
}

/// The newest imports; of one person only, if given.
pub fn list(tx: &mut Tx<'_>, owner: Option<Id>, limit: usize) -> Result<Vec<Import>, db::Error> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(" from \"import\"");
    if let Some(owner) = owner {
        sql.push(" where \"owner\" = ").bind(owner, ColumnType::Id);
    }
    sql.push(" order by \"id\" desc limit ").bind(i64::try_from(limit).unwrap_or(100), ColumnType::Int);
    Ok(tx.query(&sql, read)?.into_iter().flatten().collect())
}

/// Forgets an import that no job works on; its records stay.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<(), db::Error> {
    for (table, column) in [("import_problem", "import"), ("import_deferred", "import"), ("import", "id")] {
        let mut sql = Sql::new("delete from ");
        sql.name(table).push(" where ").name(column).push(" = ").bind(id, ColumnType::Id);
        tx.execute(&sql)?;
    }
    Ok(())
}

/// Decides anew what becomes of the columns; what a check found is forgotten.
pub fn set_mapping(tx: &mut Tx<'_>, id: Id, mapping: &Mapping) -> Result<(), db::Error> {
    let mut sql = Sql::new("update \"import\" set \"checked\" = null, \"object\" = ");
    sql.bind(mapping.object.as_str(), ColumnType::Text);
    sql.push(", \"state\" = ").bind(State::New.as_str(), ColumnType::Text);
    sql.push(", \"mapping\" = ").bind(json(mapping)?, ColumnType::Json);
    sql.push(" where \"id\" = ").bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    clear(tx, id)
}

/// Has a job check the import, or run it.
///
/// # Errors
/// When the database refuses.
pub fn enqueue(tx: &mut Tx<'_>, now: Timestamp, import: &Import, dry: bool) -> Result<Id, jobs::Error> {
    let options = jobs::Options::new().owner(import.owner).once(format!("import {}", import.id));
    let job = jobs::enqueue(tx, now, &Carry { import: import.id, dry }, &options)?;
    let state = if dry { State::Checking } else { State::Running };
    let mut sql = Sql::new("update \"import\" set \"reason\" = null, \"finished_at\" = null, \"state\" = ");
    sql.bind(state.as_str(), ColumnType::Text).push(", \"job\" = ").bind(job, ColumnType::Id);
    sql.push(", \"progress\" = ").bind(json(&Progress::default())?, ColumnType::Json);
    sql.push(" where \"id\" = ").bind(import.id, ColumnType::Id);
    tx.execute(&sql)?;
    clear(tx, import.id)?;
    Ok(job)
}

/// Has the job that works on the import stop.
/// # Errors
/// When the database refuses.
pub fn cancel(tx: &mut Tx<'_>, now: Timestamp, import: &Import) -> Result<(), jobs::Error> {
    let Some(job) = import.job else { return Ok(()) };
    match jobs::cancel(tx, now, job) {
        Ok(()) | Err(jobs::Error::State(_) | jobs::Error::NotFound) => {}
        Err(error) => return Err(error),
    }
    // One that had not begun is gone without a word.
    let waits = jobs::find(tx, job)?.is_none_or(|entry| entry.state.is_finished());
    if waits {
        set_state(tx, import.id, State::Cancelled, None, Some(now))?;
    }
    Ok(())
}

pub(super) fn set_state(
    tx: &mut Tx<'_>,
    id: Id,
    state: State,
    reason: Option<&Message>,
    finished_at: Option<Timestamp>,
) -> Result<(), db::Error> {
    let mut sql = Sql::new("update \"import\" set \"state\" = ");
    sql.bind(state.as_str(), ColumnType::Text);
    sql.push(", \"reason\" = ").bind(reason.map(json).transpose()?, ColumnType::Json);
    sql.push(", \"finished_at\" = ").bind(finished_at, ColumnType::Instant);
    sql.push(" where \"id\" = ").bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    Ok(())
}

/// Moves an import to another place in its file, such as to where another process left it.
///
/// # Errors
/// When the database refuses.
pub fn put_progress(tx: &mut Tx<'_>, id: Id, progress: &Progress) -> Result<(), db::Error> {
    put(tx, id, "progress", progress)
}

/// Writes one of the JSON columns.
pub(super) fn put<T: Serialize>(tx: &mut Tx<'_>, id: Id, column: &str, content: &T) -> Result<(), db::Error> {
    let mut sql = Sql::new("update \"import\" set ");
    sql.name(column).push(" = ").bind(json(content)?, ColumnType::Json);
    sql.push(" where \"id\" = ").bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    Ok(())
}

pub(super) fn clear(tx: &mut Tx<'_>, id: Id) -> Result<(), db::Error> {
    for table in ["import_problem", "import_deferred"] {
        let mut sql = Sql::new("delete from ");
        sql.name(table).push(" where \"import\" = ").bind(id, ColumnType::Id);
        tx.execute(&sql)?;
    }
    Ok(())
}

pub(super) fn json<T: Serialize>(content: &T) -> Result<Value, db::Error> {
    serde_json::to_value(content).map(Value::Json).map_err(|error| db::Error::Other(error.to_string()))
}

/// A JSON column; `None` when it is empty or of another version of the program.
pub(super) fn from_json<T: DeserializeOwned>(row: &db::Row<'_>, column: usize) -> Option<T> {
    match row.value(column, ColumnType::Json) {
        Value::Json(body) => serde_json::from_value(body).ok(),
        _ => None,
    }
}

fn read(row: &db::Row<'_>) -> Option<Import> {
    Some(Import {
        id: row.id(0)?,
        file: row.id(1)?,
        file_name: row.text(2)?.to_owned(),
        owner: row.id(3),
        state: State::parse(row.text(4)?)?,
        mapping: from_json(row, 5)?,
        progress: from_json(row, 6).unwrap_or_default(),
        checked: from_json(row, 7),
        reverted: from_json(row, 8),
        reason: from_json(row, 9),
        job: row.id(10),
        created_at: row.instant(11)?,
        finished_at: row.instant(12),
    })
}

impl Counts {
    pub fn add(&mut self, other: &Counts) {
        self.rows += other.rows;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.passed += other.passed;
        self.bad += other.bad;
        self.unlinked += other.unlinked;
        self.unmatched += other.unmatched;
        self.made += other.made;
    }
}

pub(super) fn set_job(tx: &mut Tx<'_>, id: Id, job: Id) -> Result<(), db::Error> {
    let mut sql = Sql::new("update \"import\" set \"job\" = ");
    sql.bind(job, ColumnType::Id).push(" where \"id\" = ").bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    Ok(())
}
