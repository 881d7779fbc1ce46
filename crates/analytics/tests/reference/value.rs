//! RFM on Online Retail; BG/NBD, Pareto/NBD, gamma-gamma and lifetime value on CDNOW's sample.

use crate::online_retail::purchases;
use crate::shared::{close, data, day_number, expected, near, number, numbers};
use analytics::{Silent, value::*};
use serde_json::Value;
use std::collections::HashMap;

/// CDNOW's sample: histories in weeks until 1997-09-30, hold-out until 1998-06-30, and the row of each customer.
fn cdnow() -> (Histories, HashMap<String, usize>) {
    let text = std::fs::read_to_string(data("CDNOW_sample.txt")).expect("CDNOW's sample");
    let (mut customer, mut day, mut amount) = (Vec::new(), Vec::new(), Vec::new());
    let mut names = HashMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let next = names.len();
        customer.push(*names.entry(fields[1].to_owned()).or_insert(next) as u32);
        let date: i64 = fields[2].parse().expect("a date");
        day.push(day_number(date / 10_000, date / 100 % 100, date % 100) as i32);
        amount.push(fields[4].parse().expect("dollars"));
    }
    let log = PurchaseLog { customer: &customer, order: &customer, day: &day, amount: &amount };
    let (end, last) = (day_number(1997, 9, 30) as i32, day_number(1998, 6, 30) as i32);
    (log.histories(end, last, 7.0).expect("histories"), names)
}

fn check_holdout_case(case: &Value, predicted: &[f64], actual: &[f64]) {
    let held = check_holdout(predicted, actual).expect("rows");
    close("mae", held.mae, number(case, "mae"), 0.002);
    close("rmse", held.rmse, number(case, "rmse"), 0.002);
    close("pearson", held.pearson, number(case, "pearson"), 0.002);
    close("spearman", held.spearman, number(case, "spearman"), 0.002);
    close("bias", held.bias, number(case, "bias"), 0.002);
}

fn stored_bgnbd(case: &Value) -> BgNbd {
    let get = |name| number(&case["params"], name);
    BgNbd { r: get("r"), alpha: get("alpha"), a: get("a"), b: get("b") }
}

#[test]
fn bgnbd_on_cdnow() {
    let Some(case) = expected("bgnbd_cdnow_sample") else { return };
    let (histories, names) = cdnow();
    let fit = fit_bgnbd(&histories, &Silent).expect("a fit");
    let stored = stored_bgnbd(&case);
    near("r", fit.model.r, stored.r, 1e-3);
    near("alpha", fit.model.alpha, stored.alpha, 1e-3);
    near("a", fit.model.a, stored.a, 1e-3);
    near("b", fit.model.b, stored.b, 1e-3);
    let least = number(&case, "log_likelihood") - 0.01;
    assert!(fit.log_likelihood >= least && fit.log_likelihood <= least + 0.06, "{}", fit.log_likelihood);
    let at_stored: f64 = histories.iter().map(|h| stored.log_likelihood(&h)).sum();
    near("log likelihood at the stored parameters", at_stored, number(&case, "log_likelihood"), 1e-10);
    for (name, customer) in case["customers"].as_object().expect("customers") {
        let history = histories.get(names[name]);
        near("t_x", history.t_x, number(customer, "t_x"), 1e-12);
        let figures = |model: BgNbd, relative: f64| {
            near("p_alive", model.p_alive(&history), number(customer, "p_alive"), relative);
            near("39 weeks", model.expected_purchases(&history, 39.0), number(customer, "exp_39w"), relative);
        };
        figures(stored, 1e-8);
        figures(fit.model, 1e-3);
    }
    let predicted: Vec<f64> = histories.iter().map(|h| fit.model.expected_purchases(&h, 39.0)).collect();
    check_holdout_case(&case["holdout_39w"], &predicted, &histories.later_purchases);
    let p_alive: Vec<f64> = histories.iter().map(|h| fit.model.p_alive(&h)).collect();
    near(
        "mean p_alive",
        p_alive.iter().sum::<f64>() / p_alive.len() as f64,
        number(&case, "mean_p_alive"),
        1e-3,
    );
}

