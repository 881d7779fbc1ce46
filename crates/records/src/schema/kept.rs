//! What is kept about the definitions: those of customers, and the tables as they were last made.

use std::collections::BTreeMap;

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Value};
use metadata::schema::Schema;
use serde::{Serialize, de::DeserializeOwned};

use super::Customs;

pub(super) fn read_customs(tx: &mut Tx<'_>) -> Result<Customs, db::Error> {
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

pub(super) fn write_customs(tx: &mut Tx<'_>, customs: &Customs) -> Result<(), db::Error> {
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

pub(super) fn read_state(tx: &mut Tx<'_>) -> Result<Schema, db::Error> {
    state(tx, "records")
}

/// How each computed field was defined when its contents were computed last, by `object.field`.
pub(super) fn read_computed(tx: &mut Tx<'_>) -> Result<BTreeMap<String, String>, db::Error> {
    state(tx, "computed")
}

/// After which row of the change log a table (`deal`) or a column of it (`deal.region`) began: what rows before it say under
/// that name is about another one, which has gone.
pub(crate) fn read_beginnings(tx: &mut Tx<'_>) -> Result<BTreeMap<String, i64>, db::Error> {
    state(tx, "beginnings")
}

/// Notes that tables and columns begin now.
pub(super) fn begin(tx: &mut Tx<'_>, names: impl Iterator<Item = String>) -> Result<(), db::Error> {
    let mut names = names.peekable();
    let end = tx.query_one(&Sql::new("select max(\"seq\") from \"change\""), |row| row.int(0))?;
    let (Some(end), Some(_)) = (end, names.peek()) else { return Ok(()) };
    let mut beginnings = read_beginnings(tx)?;
    beginnings.extend(names.map(|name| (name, end)));
    write_beginnings(tx, &beginnings)
}

pub(super) fn write_beginnings(tx: &mut Tx<'_>, beginnings: &BTreeMap<String, i64>) -> Result<(), db::Error> {
    write(tx, "beginnings", beginnings)
}

fn state<T: Default + DeserializeOwned>(tx: &mut Tx<'_>, name: &str) -> Result<T, db::Error> {
    let mut sql = Sql::new("select \"body\" from \"schema_state\" where \"name\" = ");
    sql.bind(name, ColumnType::Text);
    match tx.query_optional(&sql, |row| row.value(0, ColumnType::Json))? {
        Some(Value::Json(body)) => serde_json::from_value(body)
            .map_err(|error| db::Error::Corrupt(format!("the state of the tables cannot be read: {error}"))),
        _ => Ok(T::default()),
    }
}

pub(super) fn write_state(tx: &mut Tx<'_>, schema: &Schema) -> Result<(), db::Error> {
    write(tx, "records", schema)
}

pub(super) fn write_computed(tx: &mut Tx<'_>, computed: &BTreeMap<String, String>) -> Result<(), db::Error> {
    write(tx, "computed", computed)
}

fn write(tx: &mut Tx<'_>, name: &str, state: &impl Serialize) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"schema_state\" where \"name\" = ");
    sql.bind(name, ColumnType::Text);
    tx.execute(&sql)?;
    let body = serde_json::to_value(state).map_err(|error| db::Error::Other(error.to_string()))?;
    put_json(tx, "schema_state", &[("name", name)], body)
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
