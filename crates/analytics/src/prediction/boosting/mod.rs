//! Gradient boosting on histograms: many small trees, each correcting the ones before
//! (Friedman 2001; histograms and leaf-wise growth as in Ke et al. 2017, second order as in Chen and Guestrin 2016).
//!
//! Gradients are rounded to whole numbers before they are summed, so sums do not depend on their order: any number
//! of threads gives the same trees, bit for bit. Start at [`boost`]; [`boost_classes`] is for more than two classes.

mod bins;
mod classes;
mod ensemble;
mod groups;
mod grow;
mod histogram;
mod loss;
mod shap;
mod split;
#[cfg(test)]
mod tests;
mod tree;

use bins::Binned;
use ensemble::Ensemble;
use grow::Grower;
use loss::Lacking;

use crate::error::same_length;
use crate::random::Random;
use crate::weights::Weights;
use crate::{Error, Feature, Progress};

pub use classes::{BoostedClasses, boost_classes};
pub use loss::Loss;

/// How to fit [`boost`].
#[derive(Clone, Debug, PartialEq)]
pub struct BoostOptions {
    /// What to predict.
    pub loss: Loss,
    /// Number of trees.
    pub trees: usize,
    /// How much of each tree's answer is added.
    pub learning_rate: f64,
    /// Most leaves of a tree.
    pub leaves: usize,
    /// Most questions above a leaf.
    pub max_depth: usize,
    /// Least rows in a leaf.
    pub min_rows: usize,
    /// Penalty on squared leaf values (λ).
    pub ridge: f64,
    /// Share of rows that each tree sees.
    pub row_share: f64,
    /// Share of columns that each tree sees.
    pub column_share: f64,
    /// Most bins of a column of numbers, 2 to 254.
    pub bins: usize,
    /// For the drawing of rows, columns, and bin borders in large data.
    pub seed: u64,
    /// Threads to use; the answer does not depend on it.
    pub threads: usize,
}

impl Default for BoostOptions {
    fn default() -> Self {
        BoostOptions {
            loss: Loss::Logistic,
            trees: 100,
            learning_rate: 0.05,
            leaves: 8,
            max_depth: usize::MAX,
            min_rows: 20,
            ridge: 0.0,
            row_share: 1.0,
            column_share: 1.0,
            bins: 254,
            seed: 0,
            threads: 1,
        }
    }
}

/// Boosted trees.
#[derive(Clone, Debug, PartialEq)]
pub struct Boosted {
    /// Names of the columns, in the order of the fit.
    pub names: Vec<String>,
    /// What the scores mean.
    pub loss: Loss,
    /// Mean loss on the fitted rows after each tree.
    pub losses: Vec<f64>,
    /// How much each column lowered the loss, as shares that sum to 1.
    pub gains: Vec<f64>,
    ensemble: Ensemble,
}

/// Fits boosted trees to columns of numbers or categories with gaps.
///
/// `weights`, if given, say how much each row counts.
///
/// # Errors
/// - [`Error::Empty`], [`Error::Length`], [`Error::Value`] for bad data, [`Error::OneClass`] when all outcomes are
///   alike
/// - [`Error::TooFew`] for fewer than twice `min_rows` rows
/// - [`Error::Constant`] when no column has two values
/// - [`Error::Parameter`] for options out of range, [`Error::Stopped`]
pub fn boost(
    features: &[Feature],
    outcome: &[f64],
    weights: Option<&[f64]>,
    options: &BoostOptions,
    progress: &dyn Progress,
) -> Result<Boosted, Error> {
    options.loss.check(outcome)?;
    check_options(features, outcome.len(), options)?;
    let weights = Weights::new(weights, outcome.len())?;
    let binned = Binned::new(features, outcome.len(), options)?;
    let start = options.loss.start(outcome, weights);
    let lacking = options.loss.share_below().map(|share| Lacking { share, outcome, weights });
    let mut scores = vec![start; outcome.len()];
    let mut grower = Grower::new(&binned, options);
    let mut random = Random::new(options.seed);
    let mut ensemble = Ensemble { start, trees: Vec::with_capacity(options.trees) };
    let mut gains = vec![0.0; features.len()];
    let mut losses = Vec::with_capacity(options.trees);
    let mut gradients = vec![(0.0, 0.0); outcome.len()];
    derive(outcome, &scores, weights, options.loss, &mut gradients);
    for turn in 0..options.trees {
        progress.at(turn as f64 / options.trees as f64)?;
        let rows = drawn(outcome.len(), options.row_share, &mut random);
        let columns = drawn(features.len(), options.column_share, &mut random);
        let lacking = lacking.as_ref();
        ensemble.trees.push(grower.grow(&gradients, rows, &columns, lacking, &mut scores, &mut gains));
        losses.push(derive(outcome, &scores, weights, options.loss, &mut gradients));
    }
    let names = features.iter().map(|feature| feature.name.to_owned()).collect();
    Ok(Boosted { names, loss: options.loss, losses, gains: as_shares(gains), ensemble })
}

