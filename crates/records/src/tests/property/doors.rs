//! No role sees through any door what its rule hides.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use expr::generate::Choices;
use kernel::{Id, Value};
use metadata::{Kind, Object};

use super::{
    check, condition,
    facts::{Fact, Facts},
    rights::{Oracle, named, somebody},
    rolled_back, world,
};
use crate::{
    Action, Draft, Engine, Error, GroupQuery, Kinds, ListQuery, Principal, Reader, Record, Sort, Target,
    TimelineQuery, Trash, What, Writer,
};

/// Questions that somebody asks.
struct Asked {
    lists: Vec<ListQuery>,
    groups: Vec<GroupQuery>,
    words: Vec<String>,
}

fn questions(engine: &Engine, choices: &mut Choices) -> Asked {
    let registry = engine.registry();
    let mut lists = Vec::new();
    let mut groups = Vec::new();
    for at in 0..10 {
        let object = registry.object(["deal", "company", "line", "user"][at % 4]).unwrap();
        let mut query = ListQuery::new(object);
        query.fields = (0..object.fields.len()).filter(|_| choices.below(3) > 0).collect();
        if choices.below(2) == 0 {
            query.filter = Some(condition(&registry, &object.name, &world::all_ids(), choices));
        }
        for _ in 0..choices.below(3) {
            let field = match choices.below(object.fields.len() + 2) {
                0 => "title",
                1 => "id",
                position => &object.fields[position - 2].name,
            };
            query.sort.push(Sort { field: field.to_owned(), descending: choices.below(2) == 0 });
        }
        if choices.below(4) == 0 {
            query.words = choices.one_of(&WORDS).map(|word| (*word).to_owned());
        }
        query.trash = [Trash::Without, Trash::Included, Trash::Only][choices.below(3)];
        query.action = if choices.below(3) == 0 { Action::Export } else { Action::Read };
        let by = choices.one_of(&object.fields).map(|field| field.name.clone());
        let sums = choices.one_of(&["amount", "quantity", "revenue", "price", "deals"]).copied();
        let sums = sums.filter(|name| object.field(name).is_some()).map(str::to_owned).into_iter().collect();
        groups.push(GroupQuery { records: query.clone(), by, sums });
        lists.push(query);
    }
    Asked { lists, groups, words: WORDS.map(str::to_owned).to_vec() }
}

const WORDS: [&str; 6] = ["a", "acme", "ab", "x", "strasse", "ltd"];

/// Everything that somebody can get to see, as text: two worlds that differ only in what is hidden give the same.
fn everything(reader: &mut Reader<'_, '_>, asked: &Asked) -> String {
    let mut seen = String::new();
    for (name, _) in world::COUNTS {
        let object = reader.object(name).unwrap();
        let ids = world::ids(name);
        for id in &ids {
            let found = reader.find(&object, *id).unwrap();
            let _ = writeln!(seen, "find {name} {:?}", found.as_ref().map(shown));
            let history = reader.history(&object, *id, None, 50);
            let history = history.map(|changes| {
                let of = |change: &crate::change_log::Change| {
                    (change.happening, change.actor, change.fields.clone())
                };
                changes.iter().map(of).collect::<Vec<_>>()
            });
            let _ = writeln!(seen, "history {history:?}");
            if let Some(record) = found {
                let asked = TimelineQuery { kinds: Kinds::All, after: None, limit: 50 };
                let (happened, _) = reader.timeline(&record, &asked).unwrap();
                let activities = happened.iter().filter_map(|happened| match &happened.what {
                    What::Activity(found) => Some((happened.at, shown(found))),
                    What::Change(_) => None,
                });
                let _ = writeln!(seen, "timeline {:?}", activities.collect::<Vec<_>>());
            }
        }
        let _ = writeln!(seen, "titles {:?}", reader.titles(&object, &ids).map(BTreeMap::from_iter));
        let _ = writeln!(seen, "visible {:?}", reader.visible(&object, &ids));
        for word in &asked.words {
            let _ = writeln!(seen, "search {word} {:?}", reader.search(&object, word, 20));
        }
        for field in object.fields.iter().map(|field| field.name.as_str()).chain(["title"]) {
            let contents: Vec<Value> =
                if field == "title" { WORDS.map(Value::from).to_vec() } else { contents(&object, field) };
            let _ = writeln!(seen, "find_by {field} {:?}", reader.find_by(&object, field, &contents));
        }
    }
    for query in &asked.lists {
        let _ = writeln!(seen, "count {:?}", reader.count(query));
        let mut query = query.clone().limit(2);
        loop {
            match reader.list(&query) {
                Ok(page) => {
                    let _ = writeln!(seen, "list {:?}", page.records.iter().map(shown).collect::<Vec<_>>());
                    query.after = page.next;
                    let _ = writeln!(seen, "next {:?}", query.after.as_ref().map(|cursor| &cursor.keys));
                }
                Err(error) => {
                    let _ = writeln!(seen, "list {error:?}");
                    query.after = None;
                }
            }
            if query.after.is_none() {
                break;
            }
        }
    }
    for query in &asked.groups {
        let _ = writeln!(seen, "group {:?}", reader.group(query));
    }
    seen
}

