//! Deals: chances to sell, in stages, until they are won or lost.
//!
//! [`Behaviour`] is what follows when a deal is saved: [`stage`] what follows from its stage, [`lines`] from its
//! products. [`win`], [`lose`] and [`reopen`] are the verbs that buttons, board and API share.

mod actions;
mod behaviour;
mod lines;
mod stage;
mod verbs;

pub use actions::{Loss, lose, reopen, win};
pub use behaviour::Behaviour;
pub use verbs::VERBS;

#[cfg(test)]
mod tests;
