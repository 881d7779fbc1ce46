//! Chances that can be taken at their word: of the customers at 20 %, a fifth do.

use super::logistic::{LogisticOptions, logistic, sigmoid};
use super::metrics::check_outcome;
use crate::error::{check_values, same_length};
use crate::weights::Weights;
use crate::{Error, Feature, Silent};

/// A straight line through the log odds (Platt 1999), by plain maximum likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Platt {
    /// Log odds per unit of the score.
    pub slope: f64,
    /// Log odds at score 0.
    pub intercept: f64,
}

impl Platt {
    /// Fits outcomes (0 or 1) to scores of rows that the model was not fitted to. `weights`, if given, are above zero.
    ///
    /// # Errors
    /// As [`logistic`].
    pub fn fit(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<Platt, Error> {
        let fit = logistic(
            &[Feature::numbers("score", scores)],
            outcome,
            weights,
            &LogisticOptions::default(),
            &Silent,
        )?;
        Ok(Platt { slope: fit.coefficients[0].value, intercept: fit.intercept.value })
    }

    /// The chance for a score.
    pub fn chance(&self, score: f64) -> f64 {
        sigmoid(self.intercept + self.slope * score)
    }
}

/// The best rising steps (pool adjacent violators: Ayer et al. 1955), with straight lines between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Isotonic {
    /// Scores at which the line has a knot, rising.
    pub scores: Vec<f64>,
    /// Chances there, never falling.
    pub chances: Vec<f64>,
}

/// Rows with neighbouring scores that share a chance.
struct Pool {
    first: f64,
    last: f64,
    sum: f64,
    weight: f64,
}

impl Isotonic {
    /// Fits outcomes (any numbers; 0 and 1 for chances) to scores by least squares. `weights`, if given, are above zero.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for bad data.
    pub fn fit(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<Isotonic, Error> {
        if outcome.is_empty() {
            return Err(Error::Empty);
        }
        same_length("the scores", scores.len(), outcome.len())?;
        check_values("score", scores, "is not a finite number", f64::is_finite)?;
        check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
        let weights = Weights::new(weights, outcome.len())?;
        let mut rows: Vec<(f64, f64, f64)> =
            (0..outcome.len()).map(|row| (scores[row], outcome[row], weights.of(row))).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut pools: Vec<Pool> = Vec::new();
        for (score, y, weight) in rows {
            match pools.last_mut() {
                // Equal scores share a chance before anything is pooled.
                Some(last) if last.first == score && last.last == score => {
                    last.sum += weight * y;
                    last.weight += weight;
                }
                _ => pools.push(Pool { first: score, last: score, sum: weight * y, weight }),
            }
        }
        let mut line = Isotonic { scores: Vec::new(), chances: Vec::new() };
        for pool in pooled(pools) {
            line.scores.push(pool.first);
            line.chances.push(pool.sum / pool.weight);
            if pool.last > pool.first {
                line.scores.push(pool.last);
                line.chances.push(pool.sum / pool.weight);
            }
        }
        Ok(line)
    }

    /// Fits chances; refuses outcomes that are not 0 and 1, both of them.
    ///
    /// # Errors
    /// As [`Self::fit`], and [`Error::OneClass`].
    pub fn fit_chances(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<Isotonic, Error> {
        check_outcome(outcome)?;
        Self::fit(outcome, scores, weights)
    }

    /// The chance for a score: on the line between knots, flat beyond the ends.
    pub fn chance(&self, score: f64) -> f64 {
        let after = self.scores.partition_point(|knot| *knot <= score);
        if after == 0 {
            return self.chances[0];
        }
        if after == self.scores.len() {
            return self.chances[after - 1];
        }
        let (low, high) = (self.scores[after - 1], self.scores[after]);
        let share = (score - low) / (high - low);
        self.chances[after - 1] + share * (self.chances[after] - self.chances[after - 1])
    }
}

fn pooled(pools: Vec<Pool>) -> Vec<Pool> {
    let mut done: Vec<Pool> = Vec::new();
    for mut pool in pools {
        while let Some(last) = done.last()
            && last.sum * pool.weight >= pool.sum * last.weight
        {
            let last = done.pop().expect("there is a last one");
            pool = Pool {
                first: last.first,
                last: pool.last,
                sum: last.sum + pool.sum,
                weight: last.weight + pool.weight,
            };
        }
        done.push(pool);
    }
    done
}
