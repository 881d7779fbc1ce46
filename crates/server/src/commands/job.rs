//! `rapport job`: background jobs, for whoever may start the program.

use clap::{Args, Subcommand};
use kernel::Id;
use operations::Verb;

use crate::{config::Config, house::House};

/// List background jobs, try failed ones again, cancel or remove them
#[derive(Args)]
pub struct Job {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The latest jobs
    List {
        /// Only those waiting, running, retrying, done, dead or cancelled
        #[arg(long)]
        state: Option<String>,
    },
    /// Run a failed or cancelled job again, from where it was
    Retry { id: Id },
    /// Cancel a job that waits or runs
    Cancel { id: Id },
    /// Remove a finished job
    Discard { id: Id },
}

impl Job {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        let workspace = house.only()?;
        let (verb, id) = match &self.command {
            Command::List { state } => return list(workspace, state.as_deref()),
            Command::Retry { id } => (Verb::Retry, id),
            Command::Cancel { id } => (Verb::Cancel, id),
            Command::Discard { id } => (Verb::Discard, id),
        };
        verb.carry_out(workspace, *id)?;
        println!("Done.");
        Ok(())
    }
}

fn list(workspace: &app::Workspace, state: Option<&str>) -> anyhow::Result<()> {
    let state = match state {
        Some(name) => Some(jobs::State::parse(name).ok_or_else(|| anyhow::anyhow!("no state {name:?}"))?),
        None => None,
    };
    let filter = jobs::Filter { state, ..jobs::Filter::default() };
    for entry in workspace.db().read(|tx| jobs::list(tx, &filter, 100))? {
        let reason = entry.reason.unwrap_or_default();
        println!(
            "{}  {:<10} {:<28} {} runs  {reason}",
            entry.id,
            entry.state.as_str(),
            entry.name,
            entry.runs
        );
    }
    Ok(())
}
