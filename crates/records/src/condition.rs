//! The one permission check, as conditions that every statement over records carries.

use expr::{Binding, Checked, FieldRef, Guard, sql::Sql};
use kernel::{Message, Timestamp};
use metadata::{Object, Registry};

use crate::{Action, Error, Grant, Principal, record::FieldSet};

/// What a statement needs to know of whoever asks.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub registry: &'a Registry,
    pub who: &'a Principal,
    pub now: Timestamp,
    pub dialect: db::Dialect,
}

/// Which rows a condition lets through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rows {
    All,
    /// Those for which the piece of SQL is true.
    Where(Sql),
}

impl<'a> Asking<'a> {
    /// The rows of `object` on which `action` is allowed and all of `fields` are visible.
    ///
    /// # Errors
    /// [`Error::Denied`] when that is no row at all.
    pub fn rows(
        &self,
        object: &Object,
        action: Action,
        fields: &FieldSet,
        alias: &str,
    ) -> Result<Rows, Error> {
        if self.who.access.administrator {
            return Ok(Rows::All);
        }
        let grants = self.who.access.grants(&object.name);
        if grants.is_empty() && object.part_of.is_some() {
            return self.rows_of_part(object, action, alias);
        }
        let giving: Vec<&Grant> = grants.iter().filter(|grant| grant.actions.has(action)).collect();
        let mut pieces: Vec<Sql> = Vec::new();
        for together in showing(object, &giving, fields) {
            if together.is_empty() {
                return Err(denied(object, action));
            }
            match self.rows_of_any(&together, action, alias) {
                Rows::Where(piece) if !pieces.contains(&piece) => pieces.push(piece),
                _ => {}
            }
        }
        let Some((first, rest)) = pieces.split_first() else { return Ok(Rows::All) };
        let mut all = first.clone();
        for piece in rest {
            all.push(" and ").append(piece);
        }
        Ok(Rows::Where(all))
    }

    /// The rows that one of the grants opens.
    fn rows_of_any(&self, grants: &[&Grant], action: Action, alias: &str) -> Rows {
        let mut pieces: Vec<Sql> = Vec::new();
        for grant in grants {
            match self.rows_of_grant(grant, action, alias) {
                Rows::All => return Rows::All,
                Rows::Where(piece) if pieces.contains(&piece) => {}
                Rows::Where(piece) => pieces.push(piece),
            }
        }
        Rows::Where(any_of(&pieces))
    }

    fn rows_of_grant(&self, grant: &Grant, action: Action, alias: &str) -> Rows {
        let changes = matches!(action, Action::Update | Action::Delete | Action::Destroy);
        let rules = [grant.rows.as_ref(), grant.editable.as_ref().filter(|_| changes)];
        let pieces: Vec<Sql> = rules.into_iter().flatten().map(|rule| self.compile(rule, alias)).collect();
        match pieces.as_slice() {
            [] => Rows::All,
            [one] => Rows::Where(one.clone()),
            [first, second, ..] => {
                let mut both = Sql::new("(");
                both.append(first).push(" and ").append(second).push(")");
                Rows::Where(both)
            }
        }
    }

    /// A part is open exactly as far as the record that it is a part of: to change it is to change that one.
    fn rows_of_part(&self, object: &Object, action: Action, alias: &str) -> Result<Rows, Error> {
        let link = &object.fields[object.part_of.ok_or_else(|| denied(object, action))?];
        let parent =
            link.kind.targets().first().and_then(|to| self.registry.object(to)).ok_or(Error::NotFound)?;
        let action = if matches!(action, Action::Read | Action::Export) { action } else { Action::Update };
        let deeper = format!("{alias}p");
        Ok(match self.rows(parent, action, &FieldSet::default(), &deeper)? {
            Rows::All => Rows::All,
            Rows::Where(condition) => {
                let mut exists = Sql::new("exists (select 1 from ");
                exists.name(parent.table()).push(" ").push(&deeper).push(" where ").push(&deeper);
                exists.push(".\"id\" = ").push(alias).push(".").name(&link.name).push(" and ");
                exists.append(&condition).push(")");
                Rows::Where(exists)
            }
        })
    }

    /// An expression as a condition on the rows of `alias`, in the trust of whoever wrote it.
    pub fn compile(&self, checked: &Checked, alias: &str) -> Sql {
        expr::compile_condition(checked, &self.dialect, alias, &self.binding(None))
    }

    /// A condition that whoever asks wrote: what it reaches through links is what they may see.
    pub fn compile_guarded(&self, checked: &Checked, alias: &str) -> Sql {
        let guard = LinkGuard { asking: *self, reads: checked.fields() };
        expr::compile_condition(checked, &self.dialect, alias, &self.binding(Some(&guard)))
    }

