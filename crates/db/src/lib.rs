//! The only crate that names SQLite or PostgreSQL: connections, transactions, tables, search, migrations, backup.
//!
//! Everything is synchronous: [`Db::read`] and [`Db::write`] run a closure on the calling thread, which must
//! not be a thread of an async executor. A statement is [`expr::sql::Sql`]; what a closure sees is [`Tx`], and
//! what a query yields is [`Row`]. What differs between the databases is a function of [`Dialect`].
//!
//! Invariants:
//! - a read sees one snapshot; a write is all or nothing;
//! - what `write` has returned is on disk, and only then do hooks and notifications run;
//! - no value becomes part of a statement's text.
//!
//! Start with `database.rs`, then `transaction.rs`; `sqlite/` and `postgres/` hold the engines.

mod backup;
mod calendar;
mod carry;
pub mod config;
mod database;
pub mod dialect;
mod errand;
mod error;
mod json;
pub mod metrics;
mod migration;
pub mod notify;
pub mod outside;
mod postgres;
mod row;
pub mod schema;
pub mod search;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;

pub use backup::{backed_up, restore};
pub use config::Config;
pub use database::Db;
pub use dialect::Dialect;
pub use errand::{Errand, Undone};
pub use error::Error;
pub use migration::{Migration, tables};
pub use notify::{Receiver, Signal};
pub use row::{NewRow, Row};
pub use transaction::Tx;
