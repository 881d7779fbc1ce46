//! The warehouse through its own door, on small objects, on both databases.

mod agreement;
mod at_random;
mod bucket;
#[cfg(feature = "ballista")]
mod cluster;
mod cubes;
mod cubes_of_files;
mod far_days;
mod feeding;
mod killing;
mod members;
mod members_at_random;
mod returns;
mod rights;
mod schema;
mod sources;
mod sql;

use std::sync::Arc;

use db::testing::TestDb;
use kernel::{Clock, Id, Timestamp};
use metadata::definition::{ObjectDef, parse_object};
use records::{Draft, Engine, Principal, schema as tables};
use tempfile::TempDir;

use crate::{Answer, Asking, Cancel, Error, Options, Warehouse};

const TEAM: &str = r#"
name = "team"
plural = "teams"
owned = false
title = ["name"]
field = [{ name = "name", type = "text", required = true }]
"#;

const USER: &str = r#"
name = "user"
plural = "users"
owned = false
title = ["name"]
field = [{ name = "name", type = "text", required = true }, { name = "team", type = "link", to = ["team"] }]
"#;

const COMPANY: &str = r#"
name = "company"
plural = "companies"
title = ["name"]
field = [
    { name = "name", type = "text", required = true },
    { name = "partners", type = "link_many", to = ["user"] },
    { name = "open_amount", type = "roll_up", of = "deal.company", function = "sum", field = "amount", filter = "stage.outcome is empty" },
]
"#;

const DEAL: &str = r#"
name = "deal"
plural = "deals"
title = ["name"]
warehouse = { kind = "fact", date = "close_date", snapshot = "daily" }
field = [
    { name = "name", type = "text", required = true },
    { name = "company", type = "link", to = ["company"] },
    { name = "amount", type = "money" },
    { name = "stage", type = "choice", required = true, default = '"open"', option = [
        { name = "open", probability = 10 },
        { name = "won", outcome = "won", probability = 100 },
        { name = "lost", outcome = "lost", probability = 0 },
    ] },
    { name = "secret", type = "text" },
    { name = "close_date", type = "date" },
    { name = "seen_at", type = "date_time" },
    { name = "labels", type = "tags" },
    { name = "regions", type = "multi_choice", option = [{ name = "north" }, { name = "south" }] },
    { name = "watchers", type = "link_many", to = ["user"] },
    { name = "double", type = "formula", formula = "amount * 2", scale = 2 },
    { name = "cost", type = "money" },
    { name = "margin", type = "formula", formula = "amount - cost", scale = 2 },
]
"#;

const LINE: &str = r#"
name = "line"
plural = "lines"
owned = false
part_of = "deal"
title = ["name"]
field = [
    { name = "name", type = "text", required = true },
    { name = "deal", type = "link", to = ["deal"], required = true },
    { name = "price", type = "money" },
]
"#;

const RATE: &str = include_str!("../exchange_rate/object.toml");

/// An engine over a database of its own, with a folder for a warehouse.
pub struct House {
    pub engine: Engine,
    pub clock: Arc<Clock>,
    pub folder: TempDir,
    pub db: TestDb,
}

pub fn shipped() -> Vec<ObjectDef> {
    [
        ("team.toml", TEAM),
        ("user.toml", USER),
        ("company.toml", COMPANY),
        ("deal.toml", DEAL),
        ("line.toml", LINE),
        ("rate.toml", RATE),
    ]
    .iter()
    .map(|(file, text)| parse_object(file, text).unwrap())
    .collect()
}

pub fn migrations() -> Vec<db::Migration> {
    [tables::MIGRATIONS, jobs::MIGRATIONS, crate::source::MIGRATIONS].concat()
}

pub fn on_both(test: impl Fn(&House)) {
    test(&House::on(TestDb::sqlite(&migrations()).unwrap()));
    test(&House::on(TestDb::postgres(&migrations()).unwrap()));
}

