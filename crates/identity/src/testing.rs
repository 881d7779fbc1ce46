//! A workspace for tests: the four objects and a deal, two teams one above the other, on either database.

use std::sync::Arc;

use db::{
    Migration,
    testing::{TestDb, on_both},
};
use kernel::{Clock, Id, Timestamp, Value};
use metadata::definition::{ObjectDef, parse_object};
use records::{Draft, Engine, Error, ListQuery, Options, Principal, Saved, schema};

use crate::{
    access::{Defaults, Door, Person, Secret, SignedIn},
    event::Origin,
    user::{self, NewUser, RoleName},
};

const DEAL: &str = r#"
name = "deal"
plural = "deals"
title = ["name"]
field = [
    { name = "name", type = "text", required = true },
    { name = "amount", type = "decimal" },
]
"#;

const LINE: &str = r#"
name = "line"
plural = "lines"
title = ["name"]
owned = false
part_of = "deal"
field = [
    { name = "name", type = "text", required = true },
    { name = "deal", type = "link", to = ["deal"], required = true },
]
"#;

pub const PASSWORD: &str = "correct horse battery";
pub const START: &str = "2026-03-02T09:00:00Z";

pub struct House {
    pub engine: Engine,
    pub door: Door,
    pub clock: Arc<Clock>,
    pub root: Principal,
}

pub fn migrations() -> Vec<Migration> {
    [schema::MIGRATIONS, crate::tables::MIGRATIONS].concat()
}

pub fn shipped() -> Vec<ObjectDef> {
    let own = [("deal.toml", DEAL), ("line.toml", LINE)];
    crate::OBJECTS.iter().chain(&own).map(|(file, text)| parse_object(file, text).unwrap()).collect()
}

/// Runs a test on both databases.
pub fn check(test: impl Fn(&House)) {
    on_both(&migrations(), |db| test(&house(db)));
}

fn house(db: &TestDb) -> House {
    let clock = Arc::new(Clock::fixed(START.parse::<Timestamp>().unwrap()));
    let options =
        Options { clock: Arc::clone(&clock), behaviours: crate::behaviours(), ..Options::default() };
    let engine = schema::open(db, &shipped(), options).unwrap();
    crate::role::ensure(&engine).unwrap();
    let door = Door::new(&engine, Defaults::default());
    House { engine, door, clock, root: Principal::system() }
}

impl House {
    pub fn later(&self, seconds: i64) {
        self.clock.set(self.clock.now() + jiff::SignedDuration::from_secs(seconds));
    }

    /// A user who signs in with [`PASSWORD`].
    pub fn user(&self, name: &str, roles: &[&str], team: Option<Id>) -> Id {
        let new = NewUser {
            name: name.to_owned(),
            email: format!("{name}@example.com"),
            password: Some(PASSWORD.to_owned()),
            roles: roles.iter().map(|role| RoleName::Named((*role).to_owned())).collect(),
            team,
            job_title: None,
        };
        user::create(&self.engine, &self.root, &new, &Origin::default()).unwrap().user
    }

    pub fn team(&self, name: &str, parent: Option<Id>) -> Id {
        self.save(self.draft("team").with("name", name).with("parent", parent)).id
    }

    pub fn deal(&self, name: &str, owner: Id) -> Id {
        self.save(self.draft("deal").with("name", name).with("owner", owner)).id
    }

    pub fn role(&self, name: &str, grants: &[(&str, &[&str], &str, &str)]) -> Id {
        let role = self.save(self.draft("role").with("name", name)).id;
        for (object, actions, rows, editable) in grants {
            let actions = Value::List(actions.iter().map(|name| (*name).into()).collect());
            let text = |rule: &str| (!rule.is_empty()).then(|| rule.to_owned());
            let draft =
                self.draft("grant").with("role", role).with("object", *object).with("actions", actions);
            self.save(draft.with("rows", text(rows)).with("editable", text(editable)));
        }
        role
    }

    pub fn draft(&self, object: &str) -> Draft {
        Draft::new(&self.engine.object(object).unwrap())
    }

    pub fn change(&self, object: &str, id: Id) -> Draft {
        Draft::change(&self.engine.object(object).unwrap(), id)
    }

    pub fn save(&self, draft: Draft) -> Saved {
        self.save_as(&self.root, draft).unwrap()
    }

    pub fn save_as(&self, who: &Principal, draft: Draft) -> Result<Saved, Error> {
        self.engine.write(who, |writer| writer.save(draft.clone()))
    }

    pub fn person(&self, user: Id) -> Person {
        self.door.person(&self.engine, user).unwrap().expect("an active user")
    }

    pub fn through(&self, token: &str) -> Option<Arc<SignedIn>> {
        self.door.open(&self.engine, Secret::Session(token)).unwrap()
    }

    /// The names of the records that somebody sees.
    pub fn seen(&self, who: &Principal, object: &str) -> Vec<String> {
        let query = ListQuery::new(&self.engine.object(object).unwrap());
        match self.engine.read(who, |reader| reader.list(&query)) {
            Ok(page) => page.records.iter().map(|record| record.title().to_owned()).collect(),
            Err(Error::Denied(_)) => vec!["nothing".to_owned()],
            Err(error) => panic!("{error}"),
        }
    }
}
