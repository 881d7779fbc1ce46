//! The own profile: how somebody is called and reads, the password, the sessions, the API tokens.

mod view;
mod web;

pub(crate) use view::{browser, row, table, token_table};
pub use web::routes;
