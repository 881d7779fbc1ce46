//! Who will answer, or with how much: a model fitted to some rows and measured on others, and whom to ask.

use crate::prediction::metrics::{Gain, Report, descending, gains, report};
use crate::prediction::{
    BoostOptions, Boosted, Encoder, EncodingOptions, Fold, Levels, Linear, Logistic, LogisticOptions, boost,
    linear, logistic,
};
use crate::{Error, Feature, Progress, Taken};

/// How chances or amounts are learned.
#[derive(Clone, Debug, PartialEq)]
pub enum Learner {
    /// Chances by ridge regression on encoded, scaled columns; λ = 1 suits most data.
    Logistic { ridge: f64 },
    /// Amounts by ridge regression on encoded, scaled columns.
    Linear { ridge: f64 },
    /// Boosted trees on the columns as they are.
    Boosted(BoostOptions),
}

/// A fitted model of chances or amounts.
#[derive(Clone, Debug, PartialEq)]
pub enum ResponseModel {
    /// The encoding, and the line through it.
    Linear { encoder: Encoder, fit: Linear },
    /// The encoding, and the regression on it.
    Logistic { encoder: Encoder, fit: Logistic },
    /// Boosted trees.
    Boosted(Boosted),
}

impl ResponseModel {
    /// Fits chances of outcome 1, or amounts, to all rows.
    ///
    /// # Errors
    /// Those of the encoding and of [`logistic`], [`linear`] or [`boost`].
    pub fn fit(
        features: &[Feature],
        outcome: &[f64],
        learner: &Learner,
        progress: &dyn Progress,
    ) -> Result<ResponseModel, Error> {
        match learner {
            Learner::Boosted(options) => {
                Ok(ResponseModel::Boosted(boost(features, outcome, None, options, progress)?))
            }
            Learner::Linear { ridge } => {
                let encoder = Encoder::fit(features, None, None, &encoding(*ridge))?;
                let design = encoder.transform(features)?;
                let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
                let fit = linear(&columns, outcome, *ridge)?;
                Ok(ResponseModel::Linear { encoder, fit })
            }
            Learner::Logistic { ridge } => {
                let encoder = Encoder::fit(features, None, None, &encoding(*ridge))?;
                let design = encoder.transform(features)?;
                let options = LogisticOptions { ridge: *ridge, threads: 1 };
                let fit = logistic(&design.features(), outcome, None, &options, progress)?;
                Ok(ResponseModel::Logistic { encoder, fit })
            }
        }
    }

    /// The chance of outcome 1, or the amount, for each row of the same columns.
    ///
    /// # Errors
    /// [`Error::Length`] and [`Error::Value`] for bad columns.
    pub fn chances(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        match self {
            ResponseModel::Boosted(model) => model.predict(features),
            ResponseModel::Linear { encoder, fit } => {
                let design = encoder.transform(features)?;
                fit.predict(&design.columns.iter().map(Vec::as_slice).collect::<Vec<_>>())
            }
            ResponseModel::Logistic { encoder, fit } => {
                let design = encoder.transform(features)?;
                fit.chances(&design.columns.iter().map(Vec::as_slice).collect::<Vec<_>>())
            }
        }
    }
}

/// Scaled columns; without a ridge the first of each kind's columns follows from the others.
fn encoding(ridge: f64) -> EncodingOptions {
    let levels = if ridge > 0.0 { Levels::OneHot } else { Levels::OneHotWithoutFirst };
    EncodingOptions { levels, standardise: true, ..EncodingOptions::default() }
}

/// A model and what it is worth on rows that it did not see.
#[derive(Clone, Debug, PartialEq)]
pub struct Propensity {
    /// Fitted to the training rows.
    pub model: ResponseModel,
    /// Chances of the test rows, in the order of the fold.
    pub chances: Vec<f64>,
    /// Measures on the test rows.
    pub report: Report,
    /// Share of answers reached by each twentieth of the test rows.
    pub gains: Vec<Gain>,
}

/// Fits to the training rows of a fold and measures on its test rows. With rows in order of time, try the last
/// part as well as a random one: only there does drift show.
///
/// # Errors
/// Those of [`ResponseModel::fit`] and [`report`].
pub fn propensity(
    features: &[Feature],
    outcome: &[f64],
    fold: &Fold,
    learner: &Learner,
    progress: &dyn Progress,
) -> Result<Propensity, Error> {
    features.iter().try_for_each(|feature| feature.check(outcome.len()))?;
    let take = |rows: &[usize]| features.iter().map(|feature| Taken::rows(feature, rows)).collect::<Vec<_>>();
    let like = |taken: &[Taken], with: &mut dyn FnMut(&[Feature]) -> Result<(), Error>| {
        let part: Vec<Feature> =
            taken.iter().zip(features).map(|(taken, feature)| taken.like(feature)).collect();
        with(&part)
    };
    let y = |rows: &[usize]| rows.iter().map(|&row| outcome[row]).collect::<Vec<f64>>();
    let mut model = None;
    like(&take(&fold.train), &mut |train| {
        model = Some(ResponseModel::fit(train, &y(&fold.train), learner, progress)?);
        Ok(())
    })?;
    let model = model.expect("the fit has ended well");
    let mut chances = Vec::new();
    like(&take(&fold.test), &mut |test| {
        chances = model.chances(test)?;
        Ok(())
    })?;
    let tested = y(&fold.test);
    Ok(Propensity {
        report: report(&tested, &chances, None)?,
        gains: gains(&tested, &chances, None, 20)?,
        model,
        chances,
    })
}

/// What an offer costs and brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// Cost of asking one customer.
    pub cost: f64,
    /// What one answer brings, before the cost.
    pub value: f64,
}

/// How many customers to ask, best chances first, to expect the largest profit: their number, the least chance
/// among them, and the profit. Chances must be calibrated.
///
/// # Errors
/// [`Error::Value`] for a chance outside 0 and 1.
pub fn best_cut(chances: &[f64], offer: Offer) -> Result<(usize, f64, f64), Error> {
    crate::check_values("chance", chances, "is not within 0 and 1", |p| (0.0..=1.0).contains(&p))?;
    let order = descending(chances);
    let worth = |row: usize| chances[row] * offer.value - offer.cost;
    let asked = order.iter().take_while(|&&row| worth(row) > 0.0).count();
    let profit = order[..asked].iter().map(|&row| worth(row)).sum();
    Ok((asked, order[..asked].last().map_or(1.0, |&row| chances[row]), profit))
}
