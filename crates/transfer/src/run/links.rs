//! From names to records: looked up a batch at a time, remembered, made where the rule says so.

use std::{collections::HashMap, sync::Arc};

use db::search::fold;
use kernel::{Id, Message, Value};
use metadata::{Kind, Object};
use records::{Draft, Error, Reader, Writer, input};

use super::{
    book::{Book, Entry, Found, Learnt},
    course::Moment,
    rows::Wish,
};
use crate::{
    cell::split_name,
    mapping::{By, End, LinkPlan, Missing, Plan},
    table::Fault,
};

/// A name that a row links to.
#[derive(Clone, Debug)]
pub struct Named {
    /// Position among the links of the plan.
    pub link: usize,
    pub name: String,
    /// Under which it is remembered.
    pub key: String,
}

impl Named {
    pub fn new(plan: &Plan, link: usize, name: &str) -> Named {
        Named { link, name: name.to_owned(), key: key(&plan.links[link], name) }
    }
}

/// How the records of one link are found, with a writer at hand.
pub struct Lookup<'a> {
    pub plan: &'a Plan,
    pub book: &'a mut Book,
    pub learnt: Learnt,
    /// All rows are through: nothing comes later any more.
    pub last: bool,
}

impl<'a> Lookup<'a> {
    pub fn new(plan: &'a Plan, book: &'a mut Book, last: bool) -> Lookup<'a> {
        let learnt = Learnt { new: vec![HashMap::new(); plan.links.len()], made: Vec::new() };
        Lookup { plan, book, learnt, last }
    }

    /// What is known of a name from before this transaction.
    fn known(&self, link: usize, key: &str) -> Option<&Entry> {
        self.book.known[link].get(key)
    }

    /// Finds out what all names of these rows lead to.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn prepare(&mut self, writer: &mut Writer<'_, '_>, wishes: &[&Wish]) -> Result<(), Error> {
        let mut names: Vec<HashMap<String, String>> = vec![HashMap::new(); self.plan.links.len()];
        for named in wishes.iter().flat_map(|wish| wish.links.iter().chain(&wish.default_links)) {
            let Named { link, name, key } = named;
            let is_known = self.known(*link, key).is_some() || self.learnt.new[*link].contains_key(key);
            if !is_known && !names[*link].contains_key(key) {
                names[*link].insert(key.clone(), name.clone());
            }
        }
        for (link, names) in names.into_iter().enumerate() {
            self.look_up(writer, link, names)?;
        }
        Ok(())
    }

    /// Finds out what these names, by their keys, lead to.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn look_up(
        &mut self,
        writer: &mut Writer<'_, '_>,
        link: usize,
        mut names: HashMap<String, String>,
    ) -> Result<(), Error> {
        if names.is_empty() {
            return Ok(());
        }
        let rule = &self.plan.links[link];
        if rule.missing == Missing::Other
            && let Some(other) = &rule.other
        {
            names.entry(key(rule, other)).or_insert_with(|| other.clone());
        }
        let found = find(writer, rule, &names)?;
        let other = rule.other.as_ref().map(|other| found.get(&key(rule, other)).cloned());
        for (key, name) in names {
            let answer = match found.get(&key) {
                Some(found) => found.clone(),
                None if rule.is_own() && !self.last => Found::Later,
                None => match rule.missing {
                    Missing::Empty => Found::Nothing,
                    Missing::Other => {
                        other.clone().flatten().unwrap_or_else(|| Found::Problem(absent(rule, &name)))
                    }
                    Missing::Report => Found::Problem(absent(rule, &name)),
                    Missing::Create => Found::Make,
                },
            };
            self.learnt.new[link].insert(key, answer);
        }
        Ok(())
    }

    /// Makes the records that these links need and that are not there.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn make_missing<'n>(
        &mut self,
        writer: &mut Writer<'_, '_>,
        links: impl Iterator<Item = &'n Named>,
    ) -> Result<(), Error> {
        let mut names: Vec<HashMap<String, String>> = vec![HashMap::new(); self.plan.links.len()];
        for Named { link, name, key } in links {
            if *self.found(*link, key) == Found::Make {
                names[*link].insert(key.clone(), name.clone());
            }
        }
        for (link, names) in names.into_iter().enumerate() {
            self.make(writer, link, names)?;
        }
        Ok(())
    }

    /// What the name with this key leads to; it was looked up before.
    pub fn found(&self, link: usize, key: &str) -> &Found {
        let known = || self.known(link, key).map(|entry| &entry.found);
        self.learnt.new[link].get(key).or_else(known).unwrap_or(&Found::Nothing)
    }

    /// The record that the name with this key leads to, if that was looked up in this transaction or at a moment for
    /// which `holds`.
    pub fn found_lately(
        &self,
        link: usize,
        key: &str,
        holds: impl Fn(Moment) -> bool,
    ) -> Option<(usize, Id)> {
        let known = || self.known(link, key).filter(|entry| holds(entry.at)).map(|entry| &entry.found);
        match self.learnt.new[link].get(key).or_else(known)? {
            Found::One { end, id } => Some((*end, *id)),
            _ => None,
        }
    }

    /// A record of the object itself was saved under a title: links to it find it from now on.
    pub fn note(&mut self, title: &str, id: Id) {
        for (link, rule) in self.plan.links.iter().enumerate() {
            // Of several ends, another may have that title too.
            if let [end] = rule.ends.as_slice()
                && end.is_own
                && end.by == By::Title
            {
                self.learnt.new[link].insert(fold(title), Found::One { end: 0, id });
            }
        }
    }

    /// Makes records for names that have none.
    fn make(
        &mut self,
        writer: &mut Writer<'_, '_>,
        link: usize,
        names: HashMap<String, String>,
    ) -> Result<(), Error> {
        if names.is_empty() {
            return Ok(());
        }
        let rule = &self.plan.links[link];
        let mut wanted = Vec::new();
        for (key, name) in names {
            match rule.ends.first().and_then(|end| draft(end, &name)) {
                Some(draft) => wanted.push((key, draft)),
                None => {
                    self.learnt.new[link].insert(key, Found::Problem(absent(rule, &name)));
                }
            }
        }
        let (keys, drafts): (Vec<String>, Vec<Draft>) = wanted.into_iter().unzip();
        if let Some(first) = drafts.first() {
            writer.keep_apart(&first.object.name)?;
        }
        for (key, saved) in keys.into_iter().zip(writer.save_all(drafts)?) {
            let found = match saved {
                Ok(saved) => {
                    self.learnt.made.push((link, key.clone()));
                    Found::One { end: 0, id: saved.id }
                }
                Err(error) => Found::Problem(first_of(&error)),
            };
            self.learnt.new[link].insert(key, found);
        }
        Ok(())
    }
}

