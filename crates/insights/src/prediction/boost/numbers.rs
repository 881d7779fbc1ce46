//! Numbers: means, middles, quantiles and counts.

use analytics::prediction::{Loss, Subject, boost, number_report, permutation_importance};
use analytics::{Error, Progress};

use super::{Boost, add_losses};
use crate::failure::Failure;
use crate::output::Report;
use crate::prediction::judged::add_importance;
use crate::prediction::learning::Learning;
use crate::prediction::outcome::at;

/// The outcome by the name that the file has for it.
fn named(error: Error, outcome: &str) -> Error {
    match error {
        Error::Value { column, row, problem } if column == "outcome" => {
            Error::Value { column: outcome.to_owned(), row, problem }
        }
        error => error,
    }
}

impl Boost {
    pub(super) fn add_numbers(
        &self,
        report: &mut Report,
        learning: &Learning,
        loss: Loss,
        watch: &dyn Progress,
    ) -> Result<(), Failure> {
        let Learning { table, features, fold, .. } = learning;
        let outcome = table.full_numbers(learning.position)?;
        let options = self.trees.options(loss, self.judge.holdout.seed);
        let weights = learning.weights_of(&fold.train);
        let model = features
            .with(Some(&fold.train), |features| {
                boost(features, &at(&outcome, &fold.train), weights.as_deref(), &options, watch)
            })
            .map_err(|error| table.located(Some(&fold.train), named(error, learning.name())))?;
        add_losses(report, &model.losses, &model.names, &model.gains);
        let (key, tested) = learning.tested();
        if self.judge.reasons > 0 {
            report.table("reasons", self.reasons(learning, &model, Subject::Number, tested)?);
        }
        self.add_contributions(report, learning, &model)?;
        let scores = features.with(None, |features| model.scores(features))?;
        let weights = learning.weights_of(tested);
        let weights = weights.as_deref();
        let found = number_report(&at(&outcome, tested), &at(&scores, tested), weights, loss)?;
        let weight = weights.map(|_| ("weight", found.weight));
        let figures = [
            ("rmse", found.rmse),
            ("mae", found.mae),
            ("r_squared", found.r_squared),
            ("loss", found.loss),
            ("share_below", found.share_below),
            ("mean_outcome", found.mean_outcome),
            ("mean_foreseen", found.mean_predicted),
        ];
        report.figures(key, [("rows", found.rows as f64)].into_iter().chain(weight).chain(figures));
        learning.note_rows(report);
        if self.judge.importance > 0 {
            let truth = at(&outcome, tested);
            let found = features.with(Some(tested), |features| {
                let worth = |scores: &[f64]| Ok(-loss.mean(&truth, scores, weights)?);
                let (repeats, seed) = (self.judge.importance, self.judge.holdout.seed);
                permutation_importance(features, |own| model.scores(own), worth, repeats, seed, watch)
            })?;
            add_importance(report, "loss_added", &found);
        }
        let foreseen = scores.iter().map(|&score| loss.predicted(score));
        report.table("scores", learning.places().numbers("outcome", outcome).numbers("foreseen", foreseen));
        Ok(())
    }
}
