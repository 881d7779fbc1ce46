//! k-means on recency, frequency and money against scikit-learn.

use std::collections::BTreeSet;

use analytics::Silent;
use analytics::segments::*;

use crate::online_retail::purchases;
use crate::shared::{close, expected, near, number, numbers};

/// ln(1 + R), ln(1 + F), ln(1 + M) of each customer in order of their number, scaled; and M.
fn scaled() -> (Standardised, Vec<f64>) {
    let bought = purchases();
    let end = bought.day.iter().max().expect("there are purchases") + 1;
    let n = bought.customers.len();
    let mut last = vec![i64::MIN; n];
    let mut money = vec![0.0; n];
    let mut invoices: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); n];
    for row in 0..bought.customer.len() {
        let customer = bought.customer[row] as usize;
        last[customer] = last[customer].max(bought.day[row]);
        money[customer] += bought.amount[row];
        invoices[customer].insert(&bought.invoice[row]);
    }
    let recency: Vec<f64> = last.iter().map(|day| ((end - day) as f64).ln_1p()).collect();
    let frequency: Vec<f64> = invoices.iter().map(|own| (own.len() as f64).ln_1p()).collect();
    let spent: Vec<f64> = money.iter().map(|money| money.ln_1p()).collect();
    (Points::from_columns(&[&recency, &frequency, &spent]).unwrap().standardised().unwrap(), money)
}

#[test]
fn groups_of_online_retail_meet_scikit_learn() {
    let Some(case) = expected("kmeans_rfm") else { return };
    let (scaled, money) = scaled();
    for (have, want) in scaled.means.iter().zip(numbers(&case["mean"])) {
        near("mean", *have, want, 1e-9);
    }
    for (have, want) in scaled.deviations.iter().zip(numbers(&case["sd"])) {
        near("deviation", *have, want, 1e-9);
    }
    let n = money.len();
    let mut by_money: Vec<usize> = (0..n).collect();
    by_money.sort_by(|&a, &b| money[a].total_cmp(&money[b]));
    for (k, case) in case["by_k"].as_object().unwrap() {
        let k: usize = k.parse().unwrap();
        let rows = (0..k).map(|i| by_money[((i as f64 + 0.5) * n as f64 / k as f64) as usize]).collect();
        let options = KMeansOptions { start: Start::Rows(rows), ..KMeansOptions::new(k, 0) };
        let fit = k_means(&scaled.points, &options, &Silent).unwrap();
        let fixed = &case["deterministic"];
        near("inertia", fit.inertia, number(fixed, "inertia"), 1e-6);
        for group in 0..k {
            close("size", fit.sizes[group] as f64, fixed["sizes"][group].as_f64().unwrap(), 0.0);
            for (have, want) in fit.centres[group].iter().zip(numbers(&fixed["centers"][group])) {
                close("centre", *have, want, 1e-6);
            }
        }
        let drawn = Start::Drawn { seed: 1, restarts: 20 };
        let options = KMeansOptions { start: drawn, ..KMeansOptions::new(k, 1) };
        let fit = k_means(&scaled.points, &options, &Silent).unwrap();
        assert!(fit.inertia <= number(case, "best_inertia") * 1.001, "{} for k = {k}", fit.inertia);
        let quality = silhouette(&scaled.points, &fit.labels, usize::MAX, 0).unwrap();
        close("silhouette", quality, number(case, "silhouette"), 0.01);
        let quality = calinski_harabasz(&scaled.points, &fit.labels).unwrap();
        near("Calinski-Harabasz", quality, number(case, "calinski_harabasz"), 0.01);
        let quality = davies_bouldin(&scaled.points, &fit.labels).unwrap();
        near("Davies-Bouldin", quality, number(case, "davies_bouldin"), 0.01);
    }
}
