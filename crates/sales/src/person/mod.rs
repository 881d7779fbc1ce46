//! People, at companies and on their own.

mod behaviour;

pub use behaviour::Behaviour;
