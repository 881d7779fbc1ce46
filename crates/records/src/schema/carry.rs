//! Carrying a whole workspace into a new one on the other engine.

use db::{Dialect, Migration, Row, Tx};
use expr::sql::Sql;
use kernel::{ColumnType, Value};
use metadata::{Object, definition::ObjectDef};

use super::{Losses, SchemaError, change, customs, kept, tables};
use crate::{Engine, write::words};

/// Tables that the new workspace has filled itself: what it is made of, in its own dialect.
const OWN: [&str; 3] = ["migration", "definition", "schema_state"];
/// Rows that are read and inserted together.
const PART: usize = 2_000;

/// A column's name and type.
type Column = (String, ColumnType);

/// Carries all that `from` has into `to`: what its people have defined, every row with its id and number, where
/// counters are; search is made anew. What is saved in `from` meanwhile is not carried. Tells the number of rows.
///
/// # Errors
/// When one of the two cannot be read or written: `to` then has the definitions at most. When both are on SQLite,
/// where a copy of the file does better.
///
/// # Panics
/// When called within a write of the same thread.
pub fn carry(
    from: &Engine,
    to: &Engine,
    shipped: &[ObjectDef],
    migrations: &[Migration],
) -> Result<u64, SchemaError> {
    let defined = customs(from).map_err(super::broken)?;
    change(to, shipped, Losses::Accept, |customs| {
        customs.clone_from(&defined);
        Ok(())
    })?;
    let registry = to.registry();
    let rows = from.db().read(|source| {
        to.db().write(|target| {
            let types = match (source.dialect(), target.dialect()) {
                (_, Dialect::Postgres) => target.columns()?,
                (Dialect::Postgres, _) => source.columns()?,
                _ => return Err(db::Error::Config("both databases are on SQLite".to_owned())),
            };
            let mut rows = 0;
            for table in tables(target, migrations)? {
                let object = registry.objects().find(|object| object.table() == table);
                rows += match (object, types.get(&table)) {
                    (Some(object), _) => carry_records(source, target, object)?,
                    (None, Some(columns)) if !OWN.contains(&table.as_str()) => {
                        carry_rows(source, target, &table, columns)?
                    }
                    _ => 0,
                };
            }
            target.go_on_counting(&source.counters()?)?;
            kept::write_beginnings(target, &kept::read_beginnings(source)?)?;
            Ok(rows)
        })
    })?;
    to.db().optimize()?;
    Ok(rows)
}

fn carry_records(source: &mut Tx<'_>, target: &mut Tx<'_>, object: &Object) -> Result<u64, db::Error> {
    let rid = ("rid".to_owned(), ColumnType::Int);
    let own = object.columns.iter().map(|column| (column.name.clone(), column.column));
    let columns: Vec<Column> = std::iter::once(rid).chain(own).collect();
    in_parts(source, object.table(), &columns, |part| {
        let found: Vec<(Vec<Value>, String)> = part
            .into_iter()
            .map(|row| {
                let text = words(object, &row[1..]);
                (row, text)
            })
            .collect();
        db::search::insert_rows(target, object.table(), &lent(&columns), &found)
    })
}

fn carry_rows(
    source: &mut Tx<'_>,
    target: &mut Tx<'_>,
    table: &str,
    columns: &[Column],
) -> Result<u64, db::Error> {
    in_parts(source, table, columns, |part| target.insert_rows(table, &lent(columns), part))
}

/// Reads all rows of a table and hands them over, some at a time; adds up what that tells.
fn in_parts(
    source: &mut Tx<'_>,
    table: &str,
    columns: &[Column],
    mut insert: impl FnMut(Vec<Vec<Value>>) -> Result<u64, db::Error>,
) -> Result<u64, db::Error> {
    let mut sql = Sql::new("select ");
    for (at, (name, _)) in columns.iter().enumerate() {
        sql.push(if at > 0 { ", " } else { "" }).name(name);
    }
    sql.push(" from ").name(table);
    let (mut part, mut count) = (Vec::with_capacity(PART), 0);
    let read = |row: &Row<'_>| -> Vec<Value> {
        columns.iter().enumerate().map(|(at, (_, of))| row.value(at, *of)).collect()
    };
    source.each(&sql, |row| -> Result<(), db::Error> {
        part.push(read(row));
        if part.len() == PART {
            count += insert(std::mem::replace(&mut part, Vec::with_capacity(PART)))?;
        }
        Ok(())
    })?;
    Ok(count + insert(part)?)
}

fn lent(columns: &[Column]) -> Vec<(&str, ColumnType)> {
    columns.iter().map(|(name, of)| (name.as_str(), *of)).collect()
}
