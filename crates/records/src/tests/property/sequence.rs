//! Whatever is done in whatever order: log, roll-ups, search and versions agree with the records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use expr::generate::Choices;
use kernel::{Decimal, Id, Money, Value, number};
use metadata::{Kind, Object};
use serde_json::Value as Json;

use super::{check, facts::Facts, rolled_back, world};
use crate::{
    Draft, Error, Writer,
    change_log::{Change, Happening},
    plain,
};

#[test]
fn log_roll_ups_search_and_versions_agree_with_the_records_after_any_deeds() {
    check(16, 2_500, |engine, choices| {
        let planned = world::plan(engine, choices);
        rolled_back(engine, |writer| {
            save_rate(writer);
            world::populate(writer, &planned);
            let causes: Vec<Id> = (0..4).map(|number| Id::from_parts(100, number)).collect();
            for _ in 0..30 {
                let cause = *choices.one_of(&causes).unwrap();
                do_something(writer, cause, &causes, choices);
                writer.finish().unwrap();
            }
            let facts = Facts::read(writer, &planned);
            let changes = writer.changes_of_all();
            check_log(&facts, &changes);
            check_roll_ups(&facts);
            check_search(writer, &facts);
        });
    });
}

impl Writer<'_, '_> {
    /// The whole log of the planned records.
    fn changes_of_all(&mut self) -> Vec<Change> {
        let mut sql = crate::change_log::select();
        sql.push(" where c.\"object\" <> 'exchange_rate' order by c.\"seq\"");
        self.tx().query(&sql, crate::change_log::read).unwrap().into_iter().map(Option::unwrap).collect()
    }
}

/// One random deed on one random record; what the engine refuses is not done.
fn do_something(writer: &mut Writer<'_, '_>, cause: Id, causes: &[Id], choices: &mut Choices) {
    let name = ["deal", "deal", "company", "line", "user"][choices.below(5)];
    let object = writer.object(name).unwrap();
    let id = *choices.one_of(&world::ids(name)).unwrap();
    let deed = choices.below(12);
    writer.set_cause(cause);
    let done = writer.savepoint(|writer| match deed {
        0 | 1 => writer.delete(&object, id),
        2 | 3 => writer.restore(&object, id),
        4 if choices.below(3) == 0 => writer.destroy(&object, id),
        5 => writer.revert(*choices.one_of(causes).unwrap()).map(|_| ()),
        _ => writer.save(random_change(&object, id, choices)).map(|_| ()),
    });
    match done {
        Ok(()) | Err(Error::NotFound | Error::Invalid(_)) => {}
        Err(error) => panic!("{error}"),
    }
}

fn random_change(object: &std::sync::Arc<Object>, id: Id, choices: &mut Choices) -> Draft {
    let mut planned = world::Planned {
        object: "deal",
        id,
        values: vec![Value::Null; object.columns.len()],
        members: Vec::new(),
        deleted: false,
    };
    let mut draft = Draft::change(object, id);
    for _ in 0..=choices.below(3) {
        let position = choices.below(object.fields.len());
        let field = &object.fields[position];
        if !field.is_writable() || field.name == "external_id" {
            continue;
        }
        world::fill(object, position, field, &mut planned, choices);
        field.columns.clone().for_each(|column| draft.put_column(column, planned.values[column].clone()));
        planned.members.drain(..).for_each(|(position, ids)| draft.put_members(position, ids));
    }
    draft
}

/// Each version is in the log once, and the log played from the beginning gives the records.
fn check_log(facts: &Facts, changes: &[Change]) {
    let mut replayed: HashMap<Id, BTreeMap<&str, &Json>> = HashMap::new();
    let mut versions: HashMap<Id, i64> = HashMap::new();
    for change in changes {
        let version = versions.entry(change.record).or_insert(0);
        assert_eq!(change.version, *version + 1, "{change:?}");
        *version = change.version;
        let state = replayed.entry(change.record).or_default();
        if change.happening == Happening::Destroy {
            replayed.remove(&change.record);
            continue;
        }
        for field in &change.fields {
            let before = state.insert(&field.column, &field.after);
            let is_members = field.before.is_array() || field.after.is_array();
            assert!(is_members || *before.unwrap_or(&Json::Null) == field.before, "{change:?}");
        }
    }
    let standing: BTreeSet<Id> = facts.records.keys().copied().collect();
    assert_eq!(replayed.keys().copied().collect::<BTreeSet<Id>>(), standing);
    for (id, fact) in &facts.records {
        assert_eq!(fact.record.version(), versions[id]);
        for column in fact.object.columns.iter().skip(Object::TITLE + 1) {
            let at = fact.object.columns.iter().position(|known| known.name == column.name).unwrap();
            let stamp = ["created_", "updated_"].iter().any(|stamp| column.name.starts_with(stamp));
            if !stamp {
                let logged = replayed[id].get(column.name.as_str()).copied().unwrap_or(&Json::Null);
                assert_eq!(*logged, plain::to_json(&fact.record.values[at]), "{id} {}", column.name);
            }
        }
    }
}

