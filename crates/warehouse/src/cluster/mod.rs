//! Past one machine: queries on a cluster of Apache DataFusion Ballista, over the same files.
//!
//! Behind the cargo feature `ballista`; without it, the same functions say so.

#[cfg(feature = "ballista")]
mod ballista;
#[cfg(not(feature = "ballista"))]
#[path = "missing.rs"]
mod ballista;

use std::{net::SocketAddr, path::PathBuf};

use app::AnalyticsConfig;

pub(crate) use ballista::{Cluster, failure};
pub use ballista::{execute, schedule};

/// What a scheduler is told.
#[derive(Clone, Debug)]
pub struct Scheduling {
    /// Where it listens.
    pub at: SocketAddr,
    /// The file with the cluster's key; made when it is not there.
    pub key: PathBuf,
}

/// What an executor is told.
#[derive(Clone, Debug)]
pub struct Executing {
    /// Where it listens for other executors and for whoever fetches answers.
    pub at: SocketAddr,
    /// The name or address that they reach it by.
    pub host: String,
    /// The scheduler's `HOST:PORT`.
    pub scheduler: String,
    /// The file with the cluster's key; made when it is not there.
    pub key: PathBuf,
    /// Where it keeps what stages hand on and what they put aside, in a folder of its own.
    pub folder: PathBuf,
    /// Tasks at once.
    pub cores: usize,
    /// The warehouses whose files it reads.
    pub warehouses: Vec<AnalyticsConfig>,
}
