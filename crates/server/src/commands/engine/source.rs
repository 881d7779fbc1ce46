//! `rapport source`: data from outside, for questions in SQL beside the records.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use warehouse::{
    Warehouse, doors,
    source::{self, Kept, Origin, Report},
};

use crate::{commands::counted, config::Config, house::House};

/// Register outside data, read it, and tell how that went
#[derive(Args)]
#[command(after_help = "Examples:
  rapport source add prices --csv /srv/exports/prices.csv --key sku --every 'daily 03:30 Europe/Berlin'
  rapport source add orders --in postgres://reader@erp/shop --sql 'select * from orders' --key id
  rapport query 'select deal.name, p.price from deal join source_prices p on p.sku = deal.sku'")]
pub struct Source {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the sources with how they were last read
    List,
    /// Register a source, or register it anew, and read it
    Add(Box<Add>),
    /// Read a source now
    Read { name: String },
    /// Forget a source and its rows
    Remove { name: String },
}

#[derive(Args)]
struct Add {
    /// What it is called; its table is `source_NAME`
    name: String,
    /// A CSV file with a line of names
    #[arg(long, value_name = "FILE", group = "from")]
    csv: Option<PathBuf>,
    /// A Parquet file
    #[arg(long, value_name = "FILE", group = "from")]
    parquet: Option<PathBuf>,
    /// A query in another database
    #[arg(long, value_name = "QUERY", group = "from", requires = "other")]
    sql: Option<String>,
    /// That database: sqlite:PATH, postgres://…, or a name of the configuration
    #[arg(id = "other", long = "in", value_name = "DATABASE", requires = "sql")]
    database: Option<String>,
    /// The columns that tell its rows apart
    #[arg(long, value_delimiter = ',', required = true)]
    key: Vec<String>,
    /// When it is read, such as 'every 1h' or 'daily 03:30 Europe/Berlin'; only by `read` without
    #[arg(long)]
    every: Option<String>,
    /// A role that sees it, besides administrators; may be given several times
    #[arg(long = "role")]
    roles: Vec<String>,
    /// The zone of moments that say none, such as Europe/Berlin; the workspace's without
    #[arg(long)]
    zone: Option<String>,
}

impl Source {
    /// # Errors
    /// When there is no such source, it cannot be as it is, or could not be read.
    pub fn run(self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        let warehouse = doors::of(house.only()?)?;
        match self.command {
            Command::List => {
                let sources = warehouse.sources()?;
                if sources.is_empty() {
                    println!("There are no sources; `rapport source add` registers one.");
                }
                sources.iter().for_each(tell);
                Ok(())
            }
            Command::Add(add) => {
                let source = add.source()?;
                warehouse.add_source(&source)?;
                read(&warehouse, &source.name)
            }
            Command::Read { name } => read(&warehouse, &name),
            Command::Remove { name } => {
                warehouse.remove_source(&name)?;
                println!("{name} is forgotten.");
                Ok(())
            }
        }
    }
}

impl Add {
    fn source(self) -> anyhow::Result<source::Source> {
        let file = |path: &Path| -> anyhow::Result<String> {
            let path = std::path::absolute(path).with_context(|| path.display().to_string())?;
            path.to_str()
                .map(str::to_owned)
                .with_context(|| format!("{} is no name in UTF-8", path.display()))
        };
        let from = match (&self.csv, &self.parquet, self.sql, self.database) {
            (Some(path), ..) => Origin::Csv { file: file(path)? },
            (_, Some(path), ..) => Origin::Parquet { file: file(path)? },
            (.., Some(query), Some(database)) => Origin::Sql { database, query },
            _ => bail!("say where its rows come from: --csv, --parquet or --sql with --in"),
        };
        let Add { name, key, every, roles, zone, .. } = self;
        Ok(source::Source { name, from, key, every, roles, zone })
    }
}

fn read(warehouse: &Warehouse, name: &str) -> anyhow::Result<()> {
    let report = warehouse.refresh_source(name)?;
    tell_report(&report);
    match report.error {
        Some(error) => bail!("{name} could not be read: {error}"),
        None => Ok(()),
    }
}

fn tell(kept: &Kept) {
    let source = &kept.source;
    println!("{}  from {}, key {}", source.name, source.from.shown(), source.key.join(", "));
    if let Some(every) = &source.every {
        println!("  read {every}");
    }
    if !source.roles.is_empty() {
        println!("  seen by {}", source.roles.join(", "));
    }
    if let Some(zone) = &source.zone {
        println!("  moments without a zone are those of {zone}");
    }
    match &kept.report {
        Some(report) => {
            println!("  last read {}", report.at);
            tell_report(report);
            if let Some(error) = &report.error {
                println!("  it could not be read: {error}");
            }
        }
        None => println!("  not read yet"),
    }
}

fn tell_report(report: &Report) {
    let rows = counted(report.rows, "row", "rows");
    println!("  {rows} in {} ms, {} left out", report.milliseconds, report.bad);
    for problem in &report.problems {
        println!("  {}: {}", problem.place, problem.reason);
    }
}
