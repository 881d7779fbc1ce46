//! Rows that were not imported: kept with what is wrong with them, and written out to be mended and sent again.

use std::io::{self, Write};

use db::Tx;
use expr::sql::Sql;
use i18n::Reader;
use kernel::{ColumnType, Id, Value};

use super::import::{Import, from_json, json};
use crate::{
    table::{Fault, Header},
    write::{csv_line, harmless},
};

/// A row that was not imported, or not wholly.
#[derive(Clone, Debug, PartialEq)]
pub struct Bad {
    /// As a spreadsheet counts.
    pub number: u64,
    pub cells: Vec<String>,
    pub faults: Vec<Fault>,
}

/// Keeps bad rows, as part of the transaction of their batch.
pub(super) fn keep(tx: &mut Tx<'_>, import: Id, bad: &[Bad]) -> Result<(), db::Error> {
    if bad.is_empty() {
        return Ok(());
    }
    let columns = [
        ("import", ColumnType::Id),
        ("number", ColumnType::Int),
        ("cells", ColumnType::Json),
        ("faults", ColumnType::Json),
    ];
    let mut rows = Vec::with_capacity(bad.len());
    for bad in bad {
        let number = i64::try_from(bad.number).unwrap_or(i64::MAX);
        let cells: Vec<String> = bad.cells.iter().map(|cell| cell.replace('\0', "\u{fffd}")).collect();
        rows.push([import.into(), number.into(), json(&cells)?, json(&bad.faults)?]);
    }
    tx.insert_rows("import_problem", &columns, rows)?;
    Ok(())
}

/// Bad rows after the `after`th kept one, with their place for the next call.
pub fn bad_rows(tx: &mut Tx<'_>, import: Id, after: i64, limit: usize) -> Result<Vec<(i64, Bad)>, db::Error> {
    let mut sql = Sql::new(
        "select \"seq\", \"number\", \"cells\", \"faults\" from \"import_problem\" where \"import\" = ",
    );
    sql.bind(import, ColumnType::Id).push(" and \"seq\" > ").bind(after, ColumnType::Int);
    sql.push(" order by \"seq\" limit ").bind(i64::try_from(limit).unwrap_or(i64::MAX), ColumnType::Int);
    let bad = |row: &db::Row<'_>| {
        let number = row.int(1)?.unsigned_abs();
        Some((row.int(0)?, Bad { number, cells: from_json(row, 2)?, faults: from_json(row, 3)? }))
    };
    Ok(tx.query(&sql, bad)?.into_iter().flatten().collect())
}

/// Writes the bad rows as the file had them, with their row number and problems in two more columns, so that the
/// mended file can be imported with the same mapping.
///
/// # Errors
/// When the database or the receiver fails.
pub fn write_report(
    db: &db::Db,
    import: &Import,
    headers: &[Header],
    look: &Reader,
    to: &mut dyn Write,
) -> Result<u64, io::Error> {
    let names = headers.iter().map(|header| header.name.clone());
    let own = [look.text("import-report-row"), look.text("import-report-problems")];
    // Whatever somebody wrote into the file: a report that is opened must not carry it out.
    csv_line(to, names.chain(own).map(|name| harmless(&name).into_owned()))?;
    let (mut after, mut count) = (0, 0);
    loop {
        let rows = db.read(|tx| bad_rows(tx, import.id, after, 500)).map_err(io::Error::other)?;
        let Some((last, _)) = rows.last() else { return Ok(count) };
        after = *last;
        count += rows.len() as u64;
        for (_, bad) in rows {
            let cells = headers.iter().map(|header| bad.cells.get(header.at).cloned().unwrap_or_default());
            let said: Vec<String> =
                bad.faults.iter().map(|fault| said(fault, headers, &import.mapping.object, look)).collect();
            let cells = cells.chain([bad.number.to_string(), said.join(" ")]);
            csv_line(to, cells.map(|cell| harmless(&cell).into_owned()))?;
        }
    }
}

/// A fault with its place: `Close date: “soon” is not a date.`
pub fn said(fault: &Fault, headers: &[Header], object: &str, look: &Reader) -> String {
    let text = look.text_with(&fault.message);
    match fault.column.and_then(|at| headers.iter().find(|header| header.at == at)) {
        Some(header) => format!("{}: {text}", header.name),
        None => match &fault.field {
            Some(field) => format!("{}: {text}", look.field(object, field, None)),
            None => text,
        },
    }
}

/// Keeps a link that waits for its record.
pub(super) fn defer(
    tx: &mut Tx<'_>,
    import: Id,
    deferred: &[super::batch::Deferred],
) -> Result<(), db::Error> {
    if deferred.is_empty() {
        return Ok(());
    }
    let columns = [
        ("import", ColumnType::Id),
        ("number", ColumnType::Int),
        ("record", ColumnType::Id),
        ("link", ColumnType::Int),
        ("name", ColumnType::Text),
        ("cells", ColumnType::Json),
    ];
    let mut rows: Vec<[Value; 6]> = Vec::with_capacity(deferred.len());
    for one in deferred {
        let whole = |number: u64| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
        rows.push([
            import.into(),
            whole(one.number),
            one.record.into(),
            whole(one.link as u64),
            one.name.as_str().into(),
            json(&one.cells)?,
        ]);
    }
    tx.insert_rows("import_deferred", &columns, rows)?;
    Ok(())
}
