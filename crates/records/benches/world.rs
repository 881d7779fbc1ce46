//! A workspace to measure in: the same made-up records each time.

use std::sync::Arc;

use db::Db;
use kernel::{Actor, Channel, Decimal, Id, Value};
use metadata::definition::ObjectDef;
use records::{
    Access, Action, Draft, Engine, Error, FieldRights, Grant, ListQuery, Options, Principal, Sort, Target,
    schema,
};

/// Records that one call saves.
pub const BATCH: usize = 1_000;
/// Users, each of whom owns every eighth deal.
pub const USERS: usize = 8;

#[derive(serde::Deserialize)]
struct Objects {
    object: Vec<ObjectDef>,
}

pub struct World {
    pub engine: Engine,
    pub root: Principal,
    pub users: Vec<Id>,
}

impl World {
    /// With its users, unless they are there already.
    pub fn on(db: &Db) -> World {
        let objects: Objects =
            toml::from_str(include_str!("objects.toml")).expect("the objects are well formed");
        let engine =
            schema::open(db, &objects.object, Options::default()).expect("the objects become tables");
        let users = (0..USERS).map(|number| Id::from_parts(1, number as u128)).collect();
        let world = World { engine, root: Principal::system(), users };
        let user = world.engine.object("user").expect("there are users");
        let known = world.engine.read(&world.root, |reader| reader.visible(&user, &world.users));
        if known.expect("users are looked up").is_empty() {
            let draft = |(number, id): (usize, &Id)| {
                Draft::for_target(&user, Target::New(*id)).with("name", format!("User {number}"))
            };
            world.save_all(world.users.iter().enumerate().map(draft).collect());
        }
        world
    }

    /// A rep: sees and changes own deals and those of nobody else, may not see one field.
    pub fn rep(&self) -> Principal {
        let registry = self.engine.registry();
        let rule = |object: &str| {
            let checked = expr::check("owner = me", object, registry.as_ref(), &expr::Expected::Condition);
            Arc::new(checked.expect("the rule is right"))
        };
        let grants = |object: &str, rows| {
            let fields = FieldRights { hidden: vec!["tags".to_owned()], locked: Vec::new() };
            let actions = Action::ALL.into_iter().collect();
            (object.to_owned(), vec![Grant { actions, rows, editable: None, fields }])
        };
        let objects = [
            grants("deal", Some(rule("deal"))),
            grants("company", None),
            grants("person", None),
            grants("user", None),
        ];
        Principal {
            actor: Actor { user: Some(self.users[0]), channel: Channel::User },
            access: Arc::new(Access { administrator: false, objects: objects.into_iter().collect() }),
            ..Principal::system()
        }
    }

    pub fn save_all(&self, drafts: Vec<Draft>) -> Vec<Id> {
        let saved = self.engine.write(&self.root, |writer| writer.save_all(drafts.clone()));
        saved
            .expect("the batch is saved")
            .into_iter()
            .map(|saved| saved.expect("the record is saved").id)
            .collect()
    }

    pub fn add_companies(&self, count: usize) -> Vec<Id> {
        let company = self.engine.object("company").expect("there are companies");
        let draft = |number: usize| {
            Draft::new(&company)
                .with("name", company_name(number))
                .with("city", pick(&CITIES, number / 3))
                .with("website", format!("https://company{number}.example"))
        };
        self.in_batches(count, draft)
    }

    pub fn add_deals(&self, count: usize, companies: &[Id]) -> Vec<Id> {
        let deal = self.engine.object("deal").expect("there are deals");
        let draft = |number: usize| {
            Draft::new(&deal)
                .with("name", format!("{} {number}", pick(&WORDS, number)))
                .with("company", companies[number * 7919 % companies.len()])
                .with("amount", Decimal::from((number * 7_919) % 1_000_003))
                .with("stage", pick(&["new", "proposal", "won", "lost"], number / 8))
                .with("owner", self.users[number % USERS])
        };
        self.in_batches(count, draft)
    }

    fn in_batches(&self, count: usize, draft: impl Fn(usize) -> Draft) -> Vec<Id> {
        let starts = (0..count).step_by(BATCH);
        starts
            .flat_map(|start| self.save_all((start..count.min(start + BATCH)).map(&draft).collect()))
            .collect()
    }

