//! What people do with jobs: cancel, retry, discard; and how finished ones go away by themselves.

use std::time::Duration;

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp, Value};

use crate::{CHANGED, Error, State, WAITING, keeper::CANCEL};

/// How long a job that is done is kept to be looked at.
const DONE_FOR: Duration = Duration::from_secs(3 * 86_400);
/// How long a dead or cancelled one is.
const DEAD_FOR: Duration = Duration::from_secs(90 * 86_400);
/// Jobs that one call of [`prune`] removes at most, for each state.
const PRUNED: i64 = 5_000;

/// Cancels a job: one that waits at once, one that runs as soon as it looks ([`crate::Run::should_stop`]).
///
/// # Errors
/// [`Error::State`] for one that is finished.
pub fn cancel(tx: &mut Tx<'_>, now: Timestamp, id: Id) -> Result<(), Error> {
    let mut sql = match state(tx, id)? {
        State::Running => Sql::new("update job set cancel_asked = "),
        State::Waiting | State::Retrying => {
            let mut sql = Sql::new("update job set state = ");
            sql.bind(State::Cancelled.as_str(), ColumnType::Text);
            sql.push(", finished_at = ").bind(now, ColumnType::Instant).push(", cancel_asked = ");
            sql
        }
        finished => return Err(Error::State(finished)),
    };
    sql.bind(true, ColumnType::Bool).push(" where id = ").bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    tx.notify(CHANGED, &id.to_string());
    tx.notify(WAITING, CANCEL);
    Ok(())
}

/// Has a dead or cancelled job run again from its last checkpoint, and one that waits for its next try run now.
///
/// # Errors
/// [`Error::State`] for any other.
pub fn retry(tx: &mut Tx<'_>, now: Timestamp, id: Id) -> Result<(), Error> {
    match state(tx, id)? {
        State::Dead | State::Cancelled | State::Retrying => {}
        other => return Err(Error::State(other)),
    }
    // The key stays behind: another job may have it by now.
    let mut sql =
        Sql::new("update job set finished_at = null, unique_key = null, failures = 0, cancel_asked = ");
    sql.bind(false, ColumnType::Bool).push(", due_at = ").bind(now, ColumnType::Instant);
    sql.push(", state = ").bind(State::Waiting.as_str(), ColumnType::Text);
    sql.push(" where id = ").bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    tx.notify(CHANGED, &id.to_string());
    tx.notify(WAITING, "");
    Ok(())
}

/// Removes a finished job.
///
/// # Errors
/// [`Error::State`] for one that is not finished: cancel it first.
pub fn discard(tx: &mut Tx<'_>, id: Id) -> Result<(), Error> {
    let state = state(tx, id)?;
    if !state.is_finished() {
        return Err(Error::State(state));
    }
    let mut sql = Sql::new("delete from job where id = ");
    sql.bind(id, ColumnType::Id);
    tx.execute(&sql)?;
    tx.notify(CHANGED, &id.to_string());
    Ok(())
}

/// Removes jobs done three days ago, and dead or cancelled ones after ninety; tells how many. Runners do it hourly.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    let mut pruned = 0;
    for (state, keep) in [(State::Done, DONE_FOR), (State::Dead, DEAD_FOR), (State::Cancelled, DEAD_FOR)] {
        let until = now.checked_sub(keep).unwrap_or(Timestamp::MIN);
        let mut sql = Sql::new("select id from job where state = ");
        sql.bind(state.as_str(), ColumnType::Text)
            .push(" and finished_at < ")
            .bind(until, ColumnType::Instant);
        sql.push(" order by id limit ").bind(PRUNED, ColumnType::Int);
        sql.push(tx.dialect().for_update_skip_locked());
        let ids: Vec<Value> = tx.query(&sql, |row| row.id(0).into())?;
        if ids.is_empty() {
            continue;
        }
        let mut sql = Sql::new("delete from job where ");
        sql.append(&expr::sql::Dialect::in_list(&tx.dialect(), &Sql::new("id"), ids, ColumnType::Id));
        pruned += tx.execute(&sql)?;
    }
    Ok(pruned)
}

/// The job's state, which nobody else changes until the transaction ends.
fn state(tx: &mut Tx<'_>, id: Id) -> Result<State, Error> {
    let mut sql = Sql::new("select state from job where id = ");
    sql.bind(id, ColumnType::Id).push(tx.dialect().for_update());
    tx.query_optional(&sql, |row| row.text(0).and_then(State::parse))?.flatten().ok_or(Error::NotFound)
}
