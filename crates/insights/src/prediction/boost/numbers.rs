//! Numbers: means, middles, quantiles and counts.

use analytics::prediction::{Boosted, Loss, Subject, boost, number_report, permutation_importance, reasons};
use analytics::{Error, Progress};

use super::{Boost, Learning, add_gains, note_rows, places};
use crate::failure::Failure;
use crate::output::{Grid, Report};
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
        report.single("loss_after_last_tree", model.losses.last().copied().unwrap_or(f64::NAN));
        add_gains(report, &model.names, &model.gains);
        let (key, tested) = learning.tested();
        if self.judge.reasons > 0 {
            report.table("reasons", self.number_reasons(learning, &model, tested)?);
        }
        let scores = features.with(None, |features| model.scores(features))?;
        let found = number_report(&at(&outcome, tested), &at(&scores, tested), loss)?;
        report.figures(
            key,
            [
                ("rows", found.rows as f64),
                ("rmse", found.rmse),
                ("mae", found.mae),
                ("r_squared", found.r_squared),
                ("loss", found.loss),
                ("share_below", found.share_below),
                ("mean_outcome", found.mean_outcome),
                ("mean_foreseen", found.mean_predicted),
            ],
        );
        note_rows(report, learning);
        if self.judge.importance > 0 {
            let truth = at(&outcome, tested);
            let found = features.with(Some(tested), |features| {
                let worth = |scores: &[f64]| Ok(-loss.mean(&truth, scores));
                let (repeats, seed) = (self.judge.importance, self.judge.holdout.seed);
                permutation_importance(features, |own| model.scores(own), worth, repeats, seed, watch)
            })?;
            report.table(
                "importance",
                Grid::new()
                    .texts("column", found.iter().map(|own| own.name.as_str()))
                    .numbers("loss_added", found.iter().map(|own| own.mean))
                    .numbers("deviation", found.iter().map(|own| own.deviation)),
            );
        }
        let foreseen = scores.iter().map(|&score| loss.predicted(score));
        report.table("scores", places(learning).numbers("outcome", outcome).numbers("foreseen", foreseen));
        Ok(())
    }

    fn number_reasons(&self, learning: &Learning, model: &Boosted, rows: &[usize]) -> Result<Grid, Failure> {
        let said = learning.features.with(Some(rows), |features| {
            let of_row = |row: usize| {
                let (parts, base) = model.contributions(features, row)?;
                let answer = |score: f64| model.loss.predicted(score);
                let found =
                    reasons(features, row, (&parts, base), self.judge.reasons, Subject::Number, answer);
                Ok(found.into_iter().map(|reason| reason.words).collect::<Vec<String>>())
            };
            (0..rows.len()).map(of_row).collect::<Result<Vec<_>, Error>>()
        })?;
        Ok(Grid::new().wholes("row_of_part", 1..=rows.len()).lists("reasons", said))
    }
}
