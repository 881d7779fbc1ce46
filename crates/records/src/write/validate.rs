//! Whether the record may stand as it is.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use expr::sql::Sql;
use kernel::{Id, Message, Problem, Value};
use metadata::{Choice, Field, Kind, Object};

use super::{Work, Writer};
use crate::{
    Action, Error,
    condition::Rows,
    engine::in_ids,
    env::{Linked, RecordEnv, holds},
    record::FieldSet,
};

impl Writer<'_, '_> {
    pub(super) fn validate(
        &mut self,
        object: &Arc<Object>,
        works: &mut [Work],
        linked: &mut Linked,
    ) -> Result<(), Error> {
        // A number comes last, when everything else is good; the title may be made of it.
        let numbered = object.fields.iter().any(|field| matches!(field.kind, Kind::AutoNumber { .. }));
        for work in works.iter_mut().filter(|work| work.error.is_none()) {
            for field in &object.fields {
                check_required(field, work);
                check_choice(object, field, work);
            }
            if !numbered && work.problems.is_empty() {
                check_title(object, work);
            }
        }
        self.check_unique(object, works)?;
        self.check_rules(object, works, linked);
        Ok(())
    }

    /// Links lead to records that are there and that whoever saves may see. Any other is let go of with its problem, before
    /// anything is made of the record that it leads to: what is hidden is answered as what is not there.
    pub(super) fn check_links(&mut self, object: &Object, works: &mut [Work]) -> Result<(), Error> {
        let mut wanted: HashMap<String, Vec<Id>> = HashMap::new();
        for work in works.iter().filter(|work| work.error.is_none()) {
            for_each_link(object, work, |_, to, id| {
                if !self.has_seen(to, id) {
                    wanted.entry(to.to_owned()).or_default().push(id);
                }
            });
        }
        let mut found: HashMap<String, HashSet<Id>> = HashMap::new();
        for (to, mut ids) in wanted {
            ids.sort_unstable();
            ids.dedup();
            let there = self.linkable(&to, ids)?;
            found.insert(to, there);
        }
        for work in works.iter_mut().filter(|work| work.error.is_none()) {
            let mut gone = Vec::new();
            for_each_link(object, work, |field, to, id| {
                if !self.has_seen(to, id) && !found.get(to).is_some_and(|ids| ids.contains(&id)) {
                    gone.push((field.name.clone(), to.to_owned(), id));
                }
            });
            for (name, to, id) in gone {
                let_go(object, work, &name, id);
                work.problems.push(Problem::at(name, Message::new("problem-link-gone").with("object", to)));
            }
        }
        Ok(())
    }

    fn has_seen(&self, object: &str, id: Id) -> bool {
        self.vouched.get(object).is_some_and(|ids| ids.contains(&id))
    }

    fn linkable(&mut self, to: &str, ids: Vec<Id>) -> Result<HashSet<Id>, Error> {
        let registry = Arc::clone(&self.registry);
        let Some(target) = registry.object(to) else { return Ok(HashSet::new()) };
        let asking = self.asking(&registry);
        let Ok(rows) = asking.rows(target, Action::Read, &FieldSet::default(), "t") else {
            return Ok(HashSet::new());
        };
        let mut sql = Sql::new("select t.\"id\", t.\"deleted_at\" from ");
        sql.name(target.table()).push(" t where ");
        sql.append(&in_ids(asking.dialect, "t.\"id\"", ids.into_iter().map(Value::Id).collect()));
        if let Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        let living = |row: &db::Row<'_>| row.id(0).filter(|_| row.is_null(1));
        Ok(self.tx.query(&sql, living)?.into_iter().flatten().collect())
    }

    /// Nobody else has the same content in a unique field: no record that is not deleted, none of this batch.
    pub(super) fn check_unique(&mut self, object: &Object, works: &mut [Work]) -> Result<(), Error> {
        for field in object.fields.iter().filter(|field| field.unique) {
            let at = field.columns.start;
            let asked: Vec<Value> = works
                .iter()
                .filter(|work| work.is_good() && work.changes(at) && !work.after[at].is_null())
                .map(|work| work.after[at].clone())
                .collect();
            if asked.is_empty() {
                continue;
            }
            let taken = self.holders(object, at, asked)?;
            let mut here: HashSet<String> = HashSet::new();
            for work in works.iter_mut().filter(|work| work.is_good() && work.changes(at)) {
                let key = super::complete::plain_text(&work.after[at]);
                if key.is_empty() {
                    continue;
                }
                let elsewhere = taken.get(&key).is_some_and(|holder| *holder != work.id);
                if elsewhere || !here.insert(key) {
                    work.problems.push(Problem::at(&field.name, Message::new("problem-unique")));
                }
            }
        }
        Ok(())
    }

    /// Which record holds each of these contents.
    fn holders(
        &mut self,
        object: &Object,
        column: usize,
        mut contents: Vec<Value>,
    ) -> Result<HashMap<String, Id>, Error> {
        let stored = &object.columns[column];
        let mut known = HashSet::new();
        contents.retain(|content| known.insert(super::complete::plain_text(content)));
        let mut sql = Sql::new("select t.");
        sql.name(&stored.name).push(", t.\"id\"");
        sql.append(&self.tx.dialect().look_up(
            object.table(),
            "t",
            (&stored.name, stored.column),
            contents,
            &Sql::new("t.\"deleted_at\" is null"),
        ));
        let rows = self
            .tx
            .query(&sql, |row| (super::complete::plain_text(&row.value(0, stored.column)), row.id(1)))?;
        Ok(rows.into_iter().filter_map(|(key, id)| Some((key, id?))).collect())
    }

