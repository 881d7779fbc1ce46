//! Newton's method on the partial likelihood, over columns centred and brought to one scale.

use super::concordance::concordance;
use super::partial::Sorted;
use super::{Cox, CoxFit, Ties};
use crate::optimise::{Cholesky, Limits, newton};
use crate::retention::{by_time, check_durations};
use crate::special::ln_normal_sf;
use crate::{Error, Progress, check_values, same_length, sample};

/// A factor known no better than e^±50 over one standard deviation belongs to a column that tells leavers perfectly.
const PERFECT: f64 = 50.0;

/// Fits the model: `time` until each customer left (`event`) or was last seen; `columns` of the same length with
/// their `names`.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`], [`Error::TooFew`] with fewer events than columns,
/// [`Error::Constant`], [`Error::Collinear`], [`Error::Separated`], [`Error::NotConverged`], [`Error::Stopped`].
pub fn fit_cox(
    time: &[f64],
    event: &[bool],
    columns: &[&[f64]],
    names: &[&str],
    ties: Ties,
    progress: &dyn Progress,
) -> Result<CoxFit, Error> {
    let events = check_durations(time, event)?;
    check_columns(columns, names, time.len())?;
    let width = columns.len();
    if events < width.max(1) {
        return Err(Error::TooFew { what: "customers who left", have: events, need: width.max(1) });
    }
    let means: Vec<f64> = columns.iter().map(|column| sample::mean(column)).collect();
    let scales: Vec<f64> = columns.iter().map(|column| sample::variance(column).sqrt()).collect();
    let sorted = sort(time, event, columns, &means, &scales);
    let start = vec![0.0; width];
    let at_zero = sorted.negative_likelihood(&start, ties);
    Cholesky::new(&at_zero.hessian, width).map_err(|k| Error::Collinear { column: names[k].to_owned() })?;
    let limits = Limits { steps: 60, tolerance: 1e-13 };
    let found = newton(|at| sorted.negative_likelihood(at, ties), &start, limits, progress)?;
    let curved = sorted.negative_likelihood(&found.at, ties);
    let separated = |k: usize| Error::Separated { column: names[k].to_owned() };
    let inverse = Cholesky::new(&curved.hessian, width).map_err(separated)?.inverse();
    if let Some(k) = (0..width).find(|k| inverse[k * width + k].sqrt() > PERFECT) {
        return Err(separated(k));
    }
    if !found.converged {
        return Err(Error::NotConverged { model: "Cox", steps: found.steps });
    }
    let scale_of = |place: usize| scales[place / width] * scales[place % width];
    let covariance: Vec<f64> =
        inverse.iter().enumerate().map(|(place, value)| value / scale_of(place)).collect();
    let coefficients: Vec<f64> = found.at.iter().zip(&scales).map(|(b, scale)| b / scale).collect();
    let standard_errors: Vec<f64> = (0..width).map(|k| covariance[k * width + k].sqrt()).collect();
    let ln_p = coefficients.iter().zip(&standard_errors).map(|(b, se)| two_sided(b / se)).collect();
    let (times, cumulative_hazard) = baseline(&sorted, &found.at, ties);
    Ok(CoxFit {
        concordance: concordance(&sorted, &found.at),
        model: Cox { coefficients, means, time: times, cumulative_hazard },
        standard_errors,
        covariance,
        ln_p,
        log_likelihood: -found.value,
        null_log_likelihood: -at_zero.value,
        rows: time.len(),
        events,
        steps: found.steps,
    })
}

fn two_sided(z: f64) -> f64 {
    std::f64::consts::LN_2 + ln_normal_sf(z.abs())
}

pub(super) fn check_columns(columns: &[&[f64]], names: &[&str], rows: usize) -> Result<(), Error> {
    same_length("the list of names", names.len(), columns.len())?;
    if columns.is_empty() {
        return Err(Error::TooFew { what: "columns", have: 0, need: 1 });
    }
    for (column, name) in columns.iter().zip(names) {
        same_length("a column", column.len(), rows)?;
        check_values(name, column, "is not a number", f64::is_finite)?;
        if column.iter().all(|&value| value == column[0]) {
            return Err(Error::Constant { column: (*name).to_owned() });
        }
    }
    Ok(())
}

/// Rows by falling time, columns centred and divided by their scales.
pub(super) fn sort(
    time: &[f64],
    event: &[bool],
    columns: &[&[f64]],
    means: &[f64],
    scales: &[f64],
) -> Sorted {
    let mut order = by_time(time);
    order.reverse();
    let value = |i: usize, k: usize| (columns[k][i] - means[k]) / scales[k];
    Sorted {
        time: order.iter().map(|&i| time[i]).collect(),
        event: order.iter().map(|&i| event[i]).collect(),
        values: order.iter().flat_map(|&i| (0..columns.len()).map(move |k| value(i, k))).collect(),
        width: columns.len(),
    }
}

/// Times of leaving and the cumulative hazard at the means (Breslow 1974, with Efron's ties where asked).
fn baseline(sorted: &Sorted, at: &[f64], ties: Ties) -> (Vec<f64>, Vec<f64>) {
    let (mut times, mut hazard) = (Vec::new(), Vec::new());
    sorted.walk(at, false, |moment| {
        let shares = (0..moment.leavers.len())
            .map(|l| 1.0 / (moment.at_risk.total - moment.taken_out(ties, l) * moment.leaving.total));
        times.push(sorted.time[moment.leavers[0]]);
        hazard.push(shares.sum::<f64>());
    });
    times.reverse();
    hazard.reverse();
    let mut total = 0.0;
    hazard.iter_mut().for_each(|h| {
        total += *h;
        *h = total;
    });
    (times, hazard)
}
