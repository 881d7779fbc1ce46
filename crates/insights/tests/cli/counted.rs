//! Rows that stand for several, and what options change: on the small files of the pages on models.

use std::path::Path;

use serde_json::Value;

use crate::line::{failure, file, json, row};

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/models/data").join(name);
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("no {key} in {value}"))
}

#[track_caller]
fn near(have: f64, want: f64) {
    assert!((have - want).abs() <= 1e-9 * want.abs().max(1.0), "{have}, not {want}");
}

/// A file of rows with weights 0, 1 and 2, and the same with rows repeated as often.
fn weighed_and_repeated(folder: &Path) -> (String, String) {
    let text = std::fs::read_to_string(data("customers.csv")).expect("a file of the pages");
    let (head, rows) = text.split_once('\n').expect("a header");
    let (mut weighed, mut repeated) = (format!("{head},weight\n"), format!("{head}\n"));
    for (at, line) in rows.lines().enumerate() {
        weighed += &format!("{line},{}\n", at % 3);
        (0..at % 3).for_each(|_| repeated += &format!("{line}\n"));
    }
    (file(folder, "weighed.csv", &weighed), file(folder, "repeated.csv", &repeated))
}

#[test]
fn a_weight_of_two_is_the_row_twice_and_of_zero_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (weighed, repeated) = weighed_and_repeated(folder.path());
    let both = |command: &str, options: &[&str]| {
        let asked = |path: &str| json(&[&[command, path], options].concat());
        (json(&[&[command, &weighed], options, &["--weight", "weight"]].concat()), asked(&repeated))
    };
    let chances = ["--outcome", "churned", "--features", "age,calls,tenure"];
    for key in ["auc", "brier", "log_loss", "ks", "average_precision", "calibration_error"] {
        let (have, want) = both("logistic", &chances);
        near(number(&have["fitted"], key), number(&want["fitted"], key));
    }
    let (have, want) = both("chaid", &["--outcome", "churned", "--features", "plan,region,calls"]);
    assert_eq!(have["nodes"], want["nodes"]);
    near(number(&have, "auc"), number(&want, "auc"));
    let (have, want) = both("cart", &["--outcome", "churned", "--features", "plan,age", "--max-depth", "2"]);
    near(number(&have["train"], "accuracy"), number(&want["train"], "accuracy"));
    let (have, want) = both("kmeans", &["--features", "age,calls,spent", "--k", "3"]);
    near(number(&have["scales"][0], "mean"), number(&want["scales"][0], "mean"));
    near(number(&have, "inertia"), number(&want, "inertia"));
    assert_eq!(have["centres"].as_array().map(Vec::len), Some(3));
    let (have, want) = both("calibrate", &["--outcome", "churned", "--score", "age"]);
    near(number(&have["platt"], "slope"), number(&want["platt"], "slope"));
    assert_eq!(have["isotonic"], want["isotonic"]);
    near(number(&have["by_isotonic"], "brier"), number(&want["by_isotonic"], "brier"));
    let amounts = ["--outcome", "spent", "--features", "age,calls", "--loss", "squared", "--trees", "1"];
    let (have, _) = both("boost", &[&amounts[..], &["--learning-rate", "1e-9"]].concat());
    // A model that knows the mean only explains nothing of what is weighed alike.
    assert!(number(&have["fitted"], "r_squared").abs() < 1e-6);
}

