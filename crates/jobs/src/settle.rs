//! Recording how a run ended.

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Timestamp};

use crate::{
    Backoff, CHANGED, Error, Outcome, State,
    claim::Taken,
    entry::unsigned,
    run::{LOST, Run, STOPPING, later},
};

/// Characters kept of a reason.
const REASON_CHARS: usize = 2_000;

/// What becomes of a job.
struct Settlement {
    state: State,
    reason: Option<String>,
    failures: u32,
    due_at: Timestamp,
}

/// How often and how soon a kind of job is tried again.
#[derive(Clone, Copy)]
pub(crate) struct Policy {
    pub max_attempts: u32,
    pub backoff: Backoff,
}

/// Records the outcome of a run, unless the job belongs to another by now.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    now: Timestamp,
    run: &Run,
    outcome: &Outcome,
    policy: Policy,
) -> Result<(), Error> {
    let known = match outcome {
        // What becomes of these does not depend on what happened before.
        Outcome::Done | Outcome::Drop(_) | Outcome::Fail(_) => Some((run.taken.failures, false)),
        Outcome::Retry(_) | Outcome::Stopped => {
            let mut sql = Sql::new("select failures, cancel_asked from job");
            run.push_ours(&mut sql);
            sql.push(tx.dialect().for_update());
            tx.query_optional(&sql, |row| (unsigned(row, 0), row.bool(1) == Some(true)))?
        }
    };
    let Some((failures, cancelled)) = known else {
        warn_of_loss(run);
        return Ok(());
    };
    let settlement = decide(now, run, outcome, failures, cancelled, policy);
    let mut sql = Sql::new("update job set state = ");
    sql.bind(settlement.state.as_str(), ColumnType::Text);
    sql.push(", due_at = ").bind(settlement.due_at, ColumnType::Instant);
    sql.push(", finished_at = ").bind(settlement.state.is_finished().then_some(now), ColumnType::Instant);
    if settlement.state == State::Retrying || settlement.state == State::Dead {
        sql.push(", failures = ").bind(i64::from(settlement.failures), ColumnType::Int);
    }
    sql.push(", reason = ").bind(settlement.reason.as_deref().map(shortened), ColumnType::Text);
    run.push_progress(&mut sql, tx);
    run.push_ours(&mut sql);
    if tx.execute(&sql)? == 0 {
        warn_of_loss(run);
        return Ok(());
    }
    log(run, &settlement);
    run.tell(tx);
    Ok(())
}

/// Ends a job whose process died.
pub(crate) fn abandon(
    tx: &mut Tx<'_>,
    now: Timestamp,
    taken: &Taken,
    state: State,
    reason: &str,
) -> Result<(), Error> {
    tracing::error!(job = %taken.id, name = taken.name, reason, "job is {}", state.as_str());
    let mut sql = Sql::new("update job set state = ");
    sql.bind(state.as_str(), ColumnType::Text).push(", finished_at = ").bind(now, ColumnType::Instant);
    sql.push(", failures = ").bind(i64::from(taken.failures), ColumnType::Int);
    sql.push(", reason = ").bind(reason, ColumnType::Text);
    sql.push(" where id = ").bind(taken.id, ColumnType::Id);
    tx.execute(&sql)?;
    tx.notify(CHANGED, &taken.id.to_string());
    Ok(())
}

/// Has a job whose process died wait until then.
pub(crate) fn put_off(tx: &mut Tx<'_>, taken: &Taken, due_at: Timestamp, reason: &str) -> Result<(), Error> {
    tracing::warn!(job = %taken.id, name = taken.name, reason, "job failed and will be tried again");
    let mut sql = Sql::new("update job set state = ");
    sql.bind(State::Retrying.as_str(), ColumnType::Text);
    sql.push(", due_at = ").bind(due_at, ColumnType::Instant);
    sql.push(", failures = ").bind(i64::from(taken.failures), ColumnType::Int);
    sql.push(", reason = ").bind(reason, ColumnType::Text);
    sql.push(" where id = ").bind(taken.id, ColumnType::Id);
    tx.execute(&sql)?;
    tx.notify(CHANGED, &taken.id.to_string());
    Ok(())
}

/// Gives a job back that has not ended, for another process to take.
pub(crate) fn hand_back(tx: &mut Tx<'_>, now: Timestamp, run: &Run) -> Result<(), Error> {
    let mut sql = Sql::new("update job set state = ");
    sql.bind(State::Waiting.as_str(), ColumnType::Text).push(", due_at = ").bind(now, ColumnType::Instant);
    run.push_ours(&mut sql);
    tx.execute(&sql)?;
    run.ask_to_stop(LOST);
    Ok(())
}

fn decide(
    now: Timestamp,
    run: &Run,
    outcome: &Outcome,
    failures: u32,
    cancelled: bool,
    policy: Policy,
) -> Settlement {
    let settled = |state, reason: Option<&str>| Settlement {
        state,
        reason: reason.map(str::to_owned),
        failures,
        due_at: now,
    };
    let failed = |why: &str| {
        let failures = failures + 1;
        let dead = failures >= policy.max_attempts;
        let state = if dead { State::Dead } else { State::Retrying };
        let due_at = later(now, policy.backoff.pause(run.id(), failures));
        Settlement { state, reason: Some(why.to_owned()), failures, due_at }
    };
    let was_stopped = run.stop.load(std::sync::atomic::Ordering::SeqCst) & STOPPING != 0;
    match outcome {
        Outcome::Done => settled(State::Done, None),
        Outcome::Drop(why) => settled(State::Done, Some(why)),
        Outcome::Fail(why) => settled(State::Dead, Some(why)),
        Outcome::Retry(why) if cancelled => settled(State::Cancelled, Some(why)),
        Outcome::Stopped if cancelled => settled(State::Cancelled, None),
        Outcome::Stopped if was_stopped => settled(State::Waiting, None),
        Outcome::Stopped => failed("it stopped without being asked to"),
        Outcome::Retry(why) => failed(why),
    }
}

fn warn_of_loss(run: &Run) {
    tracing::warn!(job = %run.id(), name = run.taken.name, "ended after its lease was lost");
}

fn log(run: &Run, settlement: &Settlement) {
    let (job, name, reason) = (run.id(), &run.taken.name, settlement.reason.as_deref().unwrap_or(""));
    match settlement.state {
        State::Dead => tracing::error!(%job, name, reason, "job is dead"),
        State::Retrying => tracing::warn!(%job, name, reason, "job failed and will be tried again"),
        state => tracing::debug!(%job, name, reason, "job is {}", state.as_str()),
    }
}

fn shortened(reason: &str) -> String {
    reason.chars().filter(|character| *character != '\0').take(REASON_CHARS).collect()
}
