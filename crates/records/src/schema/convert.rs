//! A column's content as another type.

use db::{Tx, schema::Column};
use expr::sql::Sql;
use kernel::{Actor, Channel, ColumnType, Id, Timestamp, Value};

use super::Loss;
use crate::{
    change_log::{self, Happening, NewChange, NewFields},
    plain,
};

/// A row whose content has to move.
struct Standing {
    rid: i64,
    id: Option<Id>,
    version: i64,
    content: Value,
}

/// Moves a column's content over to another type, row by row. What cannot be read as that is noted in the history of
/// its record, and told.
pub(super) fn convert(
    tx: &mut Tx<'_>,
    table: &str,
    object: Option<&str>,
    column: &str,
    (from, to): (ColumnType, ColumnType),
    at: Timestamp,
) -> Result<Option<Loss>, db::Error> {
    let dialect = tx.dialect();
    let old = format!("{column}_before");
    tx.execute_script(&db::schema::rename_column(dialect, table, column, &old))?;
    tx.execute_script(&db::schema::add_column(dialect, table, &Column::new(column, to)))?;
    let mut lost = Loss::unreadable(object.unwrap_or(table), column, to);
    let mut after = i64::MIN;
    loop {
        let rows = standing(tx, table, &old, from, after)?;
        let Some(last) = rows.last() else { break };
        after = last.rid;
        for row in rows {
            let content = converted(&row.content, to);
            let mut sql = Sql::new("update ");
            sql.name(table).push(" set ");
            if content.is_null() {
                lost.note(&row.content);
                sql.push("\"version\" = ").bind(row.version + 1, ColumnType::Int);
                if let (Some(object), Some(id)) = (object, row.id) {
                    note(tx, object, id, row.version + 1, column, &row.content, at)?;
                }
            } else {
                sql.name(column).push(" = ").bind(content, to);
            }
            sql.push(" where \"rid\" = ").bind(row.rid, ColumnType::Int);
            tx.execute(&sql)?;
        }
    }
    tx.execute_script(&db::schema::drop_column(dialect, table, &old))?;
    Ok((lost.records > 0).then_some(lost))
}

/// The next rows that have content.
fn standing(
    tx: &mut Tx<'_>,
    table: &str,
    column: &str,
    from: ColumnType,
    after: i64,
) -> Result<Vec<Standing>, db::Error> {
    let mut sql = Sql::new("select \"rid\", \"id\", \"version\", ");
    sql.name(column).push(" from ").name(table).push(" where \"rid\" > ").bind(after, ColumnType::Int);
    sql.push(" and ").name(column).push(" is not null order by \"rid\" limit 1000");
    tx.query(&sql, |row| Standing {
        rid: row.int(0).unwrap_or(i64::MAX),
        id: row.id(1),
        version: row.int(2).unwrap_or(0),
        content: row.value(3, from),
    })
}

/// Notes in the log that a content went.
fn note(
    tx: &mut Tx<'_>,
    object: &str,
    record: Id,
    version: i64,
    column: &str,
    content: &Value,
    at: Timestamp,
) -> Result<(), db::Error> {
    let mut fields = NewFields::new();
    fields.note(column, content, &Value::Null);
    let change = NewChange { object, record, version, happening: Happening::Update, fields };
    let appended = change_log::append(tx, at, Actor { user: None, channel: Channel::System }, None, [change]);
    appended.map_err(super::broken)
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