impl Boosted {
    /// Scores of rows: log odds, logarithms of means, or the numbers themselves, as the loss has it.
    ///
    /// # Errors
    /// [`Error::Length`] when columns are missing, [`Error::Value`] for bad values.
    pub fn scores(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        let rows = check_columns(features, self.names.len())?;
        Ok(self.ensemble.scores(features, rows))
    }

    /// Chances of outcome 1, or numbers, as the loss has it.
    ///
    /// # Errors
    /// As [`Self::scores`].
    pub fn predict(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        Ok(self.scores(features)?.into_iter().map(|score| self.loss.predicted(score)).collect())
    }

    /// What each column adds to the score of a row, and what the score of the average row is. They sum to the
    /// row's score (SHAP values by tree paths: Lundberg, Erion, Lee 2018, algorithm 2).
    ///
    /// # Errors
    /// As [`Self::scores`].
    pub fn contributions(&self, features: &[Feature], row: usize) -> Result<(Vec<f64>, f64), Error> {
        check_columns(features, self.names.len())?;
        Ok(self.ensemble.contributions(features, row))
    }
}

/// Checks columns against those of the fit; gives their rows.
fn check_columns(features: &[Feature], count: usize) -> Result<usize, Error> {
    same_length("the list of columns", features.len(), count)?;
    let rows = features.first().map_or(0, Feature::len);
    features.iter().try_for_each(|feature| feature.check(rows))?;
    Ok(rows)
}

fn check_options(features: &[Feature], rows: usize, options: &BoostOptions) -> Result<(), Error> {
    let refuse = |name, problem| Err(Error::Parameter { name, problem });
    let share = |share: f64| share > 0.0 && share <= 1.0;
    if options.trees == 0
        || options.leaves < 2
        || options.max_depth == 0
        || options.min_rows == 0
        || options.threads == 0
    {
        return refuse("trees, leaves, max_depth, min_rows and threads", "must be at least 1, leaves 2");
    }
    if !(options.learning_rate > 0.0 && options.ridge >= 0.0 && (2..=254).contains(&options.bins)) {
        return refuse("learning_rate, ridge and bins", "must be above 0, not below 0, and within 2 and 254");
    }
    if !(share(options.row_share) && share(options.column_share)) {
        return refuse("row_share and column_share", "must be above 0 and at most 1");
    }
    features.iter().try_for_each(|feature| feature.check(rows))?;
    if rows < 2 * options.min_rows {
        return Err(Error::TooFew { what: "rows", have: rows, need: 2 * options.min_rows });
    }
    Ok(())
}

/// First and second derivative of the loss at each row's score; gives the mean loss.
fn derive(
    outcome: &[f64],
    scores: &[f64],
    weights: Weights,
    loss: Loss,
    gradients: &mut [(f64, f64)],
) -> f64 {
    let (mut sum, mut all) = (0.0, 0.0);
    for (row, slot) in gradients.iter_mut().enumerate() {
        let weight = weights.of(row);
        let at = loss.at(outcome[row], scores[row]);
        sum += weight * at.loss;
        all += weight;
        *slot = (weight * at.first, weight * at.second);
    }
    sum / all
}

/// Shares that sum to 1; zeros stay.
fn as_shares(mut gains: Vec<f64>) -> Vec<f64> {
    let all: f64 = gains.iter().sum();
    if all > 0.0 {
        gains.iter_mut().for_each(|gain| *gain /= all);
    }
    gains
}

/// A share of `0..n`, ascending; all of it without drawing when the share is 1.
fn drawn(n: usize, share: f64, random: &mut Random) -> Vec<u32> {
    let mut all: Vec<u32> = (0..n as u32).collect();
    if share < 1.0 {
        random.shuffle(&mut all);
        all.truncate(((share * n as f64).round() as usize).max(1));
        all.sort_unstable();
    }
    all
}

#[cfg(test)]
impl Boosted {
    /// As [`Ensemble::expected_score`].
    pub(super) fn expected_score(
        &self,
        features: &[Feature],
        row: usize,
        known: &dyn Fn(usize) -> bool,
    ) -> f64 {
        self.ensemble.expected_score(features, row, known)
    }
}
