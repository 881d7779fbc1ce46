//! `rapport warehouse`.

use std::{collections::BTreeMap, time::Instant};

use anyhow::bail;
use clap::{Args, Subcommand};
use warehouse::{Warehouse, doors};

use crate::{commands::counted, config::Config, house::House};

/// Look after the copy of all records that analyses read
#[derive(Args)]
pub struct Store {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// How far behind it is, and what it holds
    Status,
    /// Throw its files away and make them from nothing
    Rebuild,
    /// Compare every row with the database
    Verify,
    /// Write what is in memory into files
    Compact,
}

impl Store {
    /// # Errors
    /// When the warehouse cannot be read or written, or is not as it should be.
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        let warehouse = doors::of(house.only()?)?;
        match self.command {
            Command::Status => status(&warehouse),
            Command::Rebuild => rebuild(&warehouse),
            Command::Verify => verify(&warehouse),
            Command::Compact => {
                warehouse.catch_up()?;
                warehouse.flush()?;
                status(&warehouse)
            }
        }
    }
}

fn status(warehouse: &Warehouse) -> anyhow::Result<()> {
    let status = warehouse.status()?;
    if status.generation == 0 {
        println!("Nothing is built yet: `rapport warehouse rebuild`, or the first query, does it.");
        return Ok(());
    }
    println!("{:<24} {:>10} {:>12} {:>6} {:>12}", "table", "records", "past states", "files", "bytes");
    for table in &status.tables {
        println!(
            "{:<24} {:>10} {:>12} {:>6} {:>12}",
            table.name, table.records, table.past_versions, table.files, table.bytes
        );
    }
    println!(
        "{} not in files yet; generation {}",
        counted(status.behind, "row of the change log is", "rows of the change log are"),
        status.generation
    );
    Ok(())
}

fn rebuild(warehouse: &Warehouse) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    warehouse.rebuild(&mut |object, done| _ = rows.insert(object.to_owned(), done))?;
    let (total, seconds) = (rows.values().sum::<u64>(), begun.elapsed().as_secs_f64());
    let records = counted(total, "record", "records");
    println!("{records} in {seconds:.1} s, {:.0} a second", total as f64 / seconds.max(0.001));
    Ok(())
}

fn verify(warehouse: &Warehouse) -> anyhow::Result<()> {
    let verified = warehouse.verify()?;
    let (mut current, mut past) = (0, 0);
    for one in &verified {
        current += one.stored.current;
        past += one.stored.past;
        if !one.is_right() {
            let (stored, wanted) = (one.stored, one.wanted);
            println!(
                "{}: {} records and {} past states, where the database says {} and {}",
                one.object, stored.current, stored.past, wanted.current, wanted.past
            );
        }
    }
    let wrong = verified.iter().filter(|one| !one.is_right()).count();
    if wrong > 0 {
        bail!(
            "{wrong} of {} tables differ from the database; `rapport warehouse rebuild` makes them anew",
            verified.len()
        );
    }
    println!("{} tables are as the database says: {current} records, {past} past states", verified.len());
    Ok(())
}
