//! Tasks: what somebody has to do, until when.
//!
//! [`Behaviour`] keeps day, hour and completion of a task in step; [`complete`] and [`reopen`] are what people do.

mod actions;
mod behaviour;
mod verbs;

pub use actions::{complete, reopen};
pub use behaviour::Behaviour;
pub use verbs::VERBS;

#[cfg(test)]
mod tests;
