//! Sweeping up: files whose upload was never finished, exports past their time.

use app::Workspace;
use jobs::{Cadence, Job, Outcome, Registry, Run};
use serde::{Deserialize, Serialize};

/// Removes files that no row speaks of, and rows past their time.
#[derive(Debug, Serialize, Deserialize)]
struct SweepFiles {}

impl Job for SweepFiles {
    const NAME: &'static str = "operations/sweep-files";
    type Context = Workspace;

    fn run(&self, workspace: &Workspace, _: &Run) -> Outcome {
        match workspace.blobs.sweep(workspace.db(), workspace.engine.clock().now()) {
            Ok(_) => Outcome::Done,
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

/// Makes the jobs known, and when they run.
pub fn register(registry: &mut Registry<Workspace>) {
    registry.register::<SweepFiles>();
    let nightly: Cadence = "daily 03:30 UTC".parse().expect("the cadence is written as cadences are");
    registry
        .schedule("operations/sweep-files", nightly, &SweepFiles {})
        .expect("a job without fields can always be written");
}
