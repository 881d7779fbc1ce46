//! Logistic regression: the chance of an outcome from weighed columns (Cox 1958), by maximum likelihood or with
//! a ridge penalty (le Cessie and van Houwelingen 1992).
//!
//! Newton's method on columns scaled to mean 0 and deviation 1; coefficients are given back in the columns' own
//! units. Rows are summed in blocks of fixed size, so that threads change no bit. Start at [`logistic`].

use super::metrics::check_outcome;
use super::newton::{Newton, Problem};
use crate::error::{check_values, same_length};
use crate::special::{ln_normal_sf, normal_quantile};
use crate::weights::Weights;
use crate::{Error, Feature, Progress, Values};

/// How to fit [`logistic`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticOptions {
    /// λ in `Σ log loss + λ/2 Σ coefficient²`; the intercept is free. 0 is maximum likelihood. Scale the columns
    /// first when it is above 0, or the penalty depends on their units.
    pub ridge: f64,
    /// Threads to use; the answer does not depend on it.
    pub threads: usize,
}

impl Default for LogisticOptions {
    fn default() -> Self {
        LogisticOptions { ridge: 0.0, threads: 1 }
    }
}

/// The weight of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    /// The column, or `intercept`.
    pub name: String,
    /// Log odds per unit of the column.
    pub value: f64,
    /// Its standard error; with a ridge that of the penalised estimate (le Cessie, van Houwelingen, eq. 6), which
    /// knows nothing of the bias.
    pub standard_error: f64,
    /// value / standard error.
    pub z: f64,
    /// Two-sided p-value of z.
    pub p: f64,
}

impl Coefficient {
    /// Wald interval that covers the truth with the given chance (0.95, say).
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let width = normal_quantile(0.5 + 0.5 * level) * self.standard_error;
        (self.value - width, self.value + width)
    }

    /// What a unit more multiplies the odds by.
    pub fn odds_ratio(&self) -> f64 {
        self.value.exp()
    }
}

/// A fitted logistic regression and its diagnostics.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    /// The intercept.
    pub intercept: Coefficient,
    /// One per column.
    pub coefficients: Vec<Coefficient>,
    /// Σ weight × ln(chance of what happened), without the penalty.
    pub log_likelihood: f64,
    /// The same with the intercept alone.
    pub null_log_likelihood: f64,
    /// 1 − log likelihood / null log likelihood (McFadden 1974).
    pub mcfadden: f64,
    /// 2 × coefficients − 2 × log likelihood.
    pub aic: f64,
    /// Rows of the rarer outcome, by weight, per coefficient; below 10 the estimates are shaky (Peduzzi et al. 1996).
    pub events_per_coefficient: f64,
    /// Newton steps.
    pub iterations: usize,
}

impl Logistic {
    /// Log odds of each row of new columns, in the order of the fit.
    ///
    /// # Errors
    /// [`Error::Length`] when columns are missing or differ in length.
    pub fn log_odds(&self, columns: &[&[f64]]) -> Result<Vec<f64>, Error> {
        same_length("the list of columns", columns.len(), self.coefficients.len())?;
        let rows = columns.first().map_or(0, |column| column.len());
        let mut sums = vec![self.intercept.value; rows];
        for (column, coefficient) in columns.iter().zip(&self.coefficients) {
            same_length("a column", column.len(), rows)?;
            sums.iter_mut().zip(*column).for_each(|(sum, value)| *sum += coefficient.value * value);
        }
        Ok(sums)
    }

    /// Chance of outcome 1 of each row.
    ///
    /// # Errors
    /// As [`Self::log_odds`].
    pub fn chances(&self, columns: &[&[f64]]) -> Result<Vec<f64>, Error> {
        Ok(self.log_odds(columns)?.into_iter().map(sigmoid).collect())
    }

