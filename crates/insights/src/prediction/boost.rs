//! `rapport analyze boost`: chances and numbers by gradient boosting.

use analytics::prediction::{
    BoostOptions, Boosted, Isotonic, Loss, Platt, boost, folds, metrics, reasons, sigmoid,
};
use analytics::{Error, Feature, Progress};
use clap::{Args, ValueEnum};

use super::judged::{Chances, JudgeOptions, Judged, scores};
use super::outcome::{OutcomeColumn, at};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{FeatureOptions, Features, Input};

/// How likely something is, or how much of it comes, by gradient boosting
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze boost customers.csv --outcome churned --test-last 0.2 --reasons 3 \
    --importance 5 --card card.md"
)]
pub struct Boost {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    outcome: OutcomeColumn,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    judge: JudgeOptions,
    #[command(flatten)]
    trees: BoostArgs,
    /// Predict a number by squared error, instead of a chance
    #[arg(long)]
    squared: bool,
    /// How much each row counts
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    weight: Option<String>,
    /// Calibrate the chances, by three parts of the rows that are fitted to
    #[arg(long, value_enum, conflicts_with = "squared")]
    calibrate: Option<Calibration>,
}

/// How trees are grown.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Trees")]
pub struct BoostArgs {
    /// Number of trees
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub trees: usize,
    /// How much of each tree's answer is added
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    pub learning_rate: f64,
    /// Most leaves of a tree
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub leaves: usize,
    /// Most questions above a leaf
    #[arg(long, value_name = "N")]
    pub max_depth: Option<usize>,
    /// Least rows in a leaf
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub min_rows: usize,
    /// Penalty on squared leaf values
    #[arg(long, value_name = "LAMBDA", default_value_t = 0.0)]
    pub leaf_ridge: f64,
    /// Share of rows that each tree sees
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    pub row_share: f64,
    /// Share of columns that each tree sees
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    pub column_share: f64,
    /// Most bins of a column of numbers
    #[arg(long, value_name = "N", default_value_t = 254)]
    pub bins: usize,
    /// Threads; the answer does not depend on it
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub threads: usize,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Calibration {
    Platt,
    Isotonic,
}

impl BoostArgs {
    pub fn options(&self, loss: Loss, seed: u64) -> BoostOptions {
        BoostOptions {
            loss,
            trees: self.trees,
            learning_rate: self.learning_rate,
            leaves: self.leaves,
            max_depth: self.max_depth.unwrap_or(usize::MAX),
            min_rows: self.min_rows,
            ridge: self.leaf_ridge,
            row_share: self.row_share,
            column_share: self.column_share,
            bins: self.bins,
            seed,
            threads: self.threads,
        }
    }
}

impl Boost {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let position = self.outcome.position(&table)?;
        let outcome =
            if self.squared { table.full_numbers(position)? } else { self.outcome.flags(&table)? };
        let weight = self.weight.as_ref().map(|name| table.position(name)).transpose()?;
        let weights = weight.map(|column| table.amounts(column, "a weight of zero or more")).transpose()?;
        let others: Vec<usize> = [position].into_iter().chain(weight).collect();
        let features = self.features.read(&table, &others)?;
        let fold = self.judge.fold(&table)?;
        let loss = if self.squared { Loss::Squared } else { Loss::Logistic };
        let options = self.trees.options(loss, self.judge.holdout.seed);
        let fit = |rows: &[usize]| -> Result<Boosted, Error> {
            let weights = weights.as_ref().map(|weights| at(weights, rows));
            features.with(Some(rows), |features| {
                boost(features, &at(&outcome, rows), weights.as_deref(), &options, watch)
            })
        };
        let model = fit(&fold.train)?;
        let mut report = Report::new(format!("{} by boosted trees", table.names()[position]));
        report.count("rows", fold.train.len());
        report.single("loss_after_last_tree", model.losses.last().copied().unwrap_or(f64::NAN));
        let mut order: Vec<usize> = (0..model.names.len()).collect();
        order.sort_by(|&a, &b| model.gains[b].total_cmp(&model.gains[a]));
        report.table(
            "gains",
            Grid::new()
                .texts("column", order.iter().map(|&column| model.names[column].as_str()))
                .numbers("share", order.iter().map(|&column| model.gains[column])),
        );
        let judged = Judged {
            table: &table,
            features: &features,
            outcome: &outcome,
            name: &table.names()[position],
            method: format!("gradient boosting, {} trees of {} leaves", options.trees, options.leaves),
        };
        let tested = if fold.test.is_empty() { &fold.train } else { &fold.test };
        if self.judge.reasons > 0 {
            report.table("reasons", self.reasons(&features, &model, tested)?);
        }
        let all = features.with(None, |features| model.scores(features))?;
        if self.squared {
            add_errors(&mut report, &at(&outcome, tested), &at(&all, tested));
            report.table("scores", scores(&judged, &fold, &all, &all));
            return Ok(report);
        }
        let own: Chances = Box::new(|features| model.predict(features));
        let again = |rows: &[usize]| {
            let model = fit(rows)?;
            Ok(Box::new(move |features: &[Feature]| model.predict(features)) as Chances)
        };
        self.judge.add(&mut report, &judged, &fold, &own, again, watch)?;
        let mut chances: Vec<f64> = all.iter().map(|&score| sigmoid(score)).collect();
        if let Some(calibration) = self.calibrate {
            chances = self.calibrated(&features, &outcome, &fold.train, &all, calibration, &fit)?;
            super::measured::add(&mut report, "calibrated", &at(&outcome, tested), &at(&chances, tested))?;
        }
        report.table("scores", scores(&judged, &fold, &all, &chances));
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        Ok(report)
    }

