//! Where sources are kept: a row each, in the workspace's database.

use db::{
    Dialect, Migration, Tx,
    schema::{Column, Key, Table, create_table},
};
use expr::sql::Sql;
use kernel::ColumnType::Text;

use super::Kept;
use crate::Error;

pub const MIGRATIONS: &[Migration] = &[Migration { name: "warehouse/1-source", statements: source }];

fn source(dialect: Dialect) -> Vec<String> {
    // What is known of a source changes with the program, not with the table: it is JSON.
    let columns = vec![Column::new("name", Text).required(), Column::new("content", Text).required()];
    vec![create_table(dialect, &Table { name: "warehouse_source", key: Key::Columns(&["name"]), columns })]
}

/// All sources by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Kept>, db::Error> {
    let sql = Sql::new("select content from warehouse_source order by name");
    let texts = tx.query(&sql, |row| row.text(0).map(str::to_owned))?;
    Ok(texts.into_iter().flatten().filter_map(|text| serde_json::from_str(&text).ok()).collect())
}

pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<Kept>, db::Error> {
    let mut sql = Sql::new("select content from warehouse_source where name = ");
    sql.bind(name, Text);
    let text = tx.query_optional(&sql, |row| row.text(0).map(str::to_owned))?;
    Ok(text.flatten().and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps what is known of a source.
pub fn put(tx: &mut Tx<'_>, kept: &Kept) -> Result<(), Error> {
    let content = serde_json::to_string(kept).map_err(|error| Error::Source(error.to_string()))?;
    remove(tx, &kept.source.name)?;
    let mut sql = Sql::new("insert into warehouse_source (name, content) values (");
    sql.bind(kept.source.name.as_str(), Text).push(", ").bind(content.as_str(), Text).push(")");
    tx.execute(&sql)?;
    Ok(())
}

/// Forgets a source; tells whether there was one.
pub fn remove(tx: &mut Tx<'_>, name: &str) -> Result<bool, db::Error> {
    let mut sql = Sql::new("delete from warehouse_source where name = ");
    sql.bind(name, Text);
    Ok(tx.execute(&sql)? > 0)
}
