//! Whatever is done in whatever order: log, roll-ups, search and versions agree with the records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use expr::generate::Choices;
use kernel::{Decimal, Id, Value};
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
    /// The whole log.
    fn changes_of_all(&mut self) -> Vec<Change> {
        let mut sql = crate::change_log::select();
        sql.push(" order by c.\"seq\"");
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

/// Roll-ups are what adding up gives now.
fn check_roll_ups(facts: &Facts) {
    for (id, company) in facts.of("company") {
        let deals: Vec<_> = facts
            .of("deal")
            .map(|(_, deal)| &deal.record)
            .filter(|deal| deal.link("company") == Some(id) && !deal.is_deleted())
            .collect();
        let open = deals.iter().filter(|deal| !matches!(deal.text("stage"), "won" | "lost"));
        let sum: Decimal = open.filter_map(|deal| deal.decimal("amount")).sum();
        assert_eq!(company.record.decimal("open_amount"), Some(sum));
        assert_eq!(*company.record.get("deals"), Value::Int(deals.len() as i64));
        let largest = deals.iter().filter_map(|deal| deal.get("quantity").as_int()).max();
        assert_eq!(*company.record.get("largest"), Value::from(largest));
        assert_eq!(company.record.decimal("worth"), Some(sum * Decimal::TWO));
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