    /// Chances calibrated on scores of rows that their fit did not see.
    fn calibrated(
        &self,
        features: &Features,
        outcome: &[f64],
        train: &[usize],
        all: &[f64],
        calibration: Calibration,
        fit: &impl Fn(&[usize]) -> Result<Boosted, Error>,
    ) -> Result<Vec<f64>, Failure> {
        let (mut unseen, mut truth) = (Vec::new(), Vec::new());
        for split in folds(&at(outcome, train), 3, self.judge.holdout.seed)? {
            let own = |rows: &[usize]| rows.iter().map(|&row| train[row]).collect::<Vec<usize>>();
            let model = fit(&own(&split.train))?;
            let rest = own(&split.test);
            unseen.extend(features.with(Some(&rest), |features| model.scores(features))?);
            truth.extend(at(outcome, &rest));
        }
        Ok(match calibration {
            Calibration::Platt => {
                let line = Platt::fit(&truth, &unseen)?;
                all.iter().map(|&score| line.chance(score)).collect()
            }
            Calibration::Isotonic => {
                let steps = Isotonic::fit_chances(&truth, &unseen)?;
                all.iter().map(|&score| steps.chance(score)).collect()
            }
        })
    }

    fn reasons(&self, features: &Features, model: &Boosted, rows: &[usize]) -> Result<Grid, Failure> {
        let said = features.with(Some(rows), |features| {
            let of_row = |row: usize| {
                let (parts, base) = model.contributions(features, row)?;
                let found = reasons(features, row, &parts, base, self.judge.reasons);
                Ok(found.into_iter().map(|reason| reason.words).collect::<Vec<String>>())
            };
            (0..rows.len()).map(of_row).collect::<Result<Vec<_>, Error>>()
        })?;
        Ok(Grid::new().wholes("row_of_part", 1..=rows.len()).lists("reasons", said))
    }
}

fn add_errors(report: &mut Report, truth: &[f64], found: &[f64]) {
    let n = truth.len() as f64;
    let errors = || truth.iter().zip(found).map(|(truth, found)| found - truth);
    let mean = analytics::sample::mean(truth);
    let squares: f64 = errors().map(|error| error * error).sum();
    let spread: f64 = truth.iter().map(|truth| (truth - mean).powi(2)).sum();
    report.figures(
        "test",
        [
            ("rows", n),
            ("rmse", (squares / n).sqrt()),
            ("mae", errors().map(f64::abs).sum::<f64>() / n),
            ("r_squared", 1.0 - squares / spread),
        ],
    );
}

/// Area under the curve of a score, for trees.
pub fn auc(outcome: &[f64], scores: &[f64]) -> Result<f64, Failure> {
    Ok(metrics::auc(outcome, scores)?)
}
