//! Whether whoever saves may save this: the record, and each field.

use std::{cell::RefCell, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Problem, Value};
use metadata::Object;

use super::{
    Work, Writer,
    complete::{compute_formulas, title},
};
use crate::{
    Action, Error, Grant, Principal, Reader,
    condition::{Rows, denied},
    env::{Linked, RecordEnv, holds},
    record::FieldSet,
};

impl Writer<'_, '_> {
    /// Whether the records that stand may be changed as the drafts say.
    pub(super) fn authorise(
        &mut self,
        object: &Arc<Object>,
        works: &mut [Work],
        linked: &mut Linked,
    ) -> Result<(), Error> {
        if !self.who.access.administrator {
            for work in works.iter_mut().filter(|work| work.error.is_none() && work.before.is_some()) {
                work.error = self.permit(object, work, Action::Update, linked)?;
            }
        }
        refuse_read_only(object, works, self.who);
        Ok(())
    }

    /// Whether the new records may be made, as the drafts and the defaults make them.
    pub(super) fn authorise_new(
        &mut self,
        object: &Arc<Object>,
        works: &mut [Work],
        linked: &mut Linked,
    ) -> Result<(), Error> {
        if self.who.access.administrator {
            return Ok(());
        }
        for work in works.iter_mut().filter(|work| work.error.is_none() && work.before.is_none()) {
            work.error = self.permit(object, work, Action::Create, linked)?;
        }
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
        let foreseen;
        let values = match &work.before {
            Some(values) => {
                let mut reading = grants.iter().filter(|grant| grant.actions.has(Action::Read));
                if !reading.any(|grant| applies(grant, false, work, values, &mut self.reader, linked, who)) {
                    return Ok(Some(Error::NotFound));
                }
                values
            }
            None => {
                foreseen = self.foreseen(object, work, linked);
                &foreseen
            }
        };
        let opening: Vec<&Grant> = grants
            .iter()
            .filter(|grant| {
                grant.actions.has(action) && applies(grant, true, work, values, &mut self.reader, linked, who)
            })
            .collect();
        if opening.is_empty() {
            return Ok(Some(denied(object, action)));
        }
        let locked =
            |position: usize| opening.iter().all(|grant| !grant.changes(&object.fields[position].name));
        let members = work.members.iter().map(|(position, ..)| *position);
        let touched: FieldSet =
            work.given.iter().filter_map(|column| object.columns[column].field).chain(members).collect();
        for position in touched.iter().filter(|position| locked(*position)) {
            let name = &object.fields[position].name;
            work.problems
                .push(Problem::at(name, Message::new("problem-field-denied").with("name", name.as_str())));
        }
        Ok(None)
    }

    /// A new record with its title and formulas: rules may be about these.
    fn foreseen(&mut self, object: &Object, work: &Work, linked: &mut Linked) -> Vec<Value> {
        let who = self.who;
        let mut values = work.after.clone();
        compute_formulas(object, work.id, &mut values, &mut self.reader, linked, who);
        values[Object::TITLE] = title(object, &values).into();
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
            // A part of nothing is nobody's.
            let Some(id) = id else { return Ok(Some(Error::NotFound)) };
            if !self.may_on(parent, id, Action::Update)? {
                let visible = self.may_on(parent, id, Action::Read)?;
                return Ok(Some(if visible { denied(object, action) } else { Error::NotFound }));
            }
        }
        Ok(None)
    }
}

impl Reader<'_, '_> {
    /// Whether whoever asks may do this to that record, which takes that it may be seen.
    pub fn may_on(&mut self, object: &Arc<Object>, id: Id, action: Action) -> Result<bool, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let mut sql = Sql::new("select 1 from ");
        sql.name(object.table()).push(" t where t.\"id\" = ").bind(id, ColumnType::Id);
        let actions: &[Action] = if action == Action::Read { &[action] } else { &[Action::Read, action] };
        for action in actions {
            match asking.rows(object, *action, &FieldSet::default(), "t") {
                Ok(Rows::All) => {}
                Ok(Rows::Where(condition)) => {
                    sql.push(" and ").append(&condition);
                }
                Err(Error::Denied(_)) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        crate::engine::exists(self.tx, &sql)
    }
}

/// Whether a grant covers the record with these values.
fn applies(
    grant: &Grant,
    changing: bool,
    work: &Work,
    values: &[Value],
    reader: &mut Reader<'_, '_>,
    linked: &mut Linked,
    who: &Principal,
) -> bool {
    let rules = [grant.rows.as_ref(), grant.editable.as_ref().filter(|_| changing)];
    let now = reader.now();
    let env =
        RecordEnv { id: work.id, values, members: &[], who, now, reader: RefCell::new((reader, linked)) };
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
