//! RFM and k-means on Online Retail; buying and spending on CDNOW's sample.

use serde_json::Value;

use super::{PURCHASES, close, column, data, expected, near, number, numbers};
use crate::line::{json, printed, row};

const CDNOW: [&str; 6] = [
    "--columns",
    "master,customer,date,cds,amount",
    "--until",
    "1997-09-30",
    "--holdout-until",
    "1998-06-30",
];

fn params(case: &Value, names: &[&str]) -> String {
    let texts: Vec<String> = names.iter().map(|name| number(case, name).to_string()).collect();
    texts.join(",")
}

#[test]
fn bgnbd_on_cdnow() {
    let Some(case) = expected("bgnbd_cdnow_sample") else { return };
    let file = data("CDNOW_sample.txt");
    let fitted = json(&[&["bgnbd", &file], &CDNOW[..]].concat());
    for name in ["r", "alpha", "a", "b"] {
        near(name, number(&fitted["params"], name), number(&case["params"], name), 1e-3);
    }
    close("log likelihood", number(&fitted, "log_likelihood"), number(&case, "log_likelihood"), 0.01);
    for (name, want) in case["customers"].as_object().expect("customers") {
        let have = row(&fitted["customers"], "customer", name);
        near("x", number(have, "repeat_purchases"), number(want, "x"), 0.0);
        near("p_alive", number(have, "p_alive"), number(want, "p_alive"), 1e-3);
        near("39 weeks", number(have, "expected_purchases"), number(want, "exp_39w"), 1e-3);
        near("later", number(have, "later_purchases"), number(want, "x_star"), 0.0);
    }
    for name in ["mae", "rmse", "pearson", "spearman", "bias"] {
        close(name, number(&fitted["holdout"], name), number(&case["holdout_39w"], name), 0.002);
    }
    near("mean p_alive", number(&fitted, "mean_p_alive"), number(&case, "mean_p_alive"), 1e-3);

    let given = params(&case["params"], &["r", "alpha", "a", "b"]);
    let stored = json(&[&["bgnbd", &file, "--params", &given], &CDNOW[..]].concat());
    for (name, want) in case["customers"].as_object().expect("customers") {
        let have = row(&stored["customers"], "customer", name);
        near("p_alive", number(have, "p_alive"), number(want, "p_alive"), 1e-8);
        near("39 weeks", number(have, "expected_purchases"), number(want, "exp_39w"), 1e-8);
    }
    let ages = stored["new_customers"].as_array().expect("ages");
    for (have, want) in ages.iter().zip(case["unconditional_E_X"].as_object().expect("ages").values()) {
        near("of new", number(have, "expected_repeat_purchases"), want.as_f64().expect("a number"), 1e-8);
    }
    for (week, want) in case["tracking"].as_object().expect("weeks") {
        let have = row(&stored["tracking"], "time", &format!("{week}.0"));
        near(&format!("expected until {week}"), number(have, "expected"), number(want, "expected"), 1e-3);
        near(&format!("actual until {week}"), number(have, "actual"), number(want, "actual"), 0.0);
    }
    for (class, want) in case["conditional_by_x"].as_object().expect("classes") {
        let have = row(&stored["by_repeat_purchases"], "repeat_purchases", class);
        for (own, theirs) in [("customers", "n"), ("expected", "expected"), ("actual", "actual")] {
            near(own, number(have, own), number(want, theirs), 1e-8);
        }
    }
}

#[test]
fn paretonbd_on_cdnow() {
    let Some(case) = expected("paretonbd_cdnow_sample") else { return };
    let fitted = json(&[&["paretonbd", &data("CDNOW_sample.txt")], &CDNOW[..]].concat());
    for name in ["r", "alpha", "s", "beta"] {
        near(name, number(&fitted["params"], name), number(&case["params"], name), 5e-3);
    }
    close("log likelihood", number(&fitted, "log_likelihood"), number(&case, "log_likelihood"), 0.05);
    for (name, want) in case["customers"].as_object().expect("customers") {
        let have = row(&fitted["customers"], "customer", name);
        near("p_alive", number(have, "p_alive"), number(want, "p_alive"), 2e-3);
        near("39 weeks", number(have, "expected_purchases"), number(want, "exp_39w"), 2e-3);
    }
}

