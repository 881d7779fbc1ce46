//! What stands in the database, all of it, and expressions evaluated on it in memory.

use std::{collections::HashMap, sync::Arc};

use expr::{Checked, Env, Many};
use jiff::tz::TimeZone;
use kernel::{Id, Timestamp, Value};
use metadata::{Kind, Object};

use super::world;
use crate::{Principal, Reader, Record};

/// All records, as Rapport itself reads them.
pub struct Facts {
    pub records: HashMap<Id, Fact>,
    pub now: Timestamp,
}

pub struct Fact {
    pub object: Arc<Object>,
    pub record: Record,
    /// Ids behind many-to-many fields, by their table; those in the trash too.
    pub members: HashMap<String, Vec<Id>>,
}

impl Facts {
    pub fn read(reader: &mut Reader<'_, '_>, planned: &[world::Planned]) -> Facts {
        let mut records = HashMap::new();
        for plan in planned {
            let object = reader.object(plan.object).unwrap();
            let Some(record) = reader.find(&object, plan.id).unwrap() else { continue };
            let members = plan
                .members
                .iter()
                .map(|(field, ids)| (object.link_table(&object.fields[*field]), ids.clone()))
                .collect();
            records.insert(plan.id, Fact { object, record, members });
        }
        Facts { records, now: reader.now() }
    }

    pub fn of<'f>(&'f self, object: &'f str) -> impl Iterator<Item = (Id, &'f Fact)> {
        self.records.iter().filter(move |(_, fact)| fact.object.name == object).map(|(id, fact)| (*id, fact))
    }

    /// Whether a condition holds on a record, in the eyes of somebody who sees only the links that `sees` lets through.
    pub fn holds(
        &self,
        condition: &Checked,
        id: Id,
        who: &Principal,
        sees: &dyn Fn(&str, Id) -> bool,
    ) -> bool {
        expr::holds(condition, &At { facts: self, id, who, sees })
    }

    /// The value of a formula that is not stored.
    pub fn value(&self, formula: &Checked, id: Id, who: &Principal) -> Value {
        expr::eval(formula, &At { facts: self, id, who, sees: &|_, _| true })
    }
}

impl Fact {
    pub fn is_deleted(&self) -> bool {
        self.record.is_deleted()
    }

    pub fn many(&self, field: usize) -> &[Id] {
        let field = &self.object.fields[field];
        debug_assert!(matches!(field.kind, Kind::LinkMany { .. }), "only many-to-many fields have members");
        &self.members[&self.object.link_table(field)]
    }
}

struct At<'a> {
    facts: &'a Facts,
    id: Id,
    who: &'a Principal,
    sees: &'a dyn Fn(&str, Id) -> bool,
}

impl Env for At<'_> {
    fn column(&self, index: usize) -> &Value {
        &self.facts.records[&self.id].record.values[index]
    }

    fn linked(&self, object: &str, id: Id, index: usize) -> Value {
        let there = self.facts.records.get(&id).filter(|fact| fact.object.name == object);
        let seen = there.filter(|_| (self.sees)(object, id));
        seen.map_or(Value::Null, |fact| fact.record.values[index].clone())
    }

    fn members(&self, record: Option<(&str, Id)>, many: &Many) -> Vec<Id> {
        let id = match record {
            Some((object, id)) if !(self.sees)(object, id) => return Vec::new(),
            Some((_, id)) => id,
            None => self.id,
        };
        let fact = self.facts.records.get(&id);
        fact.and_then(|fact| fact.members.get(&*many.table)).cloned().unwrap_or_default()
    }

    fn now(&self) -> Timestamp {
        self.facts.now
    }

    fn zone(&self) -> &TimeZone {
        &self.who.zone
    }

    fn me(&self) -> Option<Id> {
        self.who.me()
    }

    fn my_teams(&self) -> &[Id] {
        &self.who.teams
    }
}