/// A record without its version, which tells that something was saved but not what.
fn shown(record: &Record) -> String {
    let mut values = record.values.clone();
    values[Object::VERSION] = Value::Null;
    format!("{values:?} {:?} {:?} {:?}", record.computed, record.labels, record.members)
}

/// Contents that some record may have in a field.
fn contents(object: &Object, name: &str) -> Vec<Value> {
    let field = object.field(name).unwrap();
    match &field.kind {
        Kind::Text { .. } => world::TEXTS.map(Value::from).to_vec(),
        Kind::Integer => (0..5).map(Value::Int).collect(),
        Kind::Choice(choice) => choice.options.iter().map(|option| option.name.as_str().into()).collect(),
        Kind::Link(link) => world::ids(&link.to).into_iter().map(Value::Id).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn what_is_hidden_changes_nothing_that_anybody_sees() {
    check(20, 4_000, |engine, choices| {
        let registry = engine.registry();
        let who = somebody(&registry, choices);
        let asked = questions(engine, choices);
        let planned = world::plan(engine, choices);
        let look = |planned: &[world::Planned]| {
            rolled_back(engine, |writer| {
                world::populate(writer, planned);
                let facts = Facts::read(writer, planned);
                let picture = Oracle { facts: &facts, who: &who }.picture();
                let seen = everything(&mut Reader::new(engine, writer.tx(), &who), &asked);
                (picture, seen)
            })
        };
        let (picture, seen) = look(&planned);
        // The same world with other contents where this person does not see them.
        let mut other = planned;
        let mut changed = BTreeSet::new();
        for (id, _, shown) in &picture {
            let record = other.iter_mut().find(|record| record.id == *id).unwrap();
            let object = registry.object(record.object).unwrap();
            for (position, field) in object.fields.iter().enumerate() {
                if !shown.contains(&position) && !feeds_formulas(&field.name) && choices.below(2) == 0 {
                    world::fill(object, position, field, record, choices);
                    changed.insert((*id, field.name.as_str()));
                }
            }
        }
        let (other_picture, other_seen) = look(&other);
        if picture == other_picture {
            for (line, other) in seen.lines().zip(other_seen.lines()) {
                assert_eq!(line, other, "after hidden changes of {changed:?} for {:?}", who.access);
            }
        }
    });
}

/// What formulas and roll-ups of the world read: that these tell of it is what they are for.
fn feeds_formulas(field: &str) -> bool {
    ["amount", "cost", "budget", "stage", "quantity", "company", "billing", "revenue", "weight", "deal"]
        .contains(&field)
}

#[test]
fn everybody_sees_exactly_what_the_roles_together_show() {
    check(20, 3_000, |engine, choices| {
        let who = somebody(&engine.registry(), choices);
        let asked = questions(engine, choices);
        let planned = world::plan(engine, choices);
        rolled_back(engine, |writer| {
            world::populate(writer, &planned);
            let facts = Facts::read(writer, &planned);
            let oracle = Oracle { facts: &facts, who: &who };
            let mut reader = Reader::new(engine, writer.tx(), &who);
            for (id, fact) in &facts.records {
                let found = reader.find(&fact.object, *id).unwrap();
                assert_eq!(found.is_some(), oracle.may(*id, Action::Read), "{id} of {}", fact.object.name);
                if let Some(record) = found {
                    check_record(
                        &oracle,
                        fact,
                        &record,
                        &(0..fact.object.fields.len()).collect(),
                        Action::Read,
                    );
                }
                for action in Action::ALL {
                    let may = reader.may_on(&fact.object, *id, action).unwrap();
                    assert_eq!(may, oracle.may(*id, action), "{action:?} of {} {id}", fact.object.name);
                }
            }
            for query in asked.lists.iter().filter(|query| query.words.is_none()) {
                check_list(&oracle, &mut reader, query);
            }
        });
    });
}

fn check_list(oracle: &Oracle<'_>, reader: &mut Reader<'_, '_>, query: &ListQuery) {
    let object = &query.object;
    let mut used: BTreeSet<usize> =
        query.filter.as_ref().map_or_else(BTreeSet::new, |filter| named(object, filter));
    for sort in &query.sort {
        match object.position(&sort.field) {
            Some(position) => {
                used.insert(position);
            }
            None if sort.field == "title" => used.extend(object.title.iter().copied()),
            None => {}
        }
    }
    let expected: BTreeSet<Id> = oracle
        .facts
        .of(&object.name)
        .filter(|(id, fact)| {
            let trash = match query.trash {
                Trash::Without => !fact.is_deleted(),
                Trash::Only => fact.is_deleted(),
                Trash::Included => true,
            };
            trash
                && oracle.shows_all(*id, &used, query.action)
                && query.filter.as_ref().is_none_or(|filter| oracle.holds(filter, *id))
        })
        .map(|(id, _)| id)
        .collect();
    match reader.list(query) {
        Ok(page) => {
            let listed: BTreeSet<Id> = page.records.iter().map(Record::id).collect();
            assert_eq!(listed, expected, "{:?} {:?} {:?}", query.filter, query.sort, oracle.who.access);
            let asked = query.fields.iter().collect();
            for record in &page.records {
                check_record(oracle, &oracle.facts.records[&record.id()], record, &asked, query.action);
            }
            let counted = reader.count_exactly(&ListQuery { sort: Vec::new(), ..query.clone() }).unwrap();
            assert!(counted >= listed.len());
        }
        Err(Error::Denied(_)) => assert!(expected.is_empty(), "denied {expected:?}"),
        Err(Error::Invalid(_)) => {}
        Err(error) => panic!("{error}"),
    }
}

/// The record shows what may be seen of it, and no more.
fn check_record(oracle: &Oracle<'_>, fact: &Fact, record: &Record, asked: &BTreeSet<usize>, action: Action) {
    let (object, id) = (&fact.object, record.id());
    let title_shown = object.title.iter().all(|position| oracle.shows(id, *position, action));
    assert_eq!(record.title(), if title_shown { fact.record.title() } else { "" });
    for (position, field) in object.fields.iter().enumerate() {
        let shows = asked.contains(&position) && oracle.shows(id, position, action);
        assert_eq!(record.shows(field), shows, "{}.{} for {:?}", object.name, field.name, oracle.who.access);
        let expected: Vec<Value> = match (&field.kind, &field.formula) {
            _ if !shows => vec![Value::Null; field.columns.len()],
            (Kind::Formula { column: None }, Some(formula)) => {
                assert_eq!(*record.get(&field.name), oracle.facts.value(formula, id, oracle.who));
                continue;
            }
            _ => fact.record.parts(field).to_vec(),
        };
        assert_eq!(record.parts(field), expected, "{}.{}", object.name, field.name);
        let linked = match &field.kind {
            Kind::Link(_) => expected[0].as_id(),
            Kind::LinkAny(_) => expected[1].as_id(),
            Kind::LinkMany { .. } if shows => {
                check_members(oracle, fact, record, position);
                continue;
            }
            _ => continue,
        };
        let label =
            linked.filter(|to| oracle.shows_title(*to)).map(|to| oracle.facts.records[&to].record.title());
        assert_eq!(record.label(&field.name), label, "{}.{}", object.name, field.name);
    }
}

fn check_members(oracle: &Oracle<'_>, fact: &Fact, record: &Record, position: usize) {
    let members = record.members.iter().find(|(at, _)| *at == position).map(|(_, members)| members);
    let named: BTreeSet<(Id, &str)> =
        members.into_iter().flatten().map(|member| (member.id, member.title.as_str())).collect();
    let expected = fact
        .many(position)
        .iter()
        .filter(|id| oracle.shows_title(**id) && !oracle.facts.records[id].is_deleted())
        .map(|id| (*id, oracle.facts.records[id].record.title()));
    assert_eq!(named, expected.collect());
}

#[test]
fn nobody_changes_or_learns_by_changing_what_the_roles_close() {
    check(10, 3_000, |engine, choices| {
        let who = somebody(&engine.registry(), choices);
        let planned = world::plan(engine, choices);
        rolled_back(engine, |writer| {
            world::populate(writer, &planned);
            let facts = Facts::read(writer, &planned);
            let oracle = Oracle { facts: &facts, who: &who };
            for (id, fact) in facts.records.iter().filter(|(_, fact)| fact.object.name != "team") {
                let writable: Vec<_> =
                    fact.object.fields.iter().filter(|field| field.is_writable()).collect();
                let field = choices.one_of(&writable).unwrap();
                let expected = (choices.below(2) == 0).then_some(0);
                let mut draft = Draft::for_target(&fact.object, Target::Existing(*id, expected));
                field.columns.clone().for_each(|column| draft.put_column(column, Value::Null));
                if field.columns.is_empty() {
                    draft.put_members(fact.object.position(&field.name).unwrap(), Vec::new());
                }
                let saved = attempt(engine, writer, &who, |writer| writer.save(draft).map(|_| ()));
                match saved {
                    _ if !oracle.may(*id, Action::Read) => assert_eq!(saved, Err(Error::NotFound)),
                    _ if !oracle.may(*id, Action::Update) => {
                        assert!(matches!(saved, Err(Error::Denied(_))), "{saved:?}");
                    }
                    Err(Error::Invalid(problems)) if !oracle.changes(*id, &field.name) => {
                        assert_eq!(problems[0].message.id, "problem-field-denied");
                    }
                    Ok(()) | Err(Error::Conflict(_)) => assert!(oracle.changes(*id, &field.name)),
                    // Required, or part of nothing.
                    Err(Error::Invalid(_) | Error::NotFound) => assert!(field.required),
                    Err(error) => panic!("{error}"),
                }
                for (action, destroys) in [(Action::Delete, false), (Action::Destroy, true)] {
                    let done = attempt(engine, writer, &who, |writer| {
                        if destroys {
                            writer.destroy(&fact.object, *id)
                        } else {
                            writer.delete(&fact.object, *id)
                        }
                    });
                    match done {
                        Ok(()) => assert!(oracle.may(*id, action)),
                        Err(Error::NotFound) => assert!(!oracle.may(*id, Action::Read)),
                        Err(Error::Denied(_)) => assert!(!oracle.may(*id, action)),
                        // What leads here may have to stay.
                        Err(Error::Invalid(_)) => assert!(oracle.may(*id, action)),
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        });
    });
}

/// Tries something and takes it back.
fn attempt(
    engine: &Engine,
    writer: &mut Writer<'_, '_>,
    who: &Principal,
    deed: impl FnOnce(&mut Writer<'_, '_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut answer = Ok(());
    let undone = writer.tx().savepoint(|tx| -> Result<(), Error> {
        answer = deed(&mut Writer::new(engine, tx, who));
        Err(Error::NotFound)
    });
    assert_eq!(undone, Err(Error::NotFound));
    answer
}
