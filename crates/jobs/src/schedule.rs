//! Jobs that are enqueued again and again.
//!
//! Each schedule is a row with the moment at which it is due next. Whoever moves that moment on enqueues the job in
//! the same transaction, so it happens once for all processes; and since the moment moves to the first one after
//! now, whatever was missed while no process ran is made up for once.

use db::{Row, Tx};
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp, Value};

use crate::{
    Cadence, Error, Job, Options,
    enqueue::{Stored, enqueue_payload},
    registry::BuiltIn,
};

/// A schedule as screens and commands see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheduled {
    pub name: String,
    pub cadence: Cadence,
    /// The kind of job.
    pub job: String,
    pub owner: Option<Id>,
    /// Whether the program itself declares it.
    pub built_in: bool,
    pub next_at: Timestamp,
    /// When it was due last.
    pub last_at: Option<Timestamp>,
}

/// Has `job` enqueued at each moment of `cadence`, for `owner`; replaces the schedule of that name. While one of its
/// jobs is unfinished, no other is enqueued.
pub fn schedule<J: Job>(
    tx: &mut Tx<'_>,
    now: Timestamp,
    name: &str,
    cadence: &Cadence,
    job: &J,
    owner: Option<Id>,
) -> Result<(), Error> {
    let stored = Stored { name: J::NAME, lane: J::LANE.number(), payload: serde_json::to_value(job)? };
    put(tx, now, name, cadence, stored, owner, false)
}

/// Ends the schedule of that name; jobs that it has enqueued stay.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or the program declares it.
pub fn unschedule(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    let mut sql = Sql::new("delete from job_schedule where name = ");
    sql.bind(name, ColumnType::Text).push(" and built_in = ").bind(false, ColumnType::Bool);
    if tx.execute(&sql)? == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// All schedules by name.
pub fn schedules(tx: &mut Tx<'_>) -> Result<Vec<Scheduled>, Error> {
    let sql = Sql::new(
        "select name, cadence, job, owner, built_in, next_at, last_at from job_schedule order by name",
    );
    Ok(tx.query(&sql, scheduled)?.into_iter().flatten().collect())
}

fn scheduled(row: &Row<'_>) -> Option<Scheduled> {
    Some(Scheduled {
        name: row.text(0)?.to_owned(),
        cadence: row.text(1)?.parse().ok()?,
        job: row.text(2)?.to_owned(),
        owner: row.id(3),
        built_in: row.bool(4)?,
        next_at: row.instant(5)?,
        last_at: row.instant(6),
    })
}

/// Brings the schedules that the program declares into the table, and takes out those that it no longer does.
pub(crate) fn install(tx: &mut Tx<'_>, now: Timestamp, declared: &[BuiltIn]) -> Result<(), Error> {
    if !tx.try_lock("jobs/schedules")? {
        // Another process of the same program is doing just this.
        return Ok(());
    }
    let known = schedules(tx)?;
    for gone in known.iter().filter(|one| one.built_in && !declared.iter().any(|new| new.name == one.name)) {
        let mut sql = Sql::new("delete from job_schedule where name = ");
        sql.bind(gone.name.as_str(), ColumnType::Text);
        tx.execute(&sql)?;
    }
    for BuiltIn { name, cadence, job, lane, payload } in declared {
        let same = |one: &Scheduled| one.name == *name && one.cadence.to_string() == cadence.to_string();
        let payload = payload.clone();
        if known.iter().any(same) {
            let mut sql = Sql::new("update job_schedule set job = ");
            sql.bind(*job, ColumnType::Text).push(", lane = ").bind(lane.number(), ColumnType::Int);
            sql.push(", payload = ").bind(Value::Json(payload), ColumnType::Json);
            sql.push(" where name = ").bind(*name, ColumnType::Text);
            tx.execute(&sql)?;
        } else {
            put(tx, now, name, cadence, Stored { name: job, lane: lane.number(), payload }, None, true)?;
        }
    }
    Ok(())
}

/// Whether any schedule is due.
pub(crate) fn is_any_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, Error> {
    let mut sql = Sql::new("select 1 from job_schedule where next_at <= ");
    sql.bind(now, ColumnType::Instant).push(" limit 1");
    Ok(tx.query_optional(&sql, |_| ())?.is_some())
}

/// Enqueues the jobs of the schedules that are due.
pub(crate) fn fire(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
    let mut sql =
        Sql::new("select name, cadence, job, lane, payload, owner from job_schedule where next_at <= ");
    sql.bind(now, ColumnType::Instant).push(" order by name").push(tx.dialect().for_update_skip_locked());
    let due = tx.query(&sql, |row| {
        let cadence: Option<Cadence> = row.text(1)?.parse().ok();
        let payload: serde_json::Value = serde_json::from_str(row.json_text(4)?).ok()?;
        Some((row.text(0)?.to_owned(), cadence, row.text(2)?.to_owned(), row.int(3)?, payload, row.id(5)))
    })?;
    for (name, cadence, job, lane, payload, owner) in due.into_iter().flatten() {
        let options = Options::new().owner(owner).once(format!("schedule/{name}"));
        enqueue_payload(tx, now, Stored { name: &job, lane, payload }, &options)?;
        let next = cadence.and_then(|cadence| cadence.next(now)).unwrap_or(Timestamp::MAX);
        let mut sql = Sql::new("update job_schedule set next_at = ");
        sql.bind(next, ColumnType::Instant).push(", last_at = ").bind(now, ColumnType::Instant);
        sql.push(" where name = ").bind(name, ColumnType::Text);
        tx.execute(&sql)?;
    }
    Ok(())
}

fn put(
    tx: &mut Tx<'_>,
    now: Timestamp,
    name: &str,
    cadence: &Cadence,
    stored: Stored<'_>,
    owner: Option<Id>,
    built_in: bool,
) -> Result<(), Error> {
    let Some(next) = cadence.next(now) else {
        return Err(Error::Cadence(format!("{cadence}: there is no such moment")));
    };
    let mut sql = Sql::new(
        "insert into job_schedule (name, cadence, job, payload, lane, owner, built_in, next_at) values (",
    );
    sql.bind(name, ColumnType::Text).push(", ").bind(cadence.to_string(), ColumnType::Text).push(", ");
    sql.bind(stored.name, ColumnType::Text).push(", ").bind(Value::Json(stored.payload), ColumnType::Json);
    sql.push(", ").bind(stored.lane, ColumnType::Int).push(", ").bind(owner, ColumnType::Id).push(", ");
    sql.bind(built_in, ColumnType::Bool).push(", ").bind(next, ColumnType::Instant);
    sql.push(
        ") on conflict (name) do update set cadence = excluded.cadence, job = excluded.job, \
         payload = excluded.payload, lane = excluded.lane, owner = excluded.owner, \
         built_in = excluded.built_in, next_at = excluded.next_at",
    );
    tx.execute(&sql)?;
    Ok(())
}
