//! What was acknowledged: the account that the program is held to after each of its deaths.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::{
    program::Program,
    wire::{Answer, Request},
};

/// One write, ready to be sent, and sent again if nobody answered.
#[derive(Clone, Debug)]
pub struct Write {
    /// The company it is about; tasks are counted only.
    pub name: String,
    pub effect: Effect,
    pub request: Request,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Create,
    Employ(i64),
    Delete,
    /// One more task for the deal that everybody works on.
    Task,
}

/// A company as it was acknowledged.
#[derive(Clone, Debug, Default)]
pub struct Company {
    pub id: String,
    pub version: i64,
    pub employees: Option<i64>,
    pub deleted: bool,
}

#[derive(Default)]
pub struct Ledger {
    pub companies: BTreeMap<String, Company>,
    pub tasks: i64,
    pub writes: usize,
}

impl Write {
    /// A write that may be repeated: by its key it takes effect once.
    fn new(program: &Program, name: &str, effect: Effect, request: Request) -> Write {
        let key = format!("{name} {effect:?}");
        let request = program.signed(request).with("idempotency-key", key);
        Write { name: name.to_owned(), effect, request }
    }

    pub fn create(program: &Program, name: &str) -> Write {
        let body = json!({ "name": name, "description": format!("Kept by {name}") });
        Write::new(program, name, Effect::Create, Request::json("POST", "/api/v1/companies", &body))
    }

    pub fn employ(program: &Program, name: &str, id: &str, number: i64) -> Write {
        let request =
            Request::json("PATCH", format!("/api/v1/companies/{id}"), &json!({ "employees": number }));
        Write::new(program, name, Effect::Employ(number), request)
    }

    pub fn delete(program: &Program, name: &str, id: &str) -> Write {
        let request = Request::json("DELETE", format!("/api/v1/companies/{id}"), &Json::Null);
        Write::new(program, name, Effect::Delete, request)
    }

    pub fn task(program: &Program, name: &str, deal: &str) -> Write {
        let body = json!({ "subject": name, "parent": { "object": "deal", "id": deal } });
        Write::new(program, name, Effect::Task, Request::json("POST", "/api/v1/tasks", &body))
    }
}

impl Ledger {
    /// Enters what was acknowledged.
    ///
    /// # Panics
    /// When it was refused instead.
    #[track_caller]
    pub fn enter(&mut self, write: &Write, answer: &Answer) {
        assert!((200..300).contains(&answer.status), "{write:?}: {} {}", answer.status, answer.body);
        self.writes += 1;
        if write.effect == Effect::Task {
            self.tasks += 1;
            return;
        }
        let company = self.companies.entry(write.name.clone()).or_default();
        company.version += 1;
        match write.effect {
            Effect::Create => {
                company.id = answer.json()["id"].as_str().expect("an id").to_owned();
            }
            Effect::Employ(number) => company.employees = Some(number),
            Effect::Delete => company.deleted = true,
            Effect::Task => {}
        }
    }

    pub fn merge(&mut self, other: Ledger) {
        self.companies.extend(other.companies);
        self.tasks += other.tasks;
        self.writes += other.writes;
    }

    /// Holds a running program to the account: everything is there as acknowledged, once, and nothing else.
    pub fn verify(&self, program: &Program, deal: &str) {
        let mut there = all_companies(program);
        for (name, company) in &self.companies {
            let found = there.remove(name).unwrap_or_else(|| panic!("{name} was acknowledged and is lost"));
            let [found] = found.as_slice() else { panic!("{name} is there {} times", found.len()) };
            assert_eq!(found["id"].as_str(), Some(company.id.as_str()), "{name}");
            assert_eq!(found["version"].as_i64(), Some(company.version), "{name}: {found}");
            assert_eq!(found["employees"].as_i64(), company.employees, "{name}: {found}");
            assert_eq!(found["deleted_at"].is_null(), !company.deleted, "{name}: {found}");
        }
        assert!(there.is_empty(), "nobody asked for {there:?}");
        let found = program.ask(Request::get(format!("/api/v1/deals/{deal}"))).is(200).json();
        assert_eq!(found["open_tasks"].as_i64(), Some(self.tasks), "{found}");
        let tasks = program.ask(Request::get("/api/v1/tasks/count?count=exact")).is(200).json();
        assert_eq!(tasks["count"].as_i64(), Some(self.tasks));
    }

    /// Looks for some of the companies by their names.
    pub fn search(&self, program: &Program, every: usize) {
        for (name, company) in self.companies.iter().step_by(every) {
            let path = format!("/api/v1/search?objects=company&q={name}");
            let found = program.ask(Request::get(path)).is(200).json();
            let hits: Vec<&str> =
                found["hits"].as_array().expect("hits").iter().filter_map(|hit| hit["id"].as_str()).collect();
            let wanted: &[&str] = if company.deleted { &[] } else { &[&company.id] };
            assert_eq!(hits, wanted, "search for {name}");
        }
    }
}

/// By name, the trash included; what imports made left out.
fn all_companies(program: &Program) -> BTreeMap<String, Vec<Json>> {
    let mut all: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let path = "/api/v1/companies?limit=200&trash=included&labels=false&fields=name,employees,deleted_at";
        let page = program.ask(Request::get(format!("{path}{after}"))).is(200).json();
        for record in page["records"].as_array().expect("records") {
            let name = record["name"].as_str().expect("a name").to_owned();
            all.entry(name).or_default().push(record.clone());
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}
