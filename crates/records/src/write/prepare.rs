//! What stands in the database, with the draft laid over it.

use std::{collections::HashMap, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Problem, Value};
use metadata::{Kind, Object};

use super::{Work, Writer};
use crate::{
    Conflict, ConflictingField, Draft, Error, change_log, draft::Target, engine::in_ids, env, input, plain,
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
                        work.expected = expected;
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

    /// Tells each draft that was made upon an earlier version what somebody else has done since to the fields that it
    /// changes. Only those who may change the record, and only of fields that they may change.
    ///
    /// A field that comes as it stood in the earlier version is not changed: a form sends all that it shows. What the
    /// other has put there stays.
    pub(super) fn refuse_conflicts(&mut self, object: &Object, works: &mut [Work]) -> Result<(), Error> {
        for work in works.iter_mut().filter(|work| work.error.is_none()) {
            let Some(before) = work.before.clone() else { continue };
            let version = before[Object::VERSION].as_int().unwrap_or(0);
            let Some(expected) = work.expected.filter(|expected| *expected != version) else { continue };
            let (fields, stood) = self.changed_since(object, work, &before, expected)?;
            let is_kept = |changed: &ConflictingField| {
                let columns = object.field(&changed.field).map_or(0..0, |field| field.columns.clone());
                columns.into_iter().all(|at| work.after[at] == *stood.get(&at).unwrap_or(&before[at]))
            };
            let (kept, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(is_kept);
            for field in kept.iter().filter_map(|changed| object.field(&changed.field)) {
                work.after[field.columns.clone()].clone_from_slice(&before[field.columns.clone()]);
            }
            if !fields.is_empty() {
                let kept = kept.into_iter().map(|changed| changed.field).collect();
                work.error = Some(Error::Conflict(Box::new(Conflict { version, fields, kept })));
            }
        }
        Ok(())
    }

    /// The fields that others have changed since that version and the draft would change now; and what stood in their
    /// columns then.
    fn changed_since(
        &mut self,
        object: &Object,
        work: &Work,
        before: &[Value],
        expected: i64,
    ) -> Result<(Vec<ConflictingField>, HashMap<usize, Value>), Error> {
        let mut sql = change_log::select();
        sql.push(" where c.\"object\" = ").bind(object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"record\" = ").bind(work.id, ColumnType::Id);
        sql.push(" and c.\"version\" > ").bind(expected, ColumnType::Int).push(" order by c.\"seq\"");
        let changes = self.tx.query(&sql, change_log::read)?;
        let mut fields: Vec<ConflictingField> = Vec::new();
        let mut stood: HashMap<usize, Value> = HashMap::new();
        for change in changes.into_iter().flatten() {
            for changed in &change.fields {
                let at = object.columns.iter().position(|column| column.name == changed.column);
                let Some(at) = at.filter(|at| work.given.has(*at) && work.changes(*at)) else { continue };
                let Some(position) = object.columns[at].field else { continue };
                let field = &object.fields[position];
                if work.problems.iter().any(|problem| problem.field.as_deref() == Some(&field.name)) {
                    continue;
                }
                let kind = object.columns[at].column;
                stood
                    .entry(at)
                    .or_insert_with(|| plain::from_json(&changed.before, kind).unwrap_or_default());
                fields.retain(|known| known.field != field.name);
                fields.push(ConflictingField {
                    field: field.name.clone(),
                    theirs: before[field.columns.clone()].to_vec(),
                    ours: work.after[field.columns.clone()].to_vec(),
                    by: change.actor.user,
                    at: change.at,
                });
            }
        }
        Ok((fields, stood))
    }

    /// The members that stand now, of the fields whose members the draft sets. Those that whoever saves may not see
    /// stay: who does not know of them cannot mean to take them out.
    fn load_members(&mut self, object: &Object, work: &mut Work) -> Result<(), Error> {
        if work.before.is_none() {
            return Ok(());
        }
        for (position, before, after) in &mut work.members {
            let field = &object.fields[*position];
            let mut sql = Sql::new("select \"other_id\" from ");
            sql.name(&object.link_table(field));
            sql.push(" where \"this_id\" = ").bind(work.id, ColumnType::Id);
            *before = self.reader.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
            let gone: Vec<Id> = before.iter().filter(|id| !after.contains(id)).copied().collect();
            if gone.is_empty() || self.who.access.administrator {
                continue;
            }
            let target = self.object(&field.kind.targets()[0])?;
            let seen = self.visible(&target, &gone)?;
            after.extend(gone.into_iter().filter(|id| !seen.contains(id)));
        }
        Ok(())
    }
}

fn empty(object: &Object, draft: &Draft) -> Work {
    Work {
        id: draft.id(),
        rid: None,
        expected: None,
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
