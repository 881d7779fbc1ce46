//! Erlang C: everybody waits until an agent is free.

use super::blocking::{blocking, next};
use super::{Goal, Load, Staffing};
use crate::Error;

/// What callers meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queue {
    pub erlangs: f64,
    /// Probability of having to wait at all.
    pub p_wait: f64,
    /// Share of calls answered within the target.
    pub service_level: f64,
    /// Mean wait over all calls in seconds (average speed of answer); infinite when the queue only grows.
    pub mean_wait_s: f64,
    /// The wait in seconds that 95 % of calls do not exceed.
    pub p95_wait_s: f64,
    /// Share of the time that agents are busy.
    pub occupancy: f64,
    /// Mean number of callers waiting.
    pub mean_queue: f64,
}

/// The queue before `agents` agents; `target_s` is the wait in seconds that counts as well served.
///
/// # Errors
/// [`Error::Parameter`] for a load that cannot be, or no agents.
pub fn erlang_c(load: &Load, agents: u32, target_s: f64) -> Result<Queue, Error> {
    load.check()?;
    if agents == 0 {
        return Err(Error::Parameter { name: "agents", problem: "must be at least 1" });
    }
    Ok(queue(load, agents, blocking(agents, load.erlangs()), target_s))
}

/// The fewest agents that keep the goal.
///
/// # Errors
/// [`Error::Parameter`] for a load or a goal that cannot be.
pub fn agents_to_goal(load: &Load, goal: &Goal) -> Result<Staffing<Queue>, Error> {
    load.check()?;
    goal.check()?;
    let erlangs = load.erlangs();
    let fewest = goal.fewest(erlangs);
    let (mut agents, mut share) = (fewest, blocking(fewest, erlangs));
    loop {
        let queue = queue(load, agents, share, goal.target_s);
        if queue.service_level >= goal.service_level && queue.mean_queue.is_finite() {
            return Ok(Staffing { agents, scheduled: goal.scheduled(agents), queue });
        }
        agents += 1;
        share = next(share, agents, erlangs);
    }
}

fn queue(load: &Load, agents: u32, blocked: f64, target_s: f64) -> Queue {
    let (erlangs, n) = (load.erlangs(), f64::from(agents));
    let spare = n - erlangs;
    if spare <= 0.0 {
        let never = f64::INFINITY;
        return Queue {
            erlangs,
            p_wait: 1.0,
            service_level: 0.0,
            mean_wait_s: never,
            p95_wait_s: never,
            occupancy: 1.0,
            mean_queue: never,
        };
    }
    let p_wait = n * blocked / (n - erlangs * (1.0 - blocked));
    let pace_s = load.handling_s / spare;
    Queue {
        erlangs,
        p_wait,
        service_level: 1.0 - p_wait * (-target_s / pace_s).exp(),
        mean_wait_s: p_wait * pace_s,
        p95_wait_s: (pace_s * (p_wait / 0.05).ln()).max(0.0),
        occupancy: erlangs / n,
        mean_queue: p_wait * erlangs / spare,
    }
}
