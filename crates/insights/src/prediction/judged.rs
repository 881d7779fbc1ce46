//! What every model of chances is asked alike: measures on the test part, cross-validation, importance, a card.

use std::path::PathBuf;

use analytics::prediction::{
    Fold, Importance, ModelCard, cross_validate, folds, metrics, permutation_importance, time_folds,
};
use analytics::response::{Offer, best_cut};
use analytics::{Error, Feature, Progress};
use clap::Args;

use super::learning::Learning;
use super::measured;
use super::outcome::{HoldOutOptions, at};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Table;

/// How a model is judged.
#[derive(Args, Debug, Clone)]
pub struct JudgeOptions {
    #[command(flatten)]
    pub holdout: HoldOutOptions,
    /// Cross-validate in so many parts, on the rows that are fitted to
    #[arg(long, value_name = "K", help_heading = "Test part")]
    pub cross_validate: Option<usize>,
    /// … each part tested on all before it in time (--time)
    #[arg(long, requires = "cross_validate", help_heading = "Test part")]
    pub in_time: bool,
    /// Measure what shuffling each column costs, so many times
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub importance: usize,
    /// Tell for each tested row so many reasons in words
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub reasons: usize,
    /// What asking one customer costs: tells how many to ask (with --value)
    #[arg(long, value_name = "MONEY", requires = "value")]
    pub cost: Option<f64>,
    /// … and what one yes brings
    #[arg(long, value_name = "MONEY", requires = "cost")]
    pub value: Option<f64>,
    /// Write a model card (Markdown) to this file
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
}

/// Gives the chance of each row.
pub type Chances<'a> = Box<dyn Fn(&[Feature]) -> Result<Vec<f64>, Error> + 'a>;

/// A model to be judged, and what it is judged on.
pub struct Judged<'a> {
    pub learning: &'a Learning,
    pub outcome: &'a [f64],
    pub method: String,
}

impl JudgeOptions {
    /// The rows to fit to and those to test on; all and none when nothing is held back.
    ///
    /// # Errors
    /// When a part would be empty.
    pub fn fold(&self, table: &Table) -> Result<Fold, Failure> {
        let all = || Fold { train: (0..table.len()).collect(), test: Vec::new() };
        Ok(self.holdout.fold(table)?.unwrap_or_else(all))
    }

    /// Adds all that was asked for. `fit` fits to some rows; `chances` is the model already fitted to the training part.
    pub fn add<'m>(
        &self,
        report: &mut Report,
        judged: &Judged,
        chances: &Chances,
        fit: impl Fn(&[usize]) -> Result<Chances<'m>, Error>,
        watch: &dyn Progress,
    ) -> Result<(), Failure> {
        let Judged { learning, outcome, .. } = judged;
        let Learning { features, fold, .. } = learning;
        let (key, tested) = learning.tested();
        let own = features.with(Some(tested), |features| chances(features))?;
        let (truth, weights) = (at(outcome, tested), learning.weights_of(tested));
        let weights = weights.as_deref();
        let measures = measured::add(report, key, &truth, &own, weights)?;
        learning.note_rows(report);
        if let (Some(cost), Some(value)) = (self.cost, self.value) {
            let (asked, least, profit) = best_cut(&own, Offer { cost, value })?;
            let mut order: Vec<usize> = (0..own.len()).collect();
            order.sort_by(|&a, &b| own[b].total_cmp(&own[a]));
            let yes: f64 = order[..asked].iter().map(|&row| truth[row]).sum();
            let came = yes * value - asked as f64 * cost;
            report.figures(
                "offer",
                [
                    ("asked", asked as f64),
                    ("least_chance", least),
                    ("expected_profit", profit),
                    ("profit", came),
                ],
            );
        }
        if let Some(parts) = self.cross_validate {
            self.add_cross_validation(report, judged, parts, &fit, watch)?;
        }
        let repeats = if self.card.is_some() { self.importance.max(3) } else { self.importance };
        let mut importance = Vec::new();
        if repeats > 0 {
            importance = features.with(Some(tested), |features| {
                permutation_importance(
                    features,
                    |own| chances(own),
                    |found| metrics::auc(&truth, found, weights),
                    repeats,
                    self.holdout.seed,
                    watch,
                )
            })?;
            add_importance(report, "auc_lost", &importance);
        }
        if let Some(path) = &self.card {
            let rows = format!("{} rows, {} of them held back", outcome.len(), fold.test.len());
            let card = ModelCard {
                outcome: learning.name().to_owned(),
                method: judged.method.clone(),
                rows,
                held_out: measures,
                importance,
                notes: report.notes.clone(),
            };
            report.files.push((path.clone(), card.markdown()));
        }
        Ok(())
    }

    fn add_cross_validation<'m>(
        &self,
        report: &mut Report,
        judged: &Judged,
        parts: usize,
        fit: &impl Fn(&[usize]) -> Result<Chances<'m>, Error>,
        watch: &dyn Progress,
    ) -> Result<(), Failure> {
        let learning = judged.learning;
        let Learning { table, features, fold, .. } = learning;
        let truth = at(judged.outcome, &fold.train);
        let splits = if self.in_time {
            time_folds(&at(&self.holdout.times(table)?, &fold.train), parts)?
        } else {
            folds(&truth, parts, self.holdout.seed)?
        };
        // Rows of the splits count within the training part.
        let own = |rows: &[usize]| rows.iter().map(|&row| fold.train[row]).collect::<Vec<usize>>();
        let found = cross_validate(
            &truth,
            learning.weights_of(&fold.train).as_deref(),
            &splits,
            |split| {
                let chances = fit(&own(&split.train))?;
                features.with(Some(&own(&split.test)), |features| chances(features))
            },
            watch,
        )?;
        let (auc, deviation) = found.mean(|measures: &metrics::Report| measures.auc);
        report.figures("cross_validation", measured::figures(&found.pooled));
        report.figures("cross_validation_auc", [("mean", auc), ("deviation", deviation)]);
        report.table(
            "cross_validation_parts",
            Grid::new()
                .wholes("part", 1..=found.folds.len())
                .wholes("rows", found.folds.iter().map(|own| own.rows))
                .numbers("auc", found.folds.iter().map(|own| own.auc))
                .numbers("log_loss", found.folds.iter().map(|own| own.log_loss))
                .numbers("brier", found.folds.iter().map(|own| own.brier)),
        );
        Ok(())
    }
}

/// Adds what shuffling each column costs, under what that is a loss of.
pub fn add_importance(report: &mut Report, loss: &str, found: &[Importance]) {
    report.table(
        "importance",
        Grid::new()
            .texts("column", found.iter().map(|own| own.name.as_str()))
            .numbers(loss, found.iter().map(|own| own.mean))
            .numbers("deviation", found.iter().map(|own| own.deviation)),
    );
}

/// The table of every row's score: which part it was in, what came, what was foreseen.
pub fn scores(judged: &Judged, log_odds: &[f64], chances: &[f64]) -> Grid {
    let Judged { learning, outcome, .. } = judged;
    learning
        .places()
        .numbers("outcome", outcome.iter().copied())
        .numbers("log_odds", log_odds.iter().copied())
        .numbers("chance", chances.iter().copied())
}
