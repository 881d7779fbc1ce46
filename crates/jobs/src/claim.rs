//! Taking the next job.
//!
//! A job whose lease has ended was left by a process that died, and counts as failed. After the first death it is taken
//! like any other, after more in a row only when its kind's pause is over: a job that brings its process down does so
//! less and less often, and one that just had bad luck outlives a server that is killed again and again.

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp};

use crate::{Error, Lane, Registry, State, entry::unsigned, run::later, settle};

/// What is recorded as the reason when a process died.
const DIED: &str = "the process that ran it died";

/// A job that now belongs to a run.
pub(crate) struct Taken {
    pub id: Id,
    pub name: String,
    pub payload: String,
    pub owner: Option<Id>,
    /// How often it was taken: tells this run from those before and after.
    pub runs: i64,
    pub failures: u32,
    pub checkpoint: Option<String>,
    pub lease_until: Timestamp,
    pub lane: Lane,
}

struct Found {
    taken: Taken,
    was_running: bool,
    cancel_asked: bool,
    until_started: bool,
}

/// Takes up to `most` jobs, those due first, from the first of `lanes` that has any, among the kinds that `registry`
/// knows. Long jobs are taken one at a time.
pub(crate) fn claim<C: ?Sized>(
    tx: &mut Tx<'_>,
    now: Timestamp,
    registry: &Registry<C>,
    worker: Id,
    lanes: &[Lane],
    most: usize,
) -> Result<Vec<Taken>, Error> {
    let mut taken = Vec::new();
    for lane in lanes {
        let most = if *lane == Lane::Long { 1 } else { most };
        loop {
            let due = due(tx, now, registry, *lane, most)?;
            let passed_by = !due.is_empty();
            for found in due {
                taken.extend(take_or_abandon(tx, now, registry, worker, found)?);
            }
            if !taken.is_empty() {
                return Ok(taken);
            }
            // Behind those that were given up or put off there may be others.
            if !passed_by {
                break;
            }
        }
    }
    Ok(taken)
}

/// Takes a job, unless its process died too often or a moment ago, or after the job was cancelled.
fn take_or_abandon<C: ?Sized>(
    tx: &mut Tx<'_>,
    now: Timestamp,
    registry: &Registry<C>,
    worker: Id,
    mut found: Found,
) -> Result<Option<Taken>, Error> {
    // Only kinds that the registry knows are looked for.
    let Some(kind) = registry.kind(&found.taken.name) else { return Ok(None) };
    if found.was_running {
        found.taken.failures += 1;
        let failures = found.taken.failures;
        if found.cancel_asked || failures >= kind.max_attempts {
            let state = if found.cancel_asked { State::Cancelled } else { State::Dead };
            settle::abandon(tx, now, &found.taken, state, DIED)?;
            return Ok(None);
        }
        if failures > 1 {
            let due_at = later(now, kind.backoff.pause(found.taken.id, failures - 1));
            settle::put_off(tx, &found.taken, due_at, DIED)?;
            return Ok(None);
        }
    }
    found.taken.lease_until = later(now, kind.lease);
    found.taken.runs += 1;
    take(tx, now, worker, &found)?;
    Ok(Some(found.taken))
}

/// Whether there is anything to take.
pub(crate) fn is_any_due<C: ?Sized>(
    tx: &mut Tx<'_>,
    now: Timestamp,
    registry: &Registry<C>,
) -> Result<bool, Error> {
    for lane in Lane::ALL {
        let mut sql = Sql::new("select 1");
        push_due(&mut sql, tx.dialect(), now, registry, lane, 1);
        if tx.query_optional(&sql, |_| ())?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn due<C: ?Sized>(
    tx: &mut Tx<'_>,
    now: Timestamp,
    registry: &Registry<C>,
    lane: Lane,
    most: usize,
) -> Result<Vec<Found>, Error> {
    let mut sql = Sql::new(
        "select id, name, payload, owner, runs, failures, checkpoint, state, cancel_asked, until_started",
    );
    push_due(&mut sql, tx.dialect(), now, registry, lane, most);
    sql.push(tx.dialect().for_update_skip_locked());
    let found = tx.query(&sql, |row| {
        let taken = Taken {
            id: row.id(0)?,
            name: row.text(1)?.to_owned(),
            payload: row.json_text(2)?.to_owned(),
            owner: row.id(3),
            runs: row.int(4)?,
            failures: unsigned(row, 5),
            checkpoint: row.json_text(6).map(str::to_owned),
            lease_until: now,
            lane,
        };
        Some(Found {
            taken,
            was_running: row.text(7)? == State::Running.as_str(),
            cancel_asked: row.bool(8)?,
            until_started: row.bool(9)?,
        })
    })?;
    Ok(found.into_iter().flatten().collect())
}

fn push_due<C: ?Sized>(
    sql: &mut Sql,
    dialect: db::Dialect,
    now: Timestamp,
    registry: &Registry<C>,
    lane: Lane,
    most: usize,
) {
    sql.push(" from job where finished_at is null and lane = ").bind(lane.number(), ColumnType::Int);
    sql.push(" and due_at <= ").bind(now, ColumnType::Instant).push(" and ");
    let names = registry.names(lane);
    sql.append(&expr::sql::Dialect::in_list(&dialect, &Sql::new("name"), names, ColumnType::Text));
    sql.push(" order by due_at limit ").bind(i64::try_from(most).unwrap_or(i64::MAX), ColumnType::Int);
}

fn take(tx: &mut Tx<'_>, now: Timestamp, worker: Id, found: &Found) -> Result<(), Error> {
    let Taken { id, runs, failures, lease_until, .. } = found.taken;
    let mut sql = Sql::new("update job set state = ");
    sql.bind(State::Running.as_str(), ColumnType::Text);
    sql.push(", worker = ").bind(worker, ColumnType::Id);
    sql.push(", started_at = ").bind(now, ColumnType::Instant);
    sql.push(", due_at = ").bind(lease_until, ColumnType::Instant);
    sql.push(", runs = ").bind(runs, ColumnType::Int);
    sql.push(", failures = ").bind(i64::from(failures), ColumnType::Int);
    if found.was_running {
        sql.push(", reason = ").bind(DIED, ColumnType::Text);
    }
    if found.until_started {
        sql.push(", unique_key = null");
    }
    sql.push(" where id = ").bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    Ok(())
}