    fn check_rules(&mut self, object: &Object, works: &mut [Work], linked: &mut Linked) {
        if object.rules.is_empty() {
            return;
        }
        let who = self.who;
        let now = self.now;
        for work in works.iter_mut().filter(|work| work.is_good()) {
            let members: Vec<(String, Vec<Id>)> = work
                .members
                .iter()
                .map(|(position, _, after)| (object.link_table(&object.fields[*position]), after.clone()))
                .collect();
            let env = RecordEnv {
                id: work.id,
                values: &work.after,
                members: &members,
                who,
                now,
                reader: RefCell::new((&mut self.reader, linked)),
            };
            let broken: Vec<_> = object.rules.iter().filter(|rule| !holds(&rule.require, &env)).collect();
            work.problems.extend(broken.into_iter().map(|rule| Problem {
                field: rule.field.clone(),
                message: match &rule.message {
                    Some(text) => Message::verbatim(text.clone()),
                    None => {
                        Message { id: format!("{}-rule-{}", object.name, rule.name).into(), args: Vec::new() }
                    }
                },
            }));
        }
    }
}

/// A record is called something.
pub(super) fn check_title(object: &Object, work: &mut Work) {
    if work.after[Object::TITLE].as_text().is_none_or(str::is_empty) {
        let first = object.title.first().map(|position| object.fields[*position].name.clone());
        work.problems.push(Problem { field: first, message: Message::new("problem-required") });
    }
}

fn check_required(field: &Field, work: &mut Work) {
    // What the engine numbers or computes is there once it is written.
    if !field.required || !field.kind.is_writable() {
        return;
    }
    let empty = match field.kind {
        Kind::LinkMany { .. } => return,
        _ => field.columns.clone().all(|column| work.after[column].is_empty()),
    };
    let known = work.problems.iter().any(|problem| problem.field.as_deref() == Some(&field.name));
    if empty && !known {
        work.problems.push(Problem::at(&field.name, Message::new("problem-required")));
    }
}

/// Chosen options are offered ones, and go with the field that limits them.
fn check_choice(object: &Object, field: &Field, work: &mut Work) {
    let Some(choice) = field.kind.choice() else { return };
    let at = field.columns.start;
    let limit =
        choice.depends_on.as_deref().and_then(|name| object.field(name)).map(|limit| limit.columns.start);
    if !work.changes(at) && limit.is_none_or(|limit| !work.changes(limit)) {
        return;
    }
    let limit = limit.map(|limit| work.after[limit].as_text().unwrap_or(""));
    let names: Vec<&str> = match &work.after[at] {
        Value::Text(name) => vec![name],
        Value::List(names) => names.iter().filter_map(Value::as_text).collect(),
        _ => return,
    };
    let before = work.before.as_ref().map(|before| &before[at]);
    let wrong: Vec<Problem> = names
        .iter()
        .filter_map(|name| choice_problem(choice, name, limit, before))
        .map(|message| Problem::at(&field.name, message))
        .collect();
    work.problems.extend(wrong);
}

fn choice_problem(
    choice: &Choice,
    name: &str,
    limit: Option<&str>,
    before: Option<&Value>,
) -> Option<Message> {
    let Some(option) = choice.option(name) else {
        return Some(Message::new("problem-no-option").with("name", name));
    };
    let stays = before.is_some_and(|before| before.as_text() == Some(name));
    if option.retired && !stays {
        return Some(Message::new("problem-retired-option").with("name", name));
    }
    (!choice.allows(name, limit)).then(|| Message::new("problem-option-limit").with("name", name))
}

/// Takes a link out of the record.
fn let_go(object: &Object, work: &mut Work, name: &str, id: Id) {
    for (position, _, after) in &mut work.members {
        if object.fields[*position].name == name {
            after.retain(|member| *member != id);
        }
    }
    if let Some(field) = object.field(name).filter(|field| !matches!(field.kind, Kind::LinkMany { .. })) {
        field.columns.clone().for_each(|column| work.after[column] = Value::Null);
    }
}

/// The links that the draft changes: field, object, id. What the engine and behaviours set is not doubted.
fn for_each_link(object: &Object, work: &Work, mut visit: impl FnMut(&Field, &str, Id)) {
    let given = |field: &&Field| field.columns.clone().any(|column| work.given.has(column));
    for field in object.fields.iter().filter(given) {
        let start = field.columns.start;
        match &field.kind {
            Kind::Link(link) if work.changes(start) => {
                work.after[start].as_id().into_iter().for_each(|id| visit(field, &link.to, id));
            }
            Kind::LinkAny(_) if work.changes(start) || work.changes(start + 1) => {
                if let (Some(to), Some(id)) = (work.after[start].as_text(), work.after[start + 1].as_id()) {
                    visit(field, to, id);
                }
            }
            _ => {}
        }
    }
    for (position, before, after) in &work.members {
        let field = &object.fields[*position];
        let to = &field.kind.targets()[0];
        after.iter().filter(|id| !before.contains(id)).for_each(|id| visit(field, to, *id));
    }
}
