//! What stands in the database, with the draft laid over it.

use std::{collections::HashMap, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Problem, Value};
use metadata::{Kind, Object};

use super::{Work, Writer};
use crate::{
    Conflict, ConflictingField, Draft, Error, change_log, draft::Target, engine::in_ids, env, input,
    record::FieldSet,
};

impl Writer<'_, '_> {
    pub(super) fn prepare(&mut self, object: &Arc<Object>, drafts: Vec<Draft>) -> Result<Vec<Work>, Error> {
        let existing: Vec<Value> = drafts
            .iter()
            .filter(|draft| matches!(draft.target, Target::Existing(..)))
            .map(|draft| draft.id().into())
            .collect();
        let mut stored = self.stored(object, existing)?;
        let mut works = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let mut work = empty(object, &draft);
            match draft.target {
                Target::New(id) => work.after[Object::ID] = id.into(),
                Target::Existing(id, expected) => match stored.remove(&id) {
                    None => work.error = Some(Error::NotFound),
                    Some((rid, values)) => {
                        work.rid = Some(rid);
                        work.after.clone_from(&values);
                        work.before = Some(values);
                        work.error = self.conflict(object, &draft, &work, expected)?;
                    }
                },
            }
            lay_over(object, draft, &mut work);
            self.load_members(object, &mut work)?;
            works.push(work);
        }
        Ok(works)
    }

    /// The stored rows of these ids, held until the transaction ends.
    fn stored(&mut self, object: &Object, ids: Vec<Value>) -> Result<HashMap<Id, (i64, Vec<Value>)>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let dialect = self.tx.dialect();
        let mut sql = Sql::new("select ");
        env::push_columns(object, &mut sql);
        sql.push(", \"rid\" from ")
            .name(object.table())
            .push(" where ")
            .append(&in_ids(dialect, "\"id\"", ids));
        sql.push(dialect.for_update());
        let width = object.columns.len();
        let rows =
            self.tx.query(&sql, |row| (row.id(Object::ID), row.int(width), env::values(object, row)))?;
        Ok(rows.into_iter().filter_map(|(id, rid, values)| Some((id?, (rid?, values)))).collect())
    }

    /// What somebody else has done since the expected version to the fields that the draft changes.
    fn conflict(
        &mut self,
        object: &Object,
        draft: &Draft,
        work: &Work,
        expected: Option<i64>,
    ) -> Result<Option<Error>, Error> {
        let version = work.after[Object::VERSION].as_int().unwrap_or(0);
        let Some(expected) = expected.filter(|expected| *expected != version) else { return Ok(None) };
        let mut sql = change_log::select();
        sql.push(" where c.\"object\" = ").bind(object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"record\" = ").bind(draft.id(), ColumnType::Id);
        sql.push(" and c.\"version\" > ").bind(expected, ColumnType::Int).push(" order by c.\"seq\"");
        let changes = self.tx.query(&sql, change_log::read)?;
        let mut fields: Vec<ConflictingField> = Vec::new();
        for change in changes.into_iter().flatten() {
            for column in &change.fields {
                let Some((at, ours)) =
                    draft.set.iter().find(|(at, _)| object.columns[*at].name == column.column)
                else {
                    continue;
                };
                let Some(field) = object.columns[*at].field.filter(|_| work.after[*at] != *ours) else {
                    continue;
                };
                let field = &object.fields[field];
                fields.retain(|known| known.field != field.name);
                let wanted = |at: usize| {
                    draft.set.iter().find(|(column, _)| *column == at).map(|(_, value)| value.clone())
                };
                fields.push(ConflictingField {
                    field: field.name.clone(),
                    theirs: work.after[field.columns.clone()].to_vec(),
                    ours: field
                        .columns
                        .clone()
                        .map(|at| wanted(at).unwrap_or_else(|| work.after[at].clone()))
                        .collect(),
                    by: change.actor.user,
                    at: change.at,
                });
            }
        }
        Ok((!fields.is_empty()).then(|| Error::Conflict(Box::new(Conflict { version, fields }))))
    }

    /// The members that stand now, of the fields whose members the draft sets.
    fn load_members(&mut self, object: &Object, work: &mut Work) -> Result<(), Error> {
        if work.before.is_none() {
            return Ok(());
        }
        for (position, before, _) in &mut work.members {
            let mut sql = Sql::new("select \"other_id\" from ");
            sql.name(&object.link_table(&object.fields[*position]));
            sql.push(" where \"this_id\" = ").bind(work.id, ColumnType::Id);
            *before = self.reader.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
        }
        Ok(())
    }
}

fn empty(object: &Object, draft: &Draft) -> Work {
    Work {
        id: draft.id(),
        rid: None,
        before: None,
        after: vec![Value::Null; object.columns.len()],
        given: FieldSet::default(),
        members: Vec::new(),
        problems: Vec::new(),
        error: None,
    }
}

fn lay_over(object: &Object, draft: Draft, work: &mut Work) {
    work.problems.extend(draft.problems);
    for (column, value) in draft.set {
        let Some(position) = object.columns[column].field else { continue };
        let field = &object.fields[position];
        work.given.insert(column);
        match input::normalise(field, column - field.columns.start, value) {
            Ok(value) => work.after[column] = value,
            Err(message) => work.problems.push(Problem::at(&field.name, message)),
        }
    }
    for (position, mut members) in draft.members {
        debug_assert!(
            matches!(object.fields[position].kind, Kind::LinkMany { .. }),
            "only many-to-many fields have members"
        );
        members.sort_unstable();
        members.dedup();
        work.members.push((position, Vec::new(), members));
    }
}
