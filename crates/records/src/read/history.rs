//! The change log as a person may read it.

use std::{collections::HashMap, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};
use metadata::{Column, Field, Kind, Object};
use serde_json::Value as Json;

use super::Reader;
use crate::{
    Error, Record,
    change_log::{self, Change, FieldChange, Happening},
    engine::in_ids,
    plain,
};

/// Changes read at once, since what is no news is left out afterwards.
const LEAST_READ: usize = 100;
/// Changes looked through for what stood in a column earlier.
const LOOKED_THROUGH: i64 = 1_000;

impl Reader<'_, '_> {
    /// What happened to a record, newest first, without the fields that may not be seen; older than `before` if given.
    ///
    /// Of an amount, and of a link to any of several kinds, both parts are told when one has changed. Fewer than `limit`
    /// are all that there are.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record may not be seen.
    pub fn history(
        &mut self,
        object: &Arc<Object>,
        id: Id,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Change>, Error> {
        let record = self.load(object, id)?;
        self.told_of(&record, before, limit, |_| true)
    }

    /// As [`Reader::history`] of a record that was read, and only what is `news`.
    pub(super) fn told_of(
        &mut self,
        record: &Record,
        mut before: Option<i64>,
        limit: usize,
        news: impl Fn(&Change) -> bool,
    ) -> Result<Vec<Change>, Error> {
        let mut told = Vec::new();
        loop {
            let read = limit.max(LEAST_READ);
            let mut changes = self.logged(record, before, read)?;
            let oldest = changes.last().map(|change| change.seq);
            let is_all = changes.len() < read;
            self.hide(record, &mut changes);
            self.complete_pairs(record, before, &mut changes)?;
            told.extend(changes.into_iter().filter(&news));
            if is_all || told.len() >= limit {
                told.truncate(limit);
                return Ok(told);
            }
            before = oldest;
        }
    }

    fn logged(&mut self, record: &Record, before: Option<i64>, limit: usize) -> Result<Vec<Change>, Error> {
        let mut sql = change_log::select();
        sql.push(" where c.\"object\" = ").bind(record.object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"record\" = ").bind(record.id(), ColumnType::Id);
        if let Some(before) = before {
            sql.push(" and c.\"seq\" < ").bind(before, ColumnType::Int);
        }
        sql.push(" order by c.\"seq\" desc limit ").bind(limit as i64, ColumnType::Int);
        Ok(self.tx.query(&sql, change_log::read)?.into_iter().flatten().collect())
    }

    /// Takes out what the record does not show, and changes of nothing else.
    fn hide(&self, record: &Record, changes: &mut Vec<Change>) {
        let object = &record.object;
        let positions: HashMap<&str, usize> =
            object.columns.iter().filter_map(|column| Some((column.name.as_str(), column.field?))).collect();
        let shows = |column: &str| {
            let position = positions.get(column).copied().or_else(|| object.position(column));
            position.is_some_and(|position| record.shown.has(position))
        };
        let names_person = shows("updated_by");
        for change in &mut *changes {
            change.fields.retain(|field| shows(&field.column));
            change.actor.user = change.actor.user.filter(|_| names_person);
        }
        changes.retain(|change| change.happening != Happening::Update || !change.fields.is_empty());
    }

    /// What somebody did to a record last, with their name: what Rapport has counted and added up since is no news. None
    /// where that may not be seen.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn last_done(&mut self, record: &Record) -> Result<Option<(Change, String)>, Error> {
        let object = &record.object;
        if !object.position("updated_by").is_some_and(|at| record.shown.has(at)) {
            return Ok(None);
        }
        let mut sql = change_log::select();
        sql.push(" where c.\"object\" = ").bind(object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"record\" = ").bind(record.id(), ColumnType::Id);
        sql.push(" and c.\"actor\" is not null order by c.\"seq\" desc limit 1");
        let Some(change) = self.tx.query(&sql, change_log::read)?.into_iter().flatten().next() else {
            return Ok(None);
        };
        let users = self.object("user")?;
        let names = self.titles(&users, change.actor.user.as_slice())?;
        Ok(names.into_values().next().map(|name| (change, name)))
    }

