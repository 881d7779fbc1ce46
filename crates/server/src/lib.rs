//! The program: it composes the features, reads the configuration, and runs one of its commands.
//!
//! `features.rs` is the list of what Rapport is made of; `config.rs` what it can be told; `commands/` a file a command;
//! `http.rs` the listener and what stands around the routes; `house.rs` how workspaces are opened.

pub mod commands;
pub mod config;
mod features;
pub mod house;
pub mod http;
mod logging;
mod metrics;

pub use features::features;
pub use logging::start as start_logging;
