//! Seasonal naive: next Monday is like last Monday. What every other forecast has to beat.

use super::Forecast;
use crate::{Error, check_values};

/// Repeats the last `period` values (1 for the plain naive forecast) over `steps` steps ahead.
///
/// The variance of step h is σ² (⌊(h−1)/m⌋ + 1), σ² the mean squared error within the series (Hyndman and
/// Athanasopoulos, Forecasting: principles and practice, table 5.2). `level` is the probability inside the bounds.
///
/// # Errors
/// [`Error::TooFew`] with fewer values than a period and one more, [`Error::Value`], [`Error::Parameter`].
pub fn seasonal_naive(series: &[f64], period: usize, steps: usize, level: f64) -> Result<Forecast, Error> {
    check_values("the series", series, "is not a number", f64::is_finite)?;
    if period == 0 {
        return Err(Error::Parameter { name: "the period", problem: "must be at least 1" });
    }
    if series.len() <= period {
        return Err(Error::TooFew { what: "values", have: series.len(), need: period + 1 });
    }
    let differences = series.windows(period + 1).map(|part| part[period] - part[0]);
    let sigma2 = differences.map(|d| d * d).sum::<f64>() / (series.len() - period) as f64;
    let last = &series[series.len() - period..];
    let mean = (0..steps).map(|h| last[h % period]).collect();
    let variance = (0..steps).map(|h| sigma2 * (h / period + 1) as f64).collect();
    Ok(Forecast::normal(mean, variance, level))
}
