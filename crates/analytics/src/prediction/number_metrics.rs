//! How good predicted numbers are.

use super::boosting::Loss;
use crate::Error;
use crate::error::{check_values, same_length};
use crate::weights::Counts;

/// All measures of predicted numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberReport {
    /// Rows measured.
    pub rows: usize,
    /// Σ weight.
    pub weight: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// 1 − Σ squared error / Σ squared distance to the mean of what came; NaN where that does not vary.
    pub r_squared: f64,
    /// Mean of the loss that the model was fitted to.
    pub loss: f64,
    /// Share of rows where no more came than was foreseen.
    pub share_below: f64,
    /// Mean of what came.
    pub mean_outcome: f64,
    /// Mean of what was foreseen.
    pub mean_predicted: f64,
}

/// Measures the scores of a model with this loss. `weights`, if given, say how much each row counts.
///
/// # Errors
/// [`Error::Empty`] without rows that count, [`Error::Length`], [`Error::Value`] for a number that is none or a weight
/// below zero.
pub fn number_report(
    outcome: &[f64],
    scores: &[f64],
    weights: Option<&[f64]>,
    loss: Loss,
) -> Result<NumberReport, Error> {
    let rows = outcome.len();
    if rows == 0 {
        return Err(Error::Empty);
    }
    same_length("the scores", scores.len(), rows)?;
    check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
    check_values("score", scores, "is not a number", |score| !score.is_nan())?;
    let predicted: Vec<f64> = scores.iter().map(|&score| loss.predicted(score)).collect();
    let counts = Counts::new(weights, rows)?;
    let error = |row: usize| predicted[row] - outcome[row];
    let mean_outcome = counts.mean(|row| outcome[row]);
    let square = counts.mean(|row| error(row).powi(2));
    let spread = counts.mean(|row| (outcome[row] - mean_outcome).powi(2));
    Ok(NumberReport {
        rows,
        weight: counts.total(),
        rmse: square.sqrt(),
        mae: counts.mean(|row| error(row).abs()),
        r_squared: if spread > 0.0 { 1.0 - square / spread } else { f64::NAN },
        loss: loss.mean(outcome, scores, weights)?,
        share_below: counts.mean(|row| f64::from(u8::from(error(row) >= 0.0))),
        mean_outcome,
        mean_predicted: counts.mean(|row| predicted[row]),
    })
}
