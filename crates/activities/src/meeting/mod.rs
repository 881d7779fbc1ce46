//! Meetings, with who takes part.
//!
//! [`Behaviour`] moves the end of a meeting with its beginning.

mod behaviour;

pub use behaviour::Behaviour;

#[cfg(test)]
mod tests;
