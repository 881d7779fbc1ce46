//! Cubes over members against counting record by record in memory, on random records.

use std::collections::{BTreeMap, BTreeSet};

use expr::generate::Choices;
use kernel::{Decimal, Value};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::{
    members::{ask, people},
    *,
};

/// Random workspaces, each asked many questions; `PROPTEST_CASES` asks for another number.
const CASES: u32 = 6;
const QUESTIONS: usize = 15;
const OTHERS: &str = "(others)";

/// A deal: what it is called by at each level of [`LEVELS`], its company and amount.
struct Deal {
    names: [BTreeSet<String>; LEVELS.len()],
    company: usize,
    amount: i64,
}

const LEVELS: [&str; 5] = ["who.team", "who.watcher", "labels", "regions", "stage"];

#[test]
fn a_cube_over_members_is_what_counting_record_by_record_says() {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: asked.unwrap_or(CASES), failure_persistence: None, ..Config::default() };
    let numbers = proptest::collection::vec(any::<u32>(), 900);
    let answer = TestRunner::new(config).run(&numbers, |numbers| {
        let mut choices = Choices::new(&numbers);
        let house = House::sqlite();
        let deals = fill(&house, &mut choices);
        let warehouse = house.warehouse();
        for _ in 0..QUESTIONS {
            same(&warehouse, &deals, &mut choices);
        }
        Ok(())
    });
    answer.unwrap_or_else(|failure| panic!("{failure}"));
}

fn some<'a, T>(all: &'a [T], choices: &mut Choices) -> Vec<&'a T> {
    all.iter().filter(|_| choices.below(3) == 0).collect()
}

fn fill(house: &House, choices: &mut Choices) -> Vec<Deal> {
    let people: Vec<(&str, &str, Id)> =
        [("Ada", "North"), ("Bob", "North"), ("Cat", "South"), ("Dan", "(none)")]
            .into_iter()
            .zip(people(house))
            .map(|((name, team), id)| (name, team, id))
            .collect();
    let companies = ["Acme", "Bolt"].map(|name| house.save(house.draft("company").with("name", name)));
    let none_or = |names: BTreeSet<String>| match names.is_empty() {
        true => BTreeSet::from(["(none)".to_owned()]),
        false => names,
    };
    let deals = (0..choices.below(14)).map(|at| {
        let watchers = some(&people, choices);
        let [labels, regions] = [["big", "new"], ["north", "south"]]
            .map(|all| some(&all, choices).into_iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let stage = ["open", "won", "lost"][choices.below(3)];
        let (company, amount) = (choices.below(2), choices.below(1_000) as i64);
        let list = |names: &[String]| Value::List(names.iter().map(|name| name.as_str().into()).collect());
        let draft = house.draft("deal").with("name", format!("{at}")).with("stage", stage);
        let draft = draft.with("labels", list(&labels)).with("regions", list(&regions));
        let draft = draft.with("company", companies[company]).with("amount", Decimal::new(amount, 0));
        let ids: Vec<Id> = watchers.iter().map(|(_, _, id)| *id).collect();
        house.save(house.watched(draft, &ids));
        let names = [
            watchers.iter().map(|(_, team, _)| (*team).to_owned()).collect(),
            watchers.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            labels.into_iter().collect(),
            regions.into_iter().collect(),
            BTreeSet::from([stage.to_owned()]),
        ];
        Deal { names: names.map(none_or), company, amount }
    });
    deals.collect()
}

/// A random question, answered by both.
fn same(warehouse: &Arc<Warehouse>, deals: &[Deal], choices: &mut Choices) {
    let mut by: Vec<usize> = (0..LEVELS.len()).filter(|_| choices.below(2) == 0).take(3).collect();
    // A team and its people are of one dimension: told apart together, only those of the team are its own.
    by.retain(|at| *at != 0 || choices.below(2) == 0);
    if by.starts_with(&[0, 1]) {
        by.remove(0);
    }
    let top =
        (!by.is_empty() && choices.below(2) == 0).then(|| (choices.below(by.len()), 1 + choices.below(2)));
    let totals = ["none", "rollup", "cube"][choices.below(3)];
    let names: Vec<&str> = by.iter().map(|at| LEVELS[*at]).collect();
    let mut question = serde_json::json!({
        "by": names, "measures": ["deals", "worth", "companies"], "totals": totals, "order_by": "worth",
    });
    if let Some((at, count)) = top {
        question["top_of"] = names[at].into();
        question["top"] = count.into();
    }
    let question = question.to_string();
    let table =
        ask(warehouse, &Principal::system(), &question).unwrap_or_else(|error| panic!("{question}: {error}"));
    let told: BTreeSet<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(cube::Datum::shown).collect()).collect();
    // Of several with the same amount either may be among the largest.
    let kept = top.map(|(at, _)| {
        let kept = table.rows.iter().map(|row| row[at].shown());
        (at, kept.filter(|name| name != "(all)" && name != OTHERS).collect::<BTreeSet<_>>())
    });
    if let (Some((at, kept)), Some((_, count))) = (&kept, top) {
        assert_largest(deals, by[*at], kept, count, &question);
    }
    let sets: BTreeSet<Vec<bool>> = match totals {
        "none" => BTreeSet::from([vec![true; by.len()]]),
        "rollup" => (0..=by.len()).map(|count| (0..by.len()).map(|at| at < count).collect()).collect(),
        _ => (0..1_usize << by.len())
            .map(|bits| (0..by.len()).map(|at| bits >> at & 1 == 1).collect())
            .collect(),
    };
    let wanted = sets.iter().flat_map(|set| counted(deals, &by, set, kept.as_ref())).collect::<BTreeSet<_>>();
    assert_eq!(told, wanted, "{question}");
}

