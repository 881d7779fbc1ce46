//! Bringing the tables to the definitions: at start, and when somebody adds a field at run time.
//!
//! What customers define is kept in the table `definition`; the tables as they were last made, in `schema_state`.
//! The way is always the same: read the definitions, compile them, take the difference, do it in one transaction.

use db::{
    Db, Dialect, Migration, Tx,
    schema::{Column, Index, Key, Part, Table},
};
use expr::sql::Sql;
use kernel::{ColumnType, Value};
use metadata::{
    Origin, Registry,
    definition::{DefinitionError, ObjectDef, Overlay, apply},
    schema::{Schema, SchemaChange, Shape, diff},
};

use crate::{Engine, Error, Options, plain};

/// The tables of the engine itself.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "records/1-log-and-definitions", statements: first_tables }];

fn first_tables(dialect: Dialect) -> Vec<String> {
    let text = |name| Column::new(name, ColumnType::Text).required();
    let index = |name, parts: &[&'static str]| {
        let parts: Vec<Part<'_>> = parts.iter().map(|part| Part::Column(part)).collect();
        db::schema::create_index(
            dialect,
            &Index { name, table: "change", parts: &parts, unique: false, only_where_null: None },
        )
    };
    vec![
        db::schema::create_table(
            dialect,
            &Table {
                name: "change",
                key: Key::Sequence("seq"),
                columns: vec![
                    Column::new("at", ColumnType::Instant).required(),
                    Column::new("actor", ColumnType::Id),
                    text("channel"),
                    text("object"),
                    Column::new("record", ColumnType::Id).required(),
                    Column::new("version", ColumnType::Int).required(),
                    text("happening"),
                    Column::new("cause", ColumnType::Id),
                    Column::new("fields", ColumnType::Json).required(),
                ],
            },
        ),
        index("change_by_record", &["record", "seq"]),
        index("change_by_cause", &["cause", "seq"]),
        db::schema::create_table(
            dialect,
            &Table {
                name: "sequence",
                key: Key::Columns(&["name"]),
                columns: vec![text("name"), Column::new("next", ColumnType::Int).required()],
            },
        ),
        db::schema::create_table(
            dialect,
            &Table {
                name: "definition",
                key: Key::Columns(&["kind", "name"]),
                columns: vec![text("kind"), text("name"), Column::new("body", ColumnType::Json).required()],
            },
        ),
        db::schema::create_table(
            dialect,
            &Table {
                name: "schema_state",
                key: Key::Columns(&["name"]),
                columns: vec![text("name"), Column::new("body", ColumnType::Json).required()],
            },
        ),
    ]
}

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
/// # Errors
/// When a definition is wrong, or the database refuses; nothing is changed then.
pub fn open(db: &Db, shipped: &[ObjectDef], options: Options) -> Result<Engine, SchemaError> {
    let registry = db.write(|tx| {
        let customs = read_customs(tx)?;
        bring_about(tx, shipped, &customs)
    })?;
    Ok(Engine::new(db.clone(), registry, options))
}

/// Changes what customers have defined, and the tables with it, while everything runs.
///
/// # Errors
/// As [`open`]; nothing is changed then.
pub fn change(
    engine: &Engine,
    shipped: &[ObjectDef],
    mut edit: impl FnMut(&mut Customs) -> Result<(), DefinitionError>,
) -> Result<(), SchemaError> {
    let registry = engine.db().write(|tx| {
        let mut customs = read_customs(tx)?;
        edit(&mut customs)?;
        let registry = bring_about(tx, shipped, &customs)?;
        write_customs(tx, &customs)?;
        tx.notify(TOPIC, "");
        Ok::<_, SchemaError>(registry)
    })?;
    engine.set_registry(registry);
    Ok(())
}

/// The topic on which changed definitions are announced to other processes.
pub const TOPIC: &str = "definitions";

/// Reads the definitions again: after another process has changed them.
///
/// # Errors
/// As [`open`].
pub fn reload(engine: &Engine, shipped: &[ObjectDef]) -> Result<(), SchemaError> {
    let customs = engine.db().read(read_customs)?;
    engine.set_registry(compile(shipped, &customs)?);
    Ok(())
}

fn compile(shipped: &[ObjectDef], customs: &Customs) -> Result<Registry, SchemaError> {
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
    metadata::compile(&definitions).map_err(SchemaError::Definitions)
}

fn bring_about(tx: &mut Tx<'_>, shipped: &[ObjectDef], customs: &Customs) -> Result<Registry, SchemaError> {
    let registry = compile(shipped, customs)?;
    let wanted = Schema::of(registry.objects().map(AsRef::as_ref));
    let standing = read_state(tx)?;
    let changes = diff(&standing, &wanted);
    for change in &changes {
        tracing::info!(%change, "changing the tables");
        carry_out(tx, change)?;
    }
    if !changes.is_empty() {
        write_state(tx, &wanted)?;
    }
    Ok(registry)
}

