//! Times one model on columns from a folder, one thread, and tells the memory it took; `run.py` beside this file draws
//! the columns, calls this and the peer after each other, and writes the table of `docs/benchmarks.md`.
//!
//! `cargo bench -p analytics --bench peers -- FOLDER CASE` prints one line of JSON. `FOLDER` has a file for each column:
//! eight bytes a number, little-endian; lists of items as text, a line each.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use analytics::baskets::{Baskets, Mining, SequenceOptions, Sequences, frequent_sequences, frequent_sets};
use analytics::forecast::{Criterion as Best, select_ets};
use analytics::prediction::{BoostOptions, LogisticOptions, boost, logistic, metrics};
use analytics::segments::{KMeansOptions, Points, Start, k_means};
use analytics::trees::{CartOptions, Criterion, cart};
use analytics::value::{Buying, Histories, fit_bgnbd, score_rfm};
use analytics::{Feature, Silent};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [folder, case] = words.as_slice() else {
        println!("give FOLDER CASE; crates/analytics/benches/peers/run.py does");
        return;
    };
    let folder = Folder(PathBuf::from(folder));
    let case = case.as_str();
    match case.split_once('-').map_or(case, |(kind, _)| kind) {
        "bgnbd" => time_bgnbd(&folder),
        "rfm" => time_rfm(&folder),
        "boost" => time_boost(&folder),
        "kmeans" => time_kmeans(&folder),
        "logistic" => time_logistic(&folder),
        "cart" => time_cart(&folder),
        "itemsets" => time_item_sets(&folder),
        "sequences" => time_sequences(&folder),
        "ets" => time_ets(&folder),
        other => println!("no such case: {other}"),
    }
}

/// Columns of one case.
struct Folder(PathBuf);

impl Folder {
    fn column(&self, name: &str) -> Vec<f64> {
        let bytes = std::fs::read(self.0.join(name)).expect("a column");
        bytes.chunks_exact(8).map(|eight| f64::from_le_bytes(eight.try_into().expect("eight"))).collect()
    }

    /// `x0`, `x1`, … as far as they go.
    fn columns(&self) -> Vec<Vec<f64>> {
        let there = |at: &usize| Path::exists(&self.0.join(format!("x{at}")));
        (0..).take_while(there).map(|at| self.column(&format!("x{at}"))).collect()
    }

    fn number(&self, name: &str) -> usize {
        std::fs::read_to_string(self.0.join(name)).expect("a number").trim().parse().expect("a whole number")
    }

    fn rows(&self) -> Vec<Vec<u32>> {
        let text = std::fs::read_to_string(self.0.join("rows")).expect("rows");
        let items = |line: &str| line.split(' ').map(|item| item.parse().expect("a code")).collect();
        text.lines().map(items).collect()
    }
}

/// Runs the best of a few runs (one when it is long), and prints the seconds, the memory and what was found.
fn timed(columns_bytes: usize, mut run: impl FnMut() -> f64) {
    let before = peak_bytes();
    let (mut best, mut found, started) = (f64::INFINITY, 0.0, Instant::now());
    for _ in 0..5 {
        let start = Instant::now();
        found = black_box(run());
        best = best.min(start.elapsed().as_secs_f64());
        if started.elapsed().as_secs_f64() > 2.0 {
            break;
        }
    }
    let more = peak_bytes().saturating_sub(before);
    println!(
        "{{\"seconds\": {best}, \"found\": {found}, \"columns_bytes\": {columns_bytes}, \"model_bytes\": {more}}}"
    );
}

/// The most memory this process ever had, in bytes; 0 where the system does not tell.
fn peak_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kilobytes.unwrap_or(0) * 1024
}

fn bytes(columns: &[Vec<f64>]) -> usize {
    columns.iter().map(|column| column.len() * 8).sum()
}

/// Fits, then scores everybody: the chance to be a customer still, and purchases in 39 weeks.
fn time_bgnbd(folder: &Folder) {
    let [x, t_x, t] = ["frequency", "recency", "age"].map(|name| folder.column(name));
    let rows = x.len();
    let nothing = || vec![0.0; rows];
    let histories = Histories {
        customer: (0..rows as u32).collect(),
        x,
        t_x,
        t,
        mean_value: nothing(),
        later_purchases: nothing(),
        later_value: nothing(),
    };
    timed(rows * 24, || {
        let fit = fit_bgnbd(&histories, &Silent).expect("a fit");
        let score = |history| fit.model.p_alive(&history) + fit.model.expected_purchases(&history, 39.0);
        black_box(histories.iter().map(score).sum::<f64>());
        fit.log_likelihood
    });
}