    /// What each column adds to a row's log odds, against a row with the given means: the exact SHAP values of a
    /// linear model with independent columns (Lundberg and Lee 2017, corollary 1).
    pub fn contributions(&self, row: &[f64], means: &[f64]) -> Vec<f64> {
        let parts = self.coefficients.iter().zip(row).zip(means);
        parts.map(|((coefficient, value), mean)| coefficient.value * (value - mean)).collect()
    }
}

/// 1 / (1 + e^−x).
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// Fits the chance of outcome 1 (others 0) to columns of numbers.
///
/// `weights`, if given, say how many cases each row stands for: likelihood and standard errors are those of the rows
/// written out as often.
///
/// # Errors
/// - [`Error::Empty`], [`Error::Length`], [`Error::Value`], [`Error::OneClass`] for bad data; features must be
///   numbers without gaps (see [`super::Encoder`])
/// - [`Error::TooFew`] when there are no more rows than coefficients
/// - [`Error::Constant`] for a column with one value
/// - without a ridge: [`Error::Collinear`] when columns repeat each other, [`Error::Separated`] when they tell the
///   outcomes apart without error, so that no finite coefficient is best (Albert and Anderson 1984)
/// - [`Error::NotConverged`], [`Error::Stopped`]
pub fn logistic(
    features: &[Feature],
    outcome: &[f64],
    weights: Option<&[f64]>,
    options: &LogisticOptions,
    progress: &dyn Progress,
) -> Result<Logistic, Error> {
    check_outcome(outcome)?;
    if !(options.ridge >= 0.0 && options.ridge.is_finite()) || options.threads == 0 {
        return Err(Error::Parameter {
            name: "ridge and threads",
            problem: "must be 0 or more, and at least 1",
        });
    }
    let weights = Weights::new(weights, outcome.len())?;
    let columns = numbers(features, outcome.len())?;
    let n = outcome.len();
    if n <= columns.len() + 1 {
        return Err(Error::TooFew { what: "rows", have: n, need: columns.len() + 2 });
    }
    let names: Vec<&str> = features.iter().map(|feature| feature.name).collect();
    let problem = Problem::new(&names, &columns, outcome, weights, options.ridge, options.threads)?;
    let newton = problem.solve(progress)?;
    let (all, events) = (weights.total(n), weights.sum(outcome));
    Ok(report(&names, &problem, &newton, all, events))
}

fn numbers<'a>(features: &[Feature<'a>], rows: usize) -> Result<Vec<&'a [f64]>, Error> {
    let column = |feature: &Feature<'a>| {
        feature.check(rows)?;
        let Values::Numbers(values) = feature.values else {
            return Err(Error::Parameter {
                name: "features",
                problem: "must be numbers; encode categories first",
            });
        };
        check_values(feature.name, values, "is missing", |value| !value.is_nan())?;
        Ok(values)
    };
    features.iter().map(column).collect()
}

/// `n` rows, of them `events` with outcome 1, by weight.
fn report(names: &[&str], problem: &Problem, newton: &Newton, n: f64, events: f64) -> Logistic {
    let (values, covariance) = problem.in_own_units(newton);
    let p = values.len();
    let coefficient = |at: usize, name: &str| {
        let standard_error = covariance[at * p + at].max(0.0).sqrt();
        let z = values[at] / standard_error;
        let p = 2.0 * ln_normal_sf(z.abs()).exp();
        Coefficient { name: name.to_owned(), value: values[at], standard_error, z, p }
    };
    let null_log_likelihood = events * (events / n).ln() + (n - events) * (1.0 - events / n).ln();
    Logistic {
        intercept: coefficient(0, "intercept"),
        coefficients: names.iter().enumerate().map(|(at, name)| coefficient(at + 1, name)).collect(),
        log_likelihood: newton.log_likelihood,
        null_log_likelihood,
        mcfadden: 1.0 - newton.log_likelihood / null_log_likelihood,
        aic: 2.0 * p as f64 - 2.0 * newton.log_likelihood,
        events_per_coefficient: events.min(n - events) / p as f64,
        iterations: newton.iterations,
    }
}
