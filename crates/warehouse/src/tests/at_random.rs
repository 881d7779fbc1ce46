//! Random roles and row rules: neither SQL nor a cube shows anybody what the records engine hides from them.

use std::collections::{BTreeMap, BTreeSet};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use expr::{
    Catalog, Checked, Expected, Type,
    generate::{Choices, Vocabulary, condition},
};
use kernel::{Decimal, Value};
use metadata::Registry;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use records::{FieldRights, Grant, ListQuery, Record, Trash};

use super::{
    rights::{grant, person},
    *,
};

const OBJECTS: [&str; 4] = ["deal", "company", "line", "user"];
/// Random cases, each on both databases; `PROPTEST_CASES` asks for another number.
const CASES: u32 = 12;

#[test]
fn whatever_the_roles_the_warehouse_shows_what_the_engine_shows_and_nothing_else() {
    on_both(|house| {
        let ids = fill(house);
        let warehouse = house.warehouse();
        let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
        let config = Config { cases: asked.unwrap_or(CASES), failure_persistence: None, ..Config::default() };
        let numbers = proptest::collection::vec(any::<u32>(), 600);
        let answer = TestRunner::new(config).run(&numbers, |numbers| {
            let who = somebody(&house.engine.registry(), &ids, &mut Choices::new(&numbers));
            for object in OBJECTS {
                same_by_sql(house, &warehouse, &who, object);
            }
            same_by_cube(house, &warehouse, &who);
            Ok(())
        });
        answer.unwrap_or_else(|failure| panic!("{failure}"));
    });
}

/// Companies, deals and lines of three people in two teams, some changed, one in the trash; gives all ids.
fn fill(house: &House) -> Vec<Id> {
    let teams = ["North", "South"].map(|name| house.save(house.draft("team").with("name", name)));
    let users: Vec<Id> = (0..3)
        .map(|at| {
            let draft = house.draft("user").with("name", format!("User {at}"));
            house.save(draft.with("team", teams[at % 2]))
        })
        .collect();
    let mut ids = [teams.to_vec(), users.clone()].concat();
    for at in 0..5_usize {
        let draft = house.draft("company").with("name", ["Acme", "Bolt", "Crane", "Dyke", "Elm"][at]);
        let company = house.save(draft.with("owner", users[at % 3]).with("team", teams[at % 2]));
        ids.push(company);
        for number in 0..5_usize {
            let stage = ["open", "won", "lost"][(at + number) % 3];
            let draft = house.draft("deal").with("name", format!("Deal {at}{number}")).with("stage", stage);
            let draft = draft.with("owner", users[(at + number) % 3]).with("company", company);
            let draft = draft.with("amount", Decimal::new(at as i64 * 100 + number as i64, 0));
            let draft = draft.with("secret", (number != 2).then(|| format!("s{number}")));
            let draft = house.watched(draft, &users[..(at + number) % 4]);
            let deal = house.save(draft.with("close_date", kernel::Date::constant(2026, 1 + at as i8, 15)));
            house.save(house.draft("line").with("name", format!("Line {at}{number}")).with("deal", deal));
            ids.push(deal);
        }
    }
    house.pass("PT26h");
    for deal in ids.iter().rev().take(4) {
        house.save(house.change("deal", *deal).with("owner", users[0]).with("secret", "new"));
    }
    house.delete("deal", ids[ids.len() - 3]);
    ids
}

/// Somebody with up to two roles on each object.
fn somebody(registry: &Registry, ids: &[Id], choices: &mut Choices) -> Principal {
    let mut objects = Vec::new();
    for name in ["deal", "company", "user"] {
        let grants: Vec<Grant> = (0..choices.below(3)).map(|_| role(registry, name, ids, choices)).collect();
        if !grants.is_empty() {
            objects.push((name, grants));
        }
    }
    let teams = ids[..2].iter().copied().filter(|_| choices.below(2) == 0).collect();
    Principal { teams, ..person(ids[2 + choices.below(3)], objects) }
}

