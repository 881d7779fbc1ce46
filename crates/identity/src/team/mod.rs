//! A team: people who work together, and the teams below it.

mod behaviour;
pub mod tree;

pub use behaviour::TeamBehaviour;
pub use tree::TeamTree;

pub const OBJECT: (&str, &str) = ("crates/identity/src/team/object.toml", include_str!("object.toml"));