/// What a euro is worth in dollars, which are the workspace's own.
const EURO: Decimal = Decimal::from_parts(125, 0, 0, false, 2);

fn save_rate(writer: &mut Writer<'_, '_>) {
    let rates = writer.object("exchange_rate").unwrap();
    let day = Value::Date("2020-01-01".parse().unwrap());
    let rate = Draft::new(&rates).with("currency", "EUR").with("day", day).with("rate", EURO);
    writer.save(rate).unwrap();
}

/// An amount in another currency.
fn converted(money: Money, to: &str) -> Decimal {
    match (money.currency.code(), to) {
        (from, to) if from == to => money.amount,
        ("EUR", _) => number::divide(money.amount * EURO, Decimal::ONE).unwrap(),
        _ => number::divide(money.amount, EURO).unwrap(),
    }
}

/// Roll-ups are what adding up gives now, each amount in the currency that the roll-up says.
fn check_roll_ups(facts: &Facts) {
    for (id, company) in facts.of("company") {
        let company = &company.record;
        let deals: Vec<_> = facts
            .of("deal")
            .map(|(_, deal)| &deal.record)
            .filter(|deal| deal.link("company") == Some(id) && !deal.is_deleted())
            .collect();
        let budget = company.currency("budget").unwrap_or("USD");
        let amounts = |field: &str, open_only: bool| -> Vec<Decimal> {
            let counted =
                deals.iter().filter(|deal| !open_only || !matches!(deal.text("stage"), "won" | "lost"));
            counted.filter_map(|deal| deal.money(field)).map(|money| converted(money, budget)).collect()
        };
        let same = |field: &str, expected: Option<Decimal>| {
            assert_eq!(company.decimal(field), expected.map(|figure| number::round(figure, 4)), "{field}");
            assert_eq!(company.currency(field), Some(budget), "{field}");
        };
        let open: Decimal = amounts("amount", true).iter().sum();
        same("open_amount", Some(open));
        same("worth", Some(number::round(open, 4) * Decimal::TWO));
        let all = amounts("amount", false);
        same("mean", number::divide(all.iter().sum(), all.len().into()));
        same("least", amounts("expected", false).into_iter().min());
        let left = company.decimal("budget").map(|budget| budget - number::round(open, 4));
        assert_eq!(company.decimal("left"), left.map(|left| number::round(left, 4)));
        assert_eq!(*company.get("deals"), Value::Int(deals.len() as i64));
        let largest = deals.iter().filter_map(|deal| deal.get("quantity").as_int()).max();
        assert_eq!(*company.get("largest"), Value::from(largest));
    }
    for (_, deal) in facts.of("deal") {
        let (amount, cost) = (deal.record.money("amount"), deal.record.money("cost"));
        let margin = match (amount, cost) {
            (Some(amount), Some(cost)) if amount.currency != cost.currency => None,
            (Some(amount), cost) => Some(amount.amount - cost.map_or(Decimal::ZERO, |cost| cost.amount)),
            (None, _) => None,
        };
        assert_eq!(deal.record.decimal("margin"), margin.map(|margin| number::round(margin, 4)));
    }
}

/// Search finds by each word of a record the records that have it and are not in the trash.
fn check_search(writer: &mut Writer<'_, '_>, facts: &Facts) {
    for name in ["deal", "company", "user"] {
        let object = writer.object(name).unwrap();
        let words_of = |id: Id| -> BTreeSet<String> {
            let record = &facts.records[&id].record;
            let searched =
                object.search.iter().chain(&object.title).map(|position| &object.fields[*position]);
            searched
                .filter(|field| !matches!(field.kind, Kind::RichText))
                .flat_map(|field| record.parts(field).iter().filter_map(Value::as_text))
                .flat_map(db::search::words)
                .collect()
        };
        let living = facts.of(name).filter(|(_, fact)| !fact.is_deleted());
        let words: BTreeMap<Id, BTreeSet<String>> = living.map(|(id, _)| (id, words_of(id))).collect();
        for word in words.values().flatten() {
            let found: BTreeSet<Id> =
                writer.search(&object, word, 100).unwrap().into_iter().map(|hit| hit.id).collect();
            let having =
                words.iter().filter(|(_, words)| words.iter().any(|own| own.starts_with(word.as_str())));
            assert_eq!(found, having.map(|(id, _)| *id).collect(), "{name} by {word}");
        }
    }
}
