//! Bringing a database to the shape that this version of the program expects.
//!
//! Each migration that was applied stands in the table `migration` with a checksum of its statements. Every start
//! compares; what is missing is applied in one transaction, after a backup if there is anything to lose.

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::PathBuf,
    time::{Duration, Instant},
};

use expr::sql::Sql;
use jiff::Timestamp;
use kernel::ColumnType;
use sha2::{Digest, Sha256};

use crate::{
    Config, Db, Dialect, Error, Tx,
    config::Target,
    postgres::functions,
    schema::{Column, Key, Table, create_table},
};

/// One step in the history of the engine's tables. Once released it never changes; a later one mends it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique for ever, such as `records/1-change-log`. Recorded in the database.
    pub name: &'static str,
    /// The statements, mostly from [`crate::schema`].
    pub statements: fn(Dialect) -> Vec<String>,
}

/// Where migrations are recorded.
const TABLE: &str = "migration";
/// The row of the table `migration` that tells which functions PostgreSQL has.
const FUNCTIONS: &str = "db/functions";
/// How long to wait for another process that migrates, and how often to look.
const PATIENCE: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_millis(100);

/// The names of the tables that these migrations make, and of the one that they are recorded in.
pub fn tables(dialect: Dialect, migrations: &[Migration]) -> Vec<String> {
    let statements = migrations.iter().flat_map(|migration| (migration.statements)(dialect));
    let made = |statement: String| {
        let rest = statement.strip_prefix("create table \"")?;
        rest.split_once('"').map(|(name, _)| name.to_owned())
    };
    std::iter::once(TABLE.to_owned()).chain(statements.filter_map(made)).collect()
}

/// Applies what is missing, in the order given.
///
/// # Errors
/// [`Error::TooNew`] if the database has had a migration that is not in the list; [`Error::Migration`] if one has
/// changed since it was applied or does not go through.
pub(crate) fn migrate(db: &Db, config: &Config, migrations: &[Migration]) -> Result<(), Error> {
    let applied = db.read(applied)?;
    let missing = missing(db.dialect(), &applied, migrations)?;
    if missing.is_empty() && functions_are_known(db.dialect(), &applied) {
        return Ok(());
    }
    if !applied.is_empty() && !missing.is_empty() {
        back_up(db, config)?;
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        match db.write(|tx| apply_missing(tx, migrations)) {
            Err(Error::Busy(_)) if Instant::now() < deadline => std::thread::sleep(PAUSE),
            result => return result,
        }
    }
}

fn apply_missing(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<(), Error> {
    // A lock that waits would show what was before the other process committed.
    if !tx.try_lock("migration")? {
        return Err(Error::Busy("another process is migrating this database".to_owned()));
    }
    // Another process may have been first.
    let applied = applied(tx)?;
    let missing = missing(tx.dialect(), &applied, migrations)?;
    if applied.is_empty() {
        tx.execute_script(&record_table(tx.dialect()))?;
    }
    for migration in missing {
        apply(tx, migration).map_err(|error| Error::Migration {
            name: migration.name.to_owned(),
            reason: error.to_string(),
        })?;
    }
    if !functions_are_known(tx.dialect(), &applied) {
        tx.execute_script(&functions::definitions())?;
        record(tx, FUNCTIONS, &functions_checksum())?;
    }
    Ok(())
}

/// What a database made by these migrations is known by.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint(dialect: Dialect, migrations: &[Migration]) -> String {
    checksum(migrations.iter().map(|migration| migration.name.to_owned() + &checksum_of(dialect, migration)))
}