    /// Who put each of these records of one object into the trash last, by name, as far as that may be seen.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn deleted_by(&mut self, records: &[Record]) -> Result<HashMap<Id, String>, Error> {
        let Some(object) = records.first().map(|record| &record.object) else { return Ok(HashMap::new()) };
        let names_person = |record: &&Record| {
            record.is_deleted() && object.position("updated_by").is_some_and(|at| record.shown.has(at))
        };
        let ids = records.iter().filter(names_person).map(|record| Value::Id(record.id())).collect();
        let mut sql = change_log::select();
        sql.push(" where c.\"object\" = ").bind(object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"happening\" = ").bind(Happening::Delete.as_str(), ColumnType::Text);
        sql.push(" and ").append(&in_ids(self.tx.dialect(), "c.\"record\"", ids)).push(" order by c.\"seq\"");
        let changes: Vec<Change> = self.tx.query(&sql, change_log::read)?.into_iter().flatten().collect();
        let by: HashMap<Id, Id> =
            changes.iter().filter_map(|change| Some((change.record, change.actor.user?))).collect();
        let users = self.object("user")?;
        let names = self.titles(&users, &by.values().copied().collect::<Vec<_>>())?;
        Ok(by.into_iter().filter_map(|(record, user)| Some((record, names.get(&user)?.clone()))).collect())
    }

    /// Gives each changed amount the currency that it had, and each changed currency its amount; so too the id and the
    /// kind of a link to any of several kinds. The log has only what changed. Changes are newest first, so that what
    /// stands now is followed back through them.
    fn complete_pairs(
        &mut self,
        record: &Record,
        before: Option<i64>,
        changes: &mut [Change],
    ) -> Result<(), Error> {
        let object = &record.object;
        let is_pair = |field: &&Field| matches!(field.kind, Kind::Money | Kind::LinkAny(_));
        for field in object.fields.iter().filter(is_pair) {
            let columns = &object.columns[field.columns.clone()];
            let is_half = |change: &Change| {
                let touched =
                    |column: &&Column| change.fields.iter().any(|field| field.column == column.name);
                matches!(columns.iter().filter(touched).count(), 1)
            };
            if !changes.iter().any(is_half) {
                continue;
            }
            for (column, now) in columns.iter().zip(record.parts(field)) {
                let mut stood = plain::to_json(now);
                if let Some(before) = before
                    && let Some(then) = self.stood_at(record, &column.name, before)?
                {
                    stood = then;
                }
                for change in changes.iter_mut().filter(|change| change.happening == Happening::Update) {
                    match change.fields.iter().find(|field| field.column == column.name) {
                        Some(field) => stood = field.before.clone(),
                        None if change.fields.iter().any(|field| is_of(columns, &field.column)) => {
                            let (name, before, after) = (column.name.clone(), stood.clone(), stood.clone());
                            change.fields.push(FieldChange { column: name, before, after });
                        }
                        None => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// What stood in a column just before a place in the log, if it has changed since.
    fn stood_at(&mut self, record: &Record, column: &str, seq: i64) -> Result<Option<Json>, Error> {
        let mut sql = change_log::select();
        sql.push(" where c.\"object\" = ").bind(record.object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"record\" = ").bind(record.id(), ColumnType::Id);
        sql.push(" and c.\"seq\" >= ").bind(seq, ColumnType::Int);
        sql.push(" order by c.\"seq\" limit ").bind(LOOKED_THROUGH, ColumnType::Int);
        let later: Vec<Change> = self.tx.query(&sql, change_log::read)?.into_iter().flatten().collect();
        let mut fields = later.into_iter().flat_map(|change| change.fields);
        Ok(fields.find(|field| field.column == column).map(|field| field.before))
    }

    /// The log after `seq`, oldest first, for readers that keep their own cursor; for Rapport itself only.
    ///
    /// Ends before a number that is missing as long as its row may still be committed, so that a cursor never passes
    /// one by: a number counts as given up once every transaction has ended that was under way when it was first
    /// missed. Whoever asks again gets on.
    pub fn changes_after(&mut self, seq: i64, limit: usize) -> Result<Vec<Change>, Error> {
        let mut changes = self.changes_since(seq, limit)?;
        let Some(under_way) = self.tx.dialect().transactions_under_way() else { return Ok(changes) };
        let before = std::iter::once(seq).chain(changes.iter().map(|change| change.seq));
        let missing: Vec<(usize, i64)> = before
            .zip(&changes)
            .enumerate()
            .filter(|(_, (before, change))| before + 1 != change.seq)
            .map(|(at, (before, _))| (at, before + 1))
            .collect();
        if missing.is_empty() {
            return Ok(changes);
        }
        let number = |row: &db::Row<'_>, at: usize| row.int(at).unwrap_or(0);
        let under_way = Sql::new(under_way);
        let (ended, begun) = self.tx.query_one(&under_way, |row| (number(row, 0), number(row, 1)))?;
        let gaps = self.engine.gaps();
        let open = missing.into_iter().find(|(_, seq)| gaps.may_fill(*seq, ended, begun));
        changes.truncate(open.map_or(changes.len(), |(at, _)| at));
        Ok(changes)
    }

    /// What one cause did, newest first, before a place in the log.
    pub(crate) fn changes_of(
        &mut self,
        cause: Id,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Change>, Error> {
        let mut sql: Sql = change_log::select();
        sql.push(" where c.\"cause\" = ").bind(cause, ColumnType::Id);
        if let Some(before) = before {
            sql.push(" and c.\"seq\" < ").bind(before, ColumnType::Int);
        }
        sql.push(" order by c.\"seq\" desc limit ").bind(limit as i64, ColumnType::Int);
        Ok(self.tx.query(&sql, change_log::read)?.into_iter().flatten().collect())
    }
}

fn is_of(columns: &[Column], name: &str) -> bool {
    columns.iter().any(|column| column.name == name)
}
