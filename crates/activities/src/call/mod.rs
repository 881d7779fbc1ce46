//! Calls that were made and that are planned.
//!
//! [`Behaviour`] dates a call that was held; [`log`] notes one down in one step.

mod actions;
mod behaviour;

pub use actions::{Call, log};
pub use behaviour::Behaviour;

#[cfg(test)]
mod tests;
