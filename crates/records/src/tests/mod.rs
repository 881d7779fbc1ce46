//! The engine through its own door, on a company of a few small objects.

mod access;
mod check;
mod concurrency;
mod definitions;
mod lists;
mod money;
mod property;
mod saving;
mod timeline;

use std::sync::Arc;

use db::testing::TestDb;
use kernel::{Clock, Id, Timestamp, Value};
use metadata::{Object, definition::ObjectDef};

use crate::{Draft, Engine, Error, ListQuery, Options, Principal, Saved, Sort, schema, testing::definitions};

const COMPANY: &str = r#"
name = "company"
plural = "companies"
title = ["name"]
search = ["city"]
field = [
    { name = "name", type = "text", required = true, unique = true },
    { name = "city", type = "text" },
    { name = "parent", type = "link", to = ["company"] },
    { name = "credit", type = "money" },
    { name = "mean", type = "roll_up", of = "deal.company", function = "average", field = "amount" },
    { name = "open_amount", type = "roll_up", of = "deal.company", function = "sum", field = "amount", filter = "stage.outcome is empty" },
    { name = "deals", type = "roll_up", of = "deal.company", function = "count" },
    { name = "largest", type = "roll_up", of = "deal.company", function = "max", field = "amount" },
    { name = "worth", type = "formula", formula = "open_amount * 2" },
]
layout = { timeline = ["deal.company"] }
"#;

const EXCHANGE_RATE: &str = r#"
name = "exchange_rate"
plural = "exchange_rates"
owned = false
title = ["currency"]
field = [
    { name = "currency", type = "text", required = true },
    { name = "day", type = "date", required = true },
    { name = "rate", type = "decimal", scale = 8, required = true },
]
"#;

const DEAL: &str = r#"
name = "deal"
plural = "deals"
title = ["name"]
field = [
    { name = "number", type = "auto_number", prefix = "D-" },
    { name = "name", type = "text", required = true },
    { name = "company", type = "link", to = ["company"] },
    { name = "amount", type = "money" },
    { name = "stage", type = "choice", required = true, default = '"open"', option = [
        { name = "open", probability = 10 },
        { name = "won", outcome = "won", probability = 100 },
        { name = "lost", outcome = "lost", probability = 0 },
    ] },
    { name = "probability", type = "percent", scale = 0 },
    { name = "expected", type = "formula", formula = "amount * stage.probability / 100", scale = 2 },
    { name = "company_city", type = "formula", formula = "company.city" },
    { name = "secret", type = "text" },
    { name = "body", type = "rich_text" },
    { name = "close_date", type = "date" },
    { name = "watchers", type = "link_many", to = ["user"] },
]
rule = [{ name = "positive", require = "amount is empty or amount >= 0", field = "amount" }]

[[index]]
"#;

/// What timelines tell of.
const VISIT: &str = r#"
name = "visit"
plural = "visits"
title = ["subject"]
moment = ["started_at"]
field = [
    { name = "subject", type = "text", required = true },
    { name = "started_at", type = "date_time" },
    { name = "about", type = "link_any", to = ["company", "deal", "user"] },
    { name = "guest", type = "link", to = ["user"] },
    { name = "guests", type = "link_many", to = ["user"] },
]
"#;

/// An engine over a database of its own, and the people who use it.
pub struct House {
    pub engine: Engine,
    pub root: Principal,
    _db: TestDb,
}

pub fn shipped() -> Vec<ObjectDef> {
    let deal = DEAL.replace("[[index]]\n", "");
    definitions([
        ("company.toml", COMPANY),
        ("deal.toml", &deal),
        ("exchange_rate.toml", EXCHANGE_RATE),
        ("visit.toml", VISIT),
    ])
}

/// Runs `test` in a house on each database.
pub fn on_both(test: impl Fn(&House)) {
    test(&House::on(TestDb::sqlite(schema::MIGRATIONS).unwrap()));
    test(&House::on(TestDb::postgres(schema::MIGRATIONS).unwrap()));
}

impl House {
    /// At ten in the morning of 1 March 2026.
    pub fn on(db: TestDb) -> House {
        let clock = Clock::fixed("2026-03-01T10:00:00Z".parse::<Timestamp>().unwrap());
        let options = Options { clock: Arc::new(clock), ..Options::default() };
        let engine = schema::open(&db, &shipped(), options).unwrap();
        House { engine, root: Principal::system(), _db: db }
    }

    pub fn object(&self, name: &str) -> Arc<Object> {
        self.engine.object(name).unwrap()
    }

    /// A draft of a new record.
    pub fn draft(&self, object: &str) -> Draft {
        Draft::new(&self.object(object))
    }

    pub fn save(&self, draft: Draft) -> Saved {
        self.try_save(&self.root, draft).unwrap()
    }

    pub fn try_save(&self, who: &Principal, draft: Draft) -> Result<Saved, Error> {
        self.engine.write(who, |writer| writer.save(draft.clone()))
    }

    pub fn change(&self, object: &str, id: Id) -> Draft {
        Draft::change(&self.object(object), id)
    }

    pub fn value(&self, object: &str, id: Id, field: &str) -> Value {
        let object = self.object(object);
        self.engine.read(&self.root, |reader| reader.load(&object, id)).unwrap().get(field).clone()
    }

    /// The titles of a list, as whoever asks sees it.
    pub fn titles(
        &self,
        who: &Principal,
        object: &str,
        filter: &str,
        sort: &str,
    ) -> Result<Vec<String>, Error> {
        let query = self.query(object, filter, sort);
        let page = self.engine.read(who, |reader| reader.list(&query))?;
        Ok(page.records.iter().map(|record| record.title().to_owned()).collect())
    }

    pub fn query(&self, object: &str, filter: &str, sort: &str) -> ListQuery {
        let registry = self.engine.registry();
        let filter = (!filter.is_empty()).then(|| {
            let checked = expr::check(filter, object, registry.as_ref(), &expr::Expected::Condition);
            Arc::new(checked.unwrap_or_else(|problems| panic!("{filter}: {problems:?}")))
        });
        let sort = sort.split_whitespace().map(Sort::parse).collect();
        ListQuery::new(&self.object(object)).filter(filter).sort(sort)
    }
}
