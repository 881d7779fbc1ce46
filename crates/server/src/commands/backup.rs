//! `rapport backup` and `rapport restore`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;
use db::Dialect;
use records::schema;

use super::check;
use crate::{
    config::Config,
    house::{House, shown},
};

/// Write a copy of the database.
#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not be there yet
    to: PathBuf,
}

/// Put a copy back, or carry a database over to the other engine.
#[derive(Args)]
#[command(after_help = "\
From the SQLite file of the first weeks to PostgreSQL, after the server was stopped:
  rapport restore sqlite:data/rapport.db --database postgres://rapport@127.0.0.1/rapport
Back from there, for a copy to take along:
  rapport restore postgres://rapport@127.0.0.1/rapport --database sqlite:copy.db")]
pub struct Restore {
    /// The file that `backup` wrote, or the address of a database: `sqlite:PATH` or `postgres://…`
    from: String,
}

impl Backup {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        ensure!(!self.to.exists(), "{} is there already; a backup never overwrites", self.to.display());
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
            bail!(
                "several workspaces are configured: name a file that has only the one that is meant with --config"
            )
        };
        let (from, to) = (Path::new(&self.from), &workspace.database);
        if ["sqlite:", "postgres://", "postgresql://"].iter().any(|address| self.from.starts_with(address)) {
            return carry_over(&self.from, config);
        }
        let restoring = || format!("restoring {}", self.from);
        if (db::backed_up(from).with_context(restoring)?, to.dialect()?)
            == (Dialect::Sqlite, Dialect::Postgres)
        {
            return carry_backup_over(from, config).with_context(restoring);
        }
        db::restore(from, to).with_context(restoring)?;
        // Opening migrates a copy of an older version, and proves that it can be used.
        let house = House::open(config)?;
        println!("restored; {} kinds of records", house.only()?.engine.registry().objects().count());
        Ok(())
    }
}

/// Carries a backup of SQLite over. It is opened as a database, which may change it, so that is done with a copy.
fn carry_backup_over(backup: &Path, config: &Config) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("a folder for a while")?;
    let copy = format!("sqlite:{}", folder.path().join("rapport.db").display());
    db::restore(backup, &db::Config::new(&copy))?;
    carry_over(&copy, config)
}

/// Makes the workspace of `config` out of the one that the address `from` leads to, and looks whether all is well with it.
fn carry_over(from: &str, config: &Config) -> anyhow::Result<()> {
    let mut origin = config.clone();
    let (Some((_, source)), Some((_, target))) = (origin.workspaces.first_mut(), config.workspaces.first())
    else {
        bail!("no workspace is configured")
    };
    from.clone_into(&mut source.database.url);
    let (there, here) = (shown(from), shown(&target.database.url));
    ensure!(
        (source.database.dialect()?, target.database.dialect()?) != (Dialect::Sqlite, Dialect::Sqlite),
        "both are on SQLite: `rapport backup` makes a copy of {there}, for `rapport restore`"
    );
    let is_new = db::Db::is_new(&target.database).with_context(|| format!("opening {here}"))?;
    ensure!(is_new, "there is a workspace in {here} already; name an empty place with --database");
    let source = House::existing(&origin)?;
    let target = House::open(config)?;
    let app = &target.app;
    let carried =
        schema::carry(&source.only()?.engine, &target.only()?.engine, app.shipped(), app.migrations());
    match carried {
        Ok(rows) => println!("{rows} rows carried over from {there}"),
        Err(error) => {
            target.take_away().context("clearing up after a failure")?;
            return Err(error).with_context(|| format!("carrying {there} over; {here} is as it was"));
        }
    }
    check::look(&target).with_context(|| {
        format!("{there} was carried over; `rapport check` tells whether it had these problems, too")
    })?;
    println!("Records agree with the change log, the search index and their sums.");
    Ok(())
}
