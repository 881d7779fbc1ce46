//! How likely something is for each customer, and why: `logistic`, `boost`, `calibrate`, `drift`.

pub mod boost;
pub mod calibrate;
pub mod drift;
mod judged;
mod learning;
pub mod logistic;
pub mod measured;
pub mod outcome;