fn carry_out(tx: &mut Tx<'_>, change: &SchemaChange) -> Result<(), SchemaError> {
    let dialect = tx.dialect();
    let column = |column: &metadata::schema::TableColumn| (column.name.clone(), column.column);
    match change {
        SchemaChange::CreateTable(table) => {
            let columns: Vec<(String, ColumnType)> = table.columns.iter().map(column).collect();
            let columns: Vec<Column<'_>> = columns.iter().map(|(name, of)| Column::new(name, *of)).collect();
            match table.shape {
                Shape::Records => {
                    tx.execute_script(&db::schema::create_record_table(dialect, &table.name, &columns))?;
                    for index in standard_indexes(&table.name).iter().chain(&table.indexes) {
                        create_index(tx, &table.name, index)?;
                    }
                }
                Shape::Links => create_link_table(tx, &table.name)?,
            }
        }
        SchemaChange::DropTable(table) => match table.shape {
            Shape::Records => tx.execute_script(&db::schema::drop_table(dialect, &table.name))?,
            Shape::Links => {
                let mut sql = Sql::new("drop table ");
                sql.name(&table.name);
                tx.execute(&sql)?;
            }
        },
        SchemaChange::AddColumn { table, column } => {
            tx.execute_script(&db::schema::add_column(
                dialect,
                table,
                &Column::new(&column.name, column.column),
            ))?;
        }
        SchemaChange::DropColumn { table, column } => {
            tx.execute_script(&db::schema::drop_column(dialect, table, column))?;
        }
        SchemaChange::RenameColumn { table, from, to } => {
            tx.execute_script(&db::schema::rename_column(dialect, table, from, to))?;
        }
        SchemaChange::ConvertColumn { table, column, from, to } => convert(tx, table, column, *from, *to)?,
        SchemaChange::CreateIndex { table, index } => create_index(tx, table, index)?,
        SchemaChange::DropIndex { table, index } => {
            tx.execute_script(&db::schema::drop_index(dialect, &index_name(table, index)))?;
        }
    }
    Ok(())
}

/// What every table of records is looked through by: the title, for order and search.
fn standard_indexes(_table: &str) -> [metadata::schema::Index; 1] {
    [metadata::schema::Index { columns: vec!["title_key".to_owned()], unique: false }]
}

fn create_index(tx: &mut Tx<'_>, table: &str, index: &metadata::schema::Index) -> Result<(), db::Error> {
    let parts: Vec<Part<'_>> = index.columns.iter().map(|column| Part::Listed(column)).collect();
    let name = index_name(table, index);
    let index = Index {
        name: &name,
        table,
        parts: &parts,
        unique: index.unique,
        only_where_null: Some("deleted_at"),
    };
    tx.execute_script(&db::schema::create_index(tx.dialect(), &index))
}

/// `deal__stage_amount`, cut to what PostgreSQL takes without losing what tells it apart.
fn index_name(table: &str, index: &metadata::schema::Index) -> String {
    let full = format!("{table}__{}{}", index.columns.join("_"), if index.unique { "__unique" } else { "" });
    if full.len() <= 60 {
        return full;
    }
    let sum = full.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("{}_{sum:016x}", &full[..43])
}

fn create_link_table(tx: &mut Tx<'_>, name: &str) -> Result<(), db::Error> {
    let dialect = tx.dialect();
    let side = |name| Column::new(name, ColumnType::Id).required();
    let columns = vec![side("this_id"), side("other_id")];
    let table = Table { name, key: Key::Columns(&["this_id", "other_id"]), columns };
    tx.execute_script(&db::schema::create_table(dialect, &table))?;
    let (back, parts) = (format!("{name}__back"), [Part::Column("other_id")]);
    let index = Index { name: &back, table: name, parts: &parts, unique: false, only_where_null: None };
    tx.execute_script(&db::schema::create_index(dialect, &index))
}

/// Moves a column's content over to another type, row by row, as far as it can be read as that.
fn convert(
    tx: &mut Tx<'_>,
    table: &str,
    column: &str,
    from: ColumnType,
    to: ColumnType,
) -> Result<(), db::Error> {
    let dialect = tx.dialect();
    let old = format!("{column}_before");
    tx.execute_script(&db::schema::rename_column(dialect, table, column, &old))?;
    tx.execute_script(&db::schema::add_column(dialect, table, &Column::new(column, to)))?;
    let mut after = i64::MIN;
    loop {
        let mut sql = Sql::new("select \"rid\", ");
        sql.name(&old)
            .push(" from ")
            .name(table)
            .push(" where \"rid\" > ")
            .bind(after, ColumnType::Int)
            .push(" and ");
        sql.name(&old).push(" is not null order by \"rid\" limit 1000");
        let rows = tx.query(&sql, |row| (row.int(0).unwrap_or(i64::MAX), row.value(1, from)))?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        for (rid, value) in rows {
            let converted = converted(&value, to);
            if converted.is_null() {
                continue;
            }
            let mut sql = Sql::new("update ");
            sql.name(table).push(" set ").name(column).push(" = ").bind(converted, to);
            sql.push(" where \"rid\" = ").bind(rid, ColumnType::Int);
            tx.execute(&sql)?;
        }
    }
    tx.execute_script(&db::schema::drop_column(dialect, table, &old))
}

