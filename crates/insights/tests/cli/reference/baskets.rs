//! Item sets, rules, sequences, cosines; channel attribution.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{PURCHASES, data, expected, near, number};
use crate::line::{file, json, row};

fn check_sizes(found: &Value, sizes: &Value) {
    for (size, want) in sizes.as_object().expect("sizes") {
        near(
            "sets",
            number(row(&found["sizes"], "size", size), "sets"),
            want.as_f64().expect("a count"),
            0.0,
        );
    }
}

#[test]
fn item_sets_of_fimi() {
    let Some(case) = expected("basket_fimi") else { return };
    for (name, file) in [("retail", "fimi_retail.dat"), ("BMS1", "fimi_BMS1.dat")] {
        let case = &case["arules_eclat"][name];
        for (least, run) in case["runs"].as_object().expect("runs") {
            let found = json(&["itemsets", &data(file), "--min-count", least]);
            near("baskets", number(&found, "baskets"), number(case, "n_tx"), 0.0);
            near("entries", number(&found, "entries"), number(case, "entries"), 0.0);
            near("sets", number(&found, "sets_count"), number(run, "n"), 0.0);
            check_sizes(&found, &run["sizes"]);
        }
    }
    let found = json(&["itemsets", &data("fimi_retail.dat"), "--min-count", "177"]);
    let sets = found["sets"].as_array().expect("sets");
    for want in case["retail_top_size3plus"].as_array().expect("sets") {
        let mut items: Vec<String> =
            want["items"].as_array().expect("items").iter().map(ToString::to_string).collect();
        items.sort();
        let same = |set: &&Value| {
            let mut own: Vec<String> = serde_json::from_value(set["items"].clone()).expect("items");
            own.sort();
            own == items
        };
        let have = sets.iter().find(same).unwrap_or_else(|| panic!("no set {items:?}"));
        assert_eq!(have["count"], want["count"]);
    }
    for (least, run) in case["retail_mlxtend"].as_object().expect("runs") {
        let line = ["rules", &data("fimi_retail.dat"), "--min-count", least, "--min-confidence", "0.5"];
        near("rules", number(&json(&line), "rules_count"), number(run, "n_rules_conf_0_5_single_rhs"), 0.0);
        let any = json(&[&line[..], &["--any-right"]].concat());
        near("rules", number(&any, "rules_count"), number(run, "n_rules_conf_0_5_any_rhs"), 0.0);
    }
}

#[test]
fn rules_of_groceries() {
    let Some(case) = expected("basket_groceries") else { return };
    let file = data("groceries.txt");
    for (support, run) in case["frequent"].as_object().expect("runs") {
        let found = json(&["itemsets", &file, "--min-support", support]);
        near("least", number(&found, "min_count"), number(run, "min_count"), 0.0);
        near("sets", number(&found, "sets_count"), number(run, "n_itemsets"), 0.0);
        check_sizes(&found, &run["by_size"]);
    }
    let case = &case["rules_0_006_0_25"];
    let line = ["rules", &file, "--min-support", "0.006", "--min-confidence", "0.25"];
    let found = json(&line);
    near("rules", number(&found, "rules_count"), number(case, "single_consequent"), 0.0);
    let any = json(&[&line[..], &["--any-right"]].concat());
    near("rules", number(&any, "rules_count"), number(case, "any_consequent"), 0.0);
    let rules = found["rules"].as_array().expect("rules");
    for (have, want) in rules.iter().zip(case["top_by_lift"].as_array().expect("rules")) {
        assert_eq!((&have["left"], &have["right"]), (&want["lhs"], &want["rhs"]));
        for name in ["support", "count", "confidence", "lift", "leverage", "conviction"] {
            near(name, number(have, name), number(want, name), 1e-9);
        }
    }
    let published = json(&["rules", &file, "--min-support", "0.001", "--min-confidence", "0.8"]);
    near("published rules", number(&published, "rules_count"), 410.0, 0.0);
}

