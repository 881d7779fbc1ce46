//! Random rights, and what they let somebody see: the oracle, written plainly and without SQL.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use expr::{Checked, generate::Choices};
use kernel::{Actor, Channel, Id};
use metadata::{Object, Registry};

use super::{condition, facts::Facts, world};
use crate::{Access, Action, Actions, FieldRights, Grant, Principal};

/// Somebody with up to three roles on each object.
pub fn somebody(registry: &Registry, choices: &mut Choices) -> Principal {
    let mut objects = HashMap::new();
    for (name, _) in world::COUNTS {
        // A part has the rights of its whole, a team none to speak of.
        let count = match name {
            "line" => 0,
            "team" => 1,
            _ => choices.below(4),
        };
        let object = registry.object(name).unwrap();
        let grants: Vec<Grant> = (0..count).map(|_| grant(registry, object, choices)).collect();
        if !grants.is_empty() {
            objects.insert(name.to_owned(), grants);
        }
    }
    Principal {
        actor: Actor { user: choices.one_of(&world::ids("user")).copied(), channel: Channel::User },
        team: None,
        teams: world::ids("team").into_iter().filter(|_| choices.below(2) == 0).collect(),
        access: Arc::new(Access { administrator: false, objects }),
        zone: jiff::tz::TimeZone::UTC,
    }
}

fn grant(registry: &Registry, object: &Object, choices: &mut Choices) -> Grant {
    let mut actions: Actions = Action::ALL.into_iter().filter(|_| choices.below(2) == 0).collect();
    if choices.below(4) > 0 {
        actions = actions.with(Action::Read);
    }
    let mut rule =
        || (choices.below(3) > 0).then(|| condition(registry, &object.name, &world::all_ids(), choices));
    let (rows, editable) = (rule(), rule());
    let mut fields = |one_in: usize| -> Vec<String> {
        let names = object.fields.iter().map(|field| field.name.clone());
        names.filter(|_| choices.below(one_in) == 0).collect()
    };
    let hidden = fields(6);
    Grant { actions, rows, editable, fields: FieldRights { hidden, locked: fields(10) } }
}

/// What somebody may see and do, worked out record by record.
pub struct Oracle<'a> {
    pub facts: &'a Facts,
    pub who: &'a Principal,
}

impl Oracle<'_> {
    /// The grants of the record's object that give the action on it.
    fn opening(&self, id: Id, action: Action) -> Vec<&Grant> {
        let Some(fact) = self.facts.records.get(&id) else { return Vec::new() };
        let changes = matches!(action, Action::Update | Action::Delete | Action::Destroy);
        let holds = |rule: &Option<Arc<Checked>>| {
            rule.as_ref().is_none_or(|rule| self.facts.holds(rule, id, self.who, &|_, _| true))
        };
        let grants = self.who.access.grants(&fact.object.name).iter();
        grants
            .filter(|grant| {
                grant.actions.has(action) && holds(&grant.rows) && (!changes || holds(&grant.editable))
            })
            .collect()
    }

    /// The record whose rights count: the whole that a part belongs to.
    fn whole(&self, id: Id) -> Id {
        let Some(fact) = self.facts.records.get(&id) else { return id };
        match fact.object.part_of {
            Some(position) if self.who.access.grants(&fact.object.name).is_empty() => {
                fact.record.values[fact.object.fields[position].columns.start].as_id().unwrap_or(id)
            }
            _ => id,
        }
    }

    pub fn may(&self, id: Id, action: Action) -> bool {
        let whole = self.whole(id);
        let action = match action {
            Action::Read | Action::Export => action,
            _ if whole != id => Action::Update,
            _ => action,
        };
        let sees = !self.opening(whole, Action::Read).is_empty();
        sees && !self.opening(whole, action).is_empty()
    }

    /// Whether a field of the record may be seen, or taken away.
    pub fn shows(&self, id: Id, position: usize, action: Action) -> bool {
        if self.whole(id) != id {
            return self.may(id, action);
        }
        let name = &self.facts.records[&id].object.fields[position].name;
        [Action::Read, action]
            .into_iter()
            .all(|action| self.opening(id, action).iter().any(|grant| grant.shows(name)))
    }

    pub fn shows_all(&self, id: Id, positions: &BTreeSet<usize>, action: Action) -> bool {
        self.may(id, action) && positions.iter().all(|position| self.shows(id, *position, action))
    }

    pub fn shows_title(&self, id: Id) -> bool {
        let Some(fact) = self.facts.records.get(&id) else { return false };
        self.shows_all(id, &fact.object.title.iter().copied().collect(), Action::Read)
    }

    /// Whether a field may be changed on a record that may be changed.
    pub fn changes(&self, id: Id, field: &str) -> bool {
        self.whole(id) != id || self.opening(id, Action::Update).iter().any(|grant| grant.changes(field))
    }

    /// Whether somebody's own condition holds on a record: of other records it reads those that show all that it names.
    pub fn holds(&self, condition: &Checked, id: Id) -> bool {
        let sees = |object: &str, id: Id| {
            let there = self.facts.records.get(&id).filter(|fact| fact.object.name == object);
            there.is_some_and(|fact| self.shows_all(id, &named(&fact.object, condition), Action::Read))
        };
        self.facts.holds(condition, id, self.who, &sees)
    }

    /// All that decides what somebody sees: two worlds with the same picture differ only in what is hidden.
    pub fn picture(&self) -> BTreeSet<(Id, Vec<bool>, Vec<usize>)> {
        let of = |id: &Id| {
            let actions = Action::ALL.map(|action| self.may(*id, action)).to_vec();
            let fields = 0..self.facts.records[id].object.fields.len();
            let shown = fields.filter(|position| {
                self.shows(*id, *position, Action::Read) && self.shows(*id, *position, Action::Export)
                    || self.shows(*id, *position, Action::Read)
            });
            (*id, actions, shown.collect())
        };
        self.facts.records.keys().map(of).collect()
    }
}

/// The fields of `object` that a condition names; a title is the fields that make it.
pub fn named(object: &Object, condition: &Checked) -> BTreeSet<usize> {
    let reads = condition.fields().iter().filter(|read| *read.object == *object.name);
    let positions = |name: &str| match object.position(name) {
        Some(position) => vec![position],
        None if name == "title" => object.title.clone(),
        None => Vec::new(),
    };
    reads.flat_map(|read| positions(&read.field)).collect()
}
