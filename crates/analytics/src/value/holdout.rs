//! How well predictions met what happened after.

use crate::{Error, same_length, sample};

/// Predictions against what came, over customers.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldOut {
    /// Mean absolute error, in the unit of the predictions.
    pub mae: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    pub pearson: f64,
    pub spearman: f64,
    pub predicted_total: f64,
    pub actual_total: f64,
    /// Mean of prediction less actual: above zero when too much was expected.
    pub bias: f64,
    /// Share of the actual total that the tenth of customers with the highest predictions made.
    pub top_decile_capture: f64,
}

/// Compares one prediction per customer with the actual number.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`].
pub fn check_holdout(predicted: &[f64], actual: &[f64]) -> Result<HoldOut, Error> {
    if predicted.is_empty() {
        return Err(Error::Empty);
    }
    same_length("actual", actual.len(), predicted.len())?;
    let errors: Vec<f64> = predicted.iter().zip(actual).map(|(p, a)| p - a).collect();
    let squares: Vec<f64> = errors.iter().map(|e| e * e).collect();
    let sizes: Vec<f64> = errors.iter().map(|e| e.abs()).collect();
    let (predicted_total, actual_total) = (predicted.iter().sum::<f64>(), actual.iter().sum::<f64>());
    Ok(HoldOut {
        mae: sample::mean(&sizes),
        rmse: sample::mean(&squares).sqrt(),
        pearson: sample::pearson(predicted, actual),
        spearman: sample::spearman(predicted, actual),
        predicted_total,
        actual_total,
        bias: sample::mean(&errors),
        top_decile_capture: captured_by_top(predicted, actual, 0.1) / actual_total,
    })
}

fn captured_by_top(predicted: &[f64], actual: &[f64], share: f64) -> f64 {
    let mut order: Vec<usize> = (0..predicted.len()).collect();
    order.sort_by(|&a, &b| predicted[b].total_cmp(&predicted[a]));
    let top = (share * predicted.len() as f64).floor() as usize;
    order[..top].iter().map(|&i| actual[i]).sum()
}
