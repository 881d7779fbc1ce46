//! Writing what is good: rows, members, words for search, and the change log.

use std::sync::Arc;

use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Problem, Value};
use metadata::{Field, Kind, Object};

use super::{Work, Writer, complete::plain_text, roll_up::RollUpLinks, stamps::Stamps};
use crate::{
    Error,
    change_log::{self, Happening, NewChange, NewFields},
    engine::in_ids,
};

impl Writer<'_, '_> {
    /// Writes what is good. Where somebody else takes a unique content at the same moment, each record is written for
    /// itself, and the one that comes too late gets the problem.
    pub(super) fn store(&mut self, object: &Arc<Object>, works: &mut [Work]) -> Result<(), Error> {
        let unique: Vec<usize> =
            object.fields.iter().filter(|field| field.unique).map(|field| field.columns.start).collect();
        let takes = |work: &Work| {
            work.is_good() && unique.iter().any(|at| !work.after[*at].is_null() && work.changes(*at))
        };
        if !self.tx.dialect().has_rivals() || !works.iter().any(takes) {
            return self.write_out(object, works);
        }
        match self.savepoint(|writer| writer.write_out(object, works)) {
            Err(Error::Database(db::Error::Unique { .. })) => {}
            done => return done,
        }
        for work in works.iter_mut().filter(|work| work.is_good()) {
            match self.savepoint(|writer| writer.write_out(object, std::slice::from_mut(work))) {
                Err(Error::Database(db::Error::Unique { columns, constraint, .. })) => {
                    let field = taken(object, &columns, constraint.as_deref());
                    work.problems.push(Problem { field, message: Message::new("problem-unique") });
                }
                done => done?,
            }
        }
        Ok(())
    }

    fn write_out(&mut self, object: &Arc<Object>, works: &mut [Work]) -> Result<(), Error> {
        let stamps = Stamps::of(object);
        self.insert(object, works)?;
        for work in works.iter_mut().filter(|work| work.is_good() && work.before.is_some()) {
            self.update(object, &stamps, work)?;
        }
        let changed: Vec<&Work> =
            works.iter().filter(|work| work.is_good() && !is_idle(&stamps, work)).collect();
        self.store_members(object, &changed)?;
        self.store_words(object, &changed)?;
        self.log(object, &stamps, &changed)?;
        let registry = Arc::clone(&self.reader.registry);
        let links = RollUpLinks::of(&registry, object);
        for work in &changed {
            links.note(work.before.as_deref(), Some(&work.after), &mut self.touched);
        }
        self.announce(object, changed.iter().map(|work| work.id));
        Ok(())
    }

    fn insert(&mut self, object: &Object, works: &mut [Work]) -> Result<(), Error> {
        let mut new: Vec<&mut Work> =
            works.iter_mut().filter(|work| work.is_good() && work.before.is_none()).collect();
        if new.is_empty() {
            return Ok(());
        }
        let rids = self.reader.tx.next_rids(object.table(), new.len())?;
        let mut columns = vec![("rid", ColumnType::Int), ("title_key", ColumnType::Text)];
        columns.extend(object.columns.iter().map(|column| (column.name.as_str(), column.column)));
        let mut rows = Vec::with_capacity(new.len());
        for (rid, work) in rids.into_iter().zip(&mut new) {
            work.rid = Some(rid);
            let words = words(object, &work.after);
            // The values go into the row and come back: they are large, and nobody needs them twice.
            let mut row = Vec::with_capacity(columns.len());
            row.extend([rid.into(), title_key(&work.after).into()]);
            row.append(&mut work.after);
            rows.push((row, words));
        }
        let inserted = db::search::insert_rows(self.reader.tx, object.table(), &columns, &rows);
        for ((mut row, _), work) in rows.into_iter().zip(&mut new) {
            work.after.extend(row.drain(2..));
        }
        inserted?;
        Ok(())
    }

    /// Writes the columns that changed; a save that changes nothing leaves no trace.
    fn update(&mut self, object: &Object, stamps: &Stamps, work: &mut Work) -> Result<(), Error> {
        if is_idle(stamps, work) {
            if let Some(before) = &work.before {
                work.after.clone_from(before);
            }
            return Ok(());
        }
        let mut sql = Sql::new("update ");
        sql.name(object.table()).push(" set ");
        for (at, column) in object.columns.iter().enumerate().filter(|(at, _)| work.changes(*at)) {
            sql.name(&column.name).push(" = ").bind(work.after[at].clone(), column.column).push(", ");
        }
        sql.push("\"title_key\" = ").bind(title_key(&work.after), ColumnType::Text);
        sql.push(" where \"id\" = ").bind(work.id, ColumnType::Id);
        self.reader.tx.execute(&sql)?;
        Ok(())
    }

