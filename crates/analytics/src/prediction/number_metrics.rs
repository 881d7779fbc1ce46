//! How good predicted numbers are.

use super::boosting::Loss;
use crate::Error;
use crate::error::{check_values, same_length};
use crate::sample::mean;

/// All measures of predicted numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberReport {
    /// Rows measured.
    pub rows: usize,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// 1 − Σ squared error / Σ squared distance to the mean of what came; −∞ or NaN where that does not vary.
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

/// Measures the scores of a model with this loss.
///
/// # Errors
/// [`Error::Empty`] without rows, [`Error::Length`], [`Error::Value`] for a number that is none.
pub fn number_report(outcome: &[f64], scores: &[f64], loss: Loss) -> Result<NumberReport, Error> {
    let rows = outcome.len();
    if rows == 0 {
        return Err(Error::Empty);
    }
    same_length("the scores", scores.len(), rows)?;
    check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
    check_values("score", scores, "is not a number", |score| !score.is_nan())?;
    let predicted: Vec<f64> = scores.iter().map(|&score| loss.predicted(score)).collect();
    let errors = || outcome.iter().zip(&predicted).map(|(came, foreseen)| foreseen - came);
    let mean_outcome = mean(outcome);
    let squares: f64 = errors().map(|error| error * error).sum();
    let spread: f64 = outcome.iter().map(|came| (came - mean_outcome).powi(2)).sum();
    Ok(NumberReport {
        rows,
        rmse: (squares / rows as f64).sqrt(),
        mae: errors().map(f64::abs).sum::<f64>() / rows as f64,
        r_squared: 1.0 - squares / spread,
        loss: loss.mean(outcome, scores),
        share_below: errors().filter(|error| *error >= 0.0).count() as f64 / rows as f64,
        mean_outcome,
        mean_predicted: mean(&predicted),
    })
}
