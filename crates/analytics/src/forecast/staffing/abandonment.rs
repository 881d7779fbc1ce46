//! Erlang A: callers wait, but each only for a while (exponential patience).
//!
//! Palm (1957); Garnett, Mandelbaum and Reiman (2002), "Designing a call center with impatient customers"; the
//! distribution of the wait by Zeltyn and Mandelbaum (2005), eq. 3.1 ff.

use super::blocking::blocking;
use super::{Goal, Load, Staffing};
use crate::Error;
use crate::special::GaussLegendre;

/// What callers meet when some hang up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impatient {
    pub erlangs: f64,
    /// Probability of having to wait at all.
    pub p_wait: f64,
    /// Share of callers who hang up.
    pub p_abandon: f64,
    /// Share of callers answered within the target.
    pub service_level: f64,
    /// Mean time in the queue over all callers, those who hang up included, in seconds.
    pub mean_wait_s: f64,
    /// Share of the time that agents are busy.
    pub occupancy: f64,
    /// Mean number of callers waiting.
    pub mean_queue: f64,
}

/// Callers waiting at once, past which a queue is not followed.
const LONGEST_QUEUE: f64 = 1e7;

/// The queue before `agents` agents when callers wait `patience_s` seconds on average.
///
/// # Errors
/// [`Error::Parameter`] for a load that cannot be, no agents, no patience, or so much of it before too few agents that
/// more than ten million would wait.
pub fn erlang_a(load: &Load, patience_s: f64, agents: u32, target_s: f64) -> Result<Impatient, Error> {
    load.check()?;
    if agents == 0 {
        return Err(Error::Parameter { name: "agents", problem: "must be at least 1" });
    }
    if !(patience_s > 0.0 && patience_s.is_finite()) {
        return Err(Error::Parameter { name: "patience", problem: "must be above zero" });
    }
    let calls = load.calls_per_s();
    if calls == 0.0 {
        return Ok(nobody());
    }
    // As many wait as make hang-ups of the calls that the agents do not get to.
    if (calls - f64::from(agents) / load.handling_s) * patience_s > LONGEST_QUEUE {
        let problem =
            "is so long that the queue has no end to reckon with: more calls come than the agents can take";
        return Err(Error::Parameter { name: "patience", problem });
    }
    let busy = Busy::new(load, patience_s, agents);
    let mean_queue = busy.queue / busy.total;
    let p_abandon = mean_queue / patience_s / calls;
    let p_wait = busy.waiting / busy.total;
    Ok(Impatient {
        erlangs: load.erlangs(),
        p_wait,
        p_abandon,
        service_level: 1.0 - p_wait + busy.served_within(target_s) / busy.total,
        mean_wait_s: mean_queue / calls,
        occupancy: load.erlangs() * (1.0 - p_abandon) / f64::from(agents),
        mean_queue,
    })
}

/// The fewest agents that keep the goal; callers who hang up count as not answered.
///
/// # Errors
/// As [`erlang_a`], and [`Error::Parameter`] for a goal that cannot be.
pub fn agents_with_abandonment(
    load: &Load,
    patience_s: f64,
    goal: &Goal,
) -> Result<Staffing<Impatient>, Error> {
    goal.check()?;
    let keeps = |agents: u32| {
        let queue = match erlang_a(load, patience_s, agents, goal.target_s) {
            // Too few agents by far are not the goal's end.
            Err(Error::Parameter { name: "patience", .. }) if patience_s > 0.0 && patience_s.is_finite() => {
                return Ok(None);
            }
            queue => queue?,
        };
        let kept = queue.service_level >= goal.service_level && queue.occupancy <= goal.max_occupancy;
        Ok::<_, Error>(kept.then_some(queue))
    };
    let mut high = 1;
    while keeps(high)?.is_none() {
        high *= 2;
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if keeps(middle)?.is_some() { high = middle } else { low = middle }
    }
    let queue = erlang_a(load, patience_s, high, goal.target_s)?;
    Ok(Staffing { agents: high, scheduled: goal.scheduled(high), queue })
}

fn nobody() -> Impatient {
    Impatient {
        erlangs: 0.0,
        p_wait: 0.0,
        p_abandon: 0.0,
        service_level: 1.0,
        mean_wait_s: 0.0,
        occupancy: 0.0,
        mean_queue: 0.0,
    }
}

/// Weights are brought back to the middle of the range when they pass this.
const LARGE: f64 = 1e150;

/// Weights of the states of the queue.
struct Busy {
    calls: f64,
    /// Calls finished a second when all agents are busy.
    finished: f64,
    hang_up: f64,
    /// Weight of all states.
    total: f64,
    /// Weight of those in which a caller has to wait.
    waiting: f64,
    /// The same times the number who wait.
    queue: f64,
    /// ln of the weight of "all agents busy, nobody waits".
    ln_base: f64,
}

impl Busy {
    fn new(load: &Load, patience_s: f64, agents: u32) -> Busy {
        let calls = load.calls_per_s();
        let (finished, hang_up) = (f64::from(agents) / load.handling_s, 1.0 / patience_s);
        let (mut waiting, mut queue, mut weight, mut k, mut ln_base) = (1.0, 0.0, 1.0, 0.0, 0.0_f64);
        while weight > 1e-18 * waiting || calls > finished + k * hang_up {
            k += 1.0;
            weight *= calls / (finished + k * hang_up);
            waiting += weight;
            queue += k * weight;
            if waiting > LARGE {
                (weight, waiting, queue) = (weight / LARGE, waiting / LARGE, queue / LARGE);
                ln_base -= LARGE.ln();
            }
        }
        let idle = (ln_base - blocking(agents, load.erlangs()).ln()).exp() - ln_base.exp();
        Busy { calls, finished, hang_up, total: idle + waiting, waiting, queue, ln_base }
    }

    /// Weight of callers who wait, and are answered within the target: ∫ e^(−θx) v(x) dx, where the offered wait has
    /// the density v(x) = nμ exp(λ (1 − e^(−θx)) / θ − nμ x).
    fn served_within(&self, target_s: f64) -> f64 {
        let rule = GaussLegendre::new(16);
        let density = |x: f64| {
            let came = -self.calls * (-self.hang_up * x).exp_m1() / self.hang_up;
            self.finished * (self.ln_base + came - (self.finished + self.hang_up) * x).exp()
        };
        let pieces = (target_s * (self.finished + self.calls + self.hang_up) / 4.0).ceil().clamp(1.0, 1e5);
        let piece = target_s / pieces;
        (0..pieces as u32)
            .map(|i| rule.integrate(f64::from(i) * piece, f64::from(i + 1) * piece, density))
            .sum()
    }
}