/// Under which a name is remembered.
pub fn key(rule: &LinkPlan, name: &str) -> String {
    match rule.ends.as_slice() {
        [end] => key_at(end, name),
        // Each end compares in its own way.
        _ => name.trim().to_owned(),
    }
}

/// Under which the records of an end have a name.
pub fn key_at(end: &End, name: &str) -> String {
    match &end.by {
        By::Title => fold(name.trim()),
        By::Id => name.trim().to_ascii_lowercase(),
        By::Field(_) => normal(end, name).map_or_else(|_| name.trim().to_owned(), |value| text(&value)),
    }
}

/// The records, by key. A key that several records have leads to a problem.
///
/// # Errors
/// Only when something is broken.
pub fn find(
    reader: &mut Reader<'_, '_>,
    rule: &LinkPlan,
    names: &HashMap<String, String>,
) -> Result<HashMap<String, Found>, Error> {
    if let [end] = rule.ends.as_slice() {
        return find_at(reader, end, 0, names);
    }
    let mut found: HashMap<String, Found> = HashMap::new();
    for (at, end) in rule.ends.iter().enumerate() {
        let there = names.values().map(|name| (key_at(end, name), name.clone())).collect();
        let there = find_at(reader, end, at, &there)?;
        for (key, name) in names {
            let Some(one) = there.get(&key_at(end, name)) else { continue };
            let several = || {
                let message =
                    Message::new("import-problem-ambiguous").with("name", crate::cell::shortened(name));
                Found::Problem(message.with("kinds", rule.label()))
            };
            found.entry(key.clone()).and_modify(|found| *found = several()).or_insert_with(|| one.clone());
        }
    }
    Ok(found)
}

