//! The products of a deal, with their prices.
//!
//! A line takes name and price from its product unless others are typed, and is in the deal's currency. The deal's
//! amount is the sum of its lines, as long as there are any.

mod behaviour;

pub use behaviour::Behaviour;

#[cfg(test)]
mod tests;