#[test]
fn bgnbd_over_time_and_by_number_of_purchases() {
    let Some(case) = expected("bgnbd_cdnow_sample") else { return };
    let (histories, _) = cdnow();
    let stored = stored_bgnbd(&case);
    for (weeks, value) in case["unconditional_E_X"].as_object().expect("weeks") {
        let weeks: f64 = weeks.parse().expect("a number");
        near("E[X]", stored.expected_of_new(weeks), value.as_f64().expect("a number"), 1e-8);
    }
    let start = histories.t.iter().copied().fold(0.0, f64::max);
    for (weeks, value) in case["tracking"].as_object().expect("weeks") {
        let since = weeks.parse::<f64>().expect("a number") - start;
        let total: f64 = histories.t.iter().map(|t| stored.expected_of_new((since + t).max(0.0))).sum();
        near(&format!("expected until week {weeks}"), total, number(value, "expected"), 1e-3);
    }
    let classes = case["conditional_by_x"].as_object().expect("classes");
    for (class, figures) in classes {
        let of_class = |x: f64| if class == "7+" { x >= 7.0 } else { class.parse() == Ok(x) };
        let rows: Vec<usize> = (0..histories.x.len()).filter(|&i| of_class(histories.x[i])).collect();
        assert_eq!(rows.len() as f64, number(figures, "n"));
        let sum: f64 = rows.iter().map(|&i| stored.expected_purchases(&histories.get(i), 39.0)).sum();
        near("mean by x", sum / rows.len() as f64, number(figures, "expected"), 1e-8);
    }
}

#[test]
fn pareto_nbd_on_cdnow() {
    let Some(case) = expected("paretonbd_cdnow_sample") else { return };
    let (histories, names) = cdnow();
    let fit = fit_pareto_nbd(&histories, &Silent).expect("a fit");
    let ParetoNbd { r, alpha, s, beta } = fit.model;
    for (name, value) in [("r", r), ("alpha", alpha), ("s", s), ("beta", beta)] {
        near(name, value, number(&case["params"], name), 5e-3);
    }
    close("log likelihood", fit.log_likelihood, number(&case, "log_likelihood"), 0.05);
    for (name, customer) in case["customers"].as_object().expect("customers") {
        let history = histories.get(names[name]);
        near("p_alive", fit.model.p_alive(&history), number(customer, "p_alive"), 2e-3);
        near("39 weeks", fit.model.expected_purchases(&history, 39.0), number(customer, "exp_39w"), 2e-3);
    }
    let predicted: Vec<f64> = histories.iter().map(|h| fit.model.expected_purchases(&h, 39.0)).collect();
    check_holdout_case(&case["holdout_39w"], &predicted, &histories.later_purchases);
}

#[test]
fn gamma_gamma_and_lifetime_value_on_cdnow() {
    let Some(case) = expected("gammagamma_clv_cdnow") else { return };
    let (histories, names) = cdnow();
    let spending = fit_gamma_gamma(&histories.x, &histories.mean_value, &Silent).expect("a fit");
    let model = spending.fit.model;
    let from_raw = &case["from_raw"];
    assert_eq!(spending.fit.customers as f64, number(from_raw, "n"));
    for (name, value) in [("p", model.p), ("q", model.q), ("v", model.v)] {
        near(name, value, number(&from_raw["params"], name), 5e-3);
    }
    close("log likelihood", spending.fit.log_likelihood, number(from_raw, "ll"), 0.05);
    near("population mean", model.population_mean(), number(&case, "population_mean"), 1e-3);
    let buying = stored_bgnbd(&expected("bgnbd_cdnow_sample").expect("the case beside"));
    let plan = Plan { steps: 12, step: 4.345, discount: 0.01, margin: 1.0 };
    let values = lifetime_value(&buying, &model, &histories, &plan, &Silent).expect("values");
    for (name, customer) in case["customers"].as_object().expect("customers") {
        let row = names[name];
        let spend = model.expected_value(histories.x[row], histories.mean_value[row]);
        near("expected value", spend, number(customer, "exp_value"), 1e-3);
        near("lifetime value", values[row], number(customer, "clv_12m"), 2e-3);
    }
    near("total", values.iter().sum(), number(&case, "clv_total"), 2e-3);
    let held = check_holdout(&values, &histories.later_value).expect("rows");
    close("spearman", held.spearman, number(&case, "clv_vs_holdout_spend/spearman"), 0.002);
    close("pearson", held.pearson, number(&case, "clv_vs_holdout_spend/pearson"), 0.002);
    close(
        "capture",
        held.top_decile_capture,
        number(&case, "clv_vs_holdout_spend/top_decile_capture"),
        0.002,
    );
    near("correlation", spending.correlation, number(&case, "corr_x_mx"), 1e-6);
}

