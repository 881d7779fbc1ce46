//! `rapport backup` and `rapport restore`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::{config::Config, house::House};

/// Write a copy of the database.
#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not be there yet
    to: PathBuf,
}

/// Put a copy back.
#[derive(Args)]
pub struct Restore {
    /// The file that `backup` wrote
    from: PathBuf,
}

impl Backup {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        anyhow::ensure!(
            !self.to.exists(),
            "{} is there already; a backup never overwrites",
            self.to.display()
        );
        let house = House::existing(config)?;
        house.only()?.db().backup(&self.to).with_context(|| format!("writing {}", self.to.display()))?;
        let bytes = std::fs::metadata(&self.to)?.len();
        println!("{} written, {bytes} bytes", self.to.display());
        Ok(())
    }
}

impl Restore {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let [(_, workspace)] = config.workspaces.as_slice() else {
            anyhow::bail!(
                "several workspaces are configured: name a file that has only the one that is meant with --config"
            )
        };
        db::restore(&self.from, &workspace.database)
            .with_context(|| format!("restoring {}", self.from.display()))?;
        // Opening migrates a copy of an older version, and proves that it can be used.
        let house = House::open(config)?;
        println!("restored; {} kinds of records", house.only()?.engine.registry().objects().count());
        Ok(())
    }
}
