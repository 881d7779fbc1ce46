//! Into the trash, out of it, and gone for good.

use std::{collections::BTreeMap, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Value};
use metadata::{Field, Kind, Object, definition::OnDestroy};

use super::{Work, Writer};
use crate::{
    Action, Draft, Error,
    change_log::{self, Happening, NewChange, NewFields},
    env::Linked,
};

impl Writer<'_, '_> {
    /// Puts a record into the trash, with the parts that belong to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::Denied`].
    pub fn delete(&mut self, object: &Arc<Object>, id: Id) -> Result<(), Error> {
        self.set_deleted(object, id, true)
    }

    /// Takes a record out of the trash again, with the parts that went along.
    ///
    /// # Errors
    /// As [`Writer::delete`]; [`Error::Invalid`] when another record has taken its place in a unique field.
    pub fn restore(&mut self, object: &Arc<Object>, id: Id) -> Result<(), Error> {
        self.set_deleted(object, id, false)
    }

    fn set_deleted(&mut self, object: &Arc<Object>, id: Id, deleted: bool) -> Result<(), Error> {
        let mut work = self.judged(object, id, Action::Delete)?;
        let at = object.column_of("deleted_at");
        let before = work.after[at].clone();
        if before.is_null() != deleted {
            return Ok(());
        }
        let after: Value = if deleted { self.now().into() } else { Value::Null };
        if !deleted {
            // Whatever is unique must still be free.
            work.before = None;
            let works = std::slice::from_mut(&mut work);
            self.check_unique(object, works)?;
            if !work.problems.is_empty() {
                return Err(Error::Invalid(work.problems));
            }
        }
        let version = work.after[Object::VERSION].as_int().unwrap_or(0) + 1;
        let mut sql = Sql::new("update ");
        sql.name(object.table()).push(" set \"deleted_at\" = ").bind(after.clone(), ColumnType::Instant);
        sql.push(", \"version\" = ")
            .bind(version, ColumnType::Int)
            .push(" where \"id\" = ")
            .bind(id, ColumnType::Id);
        self.tx.execute(&sql)?;
        self.vouched.clear();
        let happening = if deleted { Happening::Delete } else { Happening::Restore };
        let mut fields = NewFields::new();
        fields.note("deleted_at", &before, &after);
        self.log_one(object, id, version, happening, fields)?;
        self.rolled_up(object, None, Some(&work.after));
        self.announce(object, [id]);
        self.carry_parts(object, id, &before, deleted)?;
        let engine = self.engine;
        for behaviour in engine.behaviours(&object.name) {
            self.trusted(|writer| behaviour.after_delete(id, !deleted, writer))?;
        }
        Ok(())
    }

    /// Parts go and come with what they belong to: those that went at the same moment.
    fn carry_parts(
        &mut self,
        object: &Arc<Object>,
        id: Id,
        deleted_at: &Value,
        deleted: bool,
    ) -> Result<(), Error> {
        let registry = Arc::clone(&self.registry);
        for (child, link) in registry.incoming(&object.name) {
            let is_part = child.part_of.is_some_and(|position| child.fields[position].name == link.name);
            if !is_part {
                continue;
            }
            let mut sql = Sql::new("select \"id\" from ");
            sql.name(child.table()).push(" where ").name(&link.name).push(" = ").bind(id, ColumnType::Id);
            if deleted {
                sql.push(" and \"deleted_at\" is null");
            } else {
                sql.push(" and \"deleted_at\" = ").bind(deleted_at.clone(), ColumnType::Instant);
            }
            let ids: Vec<Id> = self.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
            for part in ids {
                self.trusted(|writer| writer.set_deleted(child, part, deleted))?;
            }
        }
        Ok(())
    }

    /// Destroys a record for good: it cannot come back, only the log remembers it.
    ///
    /// # Errors
    /// As [`Writer::delete`]; [`Error::Invalid`] while a record that must keep its link leads to it.
    pub fn destroy(&mut self, object: &Arc<Object>, id: Id) -> Result<(), Error> {
        let mut work = self.judged(object, id, Action::Destroy)?;
        if work.after[object.column_of("deleted_at")].is_null() {
            // First into the trash, so that whoever has a say in deleting is heard. A rule that reads `deleted_at` has
            // said its word already.
            work = self.trusted(|writer| {
                writer.delete(object, id)?;
                writer.judged(object, id, Action::Destroy)
            })?;
        }
        self.let_go(object, id)?;
        for (_, field) in object.many_to_many() {
            self.delete_rows(&object.link_table(field), "this_id", id)?;
        }
        if let Some(rid) = work.rid {
            db::search::remove(self.reader.tx, object.table(), rid)?;
        }
        self.delete_rows(object.table(), "id", id)?;
        let version = work.after[Object::VERSION].as_int().unwrap_or(0) + 1;
        let mut fields = NewFields::new();
        fields.note("title", &work.after[Object::TITLE], &Value::Null);
        self.log_one(object, id, version, Happening::Destroy, fields)?;
        self.rolled_up(object, Some(&work.after), None);
        self.announce(object, [id]);
        Ok(())
    }

