//! `rapport work`: jobs without screens.

use std::sync::Arc;

use app::Workspace;
use clap::{Args, builder::RangedU64ValueParser};

use crate::{config::Config, house::House};

/// How long running jobs are waited for.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// Run jobs only.
#[derive(Args)]
pub struct Work {
    /// How many jobs run at once
    #[arg(long, default_value_t = 2, value_parser = RangedU64ValueParser::<usize>::new().range(1..=256))]
    threads: usize,
}

impl Work {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::open(config)?;
        house.follow_definitions();
        let workers: Vec<jobs::Handle> = house
            .workspaces
            .iter()
            .map(|workspace| start(workspace, self.threads))
            .collect::<anyhow::Result<_>>()?;
        tracing::info!(threads = self.threads, "working");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(crate::http::told_to_stop());
        stop(workers);
        Ok(())
    }
}

/// Starts the threads that run a workspace's jobs.
pub fn start(workspace: &Arc<Workspace>, threads: usize) -> anyhow::Result<jobs::Handle> {
    let registry = workspace.app().job_registry();
    let runner = jobs::Runner::new(
        workspace.db().clone(),
        workspace.engine.clock_handle(),
        Arc::clone(workspace),
        registry,
    );
    Ok(runner.start(threads)?)
}

/// Lets running jobs finish, or hands them back.
pub fn stop(workers: Vec<jobs::Handle>) {
    for worker in workers {
        if let Err(error) = worker.stop(PATIENCE) {
            tracing::warn!(%error, "a worker did not stop cleanly");
        }
    }
}
