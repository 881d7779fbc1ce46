//! How good scores and chances are, on rows they were not fitted to.
//!
//! All functions take `outcome`, 1 or 0 per row, and a score per row (higher: likelier 1).

use crate::Error;
use crate::error::{check_values, same_length};

/// Everything at once; see the functions for what each is.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Rows.
    pub rows: usize,
    /// Rows with outcome 1.
    pub events: usize,
    /// Area under the ROC curve.
    pub auc: f64,
    /// 2 AUC − 1.
    pub gini: f64,
    /// Largest distance of the two classes' distributions.
    pub ks: f64,
    /// Area under the precision-recall steps.
    pub average_precision: f64,
    /// Mean squared error of the chance.
    pub brier: f64,
    /// Mean negative log likelihood.
    pub log_loss: f64,
    /// Rate in the best 10 % of rows over the rate in all.
    pub lift_10: f64,
    /// Rate in the best 20 % of rows over the rate in all.
    pub lift_20: f64,
    /// Mean distance of chance and rate over ten bins of equal width.
    pub calibration_error: f64,
    /// Rate in each tenth of the rows, best scores first.
    pub decile_rates: Vec<f64>,
    /// Mean chance.
    pub mean_chance: f64,
}

/// Measures chances within 0 and 1.
///
/// # Errors
/// As [`check_outcome`]; [`Error::Value`] for a chance outside 0 and 1.
pub fn report(outcome: &[f64], chance: &[f64]) -> Result<Report, Error> {
    check_scores(outcome, chance)?;
    check_values("chance", chance, "is not within 0 and 1", |p| (0.0..=1.0).contains(&p))?;
    let auc = auc(outcome, chance)?;
    Ok(Report {
        rows: outcome.len(),
        events: outcome.iter().filter(|&&y| y == 1.0).count(),
        auc,
        gini: 2.0 * auc - 1.0,
        ks: ks(outcome, chance)?,
        average_precision: average_precision(outcome, chance)?,
        brier: brier(outcome, chance)?,
        log_loss: log_loss(outcome, chance)?,
        lift_10: lift(outcome, chance, 0.1)?,
        lift_20: lift(outcome, chance, 0.2)?,
        calibration_error: calibration_error(outcome, chance, 10)?,
        decile_rates: tile_rates(outcome, chance, 10)?,
        mean_chance: mean(chance),
    })
}

/// Checks that every outcome is 0 or 1 and that both occur.
///
/// # Errors
/// [`Error::Empty`] without rows, [`Error::Value`] for another number, [`Error::OneClass`] when all are alike.
pub fn check_outcome(outcome: &[f64]) -> Result<(), Error> {
    if outcome.is_empty() {
        return Err(Error::Empty);
    }
    check_values("outcome", outcome, "is neither 0 nor 1", |y| y == 0.0 || y == 1.0)?;
    if outcome.iter().all(|&y| y == outcome[0]) { Err(Error::OneClass) } else { Ok(()) }
}

fn check_scores(outcome: &[f64], scores: &[f64]) -> Result<(), Error> {
    check_outcome(outcome)?;
    same_length("the scores", scores.len(), outcome.len())?;
    check_values("score", scores, "is not a number", |score| !score.is_nan())
}

/// Chance that a row with outcome 1 scores higher than one with 0, ties half (Mann and Whitney 1947).
///
/// # Errors
/// As [`check_outcome`]; [`Error::Length`] and [`Error::Value`] for bad scores.
pub fn auc(outcome: &[f64], scores: &[f64]) -> Result<f64, Error> {
    check_scores(outcome, scores)?;
    let (mut area, mut events, mut others) = (0.0, 0.0, 0.0);
    for step in steps(outcome, scores) {
        area += step.others * (events + 0.5 * step.events);
        events += step.events;
        others += step.others;
    }
    Ok(area / (events * others))
}

