//! Channel attribution against exact linear algebra and ChannelAttribution's heuristics.

use std::collections::{BTreeSet, HashMap};

use analytics::attribution::*;
use serde_json::Value;

use crate::shared::{csv_rows, data, expected, near, number};

struct Channels {
    paths: Paths,
    names: Vec<String>,
}

fn channels() -> Channels {
    let (_, rows) = csv_rows(&data("channel_paths.csv"));
    let names: BTreeSet<&str> = rows.iter().flat_map(|row| row[0].split(" > ")).collect();
    let code: HashMap<&str, u32> = names.iter().enumerate().map(|(at, &name)| (name, at as u32)).collect();
    let paths: Vec<(Vec<u32>, [f64; 3])> = rows
        .iter()
        .map(|row| {
            let number = |at: usize| row[at].parse::<f64>().expect("a number");
            (row[0].split(" > ").map(|name| code[name]).collect(), [number(1), number(2), number(3)])
        })
        .collect();
    let paths = paths
        .iter()
        .map(|(channels, [conversions, value, nulls])| Path {
            channels,
            conversions: *conversions,
            value: *value,
            nulls: *nulls,
        })
        .collect::<Vec<_>>();
    Channels {
        paths: Paths::new(paths).expect("good paths"),
        names: names.iter().map(|&name| name.to_owned()).collect(),
    }
}

impl Channels {
    fn check(&self, what: &str, actual: &[f64], expected: &Value, relative: f64) {
        for (name, &value) in self.names.iter().zip(actual) {
            near(&format!("{what} {name}"), value, number(expected, name), relative);
        }
    }
}

#[test]
fn heuristics_meet_the_reference() {
    let Some(case) = expected("attribution") else { return };
    let channels = channels();
    let [conversions, value, nulls] = channels.paths.totals();
    near("conversions", conversions, number(&case, "total_conversions"), 1e-12);
    near("value", value, number(&case, "total_value"), 1e-12);
    near("nulls", nulls, number(&case, "total_null"), 1e-12);
    for (name, credit) in [
        ("first", Credit::First),
        ("last", Credit::Last),
        ("linear", Credit::Linear),
        ("time_decay_halflife_1_touch", Credit::TimeDecay { half_life: 1.0 }),
        ("position_40_20_40", Credit::Position { first: 0.4, last: 0.4 }),
    ] {
        let credits = by_position(&channels.paths, credit).unwrap();
        channels.check(name, &credits.conversions, &case["heuristics"]["conversions"][name], 1e-9);
        channels.check(name, &credits.value, &case["heuristics"]["value"][name], 1e-9);
    }
}

#[test]
fn removal_effects_meet_exact_linear_algebra() {
    let Some(case) = expected("attribution") else { return };
    let channels = channels();
    let fit = markov(&channels.paths, 1).unwrap();
    let case = &case["markov1"];
    near("conversion rate", fit.conversion_rate, number(case, "p_conversion"), 1e-8);
    channels.check("removal", &fit.removal_effects, &case["removal_effects"], 1e-8);
    channels.check("conversions", &fit.conversions, &case["conversions"], 1e-8);
    channels.check("value", &fit.value, &case["value"], 1e-8);
}

#[test]
fn higher_orders_keep_the_conversion_rate() {
    if expected("attribution").is_none() {
        return;
    }
    let channels = channels();
    let [conversions, _, nulls] = channels.paths.totals();
    for order in 2..=4 {
        let fit = markov(&channels.paths, order).unwrap();
        near("conversion rate", fit.conversion_rate, conversions / (conversions + nulls), 1e-8);
    }
}

#[test]
fn shapley_values_meet_the_coalitions() {
    let Some(case) = expected("attribution") else { return };
    let channels = channels();
    let credits = shapley_conversions(&channels.paths);
    channels.check("shapley", &credits.conversions, &case["shapley_conversions"], 1e-9);
    let fit = shapley_rates(&channels.paths).unwrap();
    near("rate of all", fit.grand_rate, number(&case, "grand_coalition_rate"), 1e-9);
    near("sum of rates", fit.rates.iter().sum(), fit.grand_rate, 1e-9);
}
