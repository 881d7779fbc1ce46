//! Who stays, and for how long: `kaplan-meier`, `logrank`, `cox`, `cohorts`, `departures`.

pub mod cohorts;
pub mod cox;
pub mod departures;
mod durations;
pub mod kaplan_meier;
pub mod logrank;
