//! Series against R, deals, calls, Erlang.

use super::{close, column, data, expected, near, number, numbers};
use crate::line::{json, row};

const SERIES: [(&str, &str, &str, &str); 3] = [
    ("air_passengers", "air_passengers.csv", "12", "24"),
    ("debitcards", "fpp2_debitcards.csv", "12", "24"),
    ("euretail", "fpp2_euretail.csv", "4", "8"),
];

#[test]
fn holt_winters_with_given_paces() {
    let Some(case) = expected("holtwinters_fixed") else { return };
    for (name, file, period, held) in SERIES {
        let line = ["forecast", &data(file), "--period", period, "--test-last", held, "--method", "hw"];
        let found = json(&[&line[..], &["--alpha", "0.3", "--beta", "0.1", "--gamma", "0.2"]].concat());
        let case = &case[name];
        near("level", number(&found["start"], "level"), number(case, "l_start"), 1e-9);
        near("trend", number(&found["start"], "trend"), number(case, "b_start"), 1e-9);
        near("sse", number(&found, "sse"), number(case, "sse"), 1e-6);
        for (have, want) in column(&found["forecast"], "mean").iter().zip(numbers(&case["forecast"])) {
            near("forecast", *have, want, 1e-6);
        }
    }
}

#[test]
fn smoothing_as_in_r() {
    let Some(case) = expected("forecast_ets") else { return };
    for (name, file, period, held) in SERIES {
        let case = &case["series"][name]["R"];
        let file = data(file);
        let line = ["forecast", &file, "--period", period, "--test-last", held];
        let naive = json(&[&line[..], &["--method", "naive"]].concat());
        for measure in ["mae", "rmse", "mape", "mase"] {
            near(measure, number(&naive["test"], measure), number(&case["snaive"]["holdout"], measure), 1e-9);
        }
        for (season, key) in [("multiplicative", "holtwinters_mult"), ("additive", "holtwinters_add")] {
            let found = json(&[&line[..], &["--method", "hw", "--season", season]].concat());
            assert!(number(&found, "sse") <= number(&case[key], "sse") * 1.001, "{name} {key}");
        }
        for (key, figures) in case.as_object().expect("models") {
            let Some(form) = key.strip_prefix("ets_").filter(|form| *form != "auto") else { continue };
            let found = json(&[&line[..], &["--form", form]].concat());
            assert!(
                number(&found["fit"], "log_likelihood") >= number(figures, "loglik") - 0.5,
                "{name} {key}"
            );
        }
        let chosen = json(&line);
        let want = number(&case["ets_auto"]["holdout"], "mase");
        let have = number(&chosen["test"], "mase");
        assert!(have <= (want * 1.1).max(want + 0.05), "{name}: {have} above {want}");
    }
    let case = &case["air_passengers_full_auto"];
    let found = json(&["forecast", &data("air_passengers.csv"), "--period", "12"]);
    assert!(number(&found["fit"], "log_likelihood") >= number(case, "loglik") - 0.5);
}

#[test]
fn deals() {
    let Some(case) = expected("pipeline_forecast") else { return };
    let file = data("crm_sales_pipeline.csv");
    let line = ["pipeline", &file, "--stage", "deal_stage", "--group", "product"];
    let found = json(&[&line[..], &["--as-of", "2018-12-31"]].concat());
    near("win rate", number(&found["overall"], "win_rate"), number(&case, "overall_win_rate"), 1e-12);
    near("mean", number(&found["overall"], "mean_won_value"), number(&case, "mean_won"), 1e-12);
    for (name, want) in case["by_product"].as_object().expect("products") {
        let have = row(&found["groups"], "group", name);
        near("closed", number(have, "closed"), number(want, "closed"), 0.0);
        near("win rate", number(have, "win_rate"), number(want, "win_rate"), 1e-12);
        near("value", number(have, "mean_won_value"), number(want, "mean_won_value"), 1e-12);
    }
    let backtests = case["backtest"].as_array().expect("backtests").iter();
    for want in backtests.chain([&case["as_of_2017_12_31"]]) {
        let (as_of, horizon) = (want["as_of"].as_str().expect("a date"), want["horizon_days"].to_string());
        let found = json(&[&line[..], &["--as-of", as_of, "--horizon", &horizon]].concat());
        near("open", number(&found, "open"), number(want, "open"), 0.0);
        for (own, theirs) in [
            ("by_win_rate_whenever", "pipeline_weighted_total"),
            ("by_timing", "timing_weighted_in_horizon"),
            ("by_competing_risks", "aalen_johansen_in_horizon"),
        ] {
            close(own, number(&found["forecast"], own), number(want, theirs), 0.01);
        }
        if found["actual"].is_object() {
            let actual = &found["actual"];
            close("won", number(actual, "won_value"), number(want, "actual_won_from_open_in_horizon"), 0.01);
            near("won", number(actual, "won"), number(want, "actual_won_count"), 0.0);
        }
    }
}

