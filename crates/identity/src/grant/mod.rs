//! A grant: what one role may do with the records of one object, or of all that it names nowhere else.
//!
//! [`spec`] is what is written and how it is checked; [`behaviour`] refuses what makes no sense when it is saved.

pub mod behaviour;
pub mod spec;

pub use spec::{BY_NAME_ONLY, EVERYTHING, GrantFault, GrantSpec, check_rule};

pub const OBJECT: (&str, &str) = ("crates/identity/src/grant/object.toml", include_str!("object.toml"));
