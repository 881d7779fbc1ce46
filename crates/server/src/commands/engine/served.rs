//! What `serve` and `demo` run beside the pages.

use warehouse::doors;

use crate::{config::Config, house::House};

/// What serves the warehouse of every workspace while the program runs: its feeding, and the doors for other tools.
pub struct Served {
    _feeders: Vec<warehouse::Feeder>,
    _postgres: Option<doors::Server>,
    _flight: Option<doors::Server>,
}

impl Served {
    /// # Errors
    /// When a folder cannot be used or the address cannot be had.
    pub fn start(config: &Config, house: &House) -> anyhow::Result<Served> {
        let feeders =
            house.workspaces.iter().map(|workspace| Ok(warehouse::Feeder::start(&doors::of(workspace)?)));
        let feeders = feeders.collect::<anyhow::Result<_>>()?;
        let postgres = config.postgres.map(|address| -> anyhow::Result<_> {
            let door = warehouse::postgres::serve(&house.app, address)?;
            tracing::info!(address = %door.address(), "the warehouse answers in PostgreSQL's protocol");
            Ok(door)
        });
        let flight = config.flight.map(|address| -> anyhow::Result<_> {
            let door = warehouse::flight::serve(&house.app, address)?;
            tracing::info!(address = %door.address(), "the warehouse answers in Arrow Flight SQL");
            Ok(door)
        });
        Ok(Served { _feeders: feeders, _postgres: postgres.transpose()?, _flight: flight.transpose()? })
    }
}
