//! What both databases promise, tried from outside.

mod concurrency;
mod errors;
mod migrations;
mod notifications;
mod schema;
mod search;
mod transactions;