    fn store_members(&mut self, object: &Object, works: &[&Work]) -> Result<(), Error> {
        const PAIR: [(&str, ColumnType); 2] = [("this_id", ColumnType::Id), ("other_id", ColumnType::Id)];
        for work in works {
            for (position, before, after) in &work.members {
                let table = object.link_table(&object.fields[*position]);
                let gone: Vec<Value> =
                    before.iter().filter(|id| !after.contains(id)).map(|id| (*id).into()).collect();
                if !gone.is_empty() {
                    let mut sql = Sql::new("delete from ");
                    sql.name(&table)
                        .push(" where \"this_id\" = ")
                        .bind(work.id, ColumnType::Id)
                        .push(" and ");
                    sql.append(&in_ids(self.reader.tx.dialect(), "\"other_id\"", gone));
                    self.reader.tx.execute(&sql)?;
                }
                let new = after.iter().filter(|id| !before.contains(id));
                self.reader.tx.insert_rows(&table, &PAIR, new.map(|id| [work.id.into(), (*id).into()]))?;
            }
        }
        Ok(())
    }

    /// Keeps the words of the title and the searched fields of records whose words changed.
    fn store_words(&mut self, object: &Object, works: &[&Work]) -> Result<(), Error> {
        let searched = object.search.iter().flat_map(|position| object.fields[*position].columns.clone());
        let read: Vec<usize> = std::iter::once(Object::TITLE).chain(searched).collect();
        let rows: Vec<(i64, String)> = works
            .iter()
            .filter(|work| work.before.is_some() && read.iter().any(|at| work.changes(*at)))
            .filter_map(|work| Some((work.rid?, words(object, &work.after))))
            .collect();
        if !rows.is_empty() {
            db::search::put_rows(self.reader.tx, object.table(), rows)?;
        }
        Ok(())
    }

    fn log(&mut self, object: &Object, stamps: &Stamps, works: &[&Work]) -> Result<(), Error> {
        let (tx, now, actor) = (&mut *self.reader.tx, self.reader.now, self.reader.who.actor);
        let changes = works.iter().map(|work| NewChange {
            object: &object.name,
            record: work.id,
            version: work.after[Object::VERSION].as_int().unwrap_or(1),
            happening: if work.before.is_some() { Happening::Update } else { Happening::Create },
            fields: differences(object, stamps, work),
        });
        change_log::append(tx, now, actor, self.cause, changes)
    }
}

/// The unique field that an index of the database stands for.
fn taken(object: &Object, columns: &[String], constraint: Option<&str>) -> Option<String> {
    let field = object.fields.iter().filter(|field| field.unique).find(|field| {
        let column = &object.columns[field.columns.start].name;
        let index = format!("{}__{column}__", object.table());
        columns.contains(column) || constraint.is_some_and(|name| name.starts_with(&index))
    });
    field.map(|field| field.name.clone())
}

/// Whether the save changes nothing but the stamps.
fn is_idle(stamps: &Stamps, work: &Work) -> bool {
    let same_members = work
        .members
        .iter()
        .all(|(_, before, after)| before.len() == after.len() && before.iter().all(|id| after.contains(id)));
    work.before.is_some()
        && same_members
        && (0..work.after.len()).all(|at| !work.changes(at) || stamps.moves(at))
}

/// The columns that changed, stamps left out: the log has its own.
fn differences(object: &Object, stamps: &Stamps, work: &Work) -> NewFields {
    let mut fields = NewFields::new();
    for (at, column) in object.columns.iter().enumerate().skip(Object::TITLE + 1) {
        if work.changes(at) && !stamps.covers(at) {
            let before = work.before.as_ref().map_or(&Value::Null, |before| &before[at]);
            fields.note(&column.name, before, &work.after[at]);
        }
    }
    for (position, before, after) in &work.members {
        let ids = |ids: &[Id]| Value::List(ids.iter().map(|id| (*id).into()).collect());
        fields.note(&object.fields[*position].name, &ids(before), &ids(after));
    }
    fields
}

/// The title as lists are ordered by it and names are matched.
pub(crate) fn title_key(values: &[Value]) -> String {
    db::search::fold(values[Object::TITLE].as_text().unwrap_or(""))
}

/// The text that search reads: the title and the searched fields.
pub(crate) fn words(object: &Object, values: &[Value]) -> String {
    let mut text = values[Object::TITLE].as_text().unwrap_or("").to_owned();
    for position in &object.search {
        let field = &object.fields[*position];
        push_words(field, &values[field.columns.clone()], &mut text);
    }
    text
}

/// The text of one field as search reads it, from its values.
pub(crate) fn searched_text(field: &Field, values: &[Value]) -> String {
    let mut text = String::new();
    push_words(field, values, &mut text);
    text
}

fn push_words(field: &Field, values: &[Value], text: &mut String) {
    for value in values.iter().filter(|value| !value.is_null()) {
        text.push(' ');
        match (&field.kind, value.as_text()) {
            (Kind::RichText, Some(html)) => text.push_str(&strip_tags(html)),
            (_, Some(plain)) => text.push_str(plain),
            (_, None) => text.push_str(&plain_text(value)),
        }
    }
}

/// The words of sanitised HTML.
fn strip_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text
}