/// The checksums by name; empty in a new database.
pub(crate) fn applied(tx: &mut Tx<'_>) -> Result<BTreeMap<String, String>, Error> {
    let exists = match tx.dialect() {
        Dialect::Sqlite => "select count(*) from sqlite_schema where type = 'table' and name = 'migration'",
        Dialect::Postgres => {
            "select count(*) from pg_catalog.pg_tables where schemaname = current_schema() and tablename = 'migration'"
        }
    };
    if tx.query_one(&Sql::new(exists), |row| row.int(0))? == Some(0) {
        return Ok(BTreeMap::new());
    }
    let rows = tx.query(&Sql::new("select name, checksum from migration"), |row| {
        Some((row.text(0)?.to_owned(), row.text(1)?.to_owned()))
    })?;
    Ok(rows.into_iter().flatten().collect())
}

fn missing<'m>(
    dialect: Dialect,
    applied: &BTreeMap<String, String>,
    migrations: &'m [Migration],
) -> Result<Vec<&'m Migration>, Error> {
    let known = |name: &str| name == FUNCTIONS || migrations.iter().any(|migration| migration.name == name);
    if let Some(unknown) = applied.keys().find(|name| !known(name)) {
        return Err(Error::TooNew(unknown.clone()));
    }
    let mut missing = Vec::new();
    for migration in migrations {
        match applied.get(migration.name) {
            None => missing.push(migration),
            Some(checksum) if *checksum == checksum_of(dialect, migration) => {}
            Some(_) => {
                return Err(Error::Migration {
                    name: migration.name.to_owned(),
                    reason: "it is not what it was when this database had it".to_owned(),
                });
            }
        }
    }
    Ok(missing)
}

fn apply(tx: &mut Tx<'_>, migration: &Migration) -> Result<(), Error> {
    for statement in (migration.statements)(tx.dialect()) {
        tx.execute_script(&statement)?;
    }
    tracing::info!(migration = migration.name, "applied");
    record(tx, migration.name, &checksum_of(tx.dialect(), migration))
}

fn record_table(dialect: Dialect) -> String {
    let columns = vec![
        Column::new("name", ColumnType::Text).required(),
        Column::new("checksum", ColumnType::Text).required(),
        Column::new("applied_at", ColumnType::Instant).required(),
    ];
    create_table(dialect, &Table { name: TABLE, key: Key::Columns(&["name"]), columns })
}

fn record(tx: &mut Tx<'_>, name: &str, checksum: &str) -> Result<(), Error> {
    let mut sql = Sql::new("insert into migration (name, checksum, applied_at) values (");
    sql.bind(name, ColumnType::Text).push(", ").bind(checksum, ColumnType::Text).push(", ");
    sql.bind(Timestamp::now(), ColumnType::Instant);
    sql.push(
        ") on conflict (name) do update set checksum = excluded.checksum, applied_at = excluded.applied_at",
    );
    tx.execute(&sql)?;
    Ok(())
}

fn back_up(db: &Db, config: &Config) -> Result<(), Error> {
    let at = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let path: PathBuf = match (config.target()?, &config.backup_folder) {
        (Target::Sqlite(file), folder) => {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let name = format!("{name}-before-migration-{at}.db");
            folder.as_ref().map_or_else(|| file.with_file_name(&name), |folder| folder.join(&name))
        }
        (Target::Postgres { .. }, Some(folder)) => folder.join(format!("before-migration-{at}.rapport")),
        (Target::Postgres { .. }, None) => {
            tracing::warn!("migrating without a backup: no folder for backups is configured");
            return Ok(());
        }
    };
    db.backup(&path)?;
    tracing::info!(path = %path.display(), "backed up before migrating");
    Ok(())
}

fn functions_are_known(dialect: Dialect, applied: &BTreeMap<String, String>) -> bool {
    // SQLite calls the program's own.
    dialect == Dialect::Sqlite || applied.get(FUNCTIONS).is_some_and(|known| *known == functions_checksum())
}

fn functions_checksum() -> String {
    checksum([functions::definitions()])
}

fn checksum_of(dialect: Dialect, migration: &Migration) -> String {
    checksum((migration.statements)(dialect))
}

fn checksum(texts: impl IntoIterator<Item = String>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    digest.finalize().iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
