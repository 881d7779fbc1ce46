//! `rapport analyze kmeans`: groups around their means.

use analytics::Progress;
use analytics::segments::{KMeans, KMeansOptions, Start, choose_k, k_means};
use clap::Args;
use serde_json::Value;

use super::groups::{add_groups, add_quality};
use super::scaling::{Scaled, Scaling};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::outcome::WeightColumn;
use crate::table::{FeatureOptions, Input, Table};

/// Group customers who are alike in numbers (k-means), with k given or chosen
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rapport analyze rfm orders.csv --csv --table customers -o rfm.csv\n  \
    rapport analyze kmeans rfm.csv --features recency_days,orders,amount --log1p --k 4")]
pub struct Kmeans {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    weight: WeightColumn,
    #[command(flatten)]
    scaling: Scaling,
    /// Number of groups; chosen by the silhouette if not given
    #[arg(long, value_name = "N")]
    k: Option<usize>,
    /// The largest number of groups to try
    #[arg(long, value_name = "N", default_value_t = 8)]
    largest: usize,
    /// Evenly spread data sets for the gap statistic
    #[arg(long, value_name = "N", default_value_t = 20)]
    draws: usize,
    /// Starts, of which the best is kept; 20 if not given, above 50,000 rows fewer
    #[arg(long, value_name = "N")]
    restarts: Option<usize>,
    /// Start from the rows in the middle of k equal parts by this column, instead of drawing
    #[arg(long, value_name = "COLUMN", requires = "k")]
    start_by: Option<String>,
    /// Give up moving centres after so many rounds
    #[arg(long, value_name = "N", default_value_t = 300)]
    max_iterations: usize,
    /// Also stop when centres hardly move: their squared moves add up to this share of a column's variance; 0 if not given,
    /// above 50,000 rows 0.0001
    #[arg(long, value_name = "SHARE")]
    tolerance: Option<f64>,
    /// For starts and draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Threads; the answer does not depend on it
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
}

/// Above so many rows fewer starts and a tolerance (that of scikit-learn) are the default: minutes become seconds.
const MANY: usize = 50_000;
const NEAR: f64 = 1e-4;

impl Kmeans {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let weights = self.weight.read(&table)?;
        let others: Vec<usize> = weights.iter().map(|own| own.column).collect();
        let features = self.features.read(&table, &others)?;
        let names = features.names();
        let weights = weights.map(|own| own.values);
        let scaled = self.scaling.scale(&names, &features.numbers()?, weights.as_deref())?;
        let options = KMeansOptions {
            start: self.start(&table)?,
            max_iterations: self.max_iterations,
            tolerance: self.tolerance.unwrap_or(if table.len() > MANY { NEAR } else { 0.0 }),
            threads: self.threads,
            ..KMeansOptions::new(self.k.unwrap_or(1), self.seed)
        };
        let mut report = Report::new("Groups by k-means");
        if table.len() > MANY && (self.restarts.is_none() || self.tolerance.is_none()) {
            report.note("of so many rows a few starts, stopped when centres hardly move; --restarts and --tolerance do more");
        }
        let fit = match self.k {
            Some(_) => k_means(&scaled.points, &options, watch)?,
            None => self.chosen(&scaled, &options, &mut report, watch)?,
        };
        report.count("k", fit.sizes.len());
        report.single("inertia", fit.inertia);
        report.count("iterations", fit.iterations);
        if fit.sizes.len() > 1 {
            add_quality(&mut report, &scaled.points, &fit.labels, self.seed)?;
        }
        if !fit.settled {
            report.note("groups were still changing; raise --max-iterations");
        }
        add_scales(&mut report, &names, &scaled);
        let centre = |centre: &Vec<f64>| Value::from(centre.clone());
        let sizes = Grid::new().wholes("group", 0..fit.sizes.len()).wholes("size", fit.sizes.iter().copied());
        report.table(
            "centres",
            match weights {
                None => sizes,
                Some(_) => sizes.numbers("weight", fit.weights.iter().copied()),
            }
            .lists("centre", fit.centres.iter().map(centre)),
        );
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        features.with(None, |features| add_groups(&mut report, &table, &fit.labels, features))?;
        Ok(report)
    }

    fn start(&self, table: &Table) -> Result<Start, Failure> {
        let Some(column) = &self.start_by else {
            let restarts = self.restarts.unwrap_or_else(|| (20 * MANY / table.len().max(1)).clamp(3, 20));
            return Ok(Start::Drawn { seed: self.seed, restarts });
        };
        let values = table.full_numbers(table.position(column)?)?;
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let k = self.k.unwrap_or(1);
        let place = |i: usize| ((i as f64 + 0.5) * values.len() as f64 / k as f64) as usize;
        Ok(Start::Rows((0..k).map(|i| order[place(i)]).collect()))
    }

    fn chosen(
        &self,
        scaled: &Scaled,
        options: &KMeansOptions,
        report: &mut Report,
        watch: &dyn Progress,
    ) -> Result<KMeans, Failure> {
        let mut choices = choose_k(&scaled.points, self.largest, self.draws, options, watch)?;
        let tried = &choices.tried;
        report.table(
            "choices",
            Grid::new()
                .wholes("k", tried.iter().map(|choice| choice.k))
                .numbers("inertia", tried.iter().map(|choice| choice.inertia))
                .maybe("silhouette", tried.iter().map(|choice| choice.silhouette))
                .maybe("calinski_harabasz", tried.iter().map(|choice| choice.calinski_harabasz))
                .maybe("davies_bouldin", tried.iter().map(|choice| choice.davies_bouldin))
                .numbers("gap", tried.iter().map(|choice| choice.gap))
                .numbers("gap_error", tried.iter().map(|choice| choice.gap_error)),
        );
        report.count("k_by_silhouette", choices.by_silhouette);
        report.count("k_by_gap", choices.by_gap);
        if choices.by_gap == 1 {
            report
                .note("the gap statistic finds no groups at all: take them for a way to cut, not for a fact");
        }
        let best = choices.tried.iter().position(|choice| choice.k == choices.by_silhouette);
        Ok(choices.tried.swap_remove(best.unwrap_or(0)).fit)
    }
}

/// Adds how each column was scaled.
pub fn add_scales(report: &mut Report, names: &[&str], scaled: &Scaled) {
    report.table(
        "scales",
        Grid::new()
            .texts("column", names.iter().copied())
            .numbers("mean", scaled.means.iter().copied())
            .numbers("deviation", scaled.deviations.iter().copied()),
    );
}
