//! What trees are fitted to: losses, their derivatives, and what a leaf answers.

use crate::Error;
use crate::error::check_values;
use crate::prediction::metrics::check_outcome;
use crate::sample::weighted_quantile;
use crate::weights::{Counts, Weights};

/// What the trees are to predict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// The chance of outcome 1 among 0 and 1; scores are log odds.
    Logistic,
    /// The mean of a number; half the squared error.
    Squared,
    /// The middle of a number; the absolute error (LAD, Friedman 2001, algorithm 3).
    Absolute,
    /// The number that this share of outcomes (0 to 1) stays below; the pinball loss (Koenker and Bassett 1978).
    Quantile(f64),
    /// The mean of a count or an amount that is never negative; half of Poisson's deviance. Scores are logarithms.
    Poisson,
}

/// A loss at one row, and its first and second derivative by the score.
pub(super) struct AtRow {
    pub loss: f64,
    pub first: f64,
    pub second: f64,
}

impl Loss {
    /// Checks that the outcome is one that the loss knows.
    pub(super) fn check(self, outcome: &[f64]) -> Result<(), Error> {
        if self == Loss::Logistic {
            return check_outcome(outcome);
        }
        if matches!(self, Loss::Quantile(share) if !(share > 0.0 && share < 1.0)) {
            return Err(Error::Parameter { name: "the quantile", problem: "must be above 0 and below 1" });
        }
        check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
        if self == Loss::Poisson {
            check_values("outcome", outcome, "is below zero, which no count is", |y| y >= 0.0)?;
        }
        if outcome.iter().all(|&y| y == outcome[0]) {
            return Err(if outcome.is_empty() { Error::Empty } else { Error::OneClass });
        }
        Ok(())
    }

    /// The best constant score.
    pub(super) fn start(self, outcome: &[f64], weights: Weights) -> f64 {
        if let Some(share) = self.share_below() {
            let mut pairs: Vec<(f64, f64)> =
                outcome.iter().enumerate().map(|(row, &y)| (y, weights.of(row))).collect();
            return weighted_quantile(&mut pairs, share);
        }
        let mean = weights.sum(outcome) / weights.total(outcome.len());
        match self {
            Loss::Logistic => (mean / (1.0 - mean)).ln(),
            Loss::Poisson => mean.ln(),
            _ => mean,
        }
    }

    /// The loss of a score where `y` came, and its derivatives.
    #[inline]
    pub(super) fn at(self, y: f64, score: f64) -> AtRow {
        match self {
            Loss::Logistic => {
                let e = (-score.abs()).exp();
                let tail = 1.0 / (1.0 + e);
                let chance = if score >= 0.0 { tail } else { e * tail };
                let loss = score.max(0.0) + e.ln_1p() - y * score;
                AtRow { loss, first: chance - y, second: e * tail * tail }
            }
            Loss::Squared => AtRow { loss: 0.5 * (score - y).powi(2), first: score - y, second: 1.0 },
            Loss::Absolute => {
                let first = side(score, y, 1.0, -1.0);
                AtRow { loss: (score - y).abs(), first, second: 1.0 }
            }
            Loss::Quantile(share) => {
                let first = side(score, y, 1.0 - share, -share);
                AtRow { loss: first * (score - y), first, second: 1.0 }
            }
            Loss::Poisson => {
                let mean = score.exp();
                let surprise = if y > 0.0 { y * (y.ln() - score) } else { 0.0 };
                AtRow { loss: surprise + mean - y, first: mean - y, second: mean }
            }
        }
    }

    /// What a leaf adds to a score where Newton's method would add `step`.
    ///
    /// For counts a step up is shortened to what multiplies the mean by `1 + step`: a leaf of a few large ones would
    /// else overshoot by orders of magnitude.
    pub(super) fn leaf(self, step: f64) -> f64 {
        if self == Loss::Poisson && step > 0.0 { step.ln_1p() } else { step }
    }

    /// The share of outcomes below the answer, of losses whose leaves answer a quantile.
    pub(super) fn share_below(self) -> Option<f64> {
        match self {
            Loss::Absolute => Some(0.5),
            Loss::Quantile(share) => Some(share),
            _ => None,
        }
    }

    /// The mean loss of scores; `weights`, if given, say how much each row counts.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Value`], [`Error::Empty`] for weights that are none.
    pub fn mean(self, outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<f64, Error> {
        Ok(Counts::new(weights, outcome.len())?.mean(|row| self.at(outcome[row], scores[row]).loss))
    }

    /// The prediction of a score: a chance, or a number.
    pub fn predicted(self, score: f64) -> f64 {
        match self {
            Loss::Logistic => crate::prediction::sigmoid(score),
            Loss::Poisson => score.exp(),
            _ => score,
        }
    }
}

/// `above` where the score is too high, `below` where it is too low, and nothing where it is right: with many outcomes alike
/// (customers who spent nothing) the right ones would else pull as hard as the wrong ones.
#[inline]
fn side(score: f64, y: f64, above: f64, below: f64) -> f64 {
    if score > y {
        above
    } else if score < y {
        below
    } else {
        0.0
    }
}

/// What rows still lack, for leaves that answer a quantile of it instead of Newton's step (Friedman 2001, section 4.3).
pub(super) struct Lacking<'a> {
    pub share: f64,
    pub outcome: &'a [f64],
    pub weights: Weights<'a>,
}

impl Lacking<'_> {
    /// The quantile over some rows.
    pub fn answer(&self, rows: &[u32], scores: &[f64]) -> f64 {
        let lack = |&row: &u32| {
            let row = row as usize;
            (self.outcome[row] - scores[row], self.weights.of(row))
        };
        weighted_quantile(&mut rows.iter().map(lack).collect::<Vec<_>>(), self.share)
    }
}
