//! Undoing what belongs together: an import, a bulk change.

use std::{collections::HashSet, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};
use metadata::{Kind, Object};

use super::Writer;
use crate::{
    Draft, Error, Record,
    change_log::{Change, FieldChange, Happening},
    engine::in_ids,
    plain,
};

/// What a revert did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reverted {
    /// New records put into the trash.
    pub deleted: usize,
    /// Records given their earlier content again.
    pub updated: usize,
    /// Records taken out of the trash.
    pub restored: usize,
    /// Records that somebody has changed since, or that may not be changed: left as they are.
    pub kept: usize,
}

/// Changes that [`Writer::revert`] takes back at a time.
const PART: usize = 1_000;

impl Writer<'_, '_> {
    /// Takes back what `cause` did, newest first, where nobody has changed the same columns since.
    ///
    /// # Errors
    /// Only when something is broken: what cannot be taken back is counted.
    pub fn revert(&mut self, cause: Id) -> Result<Reverted, Error> {
        let mut reverted = Reverted::default();
        let mut before = None;
        loop {
            let (part, next) = self.revert_part(cause, before, PART)?;
            reverted.add(part);
            match next {
                Some(_) => before = next,
                None => return Ok(reverted),
            }
        }
    }

    /// As [`Writer::revert`], at most `limit` changes older than the one at `before` in the log: for causes that did
    /// more than one transaction can take back. Tells where to go on; nothing when all is taken back.
    ///
    /// # Errors
    /// As [`Writer::revert`].
    pub fn revert_part(
        &mut self,
        cause: Id,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Reverted, Option<i64>), Error> {
        let own = undoing(cause);
        let outer = self.cause.replace(own);
        let result = self.take_back_changes(cause, before, limit);
        // The roll-ups that follow at the end of the transaction belong to it too.
        self.cause = outer.or(Some(own));
        result
    }

    fn take_back_changes(
        &mut self,
        cause: Id,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Reverted, Option<i64>), Error> {
        let mut reverted = Reverted::default();
        let changes = self.changes_of(cause, before, limit)?;
        let others = self.changed_by_others(cause, &changes)?;
        for change in &changes {
            match self.savepoint(|writer| writer.revert_one(change, &others)) {
                Ok(()) => match change.happening {
                    Happening::Create => reverted.deleted += 1,
                    Happening::Delete => reverted.restored += 1,
                    _ => reverted.updated += 1,
                },
                Err(Error::Database(error)) => return Err(error.into()),
                Err(_) => reverted.kept += 1,
            }
        }
        let next = changes.last().map(|change| change.seq).filter(|_| changes.len() == limit);
        Ok((reverted, next))
    }

    /// The records of these changes that somebody else has changed after `cause` first did.
    fn changed_by_others(&mut self, cause: Id, changes: &[Change]) -> Result<HashSet<Id>, Error> {
        let mut records: Vec<Id> = changes.iter().map(|change| change.record).collect();
        records.sort_unstable();
        records.dedup();
        let records: Vec<Value> = records.into_iter().map(Value::Id).collect();
        let dialect = self.tx.dialect();
        let mut sql = Sql::new("select distinct c.\"record\" from \"change\" c join (");
        sql.push("select \"object\", \"record\", min(\"seq\") as first from \"change\" where \"cause\" = ");
        sql.bind(cause, ColumnType::Id).push(" and ").append(&in_ids(dialect, "\"record\"", records));
        sql.push(" group by \"object\", \"record\") ours");
        sql.push(" on c.\"object\" = ours.\"object\" and c.\"record\" = ours.\"record\"");
        sql.push(" where c.\"seq\" > ours.first and c.\"cause\" is distinct from ")
            .bind(cause, ColumnType::Id);
        sql.push(" and c.\"cause\" is distinct from ").bind(undoing(cause), ColumnType::Id);
        Ok(self.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect())
    }

    fn revert_one(&mut self, change: &Change, others: &HashSet<Id>) -> Result<(), Error> {
        let object = self.object(&change.object)?;
        let now = self.load(&object, change.record)?;
        match change.happening {
            Happening::Create if !others.contains(&change.record) => self.delete(&object, change.record),
            Happening::Delete => self.restore(&object, change.record),
            Happening::Update => {
                let mut draft = Draft::change(&object, change.record);
                for field in &change.fields {
                    take_back(&object, field, &now, &mut draft)?;
                }
                self.save(draft).map(|_| ())
            }
            _ => Err(Error::NotFound),
        }
    }
}

impl Reverted {
    const fn add(&mut self, other: Reverted) {
        self.deleted += other.deleted;
        self.updated += other.updated;
        self.restored += other.restored;
        self.kept += other.kept;
    }
}

/// The cause of what a revert itself changes, so that it is told from what people did since.
fn undoing(cause: Id) -> Id {
    let mut bytes = *cause.as_bytes();
    bytes[15] = !bytes[15];
    Id::from_bytes(bytes)
}

/// Wants the earlier content of a field again.
fn take_back(
    object: &Arc<Object>,
    field: &FieldChange,
    now: &Record,
    draft: &mut Draft,
) -> Result<(), Error> {
    let changed_since = || Error::NotFound;
    if let Some(position) = object.position(&field.column)
        && matches!(object.fields[position].kind, Kind::LinkMany { .. })
    {
        let standing = now.members.iter().find(|(at, _)| *at == position).map(|(_, members)| members);
        let standing: HashSet<Id> = standing.into_iter().flatten().map(|member| member.id).collect();
        if standing != ids(&field.after).into_iter().collect() {
            return Err(changed_since());
        }
        draft.put_members(position, ids(&field.before));
        return Ok(());
    }
    let Some(at) = object.columns.iter().position(|column| column.name == field.column) else {
        return Ok(());
    };
    let column = &object.columns[at];
    if !column.field.is_some_and(|position| object.fields[position].is_writable()) {
        return Ok(());
    }
    let read = |json| plain::from_json(json, column.column);
    let (Some(before), Some(after)) = (read(&field.before), read(&field.after)) else { return Ok(()) };
    if now.values[at] != after {
        return Err(changed_since());
    }
    draft.put_column(at, before);
    Ok(())
}

fn ids(json: &serde_json::Value) -> Vec<Id> {
    match plain::from_json(json, ColumnType::List) {
        Some(Value::List(entries)) => {
            entries.iter().filter_map(|entry| entry.as_text()?.parse().ok()).collect()
        }
        _ => Vec::new(),
    }
}
