//! The order of a list: its keys as SQL, and the place after a record in it.

use expr::{Checked, sql::Sql};
use kernel::{ColumnType, Message, Value};
use metadata::{Kind, Object};

use super::{Cursor, Sort, row::ALIAS};
use crate::{
    Action, Error,
    condition::{Asking, Rows},
    plain,
};

/// One key of the order as SQL.
pub(super) struct Key {
    pub sql: Sql,
    pub column: ColumnType,
    descending: bool,
    /// Whether the content may be missing.
    optional: bool,
    /// The fields that the order tells of.
    pub positions: Vec<usize>,
}

pub(super) fn keys(asking: &Asking<'_>, object: &Object, sort: &[Sort]) -> Result<Vec<Key>, Error> {
    sort.iter().map(|sort| key(asking, object, sort)).collect()
}

fn key(asking: &Asking<'_>, object: &Object, sort: &Sort) -> Result<Key, Error> {
    let unsortable = || Error::invalid(Message::new("problem-sort").with("name", sort.field.as_str()));
    let key = |sql, column, optional, positions: &[usize]| Key {
        sql,
        column,
        descending: sort.descending,
        optional,
        positions: positions.to_vec(),
    };
    if sort.field == "title" {
        return Ok(key(Sql::new("t.\"title_key\""), ColumnType::Text, false, &object.title));
    }
    if sort.field == "id" {
        return Ok(key(Sql::new("t.\"id\""), ColumnType::Id, false, &[]));
    }
    if sort.field == "moment" {
        let (sql, positions) = moment_key(asking, object);
        return Ok(key(sql, ColumnType::Instant, false, &positions));
    }
    let position = object.position(&sort.field).ok_or_else(unsortable)?;
    let field = &object.fields[position];
    if object.title == [position] {
        return Ok(key(Sql::new("t.\"title_key\""), ColumnType::Text, false, &object.title));
    }
    let (sql, column) = match &field.kind {
        Kind::Json | Kind::MultiChoice(_) | Kind::Tags | Kind::LinkMany { .. } | Kind::File { .. } => {
            return Err(unsortable());
        }
        Kind::Formula { column: None } => {
            computed_key(asking, field.formula.as_ref().ok_or_else(unsortable)?)
        }
        Kind::Choice(choice) => (rank(choice, &field.name), ColumnType::Int),
        Kind::Link(link) => (linked_key(asking, &link.to, &field.name), ColumnType::Text),
        Kind::PersonName => (name_key(asking.dialect, &field.name), ColumnType::Text),
        _ => {
            let stored = object.columns.get(field.columns.start).ok_or_else(unsortable)?;
            let mut sql = Sql::new("t.");
            sql.name(&stored.name);
            let is_text = stored.column == ColumnType::Text;
            (if is_text { asking.dialect.text_order(&sql) } else { sql }, stored.column)
        }
    };
    let optional = !field.required && !matches!(sort.field.as_str(), "created_at" | "updated_at");
    Ok(key(sql, column, optional, &[position]))
}

/// When what a record describes happened, as far as whoever asks may see those date-times.
fn moment_key(asking: &Asking<'_>, object: &Object) -> (Sql, Vec<usize>) {
    let readable = asking.readable(object, Action::Read);
    let (made, others) = object.moment.split_last().expect("every object has when it was made");
    let mut positions: Vec<usize> = others.iter().copied().filter(|at| readable.has(*at)).collect();
    positions.push(*made);
    if let [only] = positions.as_slice() {
        let mut sql = Sql::new("t.");
        sql.name(&object.fields[*only].name);
        return (sql, positions);
    }
    let mut sql = Sql::new("coalesce(");
    for (at, position) in positions.iter().enumerate() {
        sql.push(if at == 0 { "t." } else { ", t." }).name(&object.fields[*position].name);
    }
    sql.push(")");
    (sql, positions)
}

/// A formula that no column holds, as something to order by, and what a cursor keeps of it.
fn computed_key(asking: &Asking<'_>, formula: &Checked) -> (Sql, ColumnType) {
    let sql = asking.compile_sort_key(formula, ALIAS);
    match formula.column_type() {
        ColumnType::Text => (asking.dialect.text_order(&sql), ColumnType::Text),
        // What a formula only looks up is in order as it is stored.
        ColumnType::Int | ColumnType::Decimal { .. } if sql.text().starts_with("rp_sort_key(") => {
            (sql, asking.dialect.number_key())
        }
        column => (sql, column),
    }
}