#[test]
fn chaid_tells_numbers_and_merges_exhaustively() {
    let customers = data("customers.csv");
    let asked = ["chaid", &customers, "--features", "plan,region,calls", "--outcome", "spent"];
    let found = json(&[&asked[..], &["--min-parent", "40", "--min-child", "20"]].concat());
    let first = &found["candidates"][0];
    assert!(number(first, "f") > 0.0 && number(first, "df_within") > 200.0);
    assert!(number(&found, "r_squared") > 0.0 && found["nodes"][0]["deviation"].is_number());
    let (code, text) = failure(&["chaid", &customers, "--outcome", "churned", "--number"]);
    assert!(code == 4 && text.contains("is not a number"), "{text}");

    let churn = ["chaid", &customers, "--outcome", "churned", "--features", "calls", "--min-child", "1"];
    let plain = json(&[&churn[..], &["--merge", "0.000001"]].concat());
    let least = json(&[&churn[..], &["--exhaustive"]].concat());
    let levels = least["candidates"][0]["groups"].as_array().expect("groups").iter();
    let levels: usize = levels.map(|group| group.as_array().expect("a group").len()).sum();
    near(number(&least["candidates"][0], "multiplier"), (levels * (levels - 1)) as f64 / 2.0);
    assert!(number(&least["candidates"][0], "ln_p") <= number(&plain["candidates"][0], "ln_p"));
    assert_eq!(failure(&[&churn[..], &["--exhaustive", "--merge", "0.1"]].concat()).0, 2);
}

#[test]
fn uplift_is_told_in_money_too() {
    let mailing = data("mailing.csv");
    let asked = ["uplift", &mailing, "--treatment", "group", "--treated", "letter", "--outcome", "spend"];
    let features = ["--features", "recency,newbie,channel", "--test-every", "2"];
    let found = json(&[&asked[..], &features].concat());
    let rows = found["scores"].as_array().expect("scores");
    let of = |treated: f64| {
        let own = rows.iter().filter(|row| row["part"] == "test" && number(row, "treated") == treated);
        let spent: Vec<f64> = own.map(|row| number(row, "outcome")).collect();
        spent.iter().sum::<f64>() / spent.len() as f64
    };
    near(number(&found, "effect_test"), of(1.0) - of(0.0));
    for method in ["one-model", "transformed"] {
        let found = json(&[&asked[..], &features, &["--method", method]].concat());
        assert!(number(&found["qini"], "coefficient").is_finite());
    }
    let tree = [&asked[..], &["--method", "tree"]].concat();
    assert!(number(&json(&tree)["qini"], "coefficient").is_finite());
    let (code, text) = failure(&[&tree[..], &["--divergence", "chi-squared"]].concat());
    assert!(code == 2 && text.contains("euclidean"), "{text}");
    let nobody = ["uplift", &mailing, "--treatment", "group", "--treated", "parcel", "--outcome", "visit"];
    let (code, text) = failure(&nobody);
    assert!(code == 4 && text.contains("no row is treated"), "{text}");
}

#[test]
fn groups_are_compared_one_sided_all_at_once_and_two_by_two() {
    let customers = data("customers.csv");
    let asked = ["abtest", &customers, "--group", "region", "--control", "south", "--measures", "spent"];
    let two = json(&asked);
    let higher = json(&[&asked[..], &["--alternative", "higher"]].concat());
    let (two_p, one_p) = (number(&two["test west/spent"], "p"), number(&higher["test west/spent"], "p"));
    near(two_p, 2.0 * one_p.min(1.0 - one_p));
    assert_eq!(two["overall"].as_array().map(Vec::len), Some(2));
    let all = json(&[&asked[..], &["--all-pairs", "--equal-variances"]].concat());
    assert_eq!(all["comparisons"].as_array().map(Vec::len), Some(3));
    assert!(number(row(&all["comparisons"], "comparison", "west against north/spent"), "p") <= 1.0);
    near(number(&all["test west/spent"], "df"), {
        let rows = all["groups"].as_array().expect("groups").iter();
        let own = |row: &Value| if row["group"] == "north" { 0.0 } else { number(row, "rows") };
        rows.map(own).sum::<f64>() - 2.0
    });

    let stay = ["logrank", &customers, "--time", "tenure", "--event", "churned", "--by", "region"];
    let pairs = json(&stay)["pairs"].clone();
    assert_eq!(pairs.as_array().map(Vec::len), Some(3));
    let alone = ["--where", "region = \"south\" or region = \"west\""];
    let south_west = json(&[&stay[..], &alone].concat());
    let pair = pairs.as_array().and_then(|all| all.iter().find(|row| row["group"] == "south"));
    near(number(pair.expect("south and west"), "chi2"), number(&south_west, "chi2"));
}

