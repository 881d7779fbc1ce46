//! From roles to rights: what a person may do, and why.
//!
//! [`Directory`] is all roles, compiled for the objects as they are, and the tree of teams; [`person`] makes one
//! user's [`records::Principal`] from it; [`door`] keeps both for as long as they are true; [`explain`] says why.

mod directory;
mod door;
mod explain;
mod person;
mod scope;
#[cfg(test)]
mod tests;
pub(crate) mod web;

pub use directory::{Directory, Fault, RoleGrant, RoleRights};
pub use door::{Door, Secret, SignedIn};
pub use explain::{Explanation, GrantLine, explain};
pub use person::{Defaults, Person};
