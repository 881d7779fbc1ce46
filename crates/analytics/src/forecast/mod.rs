//! What comes next: series by exponential smoothing, deals by their age, calls by weekday, staff by queueing theory,
//! and all of it made to add up over a hierarchy.
//!
//! ```
//! use analytics::{Silent, forecast::{Criterion, select_ets}};
//!
//! let sales = [112., 118., 132., 129., 121., 135., 148., 148., 136., 119., 104., 118., 115., 126., 141., 135.];
//! let chosen = select_ets(&sales, 1, Criterion::Aicc, &Silent)?;
//! let ahead = chosen.best.model.forecast(3, 0.95);
//! assert!(ahead.low[0] < ahead.mean[0] && ahead.mean[0] < ahead.high[0]);
//! # Ok::<(), analytics::Error>(())
//! ```

mod accuracy;
mod calls;
mod ets;
mod hierarchy;
mod holt_winters;
pub mod pipeline;
mod seasonal_naive;
pub mod staffing;

pub use accuracy::{Accuracy, measure_accuracy};
pub use calls::CallHistory;
pub use ets::{
    Candidate, Criterion, ErrorKind, Ets, EtsFit, Form, SeasonKind, Selection, State, TrendKind, fit_ets,
    select_ets,
};
pub use hierarchy::{Weights, reconcile};
pub use holt_winters::{HoltWinters, HoltWintersFit, Smoothing, StartValues, fit_holt_winters};
pub use seasonal_naive::seasonal_naive;

/// Expected values of the next steps, with bounds that hold each with the probability asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecast {
    /// One per step ahead, in the unit of the series.
    pub mean: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    /// Variance of each step.
    pub variance: Vec<f64>,
}

impl Forecast {
    /// Normal bounds around `mean`.
    fn normal(mean: Vec<f64>, variance: Vec<f64>, level: f64) -> Forecast {
        let z = crate::special::normal_quantile(0.5 + 0.5 * level);
        let bound = |sign: f64| mean.iter().zip(&variance).map(|(m, v)| m + sign * z * v.sqrt()).collect();
        Forecast { low: bound(-1.0), high: bound(1.0), mean, variance }
    }
}

#[cfg(test)]
mod tests;
