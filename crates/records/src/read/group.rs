//! Records counted and added up by the content of a field, in the database.

use std::sync::Arc;

use expr::sql::Sql;
use kernel::{ColumnType, Decimal, Message, Value};
use metadata::{Kind, Object};

use super::{ListQuery, Reader, list::used_fields, row::ALIAS};
use crate::Error;

/// Groups at most; a field with more contents than this is none to group by.
const GROUPS: i64 = 1_000;

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

impl Reader<'_, '_> {
    /// Groups the records, in the order of the keys as the database has it.
    pub fn group(&mut self, query: &GroupQuery) -> Result<Vec<Group>, Error> {
        let object = Arc::clone(&query.records.object);
        let by = query.by.as_deref().map(|name| grouping(&object, name)).transpose()?;
        let mut groups: Vec<Group> = Vec::new();
        for (key, count) in self.count_groups(query, by)? {
            groups.push(Group { key, count, sums: Vec::new() });
        }
        for name in &query.sums {
            for (key, sum) in self.sum_groups(query, by, name)? {
                if let Some(group) = groups.iter_mut().find(|group| group.key == key) {
                    group.sums.push(sum);
                }
            }
        }
        Ok(groups)
    }

    fn count_groups(&mut self, query: &GroupQuery, by: Option<usize>) -> Result<Vec<(Value, usize)>, Error> {
        let object = &query.records.object;
        let of = by.map_or(ColumnType::Int, |column| object.columns[column].column);
        let mut sql = Sql::new("select ");
        push_key(object, by, &mut sql);
        sql.push(", count(*)");
        self.push_groups(query, by, &[], &mut sql)?;
        let group =
            |row: &db::Row<'_>| (row.value(0, of), usize::try_from(row.int(1).unwrap_or(0)).unwrap_or(0));
        Ok(self.tx.query(&sql, group)?)
    }

    fn sum_groups(
        &mut self,
        query: &GroupQuery,
        by: Option<usize>,
        name: &str,
    ) -> Result<Vec<(Value, Sum)>, Error> {
        let object = Arc::clone(&query.records.object);
        let position = object.position(name).ok_or_else(|| unsummable(name))?;
        let field = &object.fields[position];
        let column = object.columns.get(field.columns.start).filter(|_| !field.columns.is_empty());
        let column = column.ok_or_else(|| unsummable(name))?;
        if !matches!(column.column, ColumnType::Int | ColumnType::Decimal { .. }) {
            return Err(unsummable(name));
        }
        let currency =
            (field.kind == Kind::Money).then(|| object.columns[field.columns.start + 1].name.clone());
        let of = by.map_or(ColumnType::Int, |column| object.columns[column].column);
        let mut sql = Sql::new("select ");
        push_key(&object, by, &mut sql);
        sql.push(", ");
        match &currency {
            Some(currency) => sql.push("t.").name(currency),
            None => sql.push("null"),
        };
        let mut summed = Sql::new("sum(t.");
        summed.name(&column.name).push(")");
        sql.push(", ").append(&summed);
        let extra: Vec<&str> = currency.iter().map(String::as_str).collect();
        let mut narrowed = query.clone();
        narrowed.records.fields.insert(position);
        self.push_groups(&narrowed, by, &extra, &mut sql)?;
        let summed_as = match column.column {
            ColumnType::Int => ColumnType::Decimal { scale: 0 },
            other => other,
        };
        let sums = self.tx.query(&sql, |row| {
            let total = row.value(2, summed_as).as_decimal().unwrap_or_default();
            let currency = if currency.is_some() { row.text(1).map(str::to_owned) } else { None };
            (row.value(0, of), Sum { field: name.to_owned(), currency, total })
        })?;
        Ok(sums.into_iter().filter(|(_, sum)| currency.is_none() || sum.currency.is_some()).collect())
    }

    fn push_groups(
        &self,
        query: &GroupQuery,
        by: Option<usize>,
        extra: &[&str],
        sql: &mut Sql,
    ) -> Result<(), Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let object = &query.records.object;
        let mut used = used_fields(&query.records);
        by.and_then(|column| object.columns[column].field)
            .into_iter()
            .for_each(|position| used.insert(position));
        query.sums.iter().filter_map(|name| object.position(name)).for_each(|position| used.insert(position));
        self.push_source(&asking, &query.records, &used, sql)?;
        let mut keys: Vec<String> =
            by.map(|column| object.columns[column].name.clone()).into_iter().collect();
        keys.extend(extra.iter().map(|name| (*name).to_owned()));
        for (at, key) in keys.iter().enumerate() {
            sql.push(if at == 0 { " group by " } else { ", " }).push(ALIAS).push(".").name(key);
        }
        if let Some(first) = keys.first() {
            sql.push(" order by ").push(ALIAS).push(".").name(first);
        }
        sql.push(" limit ").bind(GROUPS, ColumnType::Int);
        Ok(())
    }
}

fn push_key(object: &Object, by: Option<usize>, sql: &mut Sql) {
    match by {
        Some(column) => sql.push("t.").name(&object.columns[column].name),
        None => sql.push("null"),
    };
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
