//! The people of a deal, with their roles.
//!
//! One of them at most is the primary one, and the deal's `person`: [`Behaviour`] here and the deal's own keep the
//! two the same, whichever is set.

mod behaviour;

pub use behaviour::Behaviour;
pub(crate) use behaviour::follow_deal;

#[cfg(test)]
mod tests;
