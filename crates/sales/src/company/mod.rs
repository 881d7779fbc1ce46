//! Companies: customers, prospects, partners, and whom else one deals with.
//!
//! [`Behaviour`] keeps the domain beside the website and the tree of parents free of circles; [`domain`] is how
//! addresses of the web and of mail become comparable.

mod behaviour;
pub mod domain;

pub use behaviour::Behaviour;

#[cfg(test)]
mod tests;
