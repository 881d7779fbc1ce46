//! A record in memory, for the expressions that are evaluated before anything is written.

use std::{cell::RefCell, collections::HashMap};

use expr::{Checked, Env, Many, sql::Sql};
use jiff::{Timestamp, tz::TimeZone};
use kernel::{ColumnType, Id, Value};
use metadata::Object;

use crate::{Error, Principal, Reader};

/// Records that expressions have followed links to, kept for the length of one save.
#[derive(Default)]
pub(crate) struct Linked {
    records: HashMap<Id, Option<Vec<Value>>>,
    /// What went wrong while they were read: expressions themselves cannot fail.
    failure: Option<Error>,
}

impl Linked {
    /// The first failure, if any: what was computed since is not to be trusted.
    pub fn failure(&mut self) -> Result<(), Error> {
        self.failure.take().map_or(Ok(()), Err)
    }
}

/// One record's values, and the way to what it links to. Links are followed in the trust of whoever wrote the expression.
pub(crate) struct RecordEnv<'e, 'a, 'c> {
    pub id: Id,
    pub values: &'e [Value],
    /// Members that are about to be saved, by the table that keeps them.
    pub members: &'e [(String, Vec<Id>)],
    pub who: &'e Principal,
    pub now: Timestamp,
    pub reader: RefCell<(&'e mut Reader<'a, 'c>, &'e mut Linked)>,
}

/// Evaluates a condition on a record in memory.
pub(crate) fn holds(condition: &Checked, env: &RecordEnv<'_, '_, '_>) -> bool {
    expr::eval(condition, env) == Value::Bool(true)
}

impl Env for RecordEnv<'_, '_, '_> {
    fn column(&self, index: usize) -> &Value {
        const EMPTY: &Value = &Value::Null;
        self.values.get(index).unwrap_or(EMPTY)
    }

    fn linked(&self, object: &str, id: Id, index: usize) -> Value {
        let (reader, linked) = &mut *self.reader.borrow_mut();
        let Some(object) = reader.registry.object(object).cloned() else { return Value::Null };
        let Linked { records, failure } = linked;
        let found = records.entry(id).or_insert_with(|| {
            load_values(reader, &object, id).unwrap_or_else(|error| {
                failure.get_or_insert(error);
                None
            })
        });
        found.as_ref().and_then(|values| values.get(index).cloned()).unwrap_or_default()
    }

    fn members(&self, record: Option<(&str, Id)>, many: &Many) -> Vec<Id> {
        let this = record.map_or(self.id, |(_, id)| id);
        let pending = self.members.iter().find(|(table, _)| this == self.id && **table == *many.table);
        if let Some((_, members)) = pending {
            return members.clone();
        }
        let (reader, linked) = &mut *self.reader.borrow_mut();
        let mut sql = Sql::new("select ");
        sql.name(&many.other_column).push(" from ").name(&many.table).push(" where ").name(&many.this_column);
        sql.push(" = ").bind(this, ColumnType::Id);
        match reader.tx.query(&sql, |row| row.id(0)) {
            Ok(members) => members.into_iter().flatten().collect(),
            Err(error) => {
                linked.failure.get_or_insert(error.into());
                Vec::new()
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn zone(&self) -> &TimeZone {
        &self.who.zone
    }

    fn me(&self) -> Option<Id> {
        self.who.me()
    }

    fn my_teams(&self) -> &[Id] {
        &self.who.teams
    }
}

/// All stored columns of a record, whoever may see it.
pub(crate) fn load_values(
    reader: &mut Reader<'_, '_>,
    object: &Object,
    id: Id,
) -> Result<Option<Vec<Value>>, Error> {
    let mut sql = Sql::new("select ");
    push_columns(object, &mut sql);
    sql.push(" from ").name(object.table()).push(" where \"id\" = ").bind(id, ColumnType::Id);
    Ok(reader.tx.query_optional(&sql, |row| values(object, row))?)
}

pub(crate) fn push_columns(object: &Object, sql: &mut Sql) {
    for (at, column) in object.columns.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).name(&column.name);
    }
}

pub(crate) fn values(object: &Object, row: &db::Row<'_>) -> Vec<Value> {
    object.columns.iter().enumerate().map(|(at, column)| row.value(at, column.column)).collect()
}
