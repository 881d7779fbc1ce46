//! `rapport check`: whether what is stored is whole, and records agree with log, search index and roll-ups.

use clap::Args;

use crate::{config::Config, house::House};

/// Look through the database for damage, and for records that disagree with log, search or sums.
#[derive(Args)]
pub struct Check {}

impl Check {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        look(&house)?;
        println!("No damage found.");
        Ok(())
    }
}

/// Looks through every workspace and prints what is wrong with it.
///
/// # Errors
/// When something is.
pub fn look(house: &House) -> anyhow::Result<()> {
    let mut found = Vec::new();
    for workspace in &house.workspaces {
        found.extend(workspace.db().check()?);
        found.extend(records::check(&workspace.engine)?);
    }
    found.iter().for_each(|problem| println!("{problem}"));
    anyhow::ensure!(
        found.is_empty(),
        "{} found; restore a backup",
        super::counted(found.len(), "problem", "problems")
    );
    Ok(())
}
