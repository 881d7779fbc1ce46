//! Keys as tools look for them: those of tables, and the links between tables as foreign keys, in PostgreSQL's own
//! catalogue and in that of the standard.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use datafusion::catalog::SchemaProvider;

use crate::{
    catalog::Catalog,
    links::{self, KEY, key_name},
    live::Live,
    query::{CATALOG, SCHEMA},
};

/// What is added to the number of a table for that of its key.
pub const KEY_OID: &str = "1000000";
/// What the number of a table is multiplied by, so that those of its links find place: more than a table has columns.
const LINK_OID: &str = "10000";
/// The table behind all others here; nobody is told of it.
pub const TABLE: &str = "rapport_keys";

/// A row for each key and each link of tables that somebody sees.
pub fn table(tables: &Arc<Catalog>) -> Live {
    const COLUMNS: [&str; 6] = ["conname", "contype", "tablename", "columnname", "target", "condef"];
    let schema = Arc::new(Schema::new(COLUMNS.map(|name| Field::new(name, DataType::Utf8, true)).to_vec()));
    let (columns, tables) = (Arc::clone(&schema), Arc::clone(tables));
    Live::new(schema, move || {
        let rows = rows(&tables);
        let column =
            |at: usize| Arc::new(rows.iter().map(|row| row[at].clone()).collect::<StringArray>()) as ArrayRef;
        Ok(RecordBatch::try_new(Arc::clone(&columns), (0..COLUMNS.len()).map(column).collect())?)
    })
}

fn rows(tables: &Catalog) -> Vec<[Option<String>; 6]> {
    let keyed = tables.table_names().into_iter().filter(|table| tables.has_key(table));
    let keys = keyed.map(|table| {
        let definition = format!("PRIMARY KEY ({KEY})");
        [key_name(&table), "p".to_owned(), table, KEY.to_owned(), String::new(), definition]
    });
    let links = links::links(tables).into_iter().map(|link| {
        let definition =
            format!("FOREIGN KEY ({}) REFERENCES {}({KEY})", quoted(&link.column), quoted(&link.to));
        [link.name(), "f".to_owned(), link.table, link.column, link.to, definition]
    });
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    keys.chain(links).map(|row| row.map(filled)).collect()
}

/// A name as it stands in a statement: those of tables that customers have made may be words of SQL.
fn quoted(name: &str) -> String {
    const WORDS: [&str; 6] = ["user", "order", "group", "table", "case", "end"];
    match WORDS.contains(&name) {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    }
}

/// The index behind the key of each table; its first column is `id`.
pub fn indexes() -> String {
    format!(
        "select cast(oid + {KEY_OID} as int) as indexrelid, oid as indrelid, cast(1 as smallint) as indnatts,
            cast(1 as smallint) as indnkeyatts, true as indisunique, false as indnullsnotdistinct,
            true as indisprimary, false as indisexclusion, true as indimmediate, false as indisclustered,
            true as indisvalid, false as indcheckxmin, true as indisready, true as indislive,
            false as indisreplident, make_array(cast(1 as smallint)) as indkey,
            make_array(0) as indcollation, make_array(1978) as indclass,
            make_array(cast(0 as smallint)) as indoption,
            cast(null as text) as indexprs, cast(null as text) as indpred
         from {CATALOG}.pg_catalog.pg_class where has_key(relname)"
    )
}

/// Keys and links; what a link leads to is not seen to, so that it counts as not validated.
pub fn constraints() -> String {
    format!(
        "select cast(case k.contype when 'p' then c.oid + {KEY_OID} else c.oid * {LINK_OID} + a.attnum end as int) as oid,
            k.conname, c.relnamespace as connamespace, k.contype, false as condeferrable, false as condeferred,
            k.contype = 'p' as convalidated, c.oid as conrelid, cast(0 as int) as contypid,
            cast(coalesce(f.oid, c.oid) + {KEY_OID} as int) as conindid,
            cast(0 as int) as conparentid, coalesce(f.oid, cast(0 as int)) as confrelid,
            case k.contype when 'p' then ' ' else 'a' end as confupdtype,
            case k.contype when 'p' then ' ' else 'a' end as confdeltype,
            case k.contype when 'p' then ' ' else 's' end as confmatchtype, true as conislocal,
            cast(0 as smallint) as coninhcount, true as connoinherit,
            make_array(a.attnum) as conkey,
            make_array(case k.contype when 'f' then cast(1 as smallint) end) as confkey,
            cast(null as text) as conpfeqop, cast(null as text) as conppeqop, cast(null as text) as conffeqop,
            cast(null as text) as confdelsetcols, cast(null as text) as conexclop, cast(null as text) as conbin,
            k.condef, k.tablename as conrelname, k.target as confrelname
         from {CATALOG}.pg_catalog.{TABLE} k
         join {CATALOG}.pg_catalog.pg_namespace n on n.nspname = '{SCHEMA}'
         join {CATALOG}.pg_catalog.pg_class c on c.relname = k.tablename and c.relnamespace = n.oid
         join {CATALOG}.pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = k.columnname
         left join {CATALOG}.pg_catalog.pg_class f on f.relname = k.target and f.relnamespace = n.oid"
    )
}

/// The views of the standard's `information_schema` that tell keys, each with its name.
pub fn of_the_standard() -> [(&'static str, String); 4] {
    let named = |as_what: &str| format!("'{CATALOG}' as {as_what}_catalog, '{SCHEMA}' as {as_what}_schema");
    let (constraint, table, unique) = (named("constraint"), named("table"), named("unique_constraint"));
    let from = format!("from {CATALOG}.pg_catalog.{TABLE}");
    [
        (
            STANDARD[0],
            format!(
                "select {constraint}, conname as constraint_name, {table}, tablename as table_name,
                    case contype when 'p' then 'PRIMARY KEY' else 'FOREIGN KEY' end as constraint_type,
                    'NO' as is_deferrable, 'NO' as initially_deferred,
                    case contype when 'p' then 'YES' else 'NO' end as enforced {from}"
            ),
        ),
        (
            STANDARD[1],
            format!(
                "select {constraint}, conname as constraint_name, {table}, tablename as table_name,
                    columnname as column_name, cast(1 as int) as ordinal_position,
                    case contype when 'f' then cast(1 as int) end as position_in_unique_constraint {from}"
            ),
        ),
        (
            STANDARD[2],
            format!(
                "select {constraint}, conname as constraint_name, {unique}, target || '_pkey' as unique_constraint_name,
                    'NONE' as match_option, 'NO ACTION' as update_rule, 'NO ACTION' as delete_rule
                 {from} where contype = 'f'"
            ),
        ),
        (
            STANDARD[3],
            format!(
                "select {table}, coalesce(target, tablename) as table_name, '{KEY}' as column_name,
                    {constraint}, conname as constraint_name {from}"
            ),
        ),
    ]
}

/// What those views are called.
pub const STANDARD: [&str; 4] =
    ["table_constraints", "key_column_usage", "referential_constraints", "constraint_column_usage"];