fn role(registry: &Registry, object: &str, ids: &[Id], choices: &mut Choices) -> Grant {
    let rows = (choices.below(4) > 0).then(|| rule(registry, object, ids, choices));
    let fields = &registry.object(object).unwrap().fields;
    let hidden = fields.iter().map(|field| field.name.clone()).filter(|_| choices.below(6) == 0).collect();
    Grant { fields: FieldRights { hidden, locked: Vec::new() }, ..grant(rows, &[]) }
}

/// A random condition; one that holds for all where what came out is refused.
fn rule(registry: &Registry, object: &str, ids: &[Id], choices: &mut Choices) -> Arc<Checked> {
    let mut paths = Vec::new();
    let mut add = |prefix: &str, object: &str| {
        for name in registry.field_names(object) {
            paths.extend(registry.field(object, &name).map(|field| (format!("{prefix}{name}"), field.ty)));
        }
    };
    add("", object);
    for name in registry.field_names(object) {
        if let Some(Type::Link(to)) = registry.field(object, &name).map(|field| field.ty) {
            add(&format!("{name}."), &to);
        }
    }
    add("me.", "user");
    let text = condition(choices, &Vocabulary { paths, ids: ids.to_vec() });
    let checked = expr::check(&text, object, registry, &Expected::Condition);
    Arc::new(checked.or_else(|_| expr::check("true", object, registry, &Expected::Condition)).unwrap())
}

/// What the engine lists, by id; nothing where it says no.
fn listed(house: &House, who: &Principal, object: &str, trash: Trash) -> BTreeMap<String, Record> {
    let object = house.engine.object(object).unwrap();
    let page = house.engine.list(who, &ListQuery { trash, ..ListQuery::new(&object).limit(200) });
    let records = page.map(|page| page.records).unwrap_or_default();
    records.into_iter().map(|record| (record.id().to_string(), record)).collect()
}