/// Largest difference between the shares of 1s and of 0s above a threshold (Kolmogorov and Smirnov).
///
/// # Errors
/// As [`auc`].
pub fn ks(outcome: &[f64], scores: &[f64]) -> Result<f64, Error> {
    check_scores(outcome, scores)?;
    let all: f64 = outcome.iter().sum();
    let (mut events, mut others, mut most) = (0.0, 0.0, 0.0f64);
    for step in steps(outcome, scores) {
        events += step.events;
        others += step.others;
        most = most.max((events / all - others / (outcome.len() as f64 - all)).abs());
    }
    Ok(most)
}

/// Σ (recall − recall before) × precision over thresholds, highest first.
///
/// # Errors
/// As [`auc`].
pub fn average_precision(outcome: &[f64], scores: &[f64]) -> Result<f64, Error> {
    check_scores(outcome, scores)?;
    let all: f64 = outcome.iter().sum();
    let (mut events, mut rows, mut area) = (0.0, 0.0, 0.0);
    for step in steps(outcome, scores) {
        events += step.events;
        rows += step.events + step.others;
        area += step.events / all * events / rows;
    }
    Ok(area)
}

/// Rows with one score.
struct Step {
    events: f64,
    others: f64,
}

/// Counts by score, highest first.
fn steps(outcome: &[f64], scores: &[f64]) -> Vec<Step> {
    let mut pairs: Vec<(f64, f64)> = scores.iter().copied().zip(outcome.iter().copied()).collect();
    pairs.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut steps: Vec<Step> = Vec::new();
    for (at, &(score, y)) in pairs.iter().enumerate() {
        // Not `total_cmp`: −0 and 0 are one score.
        if at == 0 || score != pairs[at - 1].0 {
            steps.push(Step { events: 0.0, others: 0.0 });
        }
        let step = steps.last_mut().expect("one was just pushed");
        step.events += y;
        step.others += 1.0 - y;
    }
    steps
}

/// Mean of (chance − outcome)² (Brier 1950).
///
/// # Errors
/// As [`auc`].
pub fn brier(outcome: &[f64], chance: &[f64]) -> Result<f64, Error> {
    check_scores(outcome, chance)?;
    Ok(outcome.iter().zip(chance).map(|(y, p)| (p - y).powi(2)).sum::<f64>() / outcome.len() as f64)
}

/// Mean of −ln(chance of what happened), with chances kept 2.2e-16 away from 0 and 1.
///
/// # Errors
/// As [`auc`].
pub fn log_loss(outcome: &[f64], chance: &[f64]) -> Result<f64, Error> {
    check_scores(outcome, chance)?;
    let loss = |(y, p): (&f64, &f64)| {
        let p = p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        if *y == 1.0 { -p.ln() } else { -(-p).ln_1p() }
    };
    Ok(outcome.iter().zip(chance).map(loss).sum::<f64>() / outcome.len() as f64)
}

/// Rate in the best `share` of rows over the rate in all. The rows are rounded to a whole number, half to even;
/// equal scores stay in the order of the rows.
///
/// # Errors
/// As [`auc`]; [`Error::Parameter`] when the share is not above 0 and at most 1.
pub fn lift(outcome: &[f64], scores: &[f64], share: f64) -> Result<f64, Error> {
    check_scores(outcome, scores)?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(Error::Parameter { name: "share", problem: "must be above 0 and at most 1" });
    }
    let count = ((share * outcome.len() as f64).round_ties_even() as usize).max(1);
    let best: f64 = descending(scores)[..count].iter().map(|&row| outcome[row]).sum();
    Ok(best / count as f64 / mean(outcome))
}

