//! Which channel earned a conversion: heuristics, Markov chains, Shapley values.
//!
//! All take [`Paths`]: orders of channels, each with how often it ended in a conversion, how often in none, and
//! the value of the conversions. All give one number per channel; they differ in how credit is split.
//!
//! - [`by_position`]: first, last, linear, time decay, position ([`Credit`])
//! - [`markov`]: by what is lost when a channel is taken away, for chains of any order
//! - [`shapley_conversions`], [`shapley_rates`]: by what a channel adds to the others

mod heuristics;
mod markov;
mod paths;
mod shapley;

pub use heuristics::{Credit, Credits, by_position, by_time_decay};
pub use markov::{Markov, markov};
pub use paths::{Path, Paths};
pub use shapley::{ShapleyRates, shapley_conversions, shapley_rates};

#[cfg(test)]
mod tests;
