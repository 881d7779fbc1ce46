//! Gradient boosting on histograms: many small trees, each correcting the ones before
//! (Friedman 2001; histograms and leaf-wise growth as in Ke et al. 2017, second order as in Chen and Guestrin 2016).
//!
//! Gradients are rounded to whole numbers before they are summed, so sums do not depend on their order: any number
//! of threads gives the same trees, bit for bit. Start at [`boost`].

mod bins;
mod groups;
mod grow;
mod histogram;
mod shap;
mod split;
mod tree;

use bins::Binned;
use grow::Grower;
use tree::Tree;

use super::logistic::sigmoid;
use super::metrics::check_outcome;
use crate::error::{check_values, same_length};
use crate::random::Random;
use crate::{Error, Feature, Progress};

/// What the trees are to predict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The chance of outcome 1 among 0 and 1; scores are log odds.
    Logistic,
    /// A number; half the squared error.
    Squared,
}

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
    /// The score before any tree.
    pub start: f64,
    /// Mean loss on the fitted rows after each tree.
    pub losses: Vec<f64>,
    /// How much each column lowered the loss, as shares that sum to 1.
    pub gains: Vec<f64>,
    trees: Vec<Tree>,
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
    check(features, outcome, weights, options)?;
    let binned = Binned::new(features, outcome, options)?;
    let mut scores = vec![0.0; outcome.len()];
    let start = start(outcome, weights, options.loss);
    scores.fill(start);
    let mut grower = Grower::new(&binned, options);
    let mut random = Random::new(options.seed);
    let mut model = Boosted {
        names: features.iter().map(|feature| feature.name.to_owned()).collect(),
        loss: options.loss,
        start,
        losses: Vec::with_capacity(options.trees),
        gains: vec![0.0; features.len()],
        trees: Vec::with_capacity(options.trees),
    };
    let mut gradients = vec![(0.0, 0.0); outcome.len()];
    derive(outcome, &scores, weights, options.loss, &mut gradients);
    for turn in 0..options.trees {
        progress.at(turn as f64 / options.trees as f64)?;
        let rows = drawn(outcome.len(), options.row_share, &mut random);
        let columns = drawn(features.len(), options.column_share, &mut random);
        let tree = grower.grow(&gradients, rows, &columns, &mut scores, &mut model.gains);
        model.trees.push(tree);
        model.losses.push(derive(outcome, &scores, weights, options.loss, &mut gradients));
    }
    let all: f64 = model.gains.iter().sum();
    if all > 0.0 {
        model.gains.iter_mut().for_each(|gain| *gain /= all);
    }
    Ok(model)
}

impl Boosted {
    /// Scores of rows: log odds, or the number itself for [`Loss::Squared`].
    ///
    /// # Errors
    /// [`Error::Length`] when columns are missing, [`Error::Value`] for bad values.
    pub fn scores(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        let rows = self.check(features)?;
        let mut scores = vec![self.start; rows];
        for tree in &self.trees {
            for (row, score) in scores.iter_mut().enumerate() {
                *score += tree.value(features, row);
            }
        }
        Ok(scores)
    }

    /// Chances of outcome 1, or the numbers themselves for [`Loss::Squared`].
    ///
    /// # Errors
    /// As [`Self::scores`].
    pub fn predict(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        let scores = self.scores(features)?;
        Ok(match self.loss {
            Loss::Logistic => scores.into_iter().map(sigmoid).collect(),
            Loss::Squared => scores,
        })
    }

    /// What each column adds to the score of a row, and what the score of the average row is. They sum to the
    /// row's score (SHAP values by tree paths: Lundberg, Erion, Lee 2018, algorithm 2).
    ///
    /// # Errors
    /// As [`Self::scores`].
    pub fn contributions(&self, features: &[Feature], row: usize) -> Result<(Vec<f64>, f64), Error> {
        self.check(features)?;
        let mut parts = vec![0.0; features.len()];
        let mut base = self.start;
        for tree in &self.trees {
            base += tree.mean();
            tree.add_contributions(features, row, &mut parts);
        }
        Ok((parts, base))
    }

    fn check(&self, features: &[Feature]) -> Result<usize, Error> {
        same_length("the list of columns", features.len(), self.names.len())?;
        let rows = features.first().map_or(0, Feature::len);
        features.iter().try_for_each(|feature| feature.check(rows))?;
        Ok(rows)
    }
}

fn check(
    features: &[Feature],
    outcome: &[f64],
    weights: Option<&[f64]>,
    options: &BoostOptions,
) -> Result<(), Error> {
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
    match options.loss {
        Loss::Logistic => check_outcome(outcome)?,
        Loss::Squared => {
            check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
            if outcome.iter().all(|&y| y == outcome[0]) {
                return Err(if outcome.is_empty() { Error::Empty } else { Error::OneClass });
            }
        }
    }
    if let Some(weights) = weights {
        same_length("the column of weights", weights.len(), outcome.len())?;
        check_values("weight", weights, "is not a positive number", |w| w > 0.0 && w.is_finite())?;
    }
    features.iter().try_for_each(|feature| feature.check(outcome.len()))?;
    if outcome.len() < 2 * options.min_rows {
        return Err(Error::TooFew { what: "rows", have: outcome.len(), need: 2 * options.min_rows });
    }
    Ok(())
}

/// The best constant score.
fn start(outcome: &[f64], weights: Option<&[f64]>, loss: Loss) -> f64 {
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let all: f64 = (0..outcome.len()).map(weight).sum();
    let mean = outcome.iter().enumerate().map(|(row, y)| weight(row) * y).sum::<f64>() / all;
    match loss {
        Loss::Logistic => (mean / (1.0 - mean)).ln(),
        Loss::Squared => mean,
    }
}

/// First and second derivative of the loss at each row's score; gives the mean loss.
fn derive(
    outcome: &[f64],
    scores: &[f64],
    weights: Option<&[f64]>,
    loss: Loss,
    gradients: &mut [(f64, f64)],
) -> f64 {
    let (mut sum, mut all) = (0.0, 0.0);
    for (row, slot) in gradients.iter_mut().enumerate() {
        let (y, score) = (outcome[row], scores[row]);
        let weight = weights.map_or(1.0, |weights| weights[row]);
        let (value, first, second) = match loss {
            Loss::Logistic => {
                let e = (-score.abs()).exp();
                let tail = 1.0 / (1.0 + e);
                let chance = if score >= 0.0 { tail } else { e * tail };
                (score.max(0.0) + e.ln_1p() - y * score, chance - y, e * tail * tail)
            }
            Loss::Squared => (0.5 * (score - y).powi(2), score - y, 1.0),
        };
        sum += weight * value;
        all += weight;
        *slot = (weight * first, weight * second);
    }
    sum / all
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
    /// The score when only the columns that `known` names are known, the others by the rows that went each way.
    pub(super) fn expected_score(
        &self,
        features: &[Feature],
        row: usize,
        known: &dyn Fn(usize) -> bool,
    ) -> f64 {
        fn below(
            tree: &Tree,
            at: usize,
            features: &[Feature],
            row: usize,
            known: &dyn Fn(usize) -> bool,
        ) -> f64 {
            let node = &tree.nodes[at];
            let Some(question) = &node.question else { return node.value };
            let on = |left: bool| below(tree, question.next(left), features, row, known);
            if known(question.column()) {
                return on(question.goes_left(features, row));
            }
            let share = |left: bool| tree.nodes[question.next(left)].cover / node.cover;
            share(true) * on(true) + share(false) * on(false)
        }
        self.start + self.trees.iter().map(|tree| below(tree, 0, features, row, known)).sum::<f64>()
    }
}
