//! Writing what is good: rows, members, words for search, and the change log.

use std::sync::Arc;

use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};
use metadata::{Kind, Object};
use serde_json::{Map, Value as Json};

use super::{Work, Writer, complete::plain_text};
use crate::{
    Error,
    change_log::{self, Happening, NewChange},
    engine::in_ids,
};

impl Writer<'_, '_> {
    pub(super) fn store(&mut self, object: &Arc<Object>, works: &mut [Work]) -> Result<(), Error> {
        self.insert(object, works)?;
        for work in works.iter_mut().filter(|work| work.is_good() && work.before.is_some()) {
            self.update(object, work)?;
        }
        let good: Vec<&Work> = works.iter().filter(|work| work.is_good()).collect();
        self.store_members(object, &good)?;
        self.store_words(object, &good)?;
        self.log(object, &good)?;
        for work in works.iter().filter(|work| work.is_good() && !is_idle(object, work)) {
            self.touched.note(&self.reader.registry, object, work.before.as_deref(), Some(&work.after));
            self.announce(object, work.id);
        }
        Ok(())
    }

    fn insert(&mut self, object: &Object, works: &mut [Work]) -> Result<(), Error> {
        let is_new = |work: &Work| work.is_good() && work.before.is_none();
        let count = works.iter().filter(|work| is_new(work)).count();
        if count == 0 {
            return Ok(());
        }
        let rids = self.reader.tx.next_rids(object.table(), count)?;
        let mut columns = vec![("rid", ColumnType::Int), ("title_key", ColumnType::Text)];
        columns.extend(object.columns.iter().map(|column| (column.name.as_str(), column.column)));
        let mut rows = Vec::with_capacity(count);
        for (rid, work) in rids.into_iter().zip(works.iter_mut().filter(|work| is_new(work))) {
            work.rid = Some(rid);
            let mut row = Vec::with_capacity(columns.len());
            row.extend([rid.into(), title_key(&work.after).into()]);
            row.extend_from_slice(&work.after);
            rows.push((row, words(object, &work.after)));
        }
        db::search::insert_rows(self.reader.tx, object.table(), &columns, &rows)?;
        Ok(())
    }

    /// Writes the columns that changed; a save that changes nothing leaves no trace.
    fn update(&mut self, object: &Object, work: &mut Work) -> Result<(), Error> {
        if is_idle(object, work) {
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
        let searched =
            |at: usize| object.search.iter().any(|position| object.fields[*position].columns.contains(&at));
        let changed = |work: &&&Work| {
            work.before.is_some()
                && (0..object.columns.len())
                    .any(|at| (at == Object::TITLE || searched(at)) && work.changes(at))
        };
        let rows: Vec<(i64, String)> = works
            .iter()
            .filter(changed)
            .filter_map(|work| Some((work.rid?, words(object, &work.after))))
            .collect();
        if !rows.is_empty() {
            db::search::put_rows(self.reader.tx, object.table(), rows)?;
        }
        Ok(())
    }

    fn log(&mut self, object: &Object, works: &[&Work]) -> Result<(), Error> {
        let (tx, now, actor) = (&mut *self.reader.tx, self.reader.now, self.reader.who.actor);
        let changes = works.iter().filter(|work| !is_idle(object, work)).map(|work| NewChange {
            object: &object.name,
            record: work.id,
            version: work.after[Object::VERSION].as_int().unwrap_or(1),
            happening: if work.before.is_some() { Happening::Update } else { Happening::Create },
            fields: differences(object, work),
        });
        change_log::append(tx, now, actor, self.cause, changes)
    }
}

/// Whether the save changes nothing but the stamps.
pub(super) fn is_idle(object: &Object, work: &Work) -> bool {
    let same_members = work
        .members
        .iter()
        .all(|(_, before, after)| before.len() == after.len() && before.iter().all(|id| after.contains(id)));
    work.before.is_some()
        && same_members
        && (0..object.columns.len()).all(|at| !work.changes(at) || is_stamp(&object.columns[at].name))
}

fn is_stamp(column: &str) -> bool {
    matches!(column, "version" | "updated_at" | "updated_by" | "updated_via")
}

/// The columns that changed, stamps left out: the log has its own.
fn differences(object: &Object, work: &Work) -> Map<String, Json> {
    let mut fields = Map::new();
    for (at, column) in object.columns.iter().enumerate().skip(Object::TITLE + 1) {
        let stamped = is_stamp(&column.name) || column.name.starts_with("created_");
        if !stamped && work.changes(at) {
            let before = work.before.as_ref().map_or(&Value::Null, |before| &before[at]);
            change_log::note(&mut fields, &column.name, before, &work.after[at]);
        }
    }
    for (position, before, after) in &work.members {
        let ids = |ids: &[Id]| Value::List(ids.iter().map(|id| (*id).into()).collect());
        change_log::note(&mut fields, &object.fields[*position].name, &ids(before), &ids(after));
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
    text.push(' ');
    for position in &object.search {
        let field = &object.fields[*position];
        for value in &values[field.columns.clone()] {
            let plain = match (&field.kind, value.as_text()) {
                (Kind::RichText, Some(html)) => strip_tags(html),
                _ => plain_text(value),
            };
            if !plain.is_empty() {
                text.push_str(&plain);
                text.push(' ');
            }
        }
    }
    text
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
