//! The chance of yes.

use analytics::prediction::{Boosted, Isotonic, Loss, Platt, Subject, boost, folds, reasons, sigmoid};
use analytics::{Error, Feature, Progress};

use super::{Boost, Calibration, Learning, add_gains};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::judged::{Chances, Judged, scores};
use crate::prediction::measured;
use crate::prediction::outcome::at;
use crate::table::Features;

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
        report.single("loss_after_last_tree", model.losses.last().copied().unwrap_or(f64::NAN));
        add_gains(report, &model.names, &model.gains);
        let judged = Judged {
            table,
            features,
            outcome: &outcome,
            name: learning.name(),
            method: format!("gradient boosting, {} trees of {} leaves", options.trees, options.leaves),
        };
        let (_, tested) = learning.tested();
        if self.judge.reasons > 0 {
            report.table("reasons", self.reasons(features, &model, tested)?);
        }
        let all = features.with(None, |features| model.scores(features))?;
        let own: Chances = Box::new(|features| model.predict(features));
        let again = |rows: &[usize]| {
            let model = fit(rows)?;
            Ok(Box::new(move |features: &[Feature]| model.predict(features)) as Chances)
        };
        self.judge.add(report, &judged, fold, &own, again, watch)?;
        let mut chances: Vec<f64> = all.iter().map(|&score| sigmoid(score)).collect();
        if let Some(calibration) = self.calibrate {
            chances = self.calibrated(features, &outcome, &fold.train, &all, calibration, &fit)?;
            measured::add(report, "calibrated", &at(&outcome, tested), &at(&chances, tested))?;
        }
        report.table("scores", scores(&judged, fold, &all, &chances));
        Ok(())
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
                let found =
                    reasons(features, row, (&parts, base), self.judge.reasons, Subject::Chance, sigmoid);
                Ok(found.into_iter().map(|reason| reason.words).collect::<Vec<String>>())
            };
            (0..rows.len()).map(of_row).collect::<Result<Vec<_>, Error>>()
        })?;
        Ok(Grid::new().wholes("row_of_part", 1..=rows.len()).lists("reasons", said))
    }
}