/// The log of Online Retail's purchases, and the number of each customer in it.
fn with_online_retail(check: impl FnOnce(&PurchaseLog<'_>, &[u32])) {
    let retail = purchases();
    let mut orders = HashMap::new();
    let mut number_of = |invoice: &String| {
        let next = orders.len() as u32;
        *orders.entry(invoice.clone()).or_insert(next)
    };
    let order: Vec<u32> = retail.invoice.iter().map(&mut number_of).collect();
    let day: Vec<i32> = retail.day.iter().map(|&day| day as i32).collect();
    let log = PurchaseLog { customer: &retail.customer, order: &order, day: &day, amount: &retail.amount };
    check(&log, &retail.customers);
}

#[test]
fn bgnbd_on_online_retail_ends_though_hardly_anybody_leaves() {
    if expected("rfm_online_retail").is_none() {
        return;
    }
    with_online_retail(|log, _| {
        let (end, last) = (day_number(2011, 8, 31) as i32, day_number(2011, 12, 9) as i32);
        let histories = log.histories(end, last, 7.0).expect("histories");
        let fit = fit_bgnbd(&histories, &Silent).expect("a fit");
        let weeks = f64::from(last - end) / 7.0;
        let predicted: Vec<f64> = histories.iter().map(|h| fit.model.expected_purchases(&h, weeks)).collect();
        let held = check_holdout(&predicted, &histories.later_purchases).expect("rows");
        assert!(held.pearson > 0.7 && held.predicted_total.is_finite(), "{fit:?} {held:?}");
        fit_pareto_nbd(&histories, &Silent).expect("a fit");
    });
}

#[test]
fn rfm_on_online_retail() {
    let Some(case) = expected("rfm_online_retail") else { return };
    with_online_retail(|log, names| check_rfm(&case, log, names));
}

fn check_rfm(case: &Value, log: &PurchaseLog<'_>, names: &[u32]) {
    assert_eq!(log.customer.len() as f64, number(case, "rows"));
    let table = log.rfm_table(day_number(2011, 12, 10) as i32).expect("a table");
    let scores = score_rfm(&table.recency_days, &table.orders, &table.amount, 5).expect("scores");
    for (cuts, name) in
        [(&scores.recency_cuts, "R"), (&scores.frequency_cuts, "F"), (&scores.monetary_cuts, "M")]
    {
        for (cut, value) in cuts.iter().zip(numbers(&case["cuts"][name])) {
            close("cut", *cut, value, 1e-6);
        }
    }
    for (column, name) in [(&scores.recency, "r"), (&scores.frequency, "f"), (&scores.monetary, "m")] {
        for (score, count) in case["score_counts"][name].as_object().expect("counts") {
            let score: u8 = score.parse().expect("a score");
            let actual = column.iter().filter(|&&s| s == score).count() as u64;
            assert_eq!(Some(actual), count.as_u64());
        }
    }
    for (name, customer) in case["customers_sample"].as_object().expect("customers") {
        let i = names.iter().position(|n| n.to_string() == *name).expect("a customer");
        assert_eq!(table.recency_days[i], number(customer, "R"));
        assert_eq!(table.orders[i], number(customer, "F"));
        close("money", table.amount[i], number(customer, "M"), 0.01);
        let rfm = format!("{}{}{}", scores.recency[i], scores.frequency[i], scores.monetary[i]);
        assert_eq!(
            (rfm.as_str(), scores.segment[i].name()),
            (text(customer, "rfm"), text(customer, "segment"))
        );
    }
    let summaries = summarise_segments(&scores.segment, &table.recency_days, &table.orders, &table.amount);
    assert_eq!(summaries.len(), case["segments"].as_object().expect("segments").len());
    for summary in summaries {
        let figures = &case["segments"][summary.segment.name()];
        assert_eq!(summary.customers as f64, number(figures, "n"));
        close("mean R", summary.mean_recency, number(figures, "mean_R"), 1e-9);
        close("mean F", summary.mean_frequency, number(figures, "mean_F"), 1e-9);
        close("money", summary.monetary, number(figures, "sum_M"), 0.01);
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().expect("a text")
}
