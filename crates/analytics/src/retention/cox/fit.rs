//! Newton's method on the partial likelihood, over columns centred and brought to one scale.

use super::concordance::concordance;
use super::partial::{Sorted, dot};
use super::{Baseline, Cox, CoxData, CoxFit, Ties};
use crate::optimise::{Cholesky, Curved, Limits, newton};
use crate::retention::{check_durations, check_entry};
use crate::special::ln_normal_sf;
use crate::{Error, Progress, check_values, same_length, sample};

/// A factor known no better than e^±50 over one standard deviation belongs to a column that tells leavers perfectly.
const PERFECT: f64 = 50.0;

/// Fits the model.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`], [`Error::TooFew`] with fewer events than columns,
/// [`Error::Constant`] (also for a column that is the same within each stratum), [`Error::Collinear`],
/// [`Error::Separated`], [`Error::NotConverged`], [`Error::Stopped`].
pub fn fit_cox(data: &CoxData, ties: Ties, progress: &dyn Progress) -> Result<CoxFit, Error> {
    fit_cox_ridge(data, ties, 0.0, progress)
}

/// Fits the model with ln L − `ridge`/2 · Σ (s_k β_k)² as what is to be greatest, s_k the standard deviation of column k over
/// rows (R's `ridge(…, theta)`; lifelines' `penalizer` times the number of rows). Above 0 there may be more columns than
/// events, collinear ones, and ones that tell leavers perfectly; standard errors are then from the penalised information.
///
/// # Errors
/// As [`fit_cox`], and [`Error::Parameter`] for a ridge that is no number of zero or more.
pub fn fit_cox_ridge(
    data: &CoxData,
    ties: Ties,
    ridge: f64,
    progress: &dyn Progress,
) -> Result<CoxFit, Error> {
    if !(ridge >= 0.0 && ridge.is_finite()) {
        return Err(Error::Parameter { name: "the ridge", problem: "must be a number of zero or more" });
    }
    let events = check(data)?;
    let (columns, names, width) = (data.columns, data.names, data.columns.len());
    let need = if ridge > 0.0 { 1 } else { width };
    if events < need {
        return Err(Error::TooFew { what: "customers who left", have: events, need });
    }
    let means: Vec<f64> = columns.iter().map(|column| weighted_mean(column, data.weights)).collect();
    let scales: Vec<f64> = columns.iter().map(|column| sample::variance(column).sqrt()).collect();
    let sorted = sort(data, &means, &scales);
    let start = vec![0.0; width];
    let at_zero = sorted.negative_likelihood(&start, ties);
    if ridge == 0.0 {
        Cholesky::new(&at_zero.hessian, width)
            .map_err(|k| Error::Collinear { column: names[k].to_owned() })?;
    }
    let limits = Limits { steps: 60, tolerance: 1e-13 };
    let goal = |at: &[f64]| penalised(sorted.negative_likelihood(at, ties), at, ridge);
    let found = newton(goal, &start, limits, progress)?;
    let curved = sorted.negative_likelihood(&found.at, ties);
    let (value, information) = (curved.value, curved.hessian.clone());
    let separated = |k: usize| Error::Separated { column: names[k].to_owned() };
    let curvature = penalised(curved, &found.at, ridge).hessian;
    let inverse = Cholesky::new(&curvature, width).map_err(separated)?.inverse();
    if let Some(k) = (0..width).find(|k| inverse[k * width + k].sqrt() > PERFECT && ridge == 0.0) {
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
    let baselines = baselines(&sorted, &found.at, ties);
    Ok(CoxFit {
        concordance: concordance(&sorted, &found.at),
        model: Cox { coefficients, means, baselines },
        standard_errors,
        covariance,
        ln_p,
        freedom: if ridge == 0.0 { width as f64 } else { dot(&information, &inverse) },
        log_likelihood: -value,
        null_log_likelihood: -at_zero.value,
        rows: data.time.len(),
        events,
        steps: found.steps,
    })
}

/// Adds ridge/2 · Σ β² to what is to be least.
fn penalised(mut curved: Curved, at: &[f64], ridge: f64) -> Curved {
    curved.value += 0.5 * ridge * dot(at, at);
    for (k, b) in at.iter().enumerate() {
        curved.gradient[k] += ridge * b;
        curved.hessian[k * at.len() + k] += ridge;
    }
    curved
}

pub(super) fn two_sided(z: f64) -> f64 {
    std::f64::consts::LN_2 + ln_normal_sf(z.abs())
}

fn weighted_mean(column: &[f64], weights: Option<&[f64]>) -> f64 {
    match weights {
        None => sample::mean(column),
        Some(weights) => dot(column, weights) / weights.iter().sum::<f64>(),
    }
}

/// Checks everything; answers the number of events.
pub(super) fn check(data: &CoxData) -> Result<usize, Error> {
    let events = check_durations(data.time, data.event)?;
    let rows = data.time.len();
    same_length("the list of names", data.names.len(), data.columns.len())?;
    if data.columns.is_empty() {
        return Err(Error::TooFew { what: "columns", have: 0, need: 1 });
    }
    for (column, name) in data.columns.iter().zip(data.names) {
        same_length("a column", column.len(), rows)?;
        check_values(name, column, "is not a number", f64::is_finite)?;
        if column.iter().all(|&value| value == column[0]) {
            return Err(Error::Constant { column: (*name).to_owned() });
        }
    }
    if let Some(strata) = data.strata {
        same_length("the column of strata", strata.len(), rows)?;
        if let Some(row) = strata.iter().position(|&stratum| stratum as usize >= rows) {
            let problem = "has a number beyond that of the rows";
            return Err(Error::Value { column: "the stratum".to_owned(), row, problem });
        }
        if let Some(k) = data.columns.iter().position(|column| !varies_within(column, strata)) {
            return Err(Error::Constant { column: format!("{} within each stratum", data.names[k]) });
        }
    }
    check_entry(data.entry, data.time)?;
    if let Some(clusters) = data.clusters {
        same_length("the column of clusters", clusters.len(), rows)?;
    }
    if let Some(weights) = data.weights {
        same_length("the column of weights", weights.len(), rows)?;
        check_values("the weight", weights, "is not a number above 0", |w| w > 0.0 && w.is_finite())?;
    }
    Ok(events)
}

fn varies_within(column: &[f64], strata: &[u32]) -> bool {
    let mut seen = vec![None; strata.len()];
    column.iter().zip(strata).any(|(&value, &stratum)| *seen[stratum as usize].get_or_insert(value) != value)
}

/// Rows by stratum and falling time, columns centred and divided by their scales.
pub(super) fn sort(data: &CoxData, means: &[f64], scales: &[f64]) -> Sorted {
    let width = data.columns.len();
    let mut order: Vec<usize> = (0..data.time.len()).collect();
    let later_first = |a: usize, b: usize| data.time[b].total_cmp(&data.time[a]);
    order.sort_by(|&a, &b| data.stratum(a).cmp(&data.stratum(b)).then_with(|| later_first(a, b)));
    let value = |i: usize, k: usize| (data.columns[k][i] - means[k]) / scales[k];
    let entry: Vec<f64> = order.iter().map(|&i| data.entry(i)).collect();
    let mut by_entry: Vec<usize> = if data.entry.is_some() { (0..order.len()).collect() } else { Vec::new() };
    let stratum = |i: usize| data.stratum(order[i]);
    by_entry.sort_by(|&a, &b| stratum(a).cmp(&stratum(b)).then_with(|| entry[b].total_cmp(&entry[a])));
    Sorted {
        time: order.iter().map(|&i| data.time[i]).collect(),
        event: order.iter().map(|&i| data.event[i]).collect(),
        stratum: order.iter().map(|&i| data.stratum(i)).collect(),
        weight: order.iter().map(|&i| data.weight(i)).collect(),
        values: order.iter().flat_map(|&i| (0..width).map(move |k| value(i, k))).collect(),
        by_entry,
        entry,
        width,
        order,
    }
}

/// Times of leaving and the cumulative hazard at the means (Breslow 1974, with Efron's ties where asked), by stratum.
fn baselines(sorted: &Sorted, at: &[f64], ties: Ties) -> Vec<Baseline> {
    let strata = sorted.stratum.last().map_or(1, |&last| last as usize + 1);
    let mut baselines = vec![Baseline::default(); strata];
    sorted.walk(at, false, |moment| {
        let hazard = (0..moment.leavers.len()).map(|l| moment.mean_weight / moment.total(ties, l));
        let first = moment.leavers[0];
        let baseline = &mut baselines[sorted.stratum[first] as usize];
        baseline.time.push(sorted.time[first]);
        baseline.cumulative_hazard.push(hazard.sum());
    });
    for baseline in &mut baselines {
        baseline.time.reverse();
        baseline.cumulative_hazard.reverse();
        let mut total = 0.0;
        baseline.cumulative_hazard.iter_mut().for_each(|hazard| {
            total += *hazard;
            *hazard = total;
        });
    }
    baselines
}
