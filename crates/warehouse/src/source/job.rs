//! Reading a source when its time has come.

use app::Workspace;
use jobs::{Job, Lane, Outcome, Registry, Run};
use serde::{Deserialize, Serialize};

use crate::{Error, doors};

#[derive(Debug, Serialize, Deserialize)]
pub struct ReadSource {
    pub name: String,
}

impl Job for ReadSource {
    const NAME: &'static str = "warehouse/read-source";
    const LANE: Lane = Lane::Long;
    const MAX_ATTEMPTS: u32 = 3;
    type Context = Workspace;

    fn run(&self, workspace: &Workspace, _: &Run) -> Outcome {
        match doors::of(workspace).and_then(|warehouse| warehouse.refresh_source(&self.name)) {
            Ok(report) => report.error.map_or(Outcome::Done, Outcome::Retry),
            Err(Error::Source(why)) => Outcome::Drop(why),
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

/// Makes the job known.
pub fn register(registry: &mut Registry<Workspace>) {
    registry.register::<ReadSource>();
}
