//! The thread beside the workers: it wakes them, keeps their leases, sees cancellations, fires schedules and removes
//! what is long done.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::{Duration, Instant},
};

use db::Signal;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};

use crate::{
    Error, Run, State, WAITING, claim, control, process,
    run::{CANCELLED, LOST},
    runner::Shared,
    schedule,
};

/// How often to look for what nobody tells: jobs that become due, leases, schedules.
const TICK: Duration = Duration::from_secs(1);
/// How soon a stop is seen.
const NAP: Duration = Duration::from_millis(200);
const PRUNE_EVERY: Duration = Duration::from_secs(3600);

pub(crate) fn keep<C: ?Sized>(shared: &Shared<C>) {
    let signals = shared.db.listen(WAITING);
    let mut tick: Option<Instant> = None;
    let mut pruned: Option<Instant> = None;
    let mut reachable = true;
    while !shared.is_stopping() || !shared.running.lock().is_empty() {
        let signal = signals.receive(NAP);
        if signal.is_some() {
            shared.wake_one();
        }
        let somebody_cancels = matches!(&signal, Some(Signal::Payload(text)) if &**text == CANCEL);
        if tick.is_some_and(|tick| tick.elapsed() < TICK) && !somebody_cancels {
            continue;
        }
        tick = Some(Instant::now());
        let mut result = look_after(shared);
        if result.is_ok() && pruned.is_none_or(|at| at.elapsed() >= PRUNE_EVERY) {
            pruned = Some(Instant::now());
            result = shared.db.write(|tx| control::prune(tx, shared.clock.now())).map(|_| ());
        }
        if let Err(error) = &result
            && reachable
        {
            tracing::warn!(%error, "the queue of jobs cannot be looked after");
        }
        reachable = result.is_ok();
    }
}

/// What [`WAITING`] carries when a running job is cancelled.
pub(crate) const CANCEL: &str = "cancel";

fn look_after<C: ?Sized>(shared: &Shared<C>) -> Result<(), Error> {
    keep_leases(shared)?;
    if shared.is_stopping() {
        return Ok(());
    }
    let now = shared.clock.now();
    let (died, schedules, jobs) = shared.db.read(|tx| -> Result<_, Error> {
        let died = process::has_any_died(tx, now)?;
        Ok((died, schedule::is_any_due(tx, now)?, claim::is_any_due(tx, now, &shared.registry)?))
    })?;
    if died {
        let jobs = shared.db.write(|tx| process::free_jobs_of_the_dead(tx, now))?;
        tracing::info!(jobs, "a process died; its jobs are taken up again");
        shared.wake_one();
    }
    if schedules {
        shared.db.write(|tx| schedule::fire(tx, now))?;
    }
    if jobs {
        shared.wake_one();
    }
    Ok(())
}

/// Tells runs that were cancelled or have lost their lease, and extends the leases of the others in time.
fn keep_leases<C: ?Sized>(shared: &Shared<C>) -> Result<(), Error> {
    let runs: Vec<Arc<Run>> = shared.running.lock().values().cloned().collect();
    if runs.is_empty() {
        return Ok(());
    }
    let seen = shared.db.read(|tx| {
        let ids: Vec<Value> = runs.iter().map(|run| run.id().into()).collect();
        let mut sql = Sql::new("select id, runs, state, cancel_asked from job where ");
        sql.append(&expr::sql::Dialect::in_list(&tx.dialect(), &Sql::new("id"), ids, ColumnType::Id));
        tx.query(&sql, |row| {
            let running = row.text(2) == Some(State::Running.as_str());
            Some(Seen { id: row.id(0)?, runs: row.int(1)?, running, cancelled: row.bool(3)? })
        })
    })?;
    for run in &runs {
        match seen.iter().flatten().find(|seen| seen.id == run.id()) {
            Some(seen) if seen.running && seen.runs == run.taken.runs => {
                if seen.cancelled {
                    run.ask_to_stop(CANCELLED);
                }
                if is_time_to_extend(shared, run) {
                    match run.extend_lease() {
                        Ok(()) | Err(Error::Lost) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            // It may have been finished by itself, or settled since; then nobody asks any more.
            _ => run.ask_to_stop(LOST),
        }
    }
    Ok(())
}

struct Seen {
    id: Id,
    runs: i64,
    running: bool,
    cancelled: bool,
}

/// After a third of the lease, or when there is progress to be shown.
fn is_time_to_extend<C: ?Sized>(shared: &Shared<C>, run: &Run) -> bool {
    let left_us = run.lease_until.load(SeqCst) - shared.clock.now().as_microsecond();
    let third_us = i64::try_from(run.lease.as_micros() / 3).unwrap_or(i64::MAX);
    left_us < 2 * third_us || run.has_progress()
}
