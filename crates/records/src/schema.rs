//! Bringing the tables to the definitions: at start, and when somebody adds a field at run time.
//!
//! What customers define is kept in the table `definition`; the tables as they were last made, in `schema_state`.
//! The way is always the same: read the definitions, compile them, take the difference, do it in one transaction; then
//! compute anew what is computed otherwise.

mod carry;
mod computed;
mod convert;
mod kept;
mod losses;
mod tables;

use db::{Db, Tx};
use kernel::{Currency, Timestamp};
use metadata::{
    Origin, Registry,
    definition::{DefinitionError, ObjectDef, Overlay, apply},
    schema::{Schema, SchemaChange, diff},
};

use crate::{Engine, Error, Options};

pub use carry::carry;
pub use convert::converted;
pub(crate) use kept::read_beginnings;
use kept::{read_customs, read_state, write_customs, write_state};
pub use losses::{Loss, Losses};
pub use tables::MIGRATIONS;

/// What customers have defined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Customs {
    pub objects: Vec<ObjectDef>,
    pub overlays: Vec<Overlay>,
}

/// Why definitions did not become tables.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Definitions(Vec<DefinitionError>),
    /// Contents would go that nobody has given up.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Losses(Vec<Loss>),
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<DefinitionError> for SchemaError {
    fn from(error: DefinitionError) -> SchemaError {
        SchemaError::Definitions(vec![error])
    }
}

/// Opens the engine over a database: compiles shipped and custom definitions and brings the tables to them.
///
/// What a new version of the program defines otherwise it has thought of: contents that this cannot read are noted in
/// the history of their records.
///
/// # Errors
/// When a definition is wrong, or the database refuses; nothing is changed then.
pub fn open(db: &Db, shipped: &[ObjectDef], options: Options) -> Result<Engine, SchemaError> {
    let at = options.clock.now();
    let registry = db.write(|tx| {
        let customs = read_customs(tx)?;
        bring_about(tx, compile(shipped, &customs, options.currency)?, None, Losses::Accept, at)
    })?;
    let engine = Engine::new(db.clone(), registry, options);
    computed::bring_up(&engine)?;
    Ok(engine)
}

/// Changes what customers have defined, and the tables with it, while everything runs.
///
/// # Errors
/// As [`open`]; [`SchemaError::Losses`] when contents would go and `losses` says no. Nothing is changed then.
pub fn change(
    engine: &Engine,
    shipped: &[ObjectDef],
    losses: Losses,
    mut edit: impl FnMut(&mut Customs) -> Result<(), DefinitionError>,
) -> Result<(), SchemaError> {
    let (standing, at) = (engine.registry(), engine.clock().now());
    let registry = engine.db().write(|tx| {
        let mut customs = read_customs(tx)?;
        edit(&mut customs)?;
        let registry =
            bring_about(tx, compile(shipped, &customs, engine.currency())?, Some(&standing), losses, at)?;
        write_customs(tx, &customs)?;
        tx.notify(TOPIC, "");
        Ok::<_, SchemaError>(registry)
    })?;
    engine.set_registry(registry);
    computed::bring_up(engine)
}

/// The names of all tables that records are kept in, with those of the engine's own and those of `migrations`.
///
/// # Errors
/// When the database cannot be read.
pub fn tables(tx: &mut Tx<'_>, migrations: &[db::Migration]) -> Result<Vec<String>, db::Error> {
    let records = read_state(tx)?.tables.into_iter().map(|table| table.name);
    Ok(records.chain(db::tables(tx.dialect(), migrations)).collect())
}

/// The topic on which changed definitions are announced to other processes.
pub const TOPIC: &str = "definitions";

/// Reads the definitions again: after another process has changed them.
///
/// # Errors
/// As [`open`].
pub fn reload(engine: &Engine, shipped: &[ObjectDef]) -> Result<(), SchemaError> {
    let customs = engine.db().read(read_customs)?;
    engine.set_registry(compile(shipped, &customs, engine.currency())?);
    Ok(())
}

fn compile(shipped: &[ObjectDef], customs: &Customs, currency: Currency) -> Result<Registry, SchemaError> {
    let mut definitions: Vec<(ObjectDef, Origin)> =
        shipped.iter().map(|object| (object.clone(), Origin::Shipped)).collect();
    for overlay in &customs.overlays {
        match definitions.iter_mut().find(|(object, _)| object.name == overlay.object) {
            Some((object, _)) => apply(object, overlay)?,
            None => {
                return Err(DefinitionError::new(
                    "definition",
                    format!("there is no object `{}`", overlay.object),
                )
                .into());
            }
        }
    }
    definitions.extend(customs.objects.iter().map(|object| (object.clone(), Origin::Custom)));
    metadata::compile_in(&definitions, currency).map_err(SchemaError::Definitions)
}

/// Makes the tables of `registry` from those that stand.
fn bring_about(
    tx: &mut Tx<'_>,
    registry: Registry,
    standing: Option<&Registry>,
    losses: Losses,
    at: Timestamp,
) -> Result<Registry, SchemaError> {
    let wanted = Schema::of(registry.objects().map(AsRef::as_ref));
    let changes = diff(&read_state(tx)?, &wanted);
    let mut lost = Vec::new();
    for change in &changes {
        tracing::info!(%change, "changing the tables");
        if let Some(standing) = standing {
            lost.extend(losses::dropped(tx, change, standing, &registry)?);
        }
        lost.extend(tables::carry_out(tx, change, &registry, at)?);
    }
    for loss in &lost {
        tracing::warn!(%loss, "changing the tables");
    }
    if losses == Losses::Refuse && !lost.is_empty() {
        return Err(SchemaError::Losses(lost));
    }
    if !changes.is_empty() {
        write_state(tx, &wanted)?;
        kept::begin(tx, changes.iter().filter_map(begun))?;
    }
    Ok(registry)
}

/// What a step makes that may have had the name of something that has gone.
fn begun(change: &SchemaChange) -> Option<String> {
    match change {
        SchemaChange::CreateTable(table) => Some(table.name.clone()),
        SchemaChange::AddColumn { table, column } => Some(format!("{table}.{}", column.name)),
        SchemaChange::RenameColumn { table, to, .. } => Some(format!("{table}.{to}")),
        _ => None,
    }
}

/// The definitions of an object as customers left it, for those who edit it.
pub fn customs(engine: &Engine) -> Result<Customs, Error> {
    Ok(engine.db().read(read_customs)?)
}

/// What the engine's own deeds can only fail by.
fn broken(error: Error) -> db::Error {
    match error {
        Error::Database(error) => error,
        other => db::Error::Other(other.to_string()),
    }
}
