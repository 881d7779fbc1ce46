//! A program without Ballista.

use std::{convert::Infallible, sync::Arc};

use app::ClusterConfig;
use datafusion::{common::DataFusionError, execution::SessionStateBuilder};
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

/// Nothing can fail of a cluster that is not there.
pub const fn failure(_: &DataFusionError) -> Option<Infallible> {
    None
}
