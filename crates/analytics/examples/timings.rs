//! Times the models on data drawn from a seed: `cargo run --release -p analytics --example timings`.

use analytics::{
    Random, Silent,
    forecast::{Criterion, select_ets},
    retention::*,
    value::*,
};
use std::time::Instant;

fn main() {
    for customers in [2_357, 23_570, 1_000_000] {
        time_buying(customers);
    }
    time_rfm(1_000_000);
    time_ets(144, 12);
    time_ets(64, 4);
    time_survival(7_043, 7);
    time_survival(100_000, 7);
}

/// Runs once and prints the seconds.
fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    println!("{:>10.1} ms  {what}", start.elapsed().as_secs_f64() * 1e3);
    result
}

fn time_buying(customers: usize) {
    let histories = draw_histories(customers);
    let fit =
        timed(&format!("BG/NBD fit, {customers} customers"), || fit_bgnbd(&histories, &Silent).unwrap());
    timed("  p_alive and purchases in 39 weeks", || {
        histories.iter().map(|h| fit.model.p_alive(&h) + fit.model.expected_purchases(&h, 39.0)).sum::<f64>()
    });
    let spending =
        timed("  gamma-gamma fit", || fit_gamma_gamma(&histories.x, &histories.mean_value, &Silent).unwrap());
    let plan = Plan { steps: 12, step: 4.345, discount: 0.01, margin: 1.0 };
    timed("  lifetime value, 12 months", || {
        lifetime_value(&fit.model, &spending.fit.model, &histories, &plan, &Silent).unwrap()
    });
    if customers < 100_000 {
        timed("  Pareto/NBD fit", || fit_pareto_nbd(&histories, &Silent).unwrap());
        let futures = Futures { level: 0.95, draws: 500, seed: 1 };
        timed("  intervals from 500 futures each", || {
            lifetime_value_intervals(&fit.model, &spending.fit.model, &histories, &plan, futures, &Silent)
                .unwrap()
        });
    }
}

fn time_rfm(customers: usize) {
    let mut random = Random::new(2);
    let mut column =
        |scale: f64| (0..customers).map(|_| (random.exponential() * scale).ceil()).collect::<Vec<f64>>();
    let (recency, frequency, monetary) = (column(90.0), column(4.0), column(500.0));
    timed(&format!("RFM scores, {customers} customers"), || {
        score_rfm(&recency, &frequency, &monetary, 5).unwrap()
    });
}

fn time_ets(values: usize, period: usize) {
    let mut random = Random::new(3);
    let wave = |t: usize| 1.0 + 0.2 * (std::f64::consts::TAU * t as f64 / period as f64).sin();
    let series: Vec<f64> =
        (0..values).map(|t| (100.0 + 2.0 * t as f64) * wave(t) * (1.0 + 0.03 * random.normal())).collect();
    timed(&format!("ETS chosen of 15 forms, {values} values, period {period}"), || {
        select_ets(&series, period, Criterion::Aicc, &Silent).unwrap()
    });
}

fn time_survival(customers: usize, width: usize) {
    let mut random = Random::new(4);
    let columns: Vec<Vec<f64>> =
        (0..width).map(|_| (0..customers).map(|_| random.normal()).collect()).collect();
    let time: Vec<f64> = (0..customers)
        .map(|i| (20.0 * random.exponential() / columns[0][i].exp()).ceil().min(72.0))
        .collect();
    let event: Vec<bool> = time.iter().map(|&t| t < 72.0).collect();
    timed(&format!("Kaplan-Meier, {customers} customers"), || {
        kaplan_meier(&time, &event, 0.95, Scale::LogLog).unwrap()
    });
    let slices: Vec<&[f64]> = columns.iter().map(|column| &column[..]).collect();
    let names: Vec<String> = (0..width).map(|k| format!("x{k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    timed(&format!("Cox by Efron, {width} columns"), || {
        fit_cox(&CoxData::new(&time, &event, &slices, &names), Ties::Efron, &Silent).unwrap()
    });
}

/// Customers like CDNOW's: whole days in weeks, observed for 27 to 39 weeks.
fn draw_histories(customers: usize) -> Histories {
    let model = BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    let mut random = Random::new(1);
    let mut histories = Histories::default();
    for i in 0..customers {
        let t = f64::from(189 + (i % 85) as u32) / 7.0;
        let (mut x, mut t_x) = (0.0, 0.0);
        model.simulate(&History { x: 0.0, t_x: 0.0, t: 0.0 }, t, &mut random, &mut |time| {
            (x, t_x) = (x + 1.0, (time * 7.0).ceil().min(t * 7.0) / 7.0);
        });
        histories.customer.push(i as u32);
        histories.x.push(x);
        histories.t_x.push(t_x);
        histories.t.push(t);
        histories.mean_value.push(if x > 0.0 {
            random.gamma(6.25 * x) / (x * random.gamma(3.74) / 15.44)
        } else {
            0.0
        });
    }
    histories
}