#[test]
fn gamma_gamma_and_lifetime_value_on_cdnow() {
    let Some(case) = expected("gammagamma_clv_cdnow") else { return };
    let file = data("CDNOW_sample.txt");
    let fitted = json(&[&["gammagamma", &file], &CDNOW[..]].concat());
    let raw = &case["from_raw"];
    for name in ["p", "q", "v"] {
        near(name, number(&fitted["params"], name), number(&raw["params"], name), 5e-3);
    }
    close("log likelihood", number(&fitted, "log_likelihood"), number(raw, "ll"), 0.05);
    near("customers", number(&fitted, "customers_fitted"), number(raw, "n"), 0.0);
    near("population mean", number(&fitted, "population_mean"), number(&case, "population_mean"), 1e-3);
    near("correlation", number(&fitted, "correlation"), number(&case, "corr_x_mx"), 1e-6);
    let buying = expected("bgnbd_cdnow_sample").expect("the case beside");
    let given = params(&buying["params"], &["r", "alpha", "a", "b"]);
    let values = json(&[&["clv", &file, "--params", &given], &CDNOW[..]].concat());
    for (name, want) in case["customers"].as_object().expect("customers") {
        let have = row(&values["customers"], "customer", name);
        near("expected value", number(have, "expected_value"), number(want, "exp_value"), 1e-3);
        near("lifetime value", number(have, "lifetime_value"), number(want, "clv_12m"), 2e-3);
    }
    near("total", number(&values, "total"), number(&case, "clv_total"), 2e-3);
    close("top", number(&values, "top_decile_share"), number(&case, "clv_top_decile_share"), 0.002);
    for name in ["spearman", "pearson", "top_decile_capture"] {
        close(name, number(&values["holdout"], name), number(&case["clv_vs_holdout_spend"], name), 0.002);
    }
}

#[test]
fn rfm_and_kmeans_on_online_retail() {
    let Some(case) = expected("rfm_online_retail") else { return };
    let file = data("online_retail.csv.gz");
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("rfm.csv");
    let table = table.to_str().expect("a path");
    let line = [&["rfm", &file, "--as-of", "2011-12-10"], &PURCHASES[..]].concat();
    let found = json(&line);
    near("rows", number(&found, "rows"), number(&case, "rows"), 0.0);
    near("invoices", number(&found, "orders_count"), number(&case, "invoices"), 0.0);
    close("revenue", number(&found, "revenue"), number(&case, "revenue"), 0.01);
    for (own, theirs) in [("recency_days", "R"), ("orders", "F"), ("amount", "M")] {
        for (have, want) in column(&found["cuts"], own).iter().zip(numbers(&case["cuts"][theirs])) {
            close("cut", *have, want, 1e-6);
        }
    }
    for (own, theirs) in [("recency", "r"), ("frequency", "f"), ("monetary", "m")] {
        for (score, want) in case["score_counts"][theirs].as_object().expect("scores") {
            let have = row(&found["score_counts"], "score", score);
            near("count", number(have, own), want.as_f64().expect("a count"), 0.0);
        }
    }
    for (name, want) in case["customers_sample"].as_object().expect("customers") {
        let have = row(&found["customers"], "customer", name);
        assert_eq!((&have["rfm"], &have["segment"]), (&want["rfm"], &want["segment"]));
        close("money", number(have, "amount"), number(want, "M"), 0.01);
    }
    for (name, want) in case["segments"].as_object().expect("segments") {
        let have = row(&found["segments"], "segment", name);
        near("size", number(have, "customers"), number(want, "n"), 0.0);
        close("recency", number(have, "mean_recency_days"), number(want, "mean_R"), 1e-9);
        close("orders", number(have, "mean_orders"), number(want, "mean_F"), 1e-9);
        close("money", number(have, "amount"), number(want, "sum_M"), 0.01);
    }
    printed(&[&line[..], &["--csv", "--table", "customers", "-o", table]].concat());
    kmeans(table);
}

fn kmeans(table: &str) {
    let Some(case) = expected("kmeans_rfm") else { return };
    let line = ["kmeans", table, "--features", "recency_days,orders,amount", "--log1p"];
    for (k, case) in case["by_k"].as_object().expect("numbers of groups") {
        let fixed = json(&[&line[..], &["--k", k, "--start-by", "amount"]].concat());
        let want = &case["deterministic"];
        near("inertia", number(&fixed, "inertia"), number(want, "inertia"), 1e-6);
        assert_eq!(column(&fixed["centres"], "size"), numbers(&want["sizes"]));
        for (have, want) in fixed["centres"]
            .as_array()
            .expect("centres")
            .iter()
            .zip(want["centers"].as_array().expect("centres"))
        {
            for (have, want) in numbers(&have["centre"]).iter().zip(numbers(want)) {
                close("centre", *have, want, 1e-6);
            }
        }
        let drawn = json(&[&line[..], &["--k", k]].concat());
        assert!(number(&drawn, "inertia") <= number(case, "best_inertia") * 1.001);
        close("silhouette", number(&drawn, "silhouette"), number(case, "silhouette"), 0.01);
    }
}