/// Choices sort in the order of their options.
fn rank(choice: &metadata::Choice, name: &str) -> Sql {
    let mut sql = Sql::new("case t.");
    sql.name(name);
    for (rank, option) in choice.options.iter().enumerate() {
        sql.push(" when '").push(&option.name.replace('\'', "''")).push("' then ").push(&rank.to_string());
    }
    sql.push(" end");
    sql
}

/// Links sort by the titles they show: one that may not be seen sorts as empty.
fn linked_key(asking: &Asking<'_>, to: &str, name: &str) -> Sql {
    // PostgreSQL orders by no bare constant.
    let nothing = || Sql::new("cast(null as text)");
    let Some(linked) = asking.registry.object(to) else { return nothing() };
    let title = linked.title.iter().copied().collect();
    let Ok(rows) = asking.rows(linked, Action::Read, &title, "l") else { return nothing() };
    let mut sql = Sql::new("(select l.\"title_key\" from ");
    sql.name(linked.table()).push(" l where l.\"id\" = t.").name(name);
    if let Rows::Where(condition) = rows {
        sql.push(" and ").append(&condition);
    }
    sql.push(")");
    sql
}

/// Names sort by the last name, then the first.
fn name_key(dialect: db::Dialect, name: &str) -> Sql {
    let mut joined = Sql::new("(coalesce(t.");
    joined.name(&format!("{name}_last")).push(", '') || ' ' || coalesce(t.").name(&format!("{name}_first"));
    joined.push(", ''))");
    dialect.text_order(&joined)
}

/// What can be nowhere empty says so too: an index serves an order only if the two say the same.
pub(super) fn push_order(keys: &[Key], sql: &mut Sql) {
    sql.push(" order by ");
    for key in keys {
        sql.append(&key.sql);
        sql.push(if key.descending { " desc nulls last, " } else { " asc nulls first, " });
    }
    let descending = keys.last().is_some_and(|key| key.descending);
    sql.push(if descending { "t.\"rid\" desc" } else { "t.\"rid\"" });
}

/// The records after a cursor: by the first key, or equal there and after it by the next, … and at last by rid.
pub(super) fn after(keys: &[Key], cursor: &Cursor) -> Result<Sql, Error> {
    let fits = |(key, value): (&Key, &Value)| value.is_null() || plain::fits(value, key.column);
    if keys.len() != cursor.keys.len() || !keys.iter().zip(&cursor.keys).all(fits) {
        return Err(Error::invalid(Message::new("problem-cursor")));
    }
    let descending = keys.last().is_some_and(|key| key.descending);
    let mut condition = Sql::new("t.\"rid\" ");
    condition.push(if descending { "< " } else { "> " }).bind(cursor.rid, ColumnType::Int);
    for (key, value) in keys.iter().zip(&cursor.keys).rev() {
        condition = after_key(key, value, &condition);
    }
    Ok(condition)
}

fn after_key(key: &Key, value: &Value, rest: &Sql) -> Sql {
    let mut sql = Sql::new("(");
    match (value.is_null(), key.descending) {
        (true, true) => sql.append(&key.sql).push(" is null and ").append(rest),
        (true, false) => sql
            .append(&key.sql)
            .push(" is not null or (")
            .append(&key.sql)
            .push(" is null and ")
            .append(rest)
            .push(")"),
        (false, descending) => {
            let sign = if descending { " < " } else { " > " };
            sql.append(&key.sql).push(sign).bind(value.clone(), key.column);
            sql.push(" or (").append(&key.sql).push(" = ").bind(value.clone(), key.column);
            sql.push(" and ").append(rest).push(")");
            if descending && key.optional {
                sql.push(" or ").append(&key.sql).push(" is null");
            }
            &mut sql
        }
    };
    // The bound that an index can start from; the rest only sorts out its edge.
    let mut bounded = Sql::default();
    let nulls_follow = key.descending && key.optional;
    if !value.is_null() && !nulls_follow {
        let sign = if key.descending { " <= " } else { " >= " };
        bounded.append(&key.sql).push(sign).bind(value.clone(), key.column).push(" and ");
    }
    bounded.append(&sql).push(")");
    bounded
}