#[test]
fn a_penalty_pulls_parameters_to_zero() {
    let orders = data("orders.csv");
    let asked = |command: &str, penalty: &str| {
        json(&[
            command,
            &orders,
            "--customer",
            "customer",
            "--date",
            "date",
            "--amount",
            "amount",
            "--order",
            "order",
            "--penalty",
            penalty,
        ])
    };
    for (command, parameters) in [("bgnbd", "a"), ("paretonbd", "r"), ("gammagamma", "v")] {
        let (free, held) = (asked(command, "0"), asked(command, "1"));
        assert!(number(&held["params"], parameters) < number(&free["params"], parameters), "{command}");
        assert!(number(&held, "log_likelihood") <= number(&free, "log_likelihood"), "{command}");
    }
    let (code, text) = failure(&["bgnbd", &orders, "--penalty=-1"]);
    assert!(code >= 2 && text.contains("zero or more"), "{text}");
}

#[test]
fn rules_have_more_measures_when_asked() {
    let orders = data("orders.csv");
    let asked = ["rules", &orders, "--basket", "order", "--item", "product", "--min-support", "0.01"];
    let few = json(&[&asked[..], &["--min-confidence", "0.1"]].concat());
    assert!(few["rules"][0].get("zhang").is_none());
    let found = json(&[&asked[..], &["--min-confidence", "0.1", "--more-measures"]].concat());
    let first = &found["rules"][0];
    near(number(first, "confidence"), number(first, "support") / number(first, "left_support"));
    let (kulczynski, cosine, jaccard) =
        (number(first, "kulczynski"), number(first, "cosine"), number(first, "jaccard"));
    assert!(kulczynski >= cosine && cosine >= jaccard);
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let twice = file(folder.path(), "twice.csv", "a,a,y\n1,2,yes\n2,1,no\n");
    for line in [&["kmeans", twice.as_str(), "--features", "a"][..], &["cart", &twice, "--outcome", "y"]] {
        let (code, text) = failure(line);
        assert!(code == 4 && text.contains("two columns are called \"a\""), "{text}");
    }
}

#[test]
fn a_damped_trend_fades_and_a_level_is_a_probability() {
    let sales = data("sales.csv");
    let asked = ["forecast", &sales, "--value", "revenue", "--period", "12", "--method", "hw"];
    let found = json(&[&asked[..], &["--damped"]].concat());
    let phi = number(&found["paces"], "phi");
    assert!((0.8..=0.98).contains(&phi), "{phi}");
    assert!(json(&asked)["paces"].get("phi").is_none());
    let paces = ["--alpha", "0.4", "--beta", "0.2", "--gamma", "0.1", "--phi"];
    let mean = |phi| {
        let ahead = json(&[&asked[..], &paces, &[phi]].concat());
        number(&ahead["forecast"].as_array().expect("steps")[11], "mean")
    };
    let whole = json(&[&asked[..], &paces[..6]].concat());
    near(mean("1"), number(&whole["forecast"].as_array().expect("steps")[11], "mean"));
    assert!((mean("0.8") - mean("1")).abs() > 0.01);
    for command in ["forecast", "cox", "logistic", "kaplan-meier", "clv", "abtest"] {
        let (code, text) = failure(&[command, sales.as_str(), "--level", "95"]);
        assert!(code == 2 && text.contains("above 0 and below 1"), "{command}: {text}");
    }
}

#[test]
fn closed_and_maximal_patterns_are_some_of_all() {
    let orders = data("orders.csv");
    let asked = ["sequences", &orders, "--item", "product", "--min-support", "0.3"];
    let count = |more: &[&str]| number(&json(&[&asked[..], more].concat()), "patterns_count");
    let (all, closed, maximal) = (count(&[]), count(&["--kind", "closed"]), count(&["--kind", "maximal"]));
    assert!(all >= closed && closed >= maximal && maximal >= 1.0, "{all} {closed} {maximal}");
    assert!(count(&["--max-steps", "1"]) <= all);
}