#[test]
fn sequences_of_the_paper_and_of_online_retail() {
    let Some(case) = expected("sequences") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let customers = ["a abc ac d cf", "ad c bc ae", "ef ab df c b", "e g af c b c"];
    let mut text = String::new();
    for (customer, events) in customers.iter().enumerate() {
        for (at, event) in events.split(' ').enumerate() {
            let items: Vec<String> = event.chars().map(String::from).collect();
            text += &format!("{customer} {at} {} {}\n", items.len(), items.join(" "));
        }
    }
    let paper = file(folder.path(), "paper.txt", &text);
    let found = json(&["sequences", &paper, "--events", "--min-count", "2"]);
    let written = |pattern: &Value| {
        let events: Vec<Vec<String>> = serde_json::from_value(pattern["events"].clone()).expect("events");
        let events: Vec<String> = events.iter().map(|event| event.concat()).collect();
        (events.join(" "), pattern["count"].as_u64().expect("a count"))
    };
    let have: BTreeMap<String, u64> =
        found["patterns"].as_array().expect("patterns").iter().map(written).collect();
    let want: BTreeMap<String, u64> =
        serde_json::from_value(case["paper_pei2001"]["patterns"].clone()).expect("patterns");
    assert_eq!(have, want);

    let text = "1 10 2 c d\n1 15 3 a b c\n1 20 3 a b f\n1 25 4 a c d f\n2 15 3 a b f\n2 20 1 e\n3 10 3 a b f\n\
                4 10 3 d g h\n4 20 2 b f\n4 25 3 a g h\n";
    let zaki = file(folder.path(), "zaki.txt", text);
    let found = json(&["sequences", &zaki, "--events", "--min-count", "2"]);
    let have: BTreeMap<String, u64> =
        found["patterns"].as_array().expect("patterns").iter().map(written).collect();
    let want: BTreeMap<String, u64> =
        serde_json::from_value(case["zaki"]["patterns"].clone()).expect("patterns");
    assert_eq!(have, want);

    let case = &case["online_retail"];
    for (support, run) in case["runs"].as_object().expect("runs") {
        let events = data("online_retail_sequences.txt");
        let found = json(&["sequences", &events, "--events", "--min-support", support]);
        for (own, theirs) in [
            ("customers_count", &case["n_sequences"]),
            ("events_count", &case["n_events"]),
            ("min_count", &run["min_count"]),
            ("patterns_count", &run["n_patterns"]),
            ("with_several_events", &run["n_with_2plus_events"]),
        ] {
            near(own, number(&found, own), theirs.as_f64().expect("a count"), 0.0);
        }
        let patterns = found["patterns"].as_array().expect("patterns");
        for top in run["top_2plus_events"].as_array().expect("patterns") {
            let have = patterns.iter().find(|own| own["events"] == top["pattern"]).expect("the pattern");
            assert_eq!(have["count"], top["count"]);
        }
    }
    let file = data("online_retail.csv.gz");
    let line = ["sequences", &file, "--item", "StockCode", "--min-support", "0.07"];
    let found = json(&[&line[..], &PURCHASES[..2]].concat());
    near("items", number(&found, "items_count"), number(case, "n_items"), 0.0);
    near("events", number(&found, "events_count"), number(case, "n_events"), 0.0);
    near("patterns", number(&found, "patterns_count"), number(&case["runs"]["0.07"], "n_patterns"), 0.0);
}

#[test]
fn items_alike_in_online_retail() {
    let Some(case) = expected("recommender") else { return };
    let case = &case["online_retail"];
    let file = data("online_retail.csv.gz");
    let wanted: Vec<&str> =
        case["cross_sell"].as_object().expect("items").keys().map(String::as_str).collect();
    let like = wanted.join(",");
    let line = ["recommend", &file, "--like", &like, "--limit", "5"];
    let found = json(&[&line[..], &PURCHASES[..2]].concat());
    near("customers", number(&found, "customers_count"), number(case, "n_customers"), 0.0);
    near("items", number(&found, "items_count"), number(case, "n_items"), 0.0);
    near("entries", number(&found, "entries"), number(case, "nnz"), 0.0);
    for (name, want) in case["cross_sell"].as_object().expect("items") {
        let own = found["alike"].as_array().expect("rows").iter().filter(|row| row["item"] == name.as_str());
        for (have, near_by) in own.zip(want["neighbours"].as_array().expect("neighbours")) {
            near("buyers", number(have, "item_buyers"), number(want, "buyers"), 0.0);
            assert_eq!(have["alike"], near_by["stock"]);
            near("both", number(have, "both"), number(near_by, "both"), 0.0);
            near("cosine", number(have, "cosine"), number(near_by, "cosine"), 1e-9);
        }
    }
}

#[test]
fn channels() {
    let Some(case) = expected("attribution") else { return };
    let found = json(&["attribution", &data("channel_paths.csv")]);
    near("conversions", number(&found, "total_conversions"), number(&case, "total_conversions"), 1e-12);
    let check = |table: &str, own: &str, want: &Value, relative: f64| {
        for (channel, value) in want.as_object().expect("channels") {
            let have = number(row(&found[table], "channel", channel), own);
            near(&format!("{table} {own} {channel}"), have, value.as_f64().expect("a number"), relative);
        }
    };
    for (own, theirs) in [
        ("first", "first"),
        ("last", "last"),
        ("linear", "linear"),
        ("time_decay", "time_decay_halflife_1_touch"),
        ("position", "position_40_20_40"),
    ] {
        check("conversions", own, &case["heuristics"]["conversions"][theirs], 1e-9);
        check("value", own, &case["heuristics"]["value"][theirs], 1e-9);
    }
    check("conversions", "markov", &case["markov1"]["conversions"], 1e-8);
    check("value", "markov", &case["markov1"]["value"], 1e-8);
    check("effects", "removal_effect", &case["markov1"]["removal_effects"], 1e-8);
    check("conversions", "shapley", &case["shapley_conversions"], 1e-9);
    near("rate", number(&found, "shapley_rate_of_all"), number(&case, "grand_coalition_rate"), 1e-9);

    let folder = tempfile::tempdir().expect("a folder");
    let paths =
        file(folder.path(), "paths.csv", "path,conversions,nulls\nA>B,1,0\nA,1,0\nB>A>C,1,0\nC,0,1\n");
    let found = json(&["attribution", &paths]);
    let small = &case["small_case"];
    near("conversion", number(&found, "conversion_rate"), number(small, "p_conversion"), 1e-12);
    for (channel, want) in small["removal_effects"].as_object().expect("channels") {
        let have = number(row(&found["effects"], "channel", channel), "removal_effect");
        near(channel, have, want.as_f64().expect("a number"), 1e-8);
        let have = number(row(&found["conversions"], "channel", channel), "markov");
        near(channel, have, number(&small["conversions"], channel), 1e-8);
    }
}
