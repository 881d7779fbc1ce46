//! Mappings kept by name, to be used again for the next file of the same kind.

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp, Value};

use super::Mapping;

/// A kept mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    pub name: String,
    pub mapping: Mapping,
}

/// Keeps a mapping under a name; one that had it is replaced.
pub fn save(
    tx: &mut Tx<'_>,
    name: &str,
    mapping: &Mapping,
    by: Option<Id>,
    now: Timestamp,
) -> Result<(), db::Error> {
    remove(tx, name)?;
    let body = serde_json::to_value(mapping).map_err(|error| db::Error::Other(error.to_string()))?;
    let columns = [
        ("name", ColumnType::Text),
        ("object", ColumnType::Text),
        ("body", ColumnType::Json),
        ("changed_by", ColumnType::Id),
        ("changed_at", ColumnType::Instant),
    ];
    let row = [name.into(), mapping.object.as_str().into(), Value::Json(body), by.into(), now.into()];
    tx.insert_rows("import_mapping", &columns, [row])?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, name: &str) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"import_mapping\" where \"name\" = ");
    sql.bind(name, ColumnType::Text);
    tx.execute(&sql)?;
    Ok(())
}

/// The mapping of that name.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<Mapping>, db::Error> {
    let mut sql = Sql::new("select \"name\", \"body\" from \"import_mapping\" where \"name\" = ");
    sql.bind(name, ColumnType::Text);
    Ok(tx.query_optional(&sql, read)?.flatten().map(|saved| saved.mapping))
}

/// All kept mappings, of one object if given.
pub fn list(tx: &mut Tx<'_>, object: Option<&str>) -> Result<Vec<Saved>, db::Error> {
    let mut sql = Sql::new("select \"name\", \"body\" from \"import_mapping\"");
    if let Some(object) = object {
        sql.push(" where \"object\" = ").bind(object, ColumnType::Text);
    }
    sql.push(" order by \"name\" limit 200");
    Ok(tx.query(&sql, read)?.into_iter().flatten().collect())
}

/// One that a newer version of the program wrote and that cannot be read is passed over.
fn read(row: &db::Row<'_>) -> Option<Saved> {
    let Value::Json(body) = row.value(1, ColumnType::Json) else { return None };
    Some(Saved { name: row.text(0)?.to_owned(), mapping: serde_json::from_value(body).ok()? })
}
