//! One of several classes: in each round a tree for each class, on the softmax of their scores
//! (Friedman 2001, algorithm 6).

use super::bins::Binned;
use super::ensemble::Ensemble;
use super::grow::Grower;
use super::loss::Loss;
use super::{BoostOptions, as_shares, check_columns, check_options, drawn};
use crate::random::Random;
use crate::weights::Weights;
use crate::{Error, Feature, Progress};

/// Most classes; each takes a tree in every round.
const MOST_CLASSES: usize = 100;

/// Boosted trees that tell classes apart.
#[derive(Clone, Debug, PartialEq)]
pub struct BoostedClasses {
    /// Names of the columns, in the order of the fit.
    pub names: Vec<String>,
    /// Mean of −ln(chance of the class that came) on the fitted rows after each round.
    pub losses: Vec<f64>,
    /// How much each column lowered the loss, as shares that sum to 1.
    pub gains: Vec<f64>,
    classes: Vec<Ensemble>,
}

/// Fits boosted trees to classes, codes 0, 1, 2 … per row, each of which occurs; `options.trees` are grown for each class,
/// and `options.loss` is not used.
///
/// `weights`, if given, say how much each row counts.
///
/// # Errors
/// As [`super::boost`]; [`Error::OneClass`] for fewer than two classes, [`Error::Parameter`] for more than 100 or a class
/// that no row has.
pub fn boost_classes(
    features: &[Feature],
    outcome: &[u32],
    weights: Option<&[f64]>,
    options: &BoostOptions,
    progress: &dyn Progress,
) -> Result<BoostedClasses, Error> {
    let options = BoostOptions { loss: Loss::Logistic, ..options.clone() };
    check_options(features, outcome.len(), &options)?;
    let weights = Weights::new(weights, outcome.len())?;
    let shares = shares(outcome, weights)?;
    let rows = outcome.len();
    let binned = Binned::new(features, rows, &options)?;
    let mut grower = Grower::new(&binned, &options);
    let mut random = Random::new(options.seed);
    let mut classes: Vec<Ensemble> =
        shares.iter().map(|share| Ensemble { start: share.ln(), trees: Vec::new() }).collect();
    let mut scores: Vec<Vec<f64>> = classes.iter().map(|class| vec![class.start; rows]).collect();
    let mut gains = vec![0.0; features.len()];
    let mut losses = Vec::with_capacity(options.trees);
    let mut gradients = vec![(0.0, 0.0); rows];
    let mut chances = softmax(&scores);
    for turn in 0..options.trees {
        progress.at(turn as f64 / options.trees as f64)?;
        let chosen = drawn(rows, options.row_share, &mut random);
        let columns = drawn(features.len(), options.column_share, &mut random);
        for (class, ensemble) in classes.iter_mut().enumerate() {
            derive(outcome, &chances[class], class, shares.len(), weights, &mut gradients);
            let own = &mut scores[class];
            ensemble.trees.push(grower.grow(&gradients, chosen.clone(), &columns, None, own, &mut gains));
        }
        chances = softmax(&scores);
        losses.push(loss(outcome, &chances, weights));
    }
    let names = features.iter().map(|feature| feature.name.to_owned()).collect();
    Ok(BoostedClasses { names, losses, gains: as_shares(gains), classes })
}

impl BoostedClasses {
    /// Scores of rows: for each class one per row, of which only the differences count.
    ///
    /// # Errors
    /// [`Error::Length`] when columns are missing, [`Error::Value`] for bad values.
    pub fn scores(&self, features: &[Feature]) -> Result<Vec<Vec<f64>>, Error> {
        let rows = check_columns(features, self.names.len())?;
        Ok(self.classes.iter().map(|class| class.scores(features, rows)).collect())
    }

    /// Chances of rows: for each class one per row.
    ///
    /// # Errors
    /// As [`Self::scores`].
    pub fn chances(&self, features: &[Feature]) -> Result<Vec<Vec<f64>>, Error> {
        Ok(softmax(&self.scores(features)?))
    }

    /// What each column adds to the score of a class for a row, and what that score of the average row is.
    ///
    /// # Errors
    /// As [`Self::scores`].
    pub fn contributions(
        &self,
        features: &[Feature],
        row: usize,
        class: usize,
    ) -> Result<(Vec<f64>, f64), Error> {
        check_columns(features, self.names.len())?;
        Ok(self.classes[class].contributions(features, row))
    }
}

/// The share of each class, by weight.
fn shares(outcome: &[u32], weights: Weights) -> Result<Vec<f64>, Error> {
    let count = outcome.iter().max().map_or(0, |&last| last as usize + 1);
    if count < 2 {
        return Err(Error::OneClass);
    }
    if count > MOST_CLASSES {
        return Err(Error::Parameter { name: "classes", problem: "must be at most 100" });
    }
    let mut sums = vec![0.0; count];
    outcome.iter().enumerate().for_each(|(row, &class)| sums[class as usize] += weights.of(row));
    if sums.contains(&0.0) {
        return Err(Error::Parameter { name: "classes", problem: "must each have a row that is fitted to" });
    }
    let all = weights.total(outcome.len());
    Ok(sums.into_iter().map(|sum| sum / all).collect())
}

/// Chances from scores, class by class.
fn softmax(scores: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut chances = scores.to_vec();
    for row in 0..scores[0].len() {
        let most = scores.iter().map(|class| class[row]).fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for class in &mut chances {
            class[row] = (class[row] - most).exp();
            sum += class[row];
        }
        chances.iter_mut().for_each(|class| class[row] /= sum);
    }
    chances
}

/// Derivatives of the loss by the scores of one class; the second one is as large as its share of all classes'.
fn derive(
    outcome: &[u32],
    chances: &[f64],
    class: usize,
    classes: usize,
    weights: Weights,
    gradients: &mut [(f64, f64)],
) {
    let factor = classes as f64 / (classes as f64 - 1.0);
    for (row, slot) in gradients.iter_mut().enumerate() {
        let (chance, weight) = (chances[row], weights.of(row));
        let came = f64::from(u8::from(outcome[row] as usize == class));
        *slot = (weight * (chance - came), weight * factor * chance * (1.0 - chance));
    }
}

fn loss(outcome: &[u32], chances: &[Vec<f64>], weights: Weights) -> f64 {
    let of = |(row, &class): (usize, &u32)| {
        -weights.of(row) * chances[class as usize][row].max(f64::MIN_POSITIVE).ln()
    };
    outcome.iter().enumerate().map(of).sum::<f64>() / weights.total(outcome.len())
}