impl House {
    /// At ten in the morning of 1 March 2026.
    pub fn on(db: TestDb) -> House {
        let clock = Arc::new(Clock::fixed("2026-03-01T10:00:00Z".parse::<Timestamp>().unwrap()));
        let options = records::Options { clock: Arc::clone(&clock), ..records::Options::default() };
        let engine = tables::open(&db, &shipped(), options).unwrap();
        House { engine, clock, folder: tempfile::tempdir().unwrap(), db }
    }

    pub fn sqlite() -> House {
        House::on(TestDb::sqlite(&migrations()).unwrap())
    }

    pub fn options(&self) -> Options {
        Options { freshness: std::time::Duration::from_secs(3_600), ..Options::new(self.folder.path()) }
    }

    pub fn open(&self) -> Arc<Warehouse> {
        Arc::new(Warehouse::open(&self.engine, self.options()).unwrap())
    }

    /// Opened and brought up to date.
    pub fn warehouse(&self) -> Arc<Warehouse> {
        let warehouse = self.open();
        warehouse.catch_up().unwrap();
        warehouse
    }

    pub fn pass(&self, text: &str) {
        let span: jiff::Span = text.parse().unwrap();
        self.clock.set(self.clock.now().checked_add(span).unwrap());
    }

    pub fn draft(&self, object: &str) -> Draft {
        Draft::new(&self.engine.object(object).unwrap())
    }

    /// A draft with all watchers of a deal.
    pub fn watched(&self, mut draft: Draft, watchers: &[Id]) -> Draft {
        draft.put_members(
            self.engine.object("deal").unwrap().position("watchers").unwrap(),
            watchers.to_vec(),
        );
        draft
    }

    pub fn save(&self, draft: Draft) -> Id {
        self.save_as(&Principal::system(), draft)
    }

    pub fn save_as(&self, who: &Principal, draft: Draft) -> Id {
        self.engine.write(who, |writer| writer.save(draft.clone())).unwrap().id
    }

    pub fn change(&self, object: &str, id: Id) -> Draft {
        Draft::change(&self.engine.object(object).unwrap(), id)
    }

    pub fn destroy(&self, object: &str, id: Id) {
        let object = self.engine.object(object).unwrap();
        self.engine.write(&Principal::system(), |writer| writer.destroy(&object, id)).unwrap();
    }

    pub fn delete(&self, object: &str, id: Id) {
        let object = self.engine.object(object).unwrap();
        self.engine.write(&Principal::system(), |writer| writer.delete(&object, id)).unwrap();
    }

    pub fn restore(&self, object: &str, id: Id) {
        let object = self.engine.object(object).unwrap();
        self.engine.write(&Principal::system(), |writer| writer.restore(&object, id)).unwrap();
    }
}

pub fn ask_as(warehouse: &Arc<Warehouse>, who: &Principal, sql: &str) -> Result<Answer, Error> {
    warehouse.query(&Asking::of(who.clone()), sql, 10_000, &Cancel::default())
}

/// The answer as lines of CSV, without the line of names.
pub fn rows(warehouse: &Arc<Warehouse>, sql: &str) -> Vec<String> {
    lines(&ask_as(warehouse, &Principal::system(), sql).unwrap_or_else(|error| panic!("{sql}: {error}")))
}

pub fn lines(answer: &Answer) -> Vec<String> {
    let mut text = Vec::new();
    answer.write(crate::Format::Csv, &mut text).unwrap();
    String::from_utf8(text).unwrap().lines().skip(1).map(str::to_owned).collect()
}

/// Waits until a folder has so many files: those that no state names any more are removed by a thread of its own.
pub fn wait_for_files(warehouse: &Warehouse, folder: &str, count: usize) {
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while warehouse.store().files_of(folder).unwrap().len() > count {
        assert!(std::time::Instant::now() < patience, "files are still there that nothing names");
    }
}

/// Holds the warehouse against the database, row by row.
pub fn assert_right(warehouse: &Warehouse) {
    let verified = warehouse.verify().unwrap();
    let wrong: Vec<_> = verified.iter().filter(|one| !one.is_right()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