    /// A value of a formula, in the trust of whoever defined it.
    pub fn compile_value(&self, checked: &Checked, alias: &str) -> Sql {
        expr::compile(checked, &self.dialect, alias, &self.binding(None))
    }

    /// A formula as something to order by, in the trust of whoever defined it.
    pub fn compile_sort_key(&self, checked: &Checked, alias: &str) -> Sql {
        expr::compile_sort_key(checked, &self.dialect, alias, &self.binding(None))
    }

    fn binding<'b>(&'b self, guard: Option<&'b dyn Guard>) -> Binding<'b> {
        Binding { now: self.now, zone: &self.who.zone, me: self.who.me(), my_teams: &self.who.teams, guard }
    }

    /// The fields of `object` that `action` (reading or taking away) reaches, on some row at least.
    ///
    /// Where roles differ in which fields they show on which rows, [`Asking::masks`] says it row by row.
    pub fn readable(&self, object: &Object, action: Action) -> FieldSet {
        let all = 0..object.fields.len();
        if self.who.access.administrator {
            return all.collect();
        }
        let grants = self.who.access.grants(&object.name);
        if grants.is_empty() && object.part_of.is_some() {
            return all.collect();
        }
        let shown = |position: &usize| {
            let name = &object.fields[*position].name;
            grants.iter().any(|grant| grant.actions.has(action) && grant.shows(name))
        };
        all.filter(shown).collect()
    }

    /// For rows on which not all readable fields may be seen: each grant's row condition, and what it hides.
    ///
    /// Empty when every row shows the same fields, as is usual.
    pub fn masks(&self, object: &Object, action: Action, alias: &str) -> Vec<(Rows, FieldSet)> {
        if self.who.access.administrator {
            return Vec::new();
        }
        let grants = self.who.access.grants(&object.name);
        let reading: Vec<&Grant> = grants.iter().filter(|grant| grant.actions.has(action)).collect();
        let uniform = reading.windows(2).all(|pair| pair[0].fields.hidden == pair[1].fields.hidden);
        if uniform {
            return Vec::new();
        }
        let mask = |grant: &&Grant| {
            let hidden = grant.fields.hidden.iter().filter_map(|name| object.position(name)).collect();
            (self.rows_of_grant(grant, action, alias), hidden)
        };
        reading.iter().map(mask).collect()
    }
}

/// Hides the linked records that whoever asks may not see together with the fields that are read of them.
struct LinkGuard<'a> {
    asking: Asking<'a>,
    reads: &'a [FieldRef],
}

impl Guard for LinkGuard<'_> {
    fn condition(&self, object: &str, alias: &str) -> Option<Sql> {
        let nothing = || Some(Sql::new("false"));
        let Some(object) = self.asking.registry.object(object) else { return nothing() };
        let positions = named_fields(object, self.reads);
        match self.asking.rows(object, Action::Read, &positions, alias) {
            Ok(Rows::All) => None,
            Ok(Rows::Where(condition)) => Some(condition),
            Err(_) => nothing(),
        }
    }
}

/// The grants that show a field, for each field; once where several fields have the same ones. All grants, where no
/// field is asked for.
fn showing<'g>(object: &Object, grants: &[&'g Grant], fields: &FieldSet) -> Vec<Vec<&'g Grant>> {
    let mut sets: Vec<Vec<bool>> = Vec::new();
    for position in fields.iter() {
        let shows = grants.iter().map(|grant| grant.shows(&object.fields[position].name)).collect();
        if !sets.contains(&shows) {
            sets.push(shows);
        }
    }
    if sets.is_empty() {
        return vec![grants.to_vec()];
    }
    let chosen = |set: Vec<bool>| {
        grants.iter().zip(set).filter(|(_, shows)| *shows).map(|(grant, _)| *grant).collect()
    };
    sets.into_iter().map(chosen).collect()
}

/// The fields of `object` among those that an expression names; a title is the fields that make it.
pub(crate) fn named_fields(object: &Object, reads: &[FieldRef]) -> FieldSet {
    let mut named = FieldSet::default();
    for read in reads.iter().filter(|read| *read.object == *object.name) {
        match object.position(&read.field) {
            Some(position) => named.insert(position),
            None if &*read.field == "title" => {
                object.title.iter().for_each(|position| named.insert(*position));
            }
            None => {}
        }
    }
    named
}

fn any_of(pieces: &[Sql]) -> Sql {
    let mut any = Sql::new("(");
    for (at, piece) in pieces.iter().enumerate() {
        any.push(if at == 0 { "" } else { " or " }).append(piece);
    }
    any.push(")");
    any
}

pub(crate) fn denied(object: &Object, action: Action) -> Error {
    Error::Denied(
        Message::new("problem-denied").with("action", action.as_str()).with("object", object.name.as_str()),
    )
}
