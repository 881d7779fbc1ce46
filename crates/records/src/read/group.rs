//! Records counted and added up by the content of a field, in the database.

use std::sync::Arc;

use expr::{Checked, sql::Sql};
use kernel::{ColumnType, Decimal, Message, Value};
use metadata::{Column, Kind, Object};

use super::{ListQuery, Reader, list::used_fields, row::ALIAS};
use crate::Error;

/// Groups at most; a field with more contents than this is none to group by.
const GROUPS: usize = 1_000;
/// Rows read at most: a group has one for each currency.
const ROWS: i64 = 10_000;

/// Which groups, and what is added up in each.
#[derive(Clone, Debug)]
pub struct GroupQuery {
    /// Which records; its fields, order and page say nothing here.
    pub records: ListQuery,
    /// The field whose contents make the groups; all records in one group without it.
    pub by: Option<String>,
    /// The number or money fields to add up.
    pub sums: Vec<String>,
}

/// The records with one content of the field.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub key: Value,
    pub count: usize,
    pub sums: Vec<Sum>,
}

/// A sum; amounts in different currencies are never added.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    pub field: String,
    /// The code, for money.
    pub currency: Option<String>,
    pub total: Decimal,
}

/// A column that is added up, and what tells its currency.
struct Summed<'a> {
    field: &'a str,
    column: &'a Column,
    currency: Option<&'a Checked>,
}

impl Reader<'_, '_> {
    /// Groups the records, in the order of the keys as the database has it.
    ///
    /// # Errors
    /// [`Error::Denied`] as a list; [`Error::Invalid`] for a field that cannot be grouped by or added up.
    pub fn group(&mut self, query: &GroupQuery) -> Result<Vec<Group>, Error> {
        let object = Arc::clone(&query.records.object);
        let by = query.by.as_deref().map(|name| grouping(&object, name)).transpose()?;
        let summed: Vec<Summed<'_>> =
            query.sums.iter().map(|name| summed(&object, name)).collect::<Result<_, _>>()?;
        let sql = self.grouped(query, by, &summed)?;
        let of = by.map_or(ColumnType::Int, |column| object.columns[column].column);
        let mut groups: Vec<Group> = Vec::new();
        self.tx.each(&sql, |row| -> Result<(), Error> {
            let key = row.value(0, of);
            let part = usize::try_from(row.int(1).unwrap_or(0)).unwrap_or(0);
            // Rows of one group, which differ in a currency, follow each other.
            if groups.last().is_none_or(|last| last.key != key) {
                groups.push(Group { key, count: 0, sums: Vec::new() });
            }
            if let Some(group) = groups.last_mut() {
                group.count += part;
                add_sums(&summed, row, &mut group.sums);
            }
            Ok(())
        })?;
        if by.is_none() && groups.is_empty() {
            groups.push(Group { key: Value::Null, count: 0, sums: Vec::new() });
        }
        groups.truncate(GROUPS);
        Ok(groups)
    }

    /// `select key, count(*), sum(column), currency, … group by 1, 4, …`: what tells a currency may bind arguments, and
    /// would not be the same expression if it were written twice.
    fn grouped(&self, query: &GroupQuery, by: Option<usize>, summed: &[Summed<'_>]) -> Result<Sql, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let object = &query.records.object;
        let mut used = used_fields(&query.records);
        let grouped = by.and_then(|column| object.columns[column].field);
        let added = query.sums.iter().filter_map(|name| object.position(name));
        grouped.into_iter().chain(added).for_each(|position| used.insert(position));

        let column = |name: &str| {
            let mut column = Sql::new(ALIAS);
            column.push(".").name(name);
            column
        };
        let mut keys: Vec<usize> = by.map(|_| 1).into_iter().collect();
        let mut sql = Sql::new("select ");
        match by {
            Some(at) => sql.append(&column(&object.columns[at].name)),
            None => sql.push("null"),
        };
        sql.push(", count(*)");
        let mut width = 2;
        for Summed { column: added, currency, .. } in summed {
            sql.push(", sum(").append(&column(&added.name)).push(")");
            if let Some(currency) = currency {
                sql.push(", ").append(&asking.compile_value(currency, ALIAS));
                width += 1;
                keys.push(width + 1);
            }
            width += 1;
        }
        asking.push_source(&query.records, &used, &mut sql)?;
        for (at, key) in keys.iter().enumerate() {
            sql.push(if at == 0 { " group by " } else { ", " }).push(&key.to_string());
        }
        if by.is_some() {
            sql.push(" order by 1 nulls first");
        }
        sql.push(" limit ").bind(ROWS, ColumnType::Int);
        Ok(sql)
    }
}

/// Adds what a row of [`Reader::grouped`] has to the sums of its group.
fn add_sums(summed: &[Summed<'_>], row: &db::Row<'_>, sums: &mut Vec<Sum>) {
    let mut cell = 2;
    for Summed { field, column, currency } in summed {
        // PostgreSQL adds whole numbers up to a numeric.
        let of =
            if column.column == ColumnType::Int { ColumnType::Decimal { scale: 0 } } else { column.column };
        let total = row.value(cell, of).as_decimal();
        cell += 1;
        let code = currency.and_then(|_| row.text(cell)).map(str::to_owned);
        cell += usize::from(currency.is_some());
        if currency.is_some() && code.is_none() {
            continue;
        }
        match sums.iter_mut().find(|sum| sum.field == *field && sum.currency == code) {
            Some(sum) => sum.total += total.unwrap_or_default(),
            None => {
                let total = total.unwrap_or_default();
                sums.push(Sum { field: (*field).to_owned(), currency: code, total });
            }
        }
    }
}

fn summed<'a>(object: &'a Object, name: &'a str) -> Result<Summed<'a>, Error> {
    let field =
        object.field(name).filter(|field| !field.columns.is_empty()).ok_or_else(|| unsummable(name))?;
    let column = &object.columns[field.columns.start];
    if !matches!(column.column, ColumnType::Int | ColumnType::Decimal { .. }) {
        return Err(unsummable(name));
    }
    Ok(Summed { field: name, column, currency: field.currency.as_deref() })
}

/// The column that groups by a field.
fn grouping(object: &Object, name: &str) -> Result<usize, Error> {
    let no = || Error::invalid(Message::new("problem-group").with("name", name));
    let field = object.field(name).ok_or_else(no)?;
    let good = !field.columns.is_empty()
        && !matches!(
            field.kind,
            Kind::Json
                | Kind::MultiChoice(_)
                | Kind::Tags
                | Kind::LinkAny(_)
                | Kind::LongText
                | Kind::RichText
        );
    if good { Ok(field.columns.start) } else { Err(no()) }
}

fn unsummable(name: &str) -> Error {
    Error::invalid(Message::new("problem-sum").with("name", name))
}
