//! A user: somebody who can sign in. As a record, users are linked to like everything else; what lets them in
//! (password, sessions, tokens) is kept in tables that no record reaches.

mod behaviour;
mod create;
mod row;
#[cfg(test)]
mod tests;

pub use behaviour::UserBehaviour;
pub(crate) use create::save;
pub use create::{Created, NewUser, RoleName, create, set_active};
pub use row::UserRow;
pub(crate) use row::{all, find_by_email, find_row, fold_email};

pub const OBJECT: (&str, &str) = ("crates/identity/src/user/object.toml", include_str!("object.toml"));
