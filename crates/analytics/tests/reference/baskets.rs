//! Item sets and rules against arules and mlxtend, sequences against cSPADE, cosines against numpy.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use analytics::Silent;
use analytics::baskets::*;
use serde_json::Value;

use crate::online_retail::{Purchases, purchases};
use crate::shared::{data, expected, near, number};

fn fimi(name: &str) -> Baskets {
    let text = std::fs::read_to_string(data(name)).expect("a file of baskets");
    Baskets::from_rows(text.lines().map(|line| {
        line.split_whitespace().map(|item| item.parse().expect("an item number")).collect::<Vec<u32>>()
    }))
}

/// Baskets of names, and the names by code.
fn groceries() -> (Baskets, Vec<String>) {
    let text = std::fs::read_to_string(data("groceries.txt")).expect("the baskets");
    let names: BTreeSet<&str> = text.lines().flat_map(|line| line.split(';')).collect();
    let code: HashMap<&str, u32> = names.iter().enumerate().map(|(at, &name)| (name, at as u32)).collect();
    let rows = text.lines().map(|line| line.split(';').map(|name| code[name]).collect::<Vec<u32>>());
    (Baskets::from_rows(rows), names.iter().map(|&name| name.to_owned()).collect())
}

fn check_sizes(found: &ItemSets, case: &Value, sizes: &str, total: &str) {
    assert_eq!(found.len() as f64, number(case, total));
    for (size, count) in case[sizes].as_object().expect("counts by size") {
        assert_eq!(
            found.sizes()[size.parse::<usize>().unwrap()] as u64,
            count.as_u64().unwrap(),
            "size {size}"
        );
    }
}

#[test]
fn fimi_baskets_have_the_item_sets_of_arules() {
    let Some(case) = expected("basket_fimi") else { return };
    for (name, file) in [("retail", "fimi_retail.dat"), ("BMS1", "fimi_BMS1.dat")] {
        let baskets = fimi(file);
        let case = &case["arules_eclat"][name];
        assert_eq!(baskets.len() as f64, number(case, "n_tx"));
        assert_eq!(baskets.entries() as f64, number(case, "entries"));
        for (least, run) in case["runs"].as_object().unwrap() {
            let mining = Mining::at_least(least.parse().unwrap());
            check_sizes(&frequent_sets(&baskets, &mining, &Silent).unwrap(), run, "sizes", "n");
        }
    }
}

#[test]
fn fimi_retail_has_the_rules_of_mlxtend() {
    let Some(case) = expected("basket_fimi") else { return };
    let baskets = fimi("fimi_retail.dat");
    for (least, run) in case["retail_mlxtend"].as_object().unwrap() {
        let found = frequent_sets(&baskets, &Mining::at_least(least.parse().unwrap()), &Silent).unwrap();
        let one = RuleOptions::confidence(0.5);
        let any = RuleOptions { sides: RuleSides::AnyRight, ..one };
        assert_eq!(rules(&found, &one).unwrap().len() as f64, number(run, "n_rules_conf_0_5_single_rhs"));
        assert_eq!(rules(&found, &any).unwrap().len() as f64, number(run, "n_rules_conf_0_5_any_rhs"));
    }
    let found = frequent_sets(&baskets, &Mining::at_least(177), &Silent).unwrap();
    for top in case["retail_top_size3plus"].as_array().unwrap() {
        let items: Vec<u64> = top["items"].as_array().unwrap().iter().map(|i| i.as_u64().unwrap()).collect();
        let set = found.iter().find(|set| set.items.iter().map(|&i| u64::from(i)).eq(items.iter().copied()));
        assert_eq!(f64::from(set.expect("a frequent set").count), number(top, "count"));
    }
}

#[test]
fn groceries_have_the_sets_and_rules_of_arules() {
    let Some(case) = expected("basket_groceries") else { return };
    let (baskets, names) = groceries();
    for (support, run) in case["frequent"].as_object().unwrap() {
        let least = min_count(support.parse().unwrap(), baskets.len()).unwrap();
        assert_eq!(f64::from(least), number(run, "min_count"));
        let found = frequent_sets(&baskets, &Mining::at_least(least), &Silent).unwrap();
        check_sizes(&found, run, "by_size", "n_itemsets");
    }
    let least = min_count(0.006, baskets.len()).unwrap();
    let found = frequent_sets(&baskets, &Mining::at_least(least), &Silent).unwrap();
    let one = RuleOptions::confidence(0.25);
    let any = rules(&found, &RuleOptions { sides: RuleSides::AnyRight, ..one }).unwrap();
    let found = rules(&found, &one).unwrap();
    let case = &case["rules_0_006_0_25"];
    assert_eq!(found.len() as f64, number(case, "single_consequent"));
    assert_eq!(any.len() as f64, number(case, "any_consequent"));
    for (rule, top) in found.iter().zip(case["top_by_lift"].as_array().unwrap()) {
        let named = |items: &[u32]| items.iter().map(|&i| names[i as usize].clone()).collect::<Vec<_>>();
        assert_eq!(Value::from(named(&rule.left)), top["lhs"]);
        assert_eq!(Value::from(named(&rule.right)), top["rhs"]);
        for (what, value) in [
            ("support", rule.support),
            ("confidence", rule.confidence),
            ("lift", rule.lift),
            ("leverage", rule.leverage),
            ("conviction", rule.conviction),
            ("count", f64::from(rule.count)),
        ] {
            near(what, value, number(top, what), 1e-9);
        }
    }
}

