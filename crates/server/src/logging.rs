//! Structured logs, on standard error.

use std::{
    env,
    io::{self, IsTerminal},
};

use anyhow::Context;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Starts logging as the configuration says.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).with_context(|| format!("log filter {:?}", config.log))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match config.log_format {
        // Colours are for people; a file or a journal shows their codes.
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal() && !is_plain).compact().init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}