/// The records of the `at`-th end, by the keys that it has them under.
fn find_at(
    reader: &mut Reader<'_, '_>,
    end: &End,
    at: usize,
    names: &HashMap<String, String>,
) -> Result<HashMap<String, Found>, Error> {
    let mut found: HashMap<String, Found> = HashMap::new();
    if names.is_empty() {
        return Ok(found);
    }
    if end.by == By::Id {
        let ids: Vec<Id> = names.keys().filter_map(|key| key.parse().ok()).collect();
        let there = reader.visible(&end.to, &ids)?;
        return Ok(there.into_iter().map(|id| (id.to_string(), Found::One { end: at, id })).collect());
    }
    let (field, contents): (&str, Vec<Value>) = match &end.by {
        By::Field(field) => (
            field,
            names
                .values()
                .filter_map(|name| normal(end, name).ok())
                .filter(|value| !value.is_null())
                .collect(),
        ),
        _ => ("title", names.keys().map(|key| Value::from(key.as_str())).collect()),
    };
    let rows = match reader.find_by(&end.to, field, &contents) {
        Ok(rows) => rows,
        Err(Error::Denied(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    for (content, id) in rows {
        let key = text(&content);
        let several = |name: &str| {
            let message = Message::new("import-problem-several").with("name", name);
            Found::Problem(message.with("object", end.label.as_str()))
        };
        found
            .entry(key.clone())
            .and_modify(|found| *found = several(names.get(&key).map_or(key.as_str(), String::as_str)))
            .or_insert(Found::One { end: at, id });
    }
    Ok(found)
}

/// What is said of a name that nothing has.
pub fn absent(rule: &LinkPlan, name: &str) -> Message {
    let message = |id: &'static str| Message::new(id).with("name", crate::cell::shortened(name));
    if rule.is_by_id() {
        return message("import-problem-link-id").with("kinds", rule.label());
    }
    match rule.ends.as_slice() {
        [end] => message("import-problem-absent").with("object", end.label.as_str()),
        _ => message("import-problem-absent-among").with("kinds", rule.label()),
    }
}

/// What a check tells of a name that nothing has, where the mapping leaves the link empty then.
pub fn unmatched(plan: &Plan, link: usize, name: &str) -> Fault {
    let said = Message::new("import-note-unmatched").with("name", crate::cell::shortened(name));
    Fault::new(plan.column_of_link(link), said)
}

/// The content of the field that names are compared with.
fn normal(end: &End, name: &str) -> Result<Value, Message> {
    let By::Field(field) = &end.by else { return Ok(Value::from(name)) };
    let Some(field) = end.to.field(field) else { return Ok(Value::from(name)) };
    let value = input::from_text(field, 0, name)?;
    input::normalise(field, 0, value)
}

/// A value as the key of a map.
pub fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => records::plain::to_json(other).to_string(),
    }
}

/// A new record of that name; none where a name alone makes no record.
fn draft(end: &End, name: &str) -> Option<Draft> {
    let object: &Arc<Object> = &end.to;
    let mut draft = Draft::new(object);
    if let By::Field(field) = &end.by {
        let field = object.field(field).filter(|field| field.is_writable())?;
        draft.put_column(field.columns.start, normal(end, name).ok()?);
    }
    let [title] = object.title.as_slice() else { return None };
    let title = &object.fields[*title];
    if !title.is_writable() {
        return None;
    }
    let start = title.columns.start;
    match title.kind {
        Kind::PersonName => {
            for (part, text) in
                split_name(name).into_iter().enumerate().filter_map(|(at, text)| Some((at, text?)))
            {
                draft.put_column(start + part, text.into());
            }
        }
        _ => draft.put_column(start, name.trim().into()),
    }
    if object.name == "user" {
        // Somebody who has left, as far as anybody knows: an administrator may let them in.
        draft.put("active", false);
        if draft.wanted("email").is_none() {
            let local = crate::mapping::slug(name);
            draft.put("email", format!("{local}@imported.invalid"));
        }
    }
    Some(draft)
}

/// The first thing that is wrong.
pub fn first_of(error: &Error) -> Message {
    match error {
        Error::Invalid(problems) => {
            problems.first().map_or_else(|| Message::new("error-invalid"), |problem| problem.message.clone())
        }
        Error::Denied(message) => message.clone(),
        Error::NotFound => Message::new("problem-not-found"),
        Error::Conflict(_) => Message::new("problem-conflict"),
        Error::Database(_) => Message::new("error-broken"),
    }
}
