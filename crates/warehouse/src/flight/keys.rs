//! Keys of tables, and the links between them as foreign keys, in the columns that Flight SQL gives them:
//! <https://arrow.apache.org/docs/format/FlightSql.html#sql-metadata>.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{ArrayRef, Int32Array, RecordBatch, StringArray, UInt8Array},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};
use arrow_flight::{
    error::FlightError,
    sql::{CommandGetCrossReference, CommandGetExportedKeys, CommandGetImportedKeys, CommandGetPrimaryKeys},
};

use super::sessions::Session;
use crate::{
    links::{self, KEY, Link, key_name},
    query::{CATALOG, SCHEMA},
};

/// `NO ACTION`: nothing else changes when a record does.
const NO_ACTION: u8 = 3;

/// The columns of primary keys.
pub static PRIMARY: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("catalog_name", DataType::Utf8, true),
        ("db_schema_name", DataType::Utf8, true),
        ("table_name", DataType::Utf8, false),
        ("column_name", DataType::Utf8, false),
        ("key_name", DataType::Utf8, true),
        ("key_sequence", DataType::Int32, false),
    ])
});

/// The columns of foreign keys, whichever way they are asked for.
pub static FOREIGN: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("pk_catalog_name", DataType::Utf8, true),
        ("pk_db_schema_name", DataType::Utf8, true),
        ("pk_table_name", DataType::Utf8, false),
        ("pk_column_name", DataType::Utf8, false),
        ("fk_catalog_name", DataType::Utf8, true),
        ("fk_db_schema_name", DataType::Utf8, true),
        ("fk_table_name", DataType::Utf8, false),
        ("fk_column_name", DataType::Utf8, false),
        ("key_sequence", DataType::Int32, false),
        ("fk_key_name", DataType::Utf8, true),
        ("pk_key_name", DataType::Utf8, true),
        ("update_rule", DataType::UInt8, false),
        ("delete_rule", DataType::UInt8, false),
    ])
});

/// The place of a table, as far as a caller names it.
type Place<'p> = (&'p Option<String>, &'p Option<String>);

/// The key of a table, if it has one.
pub fn of_table(session: &Session, asked: &CommandGetPrimaryKeys) -> Result<RecordBatch, FlightError> {
    let has = is_here((&asked.catalog, &asked.db_schema)) && session.guest.tables.has_key(&asked.table);
    let tables: Vec<&str> = has.then_some(asked.table.as_str()).into_iter().collect();
    let same = |text: &str| texts(tables.iter().map(|_| text.to_owned()));
    let names = texts(tables.iter().map(|table| (*table).to_owned()));
    let keys = texts(tables.iter().map(|table| key_name(table)));
    let columns = vec![same(CATALOG), same(SCHEMA), names, same(KEY), keys, first(tables.len())];
    Ok(RecordBatch::try_new(Arc::clone(&PRIMARY), columns)?)
}

/// The links that lead away from a table.
pub fn imported(session: &Session, asked: &CommandGetImportedKeys) -> Result<RecordBatch, FlightError> {
    let here = is_here((&asked.catalog, &asked.db_schema));
    foreign(session, |link| here && link.table == asked.table)
}

/// The links that lead to a table.
pub fn exported(session: &Session, asked: &CommandGetExportedKeys) -> Result<RecordBatch, FlightError> {
    let here = is_here((&asked.catalog, &asked.db_schema));
    foreign(session, |link| here && link.to == asked.table)
}

/// The links from one table to another.
pub fn between(session: &Session, asked: &CommandGetCrossReference) -> Result<RecordBatch, FlightError> {
    let here = is_here((&asked.pk_catalog, &asked.pk_db_schema))
        && is_here((&asked.fk_catalog, &asked.fk_db_schema));
    foreign(session, |link| here && link.to == asked.pk_table && link.table == asked.fk_table)
}

fn is_here((catalog, schema): Place<'_>) -> bool {
    catalog.as_deref().is_none_or(|name| name == CATALOG)
        && schema.as_deref().is_none_or(|name| name == SCHEMA)
}

fn foreign(session: &Session, wanted: impl Fn(&Link) -> bool) -> Result<RecordBatch, FlightError> {
    let mut links = tokio::task::block_in_place(|| links::links(&session.guest.tables));
    links.retain(wanted);
    let of = |text: &dyn Fn(&Link) -> String| texts(links.iter().map(text));
    let (catalog, schema) = (of(&|_| CATALOG.to_owned()), of(&|_| SCHEMA.to_owned()));
    let rule: ArrayRef = Arc::new(UInt8Array::from(vec![NO_ACTION; links.len()]));
    let columns = vec![
        Arc::clone(&catalog),
        Arc::clone(&schema),
        of(&|link| link.to.clone()),
        of(&|_| KEY.to_owned()),
        catalog,
        schema,
        of(&|link| link.table.clone()),
        of(&|link| link.column.clone()),
        first(links.len()),
        of(&Link::name),
        of(&|link| key_name(&link.to)),
        Arc::clone(&rule),
        rule,
    ];
    let batch: Result<RecordBatch, ArrowError> = RecordBatch::try_new(Arc::clone(&FOREIGN), columns);
    Ok(batch?)
}

fn schema(columns: &[(&str, DataType, bool)]) -> SchemaRef {
    let columns = columns.iter().map(|(name, kind, nullable)| Field::new(*name, kind.clone(), *nullable));
    Arc::new(Schema::new(columns.collect::<Vec<_>>()))
}

fn texts(texts: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(texts.map(Some).collect::<StringArray>())
}

/// The place of a key's only column in it.
fn first(rows: usize) -> ArrayRef {
    Arc::new(Int32Array::from(vec![1; rows]))
}
