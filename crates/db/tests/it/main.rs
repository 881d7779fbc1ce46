//! What both databases promise, tried from outside.

mod backup;
mod concurrency;
mod crash;
mod errands;
mod errors;
mod many;
mod migrations;
mod notifications;
mod schema;
mod search;
mod secrecy;
mod transactions;
