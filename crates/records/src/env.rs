//! A record in memory, for the expressions that are evaluated before anything is written.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use expr::{Checked, Env, Many, sql::Sql};
use jiff::{Timestamp, tz::TimeZone};
use kernel::{ColumnType, Id, Value};
use metadata::Object;

use crate::{Principal, Reader};

/// Records that expressions have followed links to, kept for the length of one save.
#[derive(Default)]
pub(crate) struct Linked(HashMap<Id, Option<Vec<Value>>>);

/// One record's values, and the way to what it links to. Links are followed in the trust of whoever wrote the expression.
pub(crate) struct RecordEnv<'e, 'a, 'c> {
    pub id: Id,
    pub values: &'e [Value],
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
        let found = linked.0.entry(id).or_insert_with(|| load_values(reader, &object, id));
        found.as_ref().and_then(|values| values.get(index).cloned()).unwrap_or_default()
    }

    fn members(&self, record: Option<(&str, Id)>, many: &Many) -> Vec<Id> {
        let (reader, _) = &mut *self.reader.borrow_mut();
        let this = record.map_or(self.id, |(_, id)| id);
        let mut sql = Sql::new("select ");
        sql.name(&many.other_column).push(" from ").name(&many.table).push(" where ").name(&many.this_column);
        sql.push(" = ").bind(this, ColumnType::Id);
        let members = reader.tx.query(&sql, |row| row.id(0));
        members.unwrap_or_default().into_iter().flatten().collect()
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
pub(crate) fn load_values(reader: &mut Reader<'_, '_>, object: &Arc<Object>, id: Id) -> Option<Vec<Value>> {
    let mut sql = Sql::new("select ");
    push_columns(object, &mut sql);
    sql.push(" from ").name(object.table()).push(" where \"id\" = ").bind(id, ColumnType::Id);
    reader.tx.query_optional(&sql, |row| values(object, row)).ok().flatten()
}

pub(crate) fn push_columns(object: &Object, sql: &mut Sql) {
    for (at, column) in object.columns.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).name(&column.name);
    }
}

pub(crate) fn values(object: &Object, row: &db::Row<'_>) -> Vec<Value> {
    object.columns.iter().enumerate().map(|(at, column)| row.value(at, column.column)).collect()
}