    /// Imports a batch of people as an import does: matched by e-mail, linked to companies by name.
    pub fn import_people(&self, first: usize, count: usize, companies: usize) -> Result<usize, Error> {
        let person = self.engine.object("person")?;
        let company = self.engine.object("company")?;
        self.engine.write(&self.root, |writer| {
            let numbers = first..first + count;
            let emails: Vec<Value> = numbers.clone().map(|number| email(number).into()).collect();
            let known: std::collections::HashMap<String, Id> = writer
                .find_by(&person, "email", &emails)?
                .into_iter()
                .filter_map(|(email, id)| Some((email.as_text()?.to_owned(), id)))
                .collect();
            let mut names: Vec<String> =
                numbers.clone().map(|number| company_name(number % companies)).collect();
            names.sort_unstable();
            names.dedup();
            let names: Vec<Value> = names.into_iter().map(Value::from).collect();
            let linked: std::collections::HashMap<String, Id> = writer
                .find_by(&company, "title", &names)?
                .into_iter()
                .filter_map(|(name, id)| Some((name.as_text()?.to_owned(), id)))
                .collect();
            let drafts = numbers.map(|number| {
                let email = email(number);
                let draft = match known.get(&email) {
                    Some(id) => Draft::change(&person, *id),
                    None => Draft::new(&person),
                };
                let company = linked.get(&company_name(number % companies).to_lowercase()).copied();
                person_draft(draft, number, email).with("company", company)
            });
            let saved = writer.save_all(drafts.collect())?;
            Ok(saved.into_iter().filter(Result::is_ok).count())
        })
    }

    /// The page of deals that the figures are about: one stage, one owner, the largest first.
    pub fn deals_query(&self) -> ListQuery {
        let registry = self.engine.registry();
        let text = format!("stage = \"proposal\" and owner = \"{}\"", self.users[0]);
        let filter = expr::check(&text, "deal", registry.as_ref(), &expr::Expected::Condition);
        let deal = registry.object("deal").expect("there are deals");
        ListQuery::new(deal)
            .fields(["name", "company", "amount", "stage", "owner", "close_date"])
            .filter(Some(Arc::new(filter.expect("the filter is right"))))
            .sort(vec![Sort::parse("-amount")])
    }
}

fn person_draft(draft: Draft, number: usize, email: String) -> Draft {
    draft
        .with("name.first", pick(&FIRST, number))
        .with("name.last", pick(&LAST, number / 7))
        .with("email", email)
        .with("phone", format!("+4930{:07}", number % 10_000_000))
        .with("job_title", pick(&WORDS, number / 5))
        .with("department", pick(&["Sales", "Purchasing", "Production"], number))
        .with("address.city", pick(&CITIES, number))
        .with("address.postal_code", format!("{:05}", number % 99_999))
        .with("source", pick(&["web", "fair", "referral"], number / 2))
        .with("score", (number % 100) as i64)
        .with("newsletter", number.is_multiple_of(2))
}

fn company_name(number: usize) -> String {
    format!("{} {} {number}", pick(&WORDS, number), pick(&LAST, number / 11))
}

fn email(number: usize) -> String {
    format!(
        "{}.{number}@{}.example",
        pick(&FIRST, number).to_lowercase(),
        pick(&WORDS, number / 3).to_lowercase()
    )
}

fn pick<'w>(words: &[&'w str], number: usize) -> &'w str {
    words[number % words.len()]
}

const FIRST: [&str; 10] =
    ["Ann", "Bob", "Carla", "Dmitri", "Élodie", "Farid", "Greta", "Hiro", "Ines", "Jonas"];
const LAST: [&str; 12] = [
    "Adler", "Bianchi", "Costa", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jansen",
    "Kowalski", "Larsen",
];
const WORDS: [&str; 9] =
    ["Northern", "Copper", "Harbour", "Quartz", "Meadow", "Falcon", "Granite", "Willow", "Summit"];
const CITIES: [&str; 6] = ["Berlin", "Oslo", "Lyon", "Porto", "Gdańsk", "Zürich"];