/// Whether no member that was left out has more than one that was kept.
fn assert_largest(deals: &[Deal], level: usize, kept: &BTreeSet<String>, count: usize, question: &str) {
    let mut worth: BTreeMap<&String, i64> = BTreeMap::new();
    for deal in deals {
        deal.names[level].iter().for_each(|name| *worth.entry(name).or_default() += deal.amount);
    }
    assert_eq!(kept.len(), count.min(worth.len()), "{question}");
    let least = kept.iter().map(|name| worth[name]).min();
    let left = worth.iter().filter(|(name, _)| !kept.contains(**name)).map(|(_, worth)| *worth).max();
    assert!(left.is_none() || left <= least, "{question}");
}

/// The lines of one set of levels: each record once in each cell that it belongs to.
fn counted(
    deals: &[Deal],
    by: &[usize],
    set: &[bool],
    kept: Option<&(usize, BTreeSet<String>)>,
) -> Vec<Vec<String>> {
    let mut cells: BTreeMap<Vec<String>, (i64, i64, BTreeSet<usize>)> = BTreeMap::new();
    for deal in deals {
        let mut keys: BTreeSet<Vec<String>> = BTreeSet::from([Vec::new()]);
        for (at, level) in by.iter().enumerate() {
            let name = |name: &String| match kept {
                _ if !set[at] => "(all)".to_owned(),
                Some((of, kept)) if *of == at && !kept.contains(name) => OTHERS.to_owned(),
                _ => name.clone(),
            };
            let names: BTreeSet<String> = deal.names[*level].iter().map(name).collect();
            let longer = |key: &Vec<String>| {
                names
                    .iter()
                    .map(|name| key.iter().chain([name]).cloned().collect())
                    .collect::<Vec<Vec<String>>>()
            };
            keys = keys.iter().flat_map(longer).collect();
        }
        for key in keys {
            let cell = cells.entry(key).or_default();
            cell.0 += 1;
            cell.1 += deal.amount;
            cell.2.insert(deal.company);
        }
    }
    if cells.is_empty() && set.iter().all(|shown| !shown) {
        let nothing = ["0", "", "0"].map(str::to_owned);
        return vec![vec!["(all)".to_owned(); by.len()].into_iter().chain(nothing).collect()];
    }
    let line = |(key, (count, sum, companies)): (Vec<String>, (i64, i64, BTreeSet<usize>))| {
        key.into_iter().chain([count.to_string(), sum.to_string(), companies.len().to_string()]).collect()
    };
    cells.into_iter().map(line).collect()
}
