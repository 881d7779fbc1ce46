//! What tests of features run in: a workspace in a SQLite file of its own, with the objects and behaviours it is given.

use std::sync::Arc;

use db::testing::TestDb;
use kernel::{Clock, Id, Timestamp, Value};
use metadata::{
    Object,
    definition::{ObjectDef, parse_object},
};

use crate::{
    Behaviour, Draft, Engine, Error, ListQuery, Options, Principal, Reader, Saved, Sort, Writer, schema,
};

/// As much of users and teams as others need: the files' names, and their texts.
pub const PEOPLE: [(&str, &str); 2] = [("user/object.toml", USER), ("team/object.toml", TEAM)];

const USER: &str = r#"
name = "user"
plural = "users"
title = ["name"]
owned = false
field = [
    { name = "name", type = "text", required = true },
    { name = "email", type = "email" },
    { name = "team", type = "link", to = ["team"] },
]
"#;

const TEAM: &str = r#"
name = "team"
plural = "teams"
title = ["name"]
owned = false
field = [{ name = "name", type = "text", required = true }, { name = "parent", type = "link", to = ["team"] }]
"#;

/// The definitions of [`PEOPLE`] and of further objects.
///
/// # Panics
/// When one is broken.
pub fn definitions<'a>(objects: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<ObjectDef> {
    let files = PEOPLE.into_iter().chain(objects);
    files.map(|(file, text)| parse_object(file, text).unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// An engine over a database of its own, at ten in the morning of 2 March 2026 in UTC.
pub struct House {
    pub engine: Engine,
    pub who: Principal,
    _db: TestDb,
}

impl House {
    /// # Panics
    /// When the definitions do not fit together.
    pub fn new(definitions: &[ObjectDef], behaviours: Vec<Box<dyn Behaviour>>) -> House {
        let db = TestDb::sqlite(schema::MIGRATIONS).unwrap();
        let clock = Clock::fixed("2026-03-02T10:00:00Z".parse::<Timestamp>().unwrap());
        let options = Options { clock: Arc::new(clock), behaviours, ..Options::default() };
        let engine = schema::open(&db, definitions, options).unwrap();
        // A person at a screen: what only Rapport sets stays closed.
        let mut who = Principal::system();
        who.actor.channel = kernel::Channel::User;
        House { engine, who, _db: db }
    }

    pub fn object(&self, name: &str) -> Arc<Object> {
        self.engine.object(name).unwrap()
    }

    /// A draft of a new record.
    pub fn draft(&self, object: &str) -> Draft {
        Draft::new(&self.object(object))
    }

    pub fn change(&self, object: &str, id: Id) -> Draft {
        Draft::change(&self.object(object), id)
    }

    pub fn save(&self, draft: Draft) -> Saved {
        self.try_save(draft).unwrap()
    }

    pub fn try_save(&self, draft: Draft) -> Result<Saved, Error> {
        self.write(|writer| writer.save(draft.clone()))
    }

    pub fn write<T>(&self, work: impl FnMut(&mut Writer<'_, '_>) -> Result<T, Error>) -> Result<T, Error> {
        self.engine.write(&self.who, work)
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Reader<'_, '_>) -> Result<T, Error>) -> T {
        self.engine.read(&self.who, work).unwrap()
    }

    pub fn delete(&self, object: &str, id: Id) {
        let object = self.object(object);
        self.write(|writer| writer.delete(&object, id)).unwrap();
    }

    /// What is wrong with a draft, as `field: message`.
    pub fn problems(&self, draft: Draft) -> Vec<String> {
        match self.try_save(draft) {
            Err(error) => problems(&error),
            Ok(_) => Vec::new(),
        }
    }

    pub fn value(&self, object: &str, id: Id, field: &str) -> Value {
        let object = self.object(object);
        self.read(|reader| reader.load(&object, id)).get(field).clone()
    }

    /// A field as text, to compare at a glance.
    pub fn text(&self, object: &str, id: Id, field: &str) -> String {
        match self.value(object, id, field) {
            Value::Null => String::new(),
            Value::Text(text) => text,
            Value::Decimal(number) => number.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Date(day) => day.to_string(),
            Value::Instant(at) => at.to_string(),
            other => format!("{other:?}"),
        }
    }

    /// The titles of a list.
    pub fn list(&self, object: &str, filter: &str, sort: &str) -> Vec<String> {
        let filter = (!filter.is_empty()).then(|| self.condition(object, filter));
        let sort = sort.split_whitespace().map(Sort::parse).collect();
        let query = ListQuery::new(&self.object(object)).filter(filter).sort(sort);
        let page = self.read(|reader| reader.list(&query));
        page.records.iter().map(|record| record.title().to_owned()).collect()
    }

    fn condition(&self, object: &str, filter: &str) -> Arc<expr::Checked> {
        let registry = self.engine.registry();
        let checked = expr::check(filter, object, registry.as_ref(), &expr::Expected::Condition);
        Arc::new(checked.unwrap_or_else(|problems| panic!("{filter}: {problems:?}")))
    }
}

/// Problems as `field: message`.
pub fn problems(error: &Error) -> Vec<String> {
    match error {
        Error::Invalid(problems) => problems
            .iter()
            .map(|problem| format!("{}: {}", problem.field.as_deref().unwrap_or(""), problem.message.id))
            .collect(),
        other => vec![other.to_string()],
    }
}