    /// What the records that link here do about it.
    fn let_go(&mut self, object: &Arc<Object>, id: Id) -> Result<(), Error> {
        let registry = Arc::clone(&self.registry);
        for (child, link) in registry.incoming(&object.name) {
            let (column, on_destroy) = match &link.kind {
                Kind::LinkMany { .. } => {
                    self.leave(child, link, id)?;
                    continue;
                }
                Kind::Link(details) => (link.columns.start, details.on_destroy),
                _ => (link.columns.start + 1, OnDestroy::Clear),
            };
            let is_part = child.part_of.is_some_and(|position| child.fields[position].name == link.name);
            let mut sql = Sql::new("select \"id\" from ");
            sql.name(child.table()).push(" where ").name(&child.columns[column].name);
            sql.push(" = ").bind(id, ColumnType::Id);
            let ids: Vec<Id> = self.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
            for linking in ids {
                match on_destroy {
                    _ if is_part => self.trusted(|writer| writer.destroy(child, linking))?,
                    OnDestroy::Destroy => self.trusted(|writer| writer.destroy(child, linking))?,
                    OnDestroy::Refuse => {
                        return Err(Error::invalid(
                            Message::new("problem-still-linked").with("object", child.name.as_str()),
                        ));
                    }
                    OnDestroy::Clear => {
                        let mut draft = Draft::change(child, linking);
                        link.columns.clone().for_each(|column| draft.put_column(column, Value::Null));
                        self.trusted(|writer| writer.save(draft))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes a record out of a many-to-many field, wherever it is a member: a save like any other, which the log tells.
    fn leave(&mut self, object: &Arc<Object>, field: &Field, id: Id) -> Result<(), Error> {
        let Some(position) = object.position(&field.name) else { return Ok(()) };
        let table = object.link_table(field);
        let mut sql = Sql::new("select m.\"this_id\", m.\"other_id\" from ");
        sql.name(&table).push(" m where m.\"this_id\" in (select \"this_id\" from ").name(&table);
        sql.push(" where \"other_id\" = ").bind(id, ColumnType::Id).push(")");
        let mut rest: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for (record, member) in self.tx.query(&sql, |row| row.id(0).zip(row.id(1)))?.into_iter().flatten() {
            let others = rest.entry(record).or_default();
            others.extend((member != id).then_some(member));
        }
        // What it is a member of itself goes with it.
        rest.remove(&id);
        let drafts = rest.into_iter().map(|(record, members)| {
            let mut draft = Draft::change(object, record);
            draft.put_members(position, members);
            draft
        });
        let drafts = drafts.collect();
        for saved in self.trusted(|writer| writer.save_all(drafts))? {
            saved?;
        }
        Ok(())
    }

    /// The record as it stands, if whoever acts may do this to it.
    fn judged(&mut self, object: &Arc<Object>, id: Id, action: Action) -> Result<Work, Error> {
        let mut works = self.prepare(object, vec![Draft::change(object, id)])?;
        let mut work = works.pop().ok_or(Error::NotFound)?;
        if let Some(error) = work.error.take() {
            return Err(error);
        }
        if !self.who.access.administrator {
            let mut linked = Linked::default();
            if let Some(error) = self.permit(object, &mut work, action, &mut linked)? {
                return Err(error);
            }
            linked.failure()?;
        }
        Ok(work)
    }

    fn delete_rows(&mut self, table: &str, column: &str, id: Id) -> Result<(), Error> {
        let mut sql = Sql::new("delete from ");
        sql.name(table).push(" where ").name(column).push(" = ").bind(id, ColumnType::Id);
        self.tx.execute(&sql)?;
        Ok(())
    }

    fn log_one(
        &mut self,
        object: &Object,
        record: Id,
        version: i64,
        happening: Happening,
        fields: NewFields,
    ) -> Result<(), Error> {
        let (now, actor, cause) = (self.now(), self.who.actor, self.cause);
        let change = NewChange { object: &object.name, record, version, happening, fields };
        change_log::append(self.reader.tx, now, actor, cause, [change])
    }
}