fn time_rfm(folder: &Folder) {
    let [recency, orders, amount] = ["recency", "orders", "amount"].map(|name| folder.column(name));
    timed(recency.len() * 24, || {
        let scored = score_rfm(&recency, &orders, &amount, 5).expect("scores");
        scored.frequency.iter().map(|&score| f64::from(score)).sum()
    });
}

/// What is found is the AUC on the rows it was fitted to.
fn time_boost(folder: &Folder) {
    let (columns, y) = (folder.columns(), folder.column("y"));
    let names: Vec<String> = (0..columns.len()).map(|at| format!("x{at}")).collect();
    let features: Vec<Feature> =
        columns.iter().zip(&names).map(|(x, name)| Feature::numbers(name, x)).collect();
    let options = BoostOptions { leaves: folder.number("leaves"), ..BoostOptions::default() };
    timed(bytes(&columns) + y.len() * 8, || {
        let model = boost(&features, &y, None, &options, &Silent).expect("a model");
        if y.len() > 300_000 {
            return model.losses.last().copied().unwrap_or(0.0);
        }
        let start = Instant::now();
        let auc = metrics::auc(&y, &model.predict(&features).expect("chances"), None).expect("two classes");
        // The peer's measure is not timed either, but cannot be left out here.
        eprintln!("{{\"predict_and_measure\": {}}}", start.elapsed().as_secs_f64());
        auc
    });
}

/// One start: what is found is the inertia.
fn time_kmeans(folder: &Folder) {
    let columns = folder.columns();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let options = KMeansOptions {
        start: Start::Drawn { seed: 1, restarts: 1 },
        max_iterations: 300,
        tolerance: 1e-4,
        ..KMeansOptions::new(8, 1)
    };
    timed(bytes(&columns), || {
        let points = Points::from_columns(&slices).expect("points");
        k_means(&points, &options, &Silent).expect("groups").inertia
    });
}

fn time_logistic(folder: &Folder) {
    let (columns, y) = (folder.columns(), folder.column("y"));
    let names: Vec<String> = (0..columns.len()).map(|at| format!("x{at}")).collect();
    let features: Vec<Feature> =
        columns.iter().zip(&names).map(|(x, name)| Feature::numbers(name, x)).collect();
    timed(bytes(&columns) + y.len() * 8, || {
        logistic(&features, &y, None, &LogisticOptions::default(), &Silent).expect("a fit").log_likelihood
    });
}

fn time_cart(folder: &Folder) {
    let (columns, y) = (folder.columns(), folder.column("y"));
    let names: Vec<String> = (0..columns.len()).map(|at| format!("x{at}")).collect();
    let features: Vec<Feature> =
        columns.iter().zip(&names).map(|(x, name)| Feature::numbers(name, x)).collect();
    let options = CartOptions { max_depth: 8, min_leaf: 20, ..CartOptions::new(Criterion::Gini) };
    timed(bytes(&columns) + y.len() * 8, || {
        cart(&features, &y, None, &options, &Silent).expect("a tree").leaf_count() as f64
    });
}

fn time_item_sets(folder: &Folder) {
    let rows = folder.rows();
    let mining = Mining::at_least(folder.number("least") as u32);
    timed(rows.iter().map(|row| row.len() * 4).sum(), || {
        frequent_sets(&Baskets::from_rows(&rows), &mining, &Silent).expect("sets").len() as f64
    });
}

/// Every row is a sequence of single items.
fn time_sequences(folder: &Folder) {
    let rows: Vec<Vec<Vec<u32>>> =
        folder.rows().into_iter().map(|row| row.into_iter().map(|item| vec![item]).collect()).collect();
    let options = SequenceOptions::at_least(folder.number("least") as u32);
    let sequences = Sequences::from_rows(&rows);
    timed(rows.iter().map(|row| row.len() * 4).sum(), || {
        frequent_sequences(&sequences, &options, &Silent).expect("patterns").len() as f64
    });
}

/// What is found is the AICc of the chosen form.
fn time_ets(folder: &Folder) {
    let (series, period) = (folder.column("value"), folder.number("period"));
    timed(series.len() * 8, || select_ets(&series, period, Best::Aicc, &Silent).expect("a form").best.aicc);
}
