//! The chance of yes.

use analytics::prediction::{Boosted, Fold, Isotonic, Loss, Platt, Subject, boost, folds, sigmoid};
use analytics::{Error, Feature, Progress};

use super::{Boost, Calibration, add_losses};
use crate::failure::Failure;
use crate::output::Report;
use crate::prediction::judged::{Chances, Judged, scores};
use crate::prediction::learning::Learning;
use crate::prediction::measured;
use crate::prediction::outcome::at;

impl Boost {
    pub(super) fn add_chances(
        &self,
        report: &mut Report,
        learning: &Learning,
        watch: &dyn Progress,
    ) -> Result<(), Failure> {
        let Learning { table, features, fold, .. } = learning;
        let outcome = self.outcome.flags(table)?;
        let options = self.trees.options(Loss::Logistic, self.judge.holdout.seed);
        let fit = |rows: &[usize]| -> Result<Boosted, Error> {
            let weights = learning.weights_of(rows);
            features.with(Some(rows), |features| {
                boost(features, &at(&outcome, rows), weights.as_deref(), &options, watch)
            })
        };
        let model = fit(&fold.train)?;
        add_losses(report, &model.losses, &model.names, &model.gains);
        let judged = Judged {
            learning,
            outcome: &outcome,
            method: format!("gradient boosting, {} trees of {} leaves", options.trees, options.leaves),
        };
        let (_, tested) = learning.tested();
        if self.judge.reasons > 0 {
            report.table("reasons", self.reasons(learning, &model, Subject::Chance, tested)?);
        }
        self.add_contributions(report, learning, &model)?;
        let all = features.with(None, |features| model.scores(features))?;
        let own: Chances = Box::new(|features| model.predict(features));
        let again = |rows: &[usize]| {
            let model = fit(rows)?;
            Ok(Box::new(move |features: &[Feature]| model.predict(features)) as Chances)
        };
        self.judge.add(report, &judged, &own, again, watch)?;
        let mut chances: Vec<f64> = all.iter().map(|&score| sigmoid(score)).collect();
        if let Some(calibration) = self.calibrate {
            chances = self.calibrated(learning, &outcome, &all, calibration, &fit)?;
            let weights = learning.weights_of(tested);
            let (truth, own) = (at(&outcome, tested), at(&chances, tested));
            measured::add(report, "calibrated", &truth, &own, weights.as_deref())?;
        }
        report.table("scores", scores(&judged, &all, &chances));
        Ok(())
    }

    /// Chances calibrated on scores of rows that their fit did not see.
    fn calibrated(
        &self,
        learning: &Learning,
        outcome: &[f64],
        all: &[f64],
        calibration: Calibration,
        fit: &impl Fn(&[usize]) -> Result<Boosted, Error>,
    ) -> Result<Vec<f64>, Failure> {
        let Learning { features, fold: Fold { train, .. }, .. } = learning;
        let (mut unseen, mut rows) = (Vec::new(), Vec::new());
        for split in folds(&at(outcome, train), 3, self.judge.holdout.seed)? {
            let own = |rows: &[usize]| rows.iter().map(|&row| train[row]).collect::<Vec<usize>>();
            let model = fit(&own(&split.train))?;
            let rest = own(&split.test);
            unseen.extend(features.with(Some(&rest), |features| model.scores(features))?);
            rows.extend(rest);
        }
        let (truth, weights) = (at(outcome, &rows), learning.weights_of(&rows));
        let weights = weights.as_deref();
        Ok(match calibration {
            Calibration::Platt => {
                let line = Platt::fit(&truth, &unseen, weights)?;
                all.iter().map(|&score| line.chance(score)).collect()
            }
            Calibration::Isotonic => {
                let steps = Isotonic::fit_chances(&truth, &unseen, weights)?;
                all.iter().map(|&score| steps.chance(score)).collect()
            }
        })
    }
}
