//! How many people answer the phone: queueing theory from Erlang B (no queue), C (everybody waits) to A (some hang up).
//!
//! Erlang (1917); Palm (1957) for those who hang up. Loads are in erlangs: calls per second times seconds of handling.

mod abandonment;
mod blocking;
mod waiting;

pub use abandonment::{Impatient, agents_with_abandonment, erlang_a};
pub use blocking::{erlang_b, erlang_b_load, lines_for_blocking};
pub use waiting::{Queue, agents_to_goal, erlang_c};

use crate::Error;

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Calls in an interval.
    pub calls: f64,
    /// Length of the interval in seconds.
    pub interval_s: f64,
    /// Mean handling time of a call in seconds.
    pub handling_s: f64,
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// Share of calls to be answered within the target: 0.8.
    pub service_level: f64,
    /// The target in seconds: 20.
    pub target_s: f64,
    /// Share of the time that agents may be busy at most; 1 for no limit.
    pub max_occupancy: f64,
    /// Share of paid time that is not spent on calls (breaks, training, illness): 0.3.
    pub shrinkage: f64,
}

/// How many people it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staffing<Q> {
    /// People on the phone.
    pub agents: u32,
    /// People on the roster, shrinkage included.
    pub scheduled: u32,
    /// What callers then meet.
    pub queue: Q,
}

impl Load {
    /// Mean number of calls in hand at once if nobody waited.
    pub fn erlangs(&self) -> f64 {
        self.calls_per_s() * self.handling_s
    }

    fn calls_per_s(&self) -> f64 {
        self.calls / self.interval_s
    }

    fn check(&self) -> Result<(), Error> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !positive(self.interval_s) || !positive(self.handling_s) {
            return Err(Error::Parameter {
                name: "interval and handling time",
                problem: "must be above zero",
            });
        }
        if !(self.calls >= 0.0 && self.erlangs() < 1e6) {
            return Err(Error::Parameter {
                name: "the load",
                problem: "must be from 0 to a million erlangs",
            });
        }
        Ok(())
    }
}

impl Goal {
    fn check(&self) -> Result<(), Error> {
        if !(0.0..1.0).contains(&self.service_level) || self.target_s < 0.0 {
            return Err(Error::Parameter { name: "the service level", problem: "must be from 0 to below 1" });
        }
        if !(self.max_occupancy > 0.0 && self.max_occupancy <= 1.0) {
            return Err(Error::Parameter { name: "the occupancy", problem: "must be above 0 and at most 1" });
        }
        if !(0.0..1.0).contains(&self.shrinkage) {
            return Err(Error::Parameter { name: "the shrinkage", problem: "must be from 0 to below 1" });
        }
        Ok(())
    }

    /// People on the roster for so many on the phone.
    fn scheduled(&self, agents: u32) -> u32 {
        (f64::from(agents) / (1.0 - self.shrinkage) - 1e-9).ceil() as u32
    }

    /// The fewest agents who are not busier than allowed, at least one.
    fn fewest(&self, erlangs: f64) -> u32 {
        ((erlangs / self.max_occupancy - 1e-9).ceil() as u32).max(1)
    }
}

#[cfg(test)]
mod tests;
