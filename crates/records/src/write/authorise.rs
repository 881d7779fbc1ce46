//! Whether whoever saves may save this: the record, and each field.

use std::{cell::RefCell, sync::Arc};

use kernel::{Message, Problem};
use metadata::Object;

use super::{Work, Writer};
use crate::{
    Action, Error, Grant, Principal, Reader,
    condition::denied,
    env::{Linked, RecordEnv, holds},
    record::FieldSet,
};

impl Writer<'_, '_> {
    pub(super) fn authorise(
        &mut self,
        object: &Arc<Object>,
        works: &mut [Work],
        linked: &mut Linked,
    ) -> Result<(), Error> {
        if self.who.access.administrator {
            refuse_read_only(object, works, self.who);
            return Ok(());
        }
        for work in works.iter_mut().filter(|work| work.error.is_none()) {
            let action = if work.before.is_some() { Action::Update } else { Action::Create };
            work.error = self.permit(object, work, action, linked)?;
        }
        refuse_read_only(object, works, self.who);
        Ok(())
    }

    /// Why the action is not allowed on the record, if it is not; locked fields become problems.
    pub(super) fn permit(
        &mut self,
        object: &Arc<Object>,
        work: &mut Work,
        action: Action,
        linked: &mut Linked,
    ) -> Result<Option<Error>, Error> {
        let who = self.who;
        let grants = who.access.grants(&object.name);
        if grants.is_empty() && object.part_of.is_some() {
            return self.permit_part(object, work, action);
        }
        // A new record is judged as it will be, an existing one as it stands.
        let standing = work.before.clone();
        if let Some(values) = &standing {
            let readable = grants.iter().any(|grant| {
                grant.actions.has(Action::Read)
                    && applies(grant, false, work, values, &mut self.reader, linked, who)
            });
            if !readable {
                return Ok(Some(Error::NotFound));
            }
        }
        let values = standing.unwrap_or_else(|| self.foreseen(object, work));
        let opening: Vec<&Grant> = grants
            .iter()
            .filter(|grant| {
                grant.actions.has(action)
                    && applies(grant, true, work, &values, &mut self.reader, linked, who)
            })
            .collect();
        if opening.is_empty() {
            return Ok(Some(denied(object, action)));
        }
        let locked =
            |position: usize| opening.iter().all(|grant| !grant.changes(&object.fields[position].name));
        let touched: FieldSet = work.given.iter().filter_map(|column| object.columns[column].field).collect();
        for position in touched.iter().filter(|position| locked(*position)) {
            let name = &object.fields[position].name;
            work.problems
                .push(Problem::at(name, Message::new("problem-field-denied").with("name", name.as_str())));
        }
        Ok(None)
    }

    /// A new record with the owner and team that it will get if it names none: rules are mostly about these.
    fn foreseen(&self, object: &Object, work: &Work) -> Vec<kernel::Value> {
        let mut values = work.after.clone();
        if let (true, Some(owner)) = (object.owned, object.field("owner")) {
            let team = object.column_of("team");
            let at = owner.columns.start;
            if values[at].is_null() && !work.given.has(at) {
                values[at] = self.who.me().into();
                if values[team].is_null() {
                    values[team] = self.who.team.into();
                }
            }
        }
        values
    }

    /// A part is changed by whoever may change what it is a part of, before and after.
    fn permit_part(
        &mut self,
        object: &Arc<Object>,
        work: &Work,
        action: Action,
    ) -> Result<Option<Error>, Error> {
        let Some(link) = object.part_of.map(|position| &object.fields[position]) else { return Ok(None) };
        let registry = Arc::clone(&self.registry);
        let parent = link.kind.targets().first().and_then(|to| registry.object(to)).ok_or(Error::NotFound)?;
        let versions = [work.before.as_ref(), Some(&work.after)];
        let ids = versions.into_iter().flatten().map(|values| values[link.columns.start].as_id());
        for id in ids {
            let Some(id) = id else { continue };
            if !self.may_on(parent, id, Action::Update)? {
                let visible = self.may_on(parent, id, Action::Read)?;
                return Ok(Some(if visible { denied(object, action) } else { Error::NotFound }));
            }
        }
        Ok(None)
    }
}

impl Reader<'_, '_> {
    /// Whether whoever asks may do this to that record.
    pub fn may_on(&mut self, object: &Arc<Object>, id: kernel::Id, action: Action) -> Result<bool, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let rows = match asking.rows(object, action, &FieldSet::default(), "t") {
            Ok(rows) => rows,
            Err(Error::Denied(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let mut sql = expr::sql::Sql::new("select 1 from ");
        sql.name(object.table()).push(" t where t.\"id\" = ").bind(id, kernel::ColumnType::Id);
        if let crate::condition::Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        crate::engine::exists(self.tx, &sql)
    }
}

/// Whether a grant covers the record with these values.
fn applies(
    grant: &Grant,
    changing: bool,
    work: &Work,
    values: &[kernel::Value],
    reader: &mut Reader<'_, '_>,
    linked: &mut Linked,
    who: &Principal,
) -> bool {
    let rules = [grant.rows.as_ref(), grant.editable.as_ref().filter(|_| changing)];
    let now = reader.now();
    let env = RecordEnv { id: work.id, values, who, now, reader: RefCell::new((reader, linked)) };
    rules.into_iter().flatten().all(|rule| holds(rule, &env))
}

/// Fields that only behaviour and the engine set are refused to everybody else.
fn refuse_read_only(object: &Object, works: &mut [Work], who: &Principal) {
    if who.actor.channel == kernel::Channel::System {
        return;
    }
    for work in works {
        let given: FieldSet = work.given.iter().filter_map(|column| object.columns[column].field).collect();
        for position in given.iter() {
            let field = &object.fields[position];
            let unchanged = work.before.as_ref().is_some_and(|before| {
                field.columns.clone().all(|column| before[column] == work.after[column])
            });
            if !field.is_writable() && !unchanged {
                work.problems.push(Problem::at(&field.name, Message::new("problem-read-only")));
            }
        }
    }
}
