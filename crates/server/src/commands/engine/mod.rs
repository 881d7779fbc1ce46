//! What needs the warehouse's engine; a program built without the feature `warehouse` has none of it.

mod cluster;
mod costs;
mod query;
mod served;
mod source;
mod warehouse;

use clap::Subcommand;

use super::{load, quietly};
use crate::config::Settings;

pub use costs::tell_costs;
pub use served::Served;

#[derive(Subcommand)]
pub enum Command {
    Warehouse(warehouse::Store),
    Query(Box<query::Query>),
    Source(source::Source),
    Cluster(cluster::Cluster),
}

impl Command {
    /// # Errors
    /// As those of the command.
    pub fn run(self, settings: Settings) -> anyhow::Result<()> {
        match self {
            Command::Warehouse(store) => store.run(&load(&quietly(settings))?),
            Command::Query(query) => query.run(&load(&quietly(settings))?),
            Command::Source(source) => source.run(&load(&quietly(settings))?),
            Command::Cluster(cluster) => cluster.run(&load(&cluster::quietly(settings))?),
        }
    }
}
