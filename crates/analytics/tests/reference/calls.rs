//! Calls by interval on the bank's counts, and staffing by Erlang's formulas.

use crate::shared::{csv_rows, data, day_number, expected, near, number};
use analytics::Silent;
use analytics::forecast::{CallHistory, measure_accuracy, staffing::*};
use serde_json::Value;

const INTERVALS: usize = 169;
const TEST_DAYS: usize = 20;

/// All counts, and the weekday of each day (0 = Thursday, 1970-01-01).
fn calls() -> (Vec<f64>, Vec<u8>) {
    let (_, rows) = csv_rows(&data("fpp3_bank_calls.csv"));
    let weekday = |row: &csv::StringRecord| {
        let parts: Vec<i64> = row[1][..10].split('-').map(|part| part.parse().expect("a date")).collect();
        day_number(parts[0], parts[1], parts[2]).rem_euclid(7) as u8
    };
    let counts = rows.iter().map(|row| row[2].parse().expect("a count")).collect();
    (counts, rows.chunks(INTERVALS).map(|day| weekday(&day[0])).collect())
}

fn daily(counts: &[f64]) -> Vec<f64> {
    counts.chunks(INTERVALS).map(|day| day.iter().sum()).collect()
}

fn check(case: &Value, forecast: &[f64], actual: &[f64]) {
    for (part, f, a) in
        [("interval", forecast.to_vec(), actual.to_vec()), ("daily", daily(forecast), daily(actual))]
    {
        if case[part].is_null() {
            continue;
        }
        let found = measure_accuracy(&f, &a, &[], 1).expect("values");
        near("mae", found.mae, number(&case[part], "mae"), 1e-9);
        near("rmse", found.rmse, number(&case[part], "rmse"), 1e-9);
        near("wape", found.wape, number(&case[part], "wape"), 1e-9);
    }
}

#[test]
fn calls_by_interval() {
    let Some(case) = expected("call_volume") else { return };
    let (counts, weekday) = calls();
    assert_eq!(counts.len() as f64, number(&case, "n"));
    let split = weekday.len() - TEST_DAYS;
    let (training, actual) = counts.split_at(split * INTERVALS);
    let (known, ahead) = weekday.split_at(split);
    let history = CallHistory { counts: training, intervals: INTERVALS, weekday: known };
    let methods = &case["methods"];
    for (key, days) in
        [("seasonal_naive_same_weekday", 1), ("mean_last_4_same_weekday", 4), ("mean_last_8_same_weekday", 8)]
    {
        check(&methods[key], &history.mean_of_last(days, ahead).expect("a forecast"), actual);
    }
    let mut profile = history.profile(8, ahead).expect("a profile");
    for (day, total) in profile.chunks_mut(INTERVALS).zip(daily(actual)) {
        day.iter_mut().for_each(|share| *share *= total);
    }
    check(&methods["profile8_x_actual_daily_total"], &profile, actual);
    let forecast = history.forecast(8, ahead, &Silent).expect("a forecast");
    let wape = measure_accuracy(&forecast, actual, &[], 1).expect("values").wape;
    let most = number(&methods["hw_daily_mul5_x_profile8"], "interval/wape") + 0.003;
    assert!(wape <= most, "{wape} above {most}");
}

fn load(case: &Value) -> Load {
    let get = |name| number(case, name);
    Load { calls: get("calls"), interval_s: get("interval_s"), handling_s: get("aht_s") }
}

fn check_queue(queue: &Queue, case: &Value) {
    for (name, value) in [
        ("erlangs", queue.erlangs),
        ("p_wait", queue.p_wait),
        ("service_level", queue.service_level),
        ("asa_s", queue.mean_wait_s),
        ("occupancy", queue.occupancy),
        ("mean_queue", queue.mean_queue),
        ("p95_wait_s", queue.p95_wait_s),
    ] {
        near(name, value, number(case, name), 1e-9);
    }
}

#[test]
fn erlang_c_and_the_agents_it_takes() {
    let Some(case) = expected("erlang") else { return };
    for case in case["erlang_c"].as_array().expect("cases") {
        let agents = number(case, "agents") as u32;
        check_queue(&erlang_c(&load(case), agents, number(case, "target_s")).expect("a queue"), case);
    }
    for case in case["required_agents"].as_array().expect("cases") {
        let goal = Goal {
            service_level: number(case, "sl"),
            target_s: number(case, "target_s"),
            max_occupancy: number(case, "max_occ"),
            shrinkage: number(case, "shrinkage"),
        };
        let staffing = agents_to_goal(&load(case), &goal).expect("a staffing");
        assert_eq!(f64::from(staffing.agents), number(case, "agents"));
        assert_eq!(f64::from(staffing.scheduled), number(case, "scheduled"));
        check_queue(&staffing.queue, case);
    }
    for (name, value) in case["erlang_c_exact_fraction"].as_object().expect("cases") {
        let numbers: Vec<f64> = name.split(['=', '/', ' ']).filter_map(|part| part.parse().ok()).collect();
        let load = Load { calls: numbers[0] / numbers[1], interval_s: 1.0, handling_s: 1.0 };
        let queue = erlang_c(&load, numbers[2] as u32, 1.0).expect("a queue");
        near(name, queue.p_wait, value.as_f64().expect("a number"), 1e-9);
    }
}

#[test]
fn erlang_b_backwards_and_erlang_a() {
    let Some(case) = expected("erlang") else { return };
    for (name, value) in case["erlang_b_inverse"].as_object().expect("cases") {
        let numbers: Vec<f64> = name.split(['=', ' ']).filter_map(|part| part.parse().ok()).collect();
        let load = erlang_b_load(numbers[1] as u32, numbers[0]).expect("a load");
        near(name, load, value.as_f64().expect("a number"), 1e-9);
    }
    for case in case["erlang_a"].as_array().expect("cases") {
        let get = |name| number(case, name);
        let load = Load { calls: get("lam_per_h"), interval_s: 3600.0, handling_s: get("aht_s") };
        let queue = erlang_a(&load, get("patience_s"), get("agents") as u32, 20.0).expect("a queue");
        near("p_wait", queue.p_wait, get("p_wait"), 1e-6);
        near("p_abandon", queue.p_abandon, get("p_abandon"), 1e-6);
        near("mean_queue", queue.mean_queue, get("mean_queue"), 1e-6);
        near("mean_wait", queue.mean_wait_s, get("mean_wait_all_s"), 1e-6);
        near("occupancy", queue.occupancy, get("occupancy"), 1e-6);
    }
}
