//! The real program, from outside, while everything around it goes wrong.
//!
//! `program.rs` starts, kills and asks it; `wire.rs` is the socket. `kill.rs` kills it at random moments, against the
//! account in `ledger.rs`; `once.rs` asks for one thing several times; `faults.rs` takes disk and database away and
//! gives them back; `definitions.rs` has commands change what it serves. `questions.rs` asks the sample company what the
//! documentation asks.

mod definitions;
mod faults;
mod kill;
mod ledger;
mod once;
mod program;
mod questions;
mod wire;
