//! For whom an offer makes a difference: two models, one model, and the transformed outcome.

use super::propensity::{Learner, ResponseModel};
use super::qini::check;
use crate::prediction::{BoostOptions, Boosted, Loss, boost};
use crate::{Error, Feature, Progress, Taken};

/// One model of the treated and one of the controls (Hansotia and Rukstales 2002).
#[derive(Clone, Debug, PartialEq)]
pub struct TwoModels {
    /// Chances with the offer.
    pub treated: ResponseModel,
    /// Chances without it.
    pub control: ResponseModel,
}

/// Fits chances of outcome 1, or amounts, to the treated and to the controls apart. `treated` is 1 or 0 per row; it must have
/// been drawn by lot.
///
/// # Errors
/// Those of [`super::qini`] for bad data and of [`ResponseModel::fit`].
pub fn two_models(
    features: &[Feature],
    outcome: &[f64],
    treated: &[f64],
    learner: &Learner,
    progress: &dyn Progress,
) -> Result<TwoModels, Error> {
    check(outcome, treated, treated)?;
    features.iter().try_for_each(|feature| feature.check(outcome.len()))?;
    let fit = |group: f64, from: f64| {
        let rows: Vec<usize> = (0..outcome.len()).filter(|&row| treated[row] == group).collect();
        let taken: Vec<Taken> = features.iter().map(|feature| Taken::rows(feature, &rows)).collect();
        let part: Vec<Feature> =
            taken.iter().zip(features).map(|(taken, feature)| taken.like(feature)).collect();
        let y: Vec<f64> = rows.iter().map(|&row| outcome[row]).collect();
        ResponseModel::fit(&part, &y, learner, &|share: f64| progress.reached(from + 0.5 * share))
    };
    Ok(TwoModels { treated: fit(1.0, 0.0)?, control: fit(0.0, 0.5)? })
}

impl TwoModels {
    /// Chance (or amount) with the offer − that without it, per row.
    ///
    /// # Errors
    /// As [`ResponseModel::chances`].
    pub fn uplift(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        let without = self.control.chances(features)?;
        Ok(self
            .treated
            .chances(features)?
            .iter()
            .zip(without)
            .map(|(with, without)| with - without)
            .collect())
    }
}

/// One model of all rows that knows who was treated (Lo 2002, without products).
#[derive(Clone, Debug, PartialEq)]
pub struct OneModel {
    model: ResponseModel,
}

/// What the column of the treatment is called.
const TREATED: &str = "treated";

/// Fits chances of outcome 1, or amounts, to all rows, with the treatment as one more column. In a regression its effect on
/// the log odds is the same for everybody; trees find for themselves for whom it differs. `treated` is 1 or 0 per row;
/// it must have been drawn by lot.
///
/// # Errors
/// As [`two_models`].
pub fn one_model(
    features: &[Feature],
    outcome: &[f64],
    treated: &[f64],
    learner: &Learner,
    progress: &dyn Progress,
) -> Result<OneModel, Error> {
    check(outcome, treated, treated)?;
    features.iter().try_for_each(|feature| feature.check(outcome.len()))?;
    let all: Vec<Feature> = features.iter().copied().chain([Feature::numbers(TREATED, treated)]).collect();
    Ok(OneModel { model: ResponseModel::fit(&all, outcome, learner, progress)? })
}

impl OneModel {
    /// Chance (or amount) with the offer − that without it, per row.
    ///
    /// # Errors
    /// As [`ResponseModel::chances`].
    pub fn uplift(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        let rows = features.first().map_or(0, Feature::len);
        let chances = |treated: f64| {
            let treated = vec![treated; rows];
            let all: Vec<Feature> =
                features.iter().copied().chain([Feature::numbers(TREATED, &treated)]).collect();
            self.model.chances(&all)
        };
        let without = chances(0.0)?;
        Ok(chances(1.0)?.iter().zip(without).map(|(with, without)| with - without).collect())
    }
}

/// One model of an outcome whose mean is the effect (Athey and Imbens 2016, section 4.1).
#[derive(Clone, Debug, PartialEq)]
pub struct TransformedOutcome {
    /// Trees that predict the effect.
    pub model: Boosted,
    /// Share of treated rows.
    pub treated_share: f64,
}

/// Fits boosted trees to outcome × (treated − e) / (e (1 − e)), with e the share of treated rows. The outcome may
/// be an amount. `options.loss` is not used.
///
/// # Errors
/// Those of [`super::qini`] for bad data and of [`boost`].
pub fn transformed_outcome(
    features: &[Feature],
    outcome: &[f64],
    treated: &[f64],
    options: &BoostOptions,
    progress: &dyn Progress,
) -> Result<TransformedOutcome, Error> {
    check(outcome, treated, treated)?;
    let e = treated.iter().sum::<f64>() / treated.len() as f64;
    let effect: Vec<f64> = outcome.iter().zip(treated).map(|(y, t)| y * (t - e) / (e * (1.0 - e))).collect();
    let options = BoostOptions { loss: Loss::Squared, ..options.clone() };
    let model = boost(features, &effect, None, &options, progress)?;
    Ok(TransformedOutcome { model, treated_share: e })
}

impl TransformedOutcome {
    /// The effect of the offer, per row.
    ///
    /// # Errors
    /// As [`Boosted::predict`].
    pub fn uplift(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        self.model.predict(features)
    }
}
