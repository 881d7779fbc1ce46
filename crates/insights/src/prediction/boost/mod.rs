//! `rapport analyze boost`: chances, numbers and classes by gradient boosting.
//!
//! Options are here; what is fitted and told differs by what is predicted: [`chances`], [`numbers`], [`classes`].

mod chances;
mod classes;
mod numbers;

use analytics::prediction::{BoostOptions, Boosted, Loss, Subject, metrics, reasons};
use analytics::{Error, Progress};
use clap::{Args, ValueEnum};

use super::judged::JudgeOptions;
use super::learning::Learning;
use super::outcome::{OutcomeColumn, WeightColumn};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{FeatureOptions, Input};

/// How likely something is, how much of it comes, or which of several, by gradient boosting
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze boost customers.csv --outcome churned --test-last 0.2 --reasons 3 \
    --importance 5 --card card.md\n  rapport analyze boost customers.csv --outcome orders --loss poisson --test-every 5\n  \
    rapport analyze boost customers.csv --outcome plan --loss softmax --test-every 5"
)]
pub struct Boost {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    outcome: OutcomeColumn,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    weight: WeightColumn,
    #[command(flatten)]
    judge: JudgeOptions,
    #[command(flatten)]
    trees: BoostArgs,
    /// What is predicted, and what an error costs
    #[arg(long, value_enum, default_value_t = Predicted::Logistic)]
    loss: Predicted,
    /// For --loss quantile: the share of outcomes that stays below
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    quantile: f64,
    /// The same as --loss squared
    #[arg(long, conflicts_with = "loss")]
    squared: bool,
    /// Tell for each tested row what each column adds to its score (Shapley values); with the base they sum to it
    #[arg(long)]
    contributions: bool,
    /// Calibrate the chances, by three parts of the rows that are fitted to
    #[arg(long, value_enum)]
    calibrate: Option<Calibration>,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq)]
enum Predicted {
    /// The chance of yes
    Logistic,
    /// The mean of a number
    Squared,
    /// The middle of a number
    Absolute,
    /// The number that a share stays below (--quantile)
    Quantile,
    /// The mean of a count or an amount
    Poisson,
    /// Chances of several classes
    Softmax,
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
        let predicted = if self.squared { Predicted::Squared } else { self.loss };
        self.refuse_what_is_for_others(predicted)?;
        let learning = Learning::read(&self.input, &self.outcome, &self.features, &self.weight, &self.judge)?;
        let mut report = Report::new(format!("{} by boosted trees", learning.name()));
        report.count("rows", learning.fold.train.len());
        match predicted {
            Predicted::Logistic => self.add_chances(&mut report, &learning, watch)?,
            Predicted::Squared => self.add_numbers(&mut report, &learning, Loss::Squared, watch)?,
            Predicted::Absolute => self.add_numbers(&mut report, &learning, Loss::Absolute, watch)?,
            Predicted::Quantile => {
                self.add_numbers(&mut report, &learning, Loss::Quantile(self.quantile), watch)?;
            }
            Predicted::Poisson => self.add_numbers(&mut report, &learning, Loss::Poisson, watch)?,
            Predicted::Softmax => self.add_classes(&mut report, &learning, watch)?,
        }
        learning.features.left_out.iter().for_each(|why| report.note(why.as_str()));
        Ok(report)
    }

    /// Adds what each column adds to the score of each tested row, if that was asked for.
    fn add_contributions(
        &self,
        report: &mut Report,
        learning: &Learning,
        model: &Boosted,
    ) -> Result<(), Failure> {
        if !self.contributions {
            return Ok(());
        }
        let (_, rows) = learning.tested();
        let found = learning.features.with(Some(rows), |features| {
            (0..rows.len()).map(|row| model.contributions(features, row)).collect::<Result<Vec<_>, Error>>()
        })?;
        let places = learning.table.places();
        let columns = model.names.len();
        report.single("contributions_base", found.first().map_or(f64::NAN, |(_, base)| *base));
        report.table(
            "contributions",
            Grid::new()
                .wholes("row", rows.iter().flat_map(|&row| vec![places[row] + 1; columns]))
                .texts("column", rows.iter().flat_map(|_| model.names.iter().map(String::as_str)))
                .numbers("contribution", found.into_iter().flat_map(|(parts, _)| parts)),
        );
        Ok(())
    }

    /// Why each of some rows has its answer.
    fn reasons(
        &self,
        learning: &Learning,
        model: &Boosted,
        subject: Subject,
        rows: &[usize],
    ) -> Result<Grid, Failure> {
        let said = learning.features.with(Some(rows), |features| {
            let of_row = |row: usize| {
                let (parts, base) = model.contributions(features, row)?;
                let answer = |score: f64| model.loss.predicted(score);
                let found = reasons(features, row, (&parts, base), self.judge.reasons, subject, answer);
                Ok(found.into_iter().map(|reason| reason.words).collect::<Vec<String>>())
            };
            (0..rows.len()).map(of_row).collect::<Result<Vec<_>, Error>>()
        })?;
        Ok(Grid::new().wholes("row_of_part", 1..=rows.len()).lists("reasons", said))
    }

    /// Nothing that was asked for is left out without a word.
    fn refuse_what_is_for_others(&self, predicted: Predicted) -> Result<(), Failure> {
        if predicted != Predicted::Quantile && self.quantile != 0.5 {
            return Err(Failure::Usage("--quantile goes with --loss quantile".to_owned()));
        }
        if self.contributions && predicted == Predicted::Softmax {
            return Err(Failure::Usage("--contributions goes with chances and numbers".to_owned()));
        }
        let asked = [
            ("--yes", self.outcome.yes.is_some()),
            ("--calibrate", self.calibrate.is_some()),
            ("--cross-validate", self.judge.cross_validate.is_some()),
            ("--cost", self.judge.cost.is_some()),
            ("--card", self.judge.card.is_some()),
        ];
        match asked.into_iter().find(|(_, asked)| *asked && predicted != Predicted::Logistic) {
            Some((option, _)) => Err(Failure::Usage(format!("{option} goes with chances (--loss logistic)"))),
            None => Ok(()),
        }
    }
}

/// Adds the loss that is left, and how much each column lowered it, most first.
fn add_losses(report: &mut Report, losses: &[f64], names: &[String], gains: &[f64]) {
    report.single("loss_after_last_tree", losses.last().copied().unwrap_or(f64::NAN));
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| gains[b].total_cmp(&gains[a]));
    report.table(
        "gains",
        Grid::new()
            .texts("column", order.iter().map(|&column| names[column].as_str()))
            .numbers("share", order.iter().map(|&column| gains[column])),
    );
}

/// Area under the curve of a score, for trees.
///
/// # Errors
/// As [`metrics::auc`].
pub fn auc(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<f64, Failure> {
    Ok(metrics::auc(outcome, scores, weights)?)
}