#[test]
fn published_rules_of_groceries_are_410() {
    if expected("basket_groceries").is_none() {
        return;
    }
    let (baskets, _) = groceries();
    let least = min_count(0.001, baskets.len()).unwrap();
    let found = frequent_sets(&baskets, &Mining::at_least(least), &Silent).unwrap();
    assert_eq!(rules(&found, &RuleOptions::confidence(0.8)).unwrap().len(), 410);
}

/// Patterns written as `a bc`: one letter an item, a blank between events.
fn lettered(patterns: &[Pattern]) -> BTreeMap<String, u64> {
    let letter = |&item: &u32| char::from(b'a' + item as u8);
    patterns
        .iter()
        .map(|p| {
            let events: Vec<String> = p.events.iter().map(|e| e.iter().map(letter).collect()).collect();
            (events.join(" "), u64::from(p.count))
        })
        .collect()
}

#[test]
fn the_prefixspan_paper_has_53_patterns() {
    let Some(case) = expected("sequences") else { return };
    let rows = ["a abc ac d cf", "ad c bc ae", "ef ab df c b", "e g af c b c"].map(|customer| {
        customer
            .split(' ')
            .map(|e| e.bytes().map(|b| u32::from(b - b'a')).collect())
            .collect::<Vec<Vec<u32>>>()
    });
    let sequences = Sequences::from_rows(&rows);
    let found = frequent_sequences(&sequences, &SequenceOptions::at_least(2), &Silent).unwrap();
    let patterns: BTreeMap<String, u64> =
        serde_json::from_value(case["paper_pei2001"]["patterns"].clone()).unwrap();
    assert_eq!(lettered(&found), patterns);
}

#[test]
fn online_retail_has_the_sequences_of_cspade() {
    let Some(case) = expected("sequences") else { return };
    let case = &case["online_retail"];
    let text = std::fs::read_to_string(data("online_retail_sequences.txt")).expect("the events");
    let mut names: Vec<&str> = Vec::new();
    let mut codes: HashMap<&str, u32> = HashMap::new();
    let mut rows: Vec<Vec<Vec<u32>>> = Vec::new();
    let mut last = "";
    for line in text.lines() {
        let mut words = line.split(' ');
        let customer = words.next().expect("a customer");
        if customer != last {
            rows.push(Vec::new());
            last = customer;
        }
        let mut code = |name| {
            *codes.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() as u32 - 1
            })
        };
        rows.last_mut().unwrap().push(words.skip(2).map(&mut code).collect());
    }
    let sequences = Sequences::from_rows(&rows);
    assert_eq!(sequences.len() as f64, number(case, "n_sequences"));
    for (support, run) in case["runs"].as_object().unwrap() {
        let least = min_count(support.parse().unwrap(), sequences.len()).unwrap();
        assert_eq!(f64::from(least), number(run, "min_count"));
        let mut found = frequent_sequences(&sequences, &SequenceOptions::at_least(least), &Silent).unwrap();
        assert_eq!(found.len() as f64, number(run, "n_patterns"));
        for (items, count) in run["by_items"].as_object().unwrap() {
            let items: usize = items.parse().unwrap();
            let have = found.iter().filter(|pattern| pattern.items() == items).count();
            assert_eq!(have as u64, count.as_u64().unwrap());
        }
        found.retain(|pattern| pattern.events.len() > 1);
        assert_eq!(found.len() as f64, number(run, "n_with_2plus_events"));
        for top in run["top_2plus_events"].as_array().unwrap() {
            let events: Vec<Vec<String>> = serde_json::from_value(top["pattern"].clone()).unwrap();
            let events: Vec<Vec<u32>> =
                events.iter().map(|e| e.iter().map(|name| codes[name.as_str()]).collect()).collect();
            let pattern = found.iter().find(|pattern| pattern.events == events).expect("the pattern");
            assert_eq!(f64::from(pattern.count), number(top, "count"));
        }
    }
}

#[test]
fn online_retail_has_the_cosines_of_numpy() {
    let Some(case) = expected("recommender") else { return };
    let case = &case["online_retail"];
    let Purchases { customer, stock, customers, stocks, .. } = purchases();
    let baskets = Baskets::from_columns(&customer, &stock).unwrap();
    assert_eq!(customers.len() as f64, number(case, "n_customers"));
    assert_eq!(stocks.len() as f64, number(case, "n_items"));
    assert_eq!(baskets.entries() as f64, number(case, "nnz"));
    let cosine = ItemCosine::new(&baskets);
    for (name, item) in case["cross_sell"].as_object().unwrap() {
        let code = stocks.iter().position(|stock| stock == name).unwrap() as u32;
        assert_eq!(f64::from(baskets.item_counts()[code as usize]), number(item, "buyers"));
        let near_by = item["neighbours"].as_array().unwrap();
        for (have, want) in cosine.neighbours(code, near_by.len()).iter().zip(near_by) {
            assert_eq!(Value::from(stocks[have.item as usize].clone()), want["stock"]);
            assert_eq!(f64::from(have.both), number(want, "both"));
            assert_eq!(f64::from(have.buyers), number(want, "buyers"));
            near("cosine", have.cosine, number(want, "cosine"), 1e-9);
        }
    }
}
