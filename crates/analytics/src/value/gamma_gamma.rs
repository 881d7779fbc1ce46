//! The gamma-gamma model: what a customer spends in an average transaction.
//!
//! Transactions of one customer scatter around that customer's mean by a gamma distribution of shape p, whose rate
//! differs between customers by another gamma distribution (q, v). Fader and Hardie (2013), "The gamma-gamma model of
//! monetary value". It holds only where spending does not depend on how often somebody buys.

use super::Fit;
use super::bgnbd::errors_of_logarithms;
use super::penalty::{Penalty, check_penalty};
use crate::optimise::{Limits, hessian_by_differences, lbfgs_in_box};
use crate::special::{digamma, ln_gamma};
use crate::{Error, Progress, same_length, sample};

/// The three parameters; `v` in money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    pub p: f64,
    pub q: f64,
    pub v: f64,
}

impl GammaGamma {
    /// The mean transaction expected of a customer whose `x` repeat transactions had the mean `mean_value` (eq. 5);
    /// of a new customer when `x` is 0. Infinite when px + q ≤ 1.
    pub fn expected_value(&self, x: f64, mean_value: f64) -> f64 {
        let below = self.p * x + self.q - 1.0;
        if below <= 0.0 { f64::INFINITY } else { self.p * (self.v + x * mean_value) / below }
    }

    /// The mean transaction over all customers.
    pub fn population_mean(&self) -> f64 {
        self.expected_value(0.0, 0.0)
    }
}

/// A fitted gamma-gamma model.
#[derive(Debug, Clone, PartialEq)]
pub struct GammaGammaFit {
    pub fit: Fit<GammaGamma>,
    /// Pearson's correlation of number and value of transactions; the model assumes there is none.
    pub correlation: f64,
    /// Customers left out because they had no repeat transaction, or a mean value of zero or less.
    pub left_out: usize,
}

/// Fits the model to customers with `x` repeat transactions of mean value `mean_value`.
///
/// # Errors
/// [`Error::Length`], [`Error::TooFew`] when fewer than four customers have both above zero, [`Error::Constant`] when
/// all spend the same, [`Error::NotConverged`], [`Error::Stopped`].
pub fn fit_gamma_gamma(
    x: &[f64],
    mean_value: &[f64],
    progress: &dyn Progress,
) -> Result<GammaGammaFit, Error> {
    fit_gamma_gamma_penalised(x, mean_value, 0.0, progress)
}

/// The same with `penalty` · (p² + q² + v²) taken from the mean log likelihood, v in money, as lifetimes does by
/// `penalizer_coef`. [`Fit::log_likelihood`] is without it.
///
/// # Errors
/// As [`fit_gamma_gamma`]; [`Error::Parameter`] for a penalty below zero.
pub fn fit_gamma_gamma_penalised(
    x: &[f64],
    mean_value: &[f64],
    penalty: f64,
    progress: &dyn Progress,
) -> Result<GammaGammaFit, Error> {
    check_penalty(penalty)?;
    same_length("mean_value", mean_value.len(), x.len())?;
    let usable = |&(x, m): &(f64, f64)| x > 0.0 && m > 0.0 && x.is_finite() && m.is_finite();
    let mut rows: Vec<(f64, f64)> =
        x.iter().copied().zip(mean_value.iter().copied()).filter(usable).collect();
    if rows.len() < 4 {
        return Err(Error::TooFew { what: "customers with repeat purchases", have: rows.len(), need: 4 });
    }
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let values: Vec<f64> = rows.iter().map(|row| row.1).collect();
    if values.iter().all(|&value| value == values[0]) {
        return Err(Error::Constant { column: "mean_value".to_owned() });
    }
    let mean = sample::mean(&values);
    rows.iter_mut().for_each(|row| row.1 /= mean);
    let penalty = Penalty { weight: penalty * rows.len() as f64, units: [1.0, 1.0, mean] };
    let mut negative = |at: &[f64], gradient: &mut [f64]| {
        let model = at_logarithms(at);
        let value = log_likelihood(&model, &rows, gradient);
        let parameters = [model.p, model.q, model.v];
        gradient.iter_mut().zip(parameters).for_each(|(g, parameter)| *g *= -parameter);
        penalty.add(parameters, gradient) - value
    };
    let start = [2.0_f64.ln(), 3.0_f64.ln(), 0.0];
    let limits = Limits { steps: 300, tolerance: 1e-11 };
    let found = lbfgs_in_box(&mut negative, &start, (-14.0, 14.0), limits, progress)?;
    if !found.converged {
        return Err(Error::NotConverged { model: "gamma-gamma", steps: found.steps });
    }
    let hessian = hessian_by_differences(|at, gradient| _ = negative(at, gradient), &found.at, 1e-4);
    let errors = errors_of_logarithms(&hessian, &found.at);
    let scaled = at_logarithms(&found.at);
    let counts: Vec<f64> = rows.iter().map(|row| row.0).collect();
    Ok(GammaGammaFit {
        fit: Fit {
            model: GammaGamma { v: scaled.v * mean, ..scaled },
            log_likelihood: log_likelihood(&scaled, &rows, &mut [0.0; 3]) - rows.len() as f64 * mean.ln(),
            standard_errors: errors.map(|e| vec![e[0], e[1], e[2] * mean]),
            customers: rows.len(),
            purchases: counts.iter().sum(),
            steps: found.steps,
        },
        correlation: sample::pearson(&counts, &values),
        left_out: x.len() - rows.len(),
    })
}

fn at_logarithms(at: &[f64]) -> GammaGamma {
    GammaGamma { p: at[0].exp(), q: at[1].exp(), v: at[2].exp() }
}

/// ln L (eq. 1a) of rows sorted by x, with its gradient by p, q, v.
fn log_likelihood(model: &GammaGamma, rows: &[(f64, f64)], gradient: &mut [f64]) -> f64 {
    let GammaGamma { p, q, v } = *model;
    let (ln_v, whole, slope_q) = (v.ln(), ln_gamma(q), digamma(q));
    let mut total = 0.0;
    gradient.fill(0.0);
    for same in rows.chunk_by(|a, b| a.0 == b.0) {
        let (x, count) = (same[0].0, same.len() as f64);
        let (px, both) = (p * x, p * x + q);
        let (slope_both, slope_px) = (digamma(both), digamma(px));
        let (mut ln_m, mut ln_sum, mut inverse) = (0.0, 0.0, 0.0);
        for &(_, m) in same {
            ln_m += m.ln();
            ln_sum += (v + x * m).ln();
            inverse += 1.0 / (v + x * m);
        }
        total += count * (ln_gamma(both) - ln_gamma(px) - whole + q * ln_v + px * x.ln());
        total += (px - 1.0) * ln_m - both * ln_sum;
        gradient[0] += x * (count * (slope_both - slope_px + x.ln()) + ln_m - ln_sum);
        gradient[1] += count * (slope_both - slope_q + ln_v) - ln_sum;
        gradient[2] += count * q / v - both * inverse;
    }
    total
}