/// The rows of a table by their ids, each with the texts of its columns; nothing where there is no such table.
fn table(warehouse: &Arc<Warehouse>, who: &Principal, name: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let answer = match ask_as(warehouse, who, &format!("select * from {name}")) {
        Ok(answer) => answer,
        Err(error) => {
            assert!(error.to_string().contains("not found"), "{name}: {error}");
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    let options = FormatOptions::new();
    for batch in &answer.batches {
        for row in 0..batch.num_rows() {
            let fields = answer.schema.fields().iter().zip(batch.columns());
            let there = fields.filter(|(_, column)| !column.is_null(row)).map(|(field, column)| {
                let text = ArrayFormatter::try_new(column.as_ref(), &options).unwrap();
                (field.name().clone(), text.value(row).to_string())
            });
            let row: BTreeMap<String, String> = there.collect();
            rows.push((row["id"].clone(), row));
        }
    }
    rows
}

fn same_by_sql(house: &House, warehouse: &Arc<Warehouse>, who: &Principal, object: &str) {
    let all = listed(house, who, object, Trash::Included);
    let listed = listed(house, who, object, Trash::Without);
    let rows: BTreeMap<_, _> = table(warehouse, who, object).into_iter().collect();
    assert!(rows.keys().eq(listed.keys()), "{object}: {:?}", who.access);
    let definition = house.engine.object(object).unwrap();
    let shows = |id: &str, field: &str| {
        let field = definition.field(field)?;
        all.get(id).map(|record| record.shows(field))
    };
    for (id, row) in &rows {
        let record = &listed[id];
        for field in definition.fields.iter().filter(|field| !field.columns.is_empty()) {
            let column = row.get(&field.name);
            match (record.get(&field.name), column) {
                (Value::Text(text), _) => assert_eq!(Some(text), column, "{object}.{}", field.name),
                (Value::Date(day), _) => {
                    assert_eq!(Some(&day.to_string()), column, "{object}.{}", field.name)
                }
                (Value::Null, Some(seen)) => panic!("{object}.{} shows {seen}", field.name),
                _ => {}
            }
        }
        for (position, field) in definition.many_to_many() {
            let told =
                row.get(&field.name).map(|ids| ids.trim_matches(['[', ']']).split(", ").map(str::to_owned));
            let mut seen = members(record, position).map(|member| member.id.to_string()).collect::<Vec<_>>();
            seen.sort();
            assert_eq!(
                told.map(Iterator::collect::<Vec<_>>).unwrap_or_default(),
                seen,
                "{object}.{}",
                field.name
            );
        }
        // What is made of a field is as hidden as it is.
        for (made, of) in
            [("stage_outcome", "stage"), ("amount_base", "amount"), ("amount_currency", "amount")]
        {
            if row.contains_key(made) {
                assert_eq!(shows(id, of), Some(true), "{object}.{made}");
            }
        }
    }
    for past in [format!("{object}_history"), "deal_daily".to_owned()] {
        let own = past.starts_with(object);
        for (id, row) in table(warehouse, who, &past).into_iter().filter(|_| own) {
            assert!(all.contains_key(&id), "{past} shows a record that is not to be seen");
            let hidden = row.keys().find(|column| shows(&id, column) == Some(false));
            assert_eq!(hidden, None, "{past}");
        }
    }
}

fn members(record: &Record, position: usize) -> impl Iterator<Item = &records::Member> {
    record.members.iter().filter(move |(at, _)| *at == position).flat_map(|(_, members)| members)
}

fn same_by_cube(house: &House, warehouse: &Arc<Warehouse>, who: &Principal) {
    let deals = listed(house, who, "deal", Trash::Without);
    let companies: BTreeSet<String> = listed(house, who, "company", Trash::Without)
        .values()
        .map(|record| record.title().to_owned())
        .collect();
    let ask = |question: &str| super::cubes::ask(warehouse, who, question);
    let Ok(total) = ask(r#"{"measures": ["deals"]}"#) else {
        assert!(deals.is_empty(), "there is no cube for who sees deals");
        return;
    };
    assert_eq!(super::cubes::shown(&total), [deals.len().to_string()]);
    let through = ask(r#"{"through": true}"#).unwrap();
    let ids: BTreeSet<String> = through.rows.iter().map(|row| row[0].shown()).collect();
    assert!(ids.iter().eq(deals.keys()), "{:?}", who.access);
    if let Ok(table) = ask(r#"{"by": ["company"], "measures": ["deals"]}"#) {
        let known = |name: &str| name == "(none)" || companies.contains(name) || name.parse::<Id>().is_ok();
        let told = table.rows.iter().map(|row| row[0].shown()).find(|name| !known(name));
        assert_eq!(told, None, "a company's name that is not to be seen");
    }
    if let Ok(table) =
        super::members::ask(warehouse, who, r#"{"by": ["who.watcher"], "measures": ["deals"]}"#)
    {
        let watchers = house.engine.object("deal").unwrap().position("watchers").unwrap();
        let mut seen: BTreeMap<String, i64> = BTreeMap::new();
        for deal in deals.values() {
            let names: Vec<String> = members(deal, watchers).map(|member| member.title.clone()).collect();
            let names = if names.is_empty() { vec!["(none)".to_owned()] } else { names };
            names.into_iter().for_each(|name| *seen.entry(name).or_default() += 1);
        }
        let seen: BTreeSet<String> = seen.iter().map(|(name, count)| format!("{name},{count}")).collect();
        assert_eq!(
            super::cubes::shown(&table).into_iter().collect::<BTreeSet<_>>(),
            seen,
            "{:?}",
            who.access
        );
    }
    if let Ok(table) = ask(r#"{"measures": ["worth"]}"#) {
        let amounts = deals.values().filter_map(|deal| deal.get("amount").as_decimal());
        let sum: Decimal = amounts.sum();
        let told = table.rows[0][0].exact().unwrap_or_default();
        assert_eq!(told.normalize(), sum.normalize(), "{:?}", who.access);
    }
}
