//! `rapport warehouse` and `rapport query`.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
    sync::Arc,
};

use anyhow::bail;
use clap::{Args, Subcommand};
use records::Principal;
use warehouse::{Asking, Cancel, Format, Warehouse, doors};

use crate::{config::Config, house::House};

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

/// Ask the warehouse in SQL: a table for each object, its history, and the calendar
#[derive(Args)]
pub struct Query {
    /// Such as 'select stage, count(*), sum(amount_base) from deal group by stage'
    sql: String,
    /// Write JSON
    #[arg(long, conflicts_with_all = ["csv", "parquet"])]
    json: bool,
    /// Write CSV
    #[arg(long, conflicts_with = "parquet")]
    csv: bool,
    /// Write a Parquet file
    #[arg(long, value_name = "FILE")]
    parquet: Option<PathBuf>,
    /// Rows of the answer at most
    #[arg(long, default_value_t = 10_000)]
    limit: usize,
    /// Act with the rights of this user (e-mail); as the program itself without
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
}

impl Store {
    /// # Errors
    /// When the warehouse cannot be read or written, or is not as it should be.
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::open(config)?;
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
        "{} rows of the change log are not in files yet; generation {}",
        status.behind, status.generation
    );
    Ok(())
}

fn rebuild(warehouse: &Warehouse) -> anyhow::Result<()> {
    let begun = std::time::Instant::now();
    let mut rows: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    warehouse.rebuild(&mut |object, done| _ = rows.insert(object.to_owned(), done))?;
    let (total, seconds) = (rows.values().sum::<u64>(), begun.elapsed().as_secs_f64());
    println!("{total} records in {seconds:.1} s, {:.0} a second", total as f64 / seconds.max(0.001));
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

impl Query {
    /// # Errors
    /// When the query cannot be answered.
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::open(config)?;
        let workspace = house.only()?;
        let who = match &self.user {
            Some(email) => super::import::user(workspace, email)?.1,
            None => Principal::system(),
        };
        let warehouse = doors::of(workspace)?;
        let cancel = Cancel::default();
        stop_on_interrupt(&cancel)?;
        let answer = warehouse.query(&Asking::of(who), &self.sql, self.limit, &cancel)?;
        let format = match (self.json, self.csv, &self.parquet) {
            (true, ..) => Format::Json,
            (_, true, _) => Format::Csv,
            (.., Some(path)) => {
                let mut out = BufWriter::new(File::create(path)?);
                answer.write(Format::Parquet, &mut out)?;
                out.flush()?;
                println!("{} rows in {}", answer.rows(), path.display());
                return Ok(());
            }
            _ => Format::Table,
        };
        let mut text = Vec::new();
        answer.write(format, &mut text)?;
        match io::stdout().write_all(&text) {
            // Whoever reads has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
        if answer.cut && format != Format::Table {
            eprintln!("There are more rows; --limit says how many are written.");
        }
        Ok(())
    }
}

/// Ctrl-C stops the query.
fn stop_on_interrupt(cancel: &Cancel) -> anyhow::Result<()> {
    let cancel = cancel.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            cancel.cancel();
        }
    });
    Ok(())
}

/// What serves the warehouse of every workspace while the program runs: its feeding, and the door for other tools.
pub struct Served {
    _feeders: Vec<warehouse::Feeder>,
    _door: Option<warehouse::postgres::Server>,
}

impl Served {
    /// # Errors
    /// When a folder cannot be used or the address cannot be had.
    pub fn start(config: &Config, house: &House) -> anyhow::Result<Served> {
        let feeders =
            house.workspaces.iter().map(|workspace| Ok(warehouse::Feeder::start(&doors::of(workspace)?)));
        let feeders = feeders.collect::<anyhow::Result<_>>()?;
        let door = match config.postgres {
            Some(address) => {
                let door = warehouse::postgres::Server::start(&Arc::clone(&house.app), address)?;
                tracing::info!(address = %door.address(), "the warehouse answers in PostgreSQL's protocol");
                Some(door)
            }
            None => None,
        };
        Ok(Served { _feeders: feeders, _door: door })
    }
}
