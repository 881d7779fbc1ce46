//! Which columns lead to which tables, for tools that join by themselves.
//!
//! They are told as foreign keys, though nothing holds them to it: what a record leads to may be in the trash, destroyed
//! since that version, or not to be seen.

use datafusion::catalog::SchemaProvider;
use metadata::{Kind, Object};

use crate::catalog::{Catalog, Shape};

/// The key of every table that has one.
pub const KEY: &str = "id";

/// A column that holds the ids of another table's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub table: String,
    pub column: String,
    pub to: String,
}

impl Link {
    /// What the foreign key is called.
    pub fn name(&self) -> String {
        format!("{}_{}_fkey", self.table, self.column)
    }
}

/// What the key of a table is called.
pub fn key_name(table: &str) -> String {
    format!("{table}_pkey")
}

/// Those between tables and columns that may be seen, in the order of tables and columns.
pub fn links(tables: &Catalog) -> Vec<Link> {
    let names = tables.table_names().into_iter();
    names.flat_map(|table| of_table(tables, &table)).collect()
}

fn of_table(tables: &Catalog, table: &str) -> Vec<Link> {
    let Some((object, shape)) = tables.object_behind(table) else { return Vec::new() };
    let Some(schema) = tables.schema_of(table) else { return Vec::new() };
    let to_record = (shape != Shape::Current).then(|| (KEY.to_owned(), object.name.clone()));
    let leading = to_record.into_iter().chain(of_object(&object));
    leading
        .filter(|(column, to)| schema.index_of(column).is_ok() && tables.has_key(to))
        .map(|(column, to)| Link { table: table.to_owned(), column, to })
        .collect()
}

/// The columns of links that lead to records of one object.
fn of_object(object: &Object) -> impl Iterator<Item = (String, String)> {
    object.fields.iter().filter_map(|field| match &field.kind {
        Kind::Link(link) => Some((object.columns.get(field.columns.start)?.name.clone(), link.to.clone())),
        _ => None,
    })
}
