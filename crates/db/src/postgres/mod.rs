//! PostgreSQL: a pool of connections to one schema.

pub mod archive;
mod bind;
mod catalogue;
pub mod cell;
mod check;
mod connection;
mod copy;
mod error;
pub mod functions;
mod listener;
mod pool;
mod server;
mod transaction;

pub use catalogue::tables;
pub use check::check;
pub use connection::Connection;
pub use listener::Exchange;
pub use pool::Pool;
pub use server::Server;
pub use transaction::{alone, read, write};
