//! Past one machine: queries on a cluster of Apache DataFusion Ballista, over the same files.
//!
//! A question is planned here, as ever: rights, views and what is in memory are part of its plan. The plan as a whole
//! goes to a scheduler ([`scheduler`]), which cuts it into stages and gives them to executors ([`executor`]); they read
//! the files by their addresses in the object store. What comes out is read from where it lies ([`job`]). Time and
//! cancelling stay with whoever asked: who stops listening takes the job from the cluster.
//!
//! A plan travels as [`carrying`] makes it and [`codec`] writes it. What cannot travel, or reads no files, runs here.
//! All processes of a cluster share a key ([`door`]). Behind the cargo feature `ballista`; without it, this says so.

#[cfg(feature = "ballista")]
mod carrying;
#[cfg(feature = "ballista")]
mod codec;
#[cfg(feature = "ballista")]
mod door;
#[cfg(feature = "ballista")]
mod executor;
#[cfg(feature = "ballista")]
mod failure;
#[cfg(feature = "ballista")]
mod job;
#[cfg(feature = "ballista")]
mod remote;
#[cfg(feature = "ballista")]
mod scheduler;
#[cfg(feature = "ballista")]
mod workplace;

#[cfg(feature = "ballista")]
pub use executor::execute;
#[cfg(feature = "ballista")]
pub(crate) use failure::failure;
#[cfg(feature = "ballista")]
pub(crate) use remote::Cluster;
#[cfg(feature = "ballista")]
pub use scheduler::schedule;

use std::{net::SocketAddr, path::PathBuf};

use app::AnalyticsConfig;

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

#[cfg(not(feature = "ballista"))]
mod missing {
    use std::sync::Arc;

    use app::ClusterConfig;
    use datafusion::execution::SessionStateBuilder;
    use tokio::runtime::Handle;

    use super::{Executing, Scheduling};
    use crate::Error;

    const MISSING: &str = "this program was built without Ballista: build it with `cargo build --release -p server \
                           --features ballista`, or take `engine` out of [analytics] and queries run in the program";

    /// No cluster can be reached by a program that was built without.
    pub enum Cluster {}

    impl Cluster {
        pub fn open(config: Option<&ClusterConfig>, _: &Handle) -> Result<Option<Arc<Cluster>>, Error> {
            match config {
                None => Ok(None),
                Some(_) => Err(Error::Cluster(MISSING.to_owned())),
            }
        }

        pub fn of_session(self: &Arc<Cluster>, _: SessionStateBuilder, _: usize) -> SessionStateBuilder {
            match **self {}
        }
    }

    /// # Errors
    /// Always: there is none in this program.
    pub fn schedule(_: &Scheduling) -> Result<(), Error> {
        Err(Error::Cluster(MISSING.to_owned()))
    }

    /// # Errors
    /// Always: there is none in this program.
    pub fn execute(_: &Executing) -> Result<(), Error> {
        Err(Error::Cluster(MISSING.to_owned()))
    }
}

#[cfg(not(feature = "ballista"))]
pub(crate) use missing::Cluster;
#[cfg(not(feature = "ballista"))]
pub use missing::{execute, schedule};
