//! PostgreSQL: a pool of connections to one schema.

mod bind;
pub mod cell;
mod connection;
mod copy;
mod error;
pub mod functions;
mod listener;
mod pool;
mod transaction;

pub use connection::Connection;
pub use listener::Exchange;
pub use pool::Pool;
pub use transaction::{read, write};