/// Rate in each of `tiles` parts of the rows, best scores first; parts end at rounded multiples of rows / tiles.
/// A part without rows, when there are fewer rows than parts, is NaN.
///
/// # Errors
/// As [`auc`]; [`Error::Parameter`] for no tiles.
pub fn tile_rates(outcome: &[f64], scores: &[f64], tiles: usize) -> Result<Vec<f64>, Error> {
    check_scores(outcome, scores)?;
    if tiles == 0 {
        return Err(Error::Parameter { name: "tiles", problem: "must be at least 1" });
    }
    let order = descending(scores);
    let end = |tile: usize| (tile as f64 * outcome.len() as f64 / tiles as f64).round_ties_even() as usize;
    let rate = |tile: usize| {
        let rows = &order[end(tile)..end(tile + 1)];
        rows.iter().map(|&row| outcome[row]).sum::<f64>() / rows.len() as f64
    };
    Ok((0..tiles).map(rate).collect())
}

/// One point of the gain chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// Share of all rows, best scores first.
    pub rows: f64,
    /// Share of all 1s among them.
    pub events: f64,
    /// `events / rows`.
    pub lift: f64,
}

/// Share of the 1s reached by the best share of rows, at `points` even steps.
///
/// # Errors
/// As [`tile_rates`].
pub fn gains(outcome: &[f64], scores: &[f64], points: usize) -> Result<Vec<Gain>, Error> {
    check_scores(outcome, scores)?;
    if points == 0 {
        return Err(Error::Parameter { name: "points", problem: "must be at least 1" });
    }
    let order = descending(scores);
    let all: f64 = outcome.iter().sum();
    let gain = |point: usize| {
        let count = (point as f64 * outcome.len() as f64 / points as f64).round_ties_even() as usize;
        let rows = count as f64 / outcome.len() as f64;
        let events = order[..count].iter().map(|&row| outcome[row]).sum::<f64>() / all;
        Gain { rows, events, lift: if rows > 0.0 { events / rows } else { f64::NAN } }
    };
    Ok((1..=points).map(gain).collect())
}

/// Expected calibration error (Naeini, Cooper, Hauskrecht 2015): |mean chance − rate|, weighed by rows, over
/// `bins` of equal width.
///
/// # Errors
/// As [`auc`]; [`Error::Parameter`] for no bins.
pub fn calibration_error(outcome: &[f64], chance: &[f64], bins: usize) -> Result<f64, Error> {
    let curve = calibration_curve(outcome, chance, bins)?;
    let error: f64 = curve.iter().map(|bin| bin.rows as f64 * (bin.mean_chance - bin.rate).abs()).sum();
    Ok(error / outcome.len() as f64)
}

/// A bin of the calibration curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationBin {
    /// Rows in it.
    pub rows: usize,
    /// Their mean chance.
    pub mean_chance: f64,
    /// Share of 1s.
    pub rate: f64,
}

/// Chance against rate in bins of equal width; empty bins are left out.
///
/// # Errors
/// As [`calibration_error`].
pub fn calibration_curve(outcome: &[f64], chance: &[f64], bins: usize) -> Result<Vec<CalibrationBin>, Error> {
    check_scores(outcome, chance)?;
    if bins == 0 {
        return Err(Error::Parameter { name: "bins", problem: "must be at least 1" });
    }
    let mut sums = vec![(0usize, 0.0, 0.0); bins];
    for (y, p) in outcome.iter().zip(chance) {
        let bin = &mut sums[((p * bins as f64) as usize).min(bins - 1)];
        *bin = (bin.0 + 1, bin.1 + p, bin.2 + y);
    }
    let filled = sums.into_iter().filter(|(rows, _, _)| *rows > 0);
    Ok(filled
        .map(|(rows, chance, events)| CalibrationBin {
            rows,
            mean_chance: chance / rows as f64,
            rate: events / rows as f64,
        })
        .collect())
}

/// Rows by falling score; equal scores stay in order.
pub(crate) fn descending(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    // Adding 0 makes −0 and 0 one score.
    order.sort_by(|&a, &b| (scores[b] + 0.0).total_cmp(&(scores[a] + 0.0)));
    order
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
