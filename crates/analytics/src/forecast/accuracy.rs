//! How far forecasts were from what came.

use crate::{Error, same_length};

/// Errors of a forecast, in the unit of the series unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// Mean absolute error.
    pub mae: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean absolute error in percent of the actual value; infinite where that is zero.
    pub mape: f64,
    /// Sum of absolute errors over the sum of actual values (a share).
    pub wape: f64,
    /// Mean absolute error over that of the seasonal naive forecast within the training part (Hyndman and Koehler
    /// 2006); NaN when no training part of more than a period is given.
    pub mase: f64,
}

/// Compares a forecast with what came; `training` and `period` scale [`Accuracy::mase`] and may be empty and 1.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`].
pub fn measure_accuracy(
    forecast: &[f64],
    actual: &[f64],
    training: &[f64],
    period: usize,
) -> Result<Accuracy, Error> {
    if actual.is_empty() {
        return Err(Error::Empty);
    }
    same_length("the forecast", forecast.len(), actual.len())?;
    let n = actual.len() as f64;
    let errors = || forecast.iter().zip(actual).map(|(f, a)| f - a);
    let absolute: f64 = errors().map(f64::abs).sum();
    let percent: f64 = errors().zip(actual).map(|(e, a)| (e / a).abs()).sum();
    let scale = training.windows(period.max(1) + 1).map(|part| (part[part.len() - 1] - part[0]).abs());
    let steps = training.len().saturating_sub(period.max(1)) as f64;
    Ok(Accuracy {
        mae: absolute / n,
        rmse: (errors().map(|e| e * e).sum::<f64>() / n).sqrt(),
        mape: 100.0 * percent / n,
        wape: absolute / actual.iter().map(|a| a.abs()).sum::<f64>(),
        mase: absolute / n / (scale.sum::<f64>() / steps),
    })
}