/// The content as another type would read it; null when it cannot.
pub fn converted(value: &Value, to: ColumnType) -> Value {
    let json = plain::to_json(value);
    let direct = match to {
        ColumnType::Text => match &json {
            serde_json::Value::String(text) => Some(Value::from(text.as_str())),
            serde_json::Value::Array(entries) => {
                let texts: Vec<&str> = entries.iter().filter_map(serde_json::Value::as_str).collect();
                Some(Value::from(texts.join(", ")))
            }
            other => Some(Value::from(other.to_string())),
        },
        ColumnType::Int => value
            .as_decimal()
            .or_else(|| value.as_text()?.trim().parse().ok())
            .and_then(|number| i64::try_from(kernel::number::round(number, 0)).ok().map(Value::Int)),
        ColumnType::Decimal { scale } => value
            .as_decimal()
            .or_else(|| value.as_text()?.trim().parse().ok())
            .map(|number| kernel::number::round(number, scale.into()))
            .filter(|number| kernel::number::to_scaled(*number, scale.into()).is_some())
            .map(Value::Decimal),
        ColumnType::List => value.as_text().map(|text| Value::List(vec![text.into()])),
        ColumnType::Date => {
            value.as_instant().map(|at| Value::Date(at.to_zoned(jiff::tz::TimeZone::UTC).date()))
        }
        ColumnType::Instant => value
            .as_date()
            .and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok())
            .map(|day| Value::Instant(day.timestamp())),
        _ => None,
    };
    direct.or_else(|| plain::from_json(&json, to)).unwrap_or_default()
}

fn read_customs(tx: &mut Tx<'_>) -> Result<Customs, db::Error> {
    let sql = Sql::new("select \"kind\", \"body\" from \"definition\" order by \"kind\", \"name\"");
    let rows = tx.query(&sql, |row| (row.text(0).map(str::to_owned), row.value(1, ColumnType::Json)))?;
    let mut customs = Customs::default();
    for (kind, body) in rows {
        let Value::Json(body) = body else { continue };
        let unreadable = |error: serde_json::Error| {
            db::Error::Corrupt(format!("a stored definition cannot be read: {error}"))
        };
        match kind.as_deref() {
            Some("object") => customs.objects.push(serde_json::from_value(body).map_err(unreadable)?),
            _ => customs.overlays.push(serde_json::from_value(body).map_err(unreadable)?),
        }
    }
    Ok(customs)
}

fn write_customs(tx: &mut Tx<'_>, customs: &Customs) -> Result<(), db::Error> {
    tx.execute(&Sql::new("delete from \"definition\""))?;
    let objects = customs.objects.iter().map(|object| ("object", &object.name, serde_json::to_value(object)));
    let overlays =
        customs.overlays.iter().map(|overlay| ("overlay", &overlay.object, serde_json::to_value(overlay)));
    for (kind, name, body) in objects.chain(overlays) {
        let body = body.map_err(|error| db::Error::Other(error.to_string()))?;
        put_json(tx, "definition", &[("kind", kind), ("name", name)], body)?;
    }
    Ok(())
}

fn read_state(tx: &mut Tx<'_>) -> Result<Schema, db::Error> {
    let sql = Sql::new("select \"body\" from \"schema_state\"");
    match tx.query_optional(&sql, |row| row.value(0, ColumnType::Json))? {
        Some(Value::Json(body)) => serde_json::from_value(body)
            .map_err(|error| db::Error::Corrupt(format!("the state of the tables cannot be read: {error}"))),
        _ => Ok(Schema::default()),
    }
}

fn write_state(tx: &mut Tx<'_>, schema: &Schema) -> Result<(), db::Error> {
    tx.execute(&Sql::new("delete from \"schema_state\""))?;
    let body = serde_json::to_value(schema).map_err(|error| db::Error::Other(error.to_string()))?;
    put_json(tx, "schema_state", &[("name", "records")], body)
}

fn put_json(
    tx: &mut Tx<'_>,
    table: &str,
    key: &[(&str, &str)],
    body: serde_json::Value,
) -> Result<(), db::Error> {
    let mut columns: Vec<(&str, ColumnType)> =
        key.iter().map(|(name, _)| (*name, ColumnType::Text)).collect();
    columns.push(("body", ColumnType::Json));
    let mut row: Vec<Value> = key.iter().map(|(_, content)| (*content).into()).collect();
    row.push(Value::Json(body));
    tx.insert_rows(table, &columns, [row])?;
    Ok(())
}

/// The definitions of an object as customers left it, for those who edit it.
pub fn customs(engine: &Engine) -> Result<Customs, Error> {
    Ok(engine.db().read(read_customs)?)
}