#[test]
fn calls_of_the_bank() {
    let Some(case) = expected("call_volume") else { return };
    let file = data("fpp3_bank_calls.csv");
    let methods = &case["methods"];
    for days in ["4", "8"] {
        let found = json(&["calls", &file, "--test-days", "20", "--days", days]);
        near("days", number(&found, "days_count"), number(&case, "days"), 0.0);
        near("intervals", number(&found, "intervals_a_day"), number(&case, "intervals"), 0.0);
        near("total", number(&found, "total"), number(&case, "total"), 1e-12);
        let mean = format!("mean_of_last_{days}");
        let same = format!("mean_last_{days}_same_weekday");
        for (own, theirs) in [("last_same_weekday", "seasonal_naive_same_weekday"), (&mean, &same)] {
            let have = row(&found["test"], "method", own);
            for part in ["interval", "daily"] {
                for measure in ["mae", "rmse", "wape"] {
                    near(
                        own,
                        number(have, &format!("{part}_{measure}")),
                        number(&methods[theirs][part], measure),
                        1e-9,
                    );
                }
            }
        }
        if days == "8" {
            let have = number(row(&found["test"], "method", "holt_winters"), "interval_wape");
            assert!(have <= number(&methods["hw_daily_mul5_x_profile8"], "interval/wape") + 0.003);
            let have = number(row(&found["test"], "method", "profile_of_actual_totals"), "interval_wape");
            near("profile", have, number(&methods["profile8_x_actual_daily_total"], "interval/wape"), 1e-9);
        }
    }
}

#[test]
fn erlang() {
    let Some(case) = expected("erlang") else { return };
    let text = |value: &serde_json::Value| value.to_string();
    let load = |case: &serde_json::Value| {
        let own = ["calls", "interval_s", "aht_s", "target_s"].map(|name| text(&case[name]));
        let names = ["--calls", "--interval", "--handling", "--target"].map(str::to_owned);
        names.into_iter().zip(own).flat_map(|(name, value)| [name, value]).collect::<Vec<String>>()
    };
    let run = |options: &[String]| {
        let line: Vec<&str> = std::iter::once("erlang").chain(options.iter().map(String::as_str)).collect();
        json(&line)
    };
    let check = |found: &serde_json::Value, case: &serde_json::Value| {
        for (own, theirs) in [
            ("p_wait", "p_wait"),
            ("service_level", "service_level"),
            ("mean_wait_s", "asa_s"),
            ("occupancy", "occupancy"),
            ("mean_queue", "mean_queue"),
            ("p95_wait_s", "p95_wait_s"),
        ] {
            near(own, number(&found["queue"], own), number(case, theirs), 1e-9);
        }
    };
    for case in case["erlang_c"].as_array().expect("cases") {
        let options = [load(case), vec!["--agents".to_owned(), text(&case["agents"])]].concat();
        check(&run(&options), case);
    }
    for case in case["required_agents"].as_array().expect("cases") {
        let goal = [("--service-level", "sl"), ("--max-occupancy", "max_occ"), ("--shrinkage", "shrinkage")];
        let goal = goal.iter().flat_map(|(name, key)| [(*name).to_owned(), text(&case[*key])]);
        let found = run(&[load(case), goal.collect()].concat());
        near("agents", number(&found, "agents"), number(case, "agents"), 0.0);
        near("scheduled", number(&found, "scheduled"), number(case, "scheduled"), 0.0);
        check(&found, case);
    }
    for (name, want) in case["erlang_b_inverse"].as_object().expect("cases") {
        let numbers: Vec<&str> = name.split(['=', ' ']).filter(|part| part.parse::<f64>().is_ok()).collect();
        let found = json(&["erlang", "--lines", numbers[1], "--blocked", numbers[0]]);
        near(name, number(&found, "erlangs"), want.as_f64().expect("a number"), 1e-9);
    }
    for case in case["erlang_a"].as_array().expect("cases") {
        let [calls, handling, patience, agents] =
            ["lam_per_h", "aht_s", "patience_s", "agents"].map(|name| text(&case[name]));
        let found = json(&[
            "erlang",
            "--interval",
            "3600",
            "--calls",
            &calls,
            "--handling",
            &handling,
            "--patience",
            &patience,
            "--agents",
            &agents,
        ]);
        for (own, theirs) in
            [("p_wait", "p_wait"), ("p_abandon", "p_abandon"), ("mean_wait_s", "mean_wait_all_s")]
        {
            near(own, number(&found["queue"], own), number(case, theirs), 1e-6);
        }
    }
}
