//! How good scores and chances are, on rows they were not fitted to.
//!
//! All functions take `outcome`, 1 or 0 per row, a score per row (higher: likelier 1), and weights if rows do not all count
//! the same: a weight of 2 is the row twice, of 0 a row that is not there.

use crate::Error;
use crate::error::{check_values, same_length};
use crate::weights::Counts;

/// Everything at once; see the functions for what each is.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Rows.
    pub rows: usize,
    /// Rows with outcome 1.
    pub events: usize,
    /// Σ weight.
    pub weight: f64,
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
/// As [`auc`]; [`Error::Value`] for a chance outside 0 and 1.
pub fn report(outcome: &[f64], chance: &[f64], weights: Option<&[f64]>) -> Result<Report, Error> {
    let scored = Scored::new(outcome, chance, weights)?;
    check_values("chance", chance, "is not within 0 and 1", |p| (0.0..=1.0).contains(&p))?;
    let auc = auc(outcome, chance, weights)?;
    Ok(Report {
        rows: outcome.len(),
        events: outcome.iter().filter(|&&y| y == 1.0).count(),
        weight: scored.total,
        auc,
        gini: 2.0 * auc - 1.0,
        ks: ks(outcome, chance, weights)?,
        average_precision: average_precision(outcome, chance, weights)?,
        brier: brier(outcome, chance, weights)?,
        log_loss: log_loss(outcome, chance, weights)?,
        lift_10: lift(outcome, chance, weights, 0.1)?,
        lift_20: lift(outcome, chance, weights, 0.2)?,
        calibration_error: calibration_error(outcome, chance, weights, 10)?,
        decile_rates: tile_rates(outcome, chance, weights, 10)?,
        mean_chance: scored.mean(|_, p| p),
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

/// Checked rows with their outcomes, scores and weights.
struct Scored<'a> {
    outcome: &'a [f64],
    scores: &'a [f64],
    counts: Counts<'a>,
    /// Whether rows have weights.
    weighed: bool,
    /// Σ weight.
    total: f64,
    /// Σ weight of the 1s.
    events: f64,
}

impl<'a> Scored<'a> {
    fn new(outcome: &'a [f64], scores: &'a [f64], weights: Option<&'a [f64]>) -> Result<Self, Error> {
        check_outcome(outcome)?;
        same_length("the scores", scores.len(), outcome.len())?;
        check_values("score", scores, "is not a number", |score| !score.is_nan())?;
        let counts = Counts::new(weights, outcome.len())?;
        let events = outcome.iter().enumerate().map(|(row, y)| counts.of(row) * y).sum::<f64>();
        let total = counts.total();
        let others = outcome.iter().enumerate().any(|(row, y)| *y == 0.0 && counts.of(row) > 0.0);
        match events > 0.0 && others {
            true => Ok(Scored { outcome, scores, counts, weighed: weights.is_some(), total, events }),
            false => Err(Error::OneClass),
        }
    }

    fn weight(&self, row: usize) -> f64 {
        self.counts.of(row)
    }

    /// The mean of something about outcome and score.
    fn mean(&self, of: impl Fn(f64, f64) -> f64) -> f64 {
        self.counts.mean(|row| of(self.outcome[row], self.scores[row]))
    }

    /// Counts by score, highest first.
    fn steps(&self) -> Vec<Step> {
        let rows = (0..self.outcome.len()).filter(|&row| self.weight(row) > 0.0);
        let mut found: Vec<(f64, f64, f64)> =
            rows.map(|row| (self.scores[row], self.outcome[row], self.weight(row))).collect();
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut steps: Vec<Step> = Vec::new();
        for (at, &(score, y, weight)) in found.iter().enumerate() {
            // Not `total_cmp`: −0 and 0 are one score.
            if at == 0 || score != found[at - 1].0 {
                steps.push(Step { events: 0.0, others: 0.0 });
            }
            let step = steps.last_mut().expect("one was just pushed");
            step.events += weight * y;
            step.others += weight * (1.0 - y);
        }
        steps
    }

    /// Σ weight and Σ weight of the 1s of the best rows up to `part / parts` of all, for each part; equal scores stay in
    /// the order of the rows. Without weights each end is rounded to a whole row, half to even; with them the row at the
    /// end counts in part.
    fn reached(&self, ends: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
        let order = descending(self.scores);
        let (mut at, mut weight, mut events) = (0, 0.0, 0.0);
        let mut found = Vec::new();
        for end in ends {
            let end = if self.weighed { end } else { end.round_ties_even() };
            while at < order.len() && weight + self.weight(order[at]) <= end {
                weight += self.weight(order[at]);
                events += self.weight(order[at]) * self.outcome[order[at]];
                at += 1;
            }
            let rest = if at < order.len() { (end - weight).max(0.0) } else { 0.0 };
            let part = if rest > 0.0 { rest * self.outcome[order[at]] } else { 0.0 };
            found.push((weight + rest, events + part));
        }
        found
    }

    /// The same for `parts` even parts, from none to all.
    fn parts(&self, parts: usize) -> Vec<(f64, f64)> {
        self.reached((0..=parts).map(|part| part as f64 * self.total / parts as f64))
    }
}

/// Rows with one score.
struct Step {
    events: f64,
    others: f64,
}

/// Chance that a row with outcome 1 scores higher than one with 0, ties half (Mann and Whitney 1947).
///
/// # Errors
/// As [`check_outcome`]; [`Error::Length`] and [`Error::Value`] for bad scores and weights, [`Error::OneClass`] when only
/// one outcome has a weight.
pub fn auc(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<f64, Error> {
    let scored = Scored::new(outcome, scores, weights)?;
    let (mut area, mut events, mut others) = (0.0, 0.0, 0.0);
    for step in scored.steps() {
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
pub fn ks(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<f64, Error> {
    let scored = Scored::new(outcome, scores, weights)?;
    let (mut events, mut others, mut most) = (0.0, 0.0, 0.0f64);
    for step in scored.steps() {
        events += step.events;
        others += step.others;
        most = most.max((events / scored.events - others / (scored.total - scored.events)).abs());
    }
    Ok(most)
}

/// Σ (recall − recall before) × precision over thresholds, highest first.
///
/// # Errors
/// As [`auc`].
pub fn average_precision(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>) -> Result<f64, Error> {
    let scored = Scored::new(outcome, scores, weights)?;
    let (mut events, mut rows, mut area) = (0.0, 0.0, 0.0);
    for step in scored.steps() {
        events += step.events;
        rows += step.events + step.others;
        area += step.events / scored.events * events / rows;
    }
    Ok(area)
}

/// Mean of (chance − outcome)² (Brier 1950).
///
/// # Errors
/// As [`auc`].
pub fn brier(outcome: &[f64], chance: &[f64], weights: Option<&[f64]>) -> Result<f64, Error> {
    Ok(Scored::new(outcome, chance, weights)?.mean(|y, p| (p - y).powi(2)))
}

/// Mean of −ln(chance of what happened), with chances kept 2.2e-16 away from 0 and 1.
///
/// # Errors
/// As [`auc`].
pub fn log_loss(outcome: &[f64], chance: &[f64], weights: Option<&[f64]>) -> Result<f64, Error> {
    Ok(Scored::new(outcome, chance, weights)?.mean(|y, p| {
        let p = p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        if y == 1.0 { -p.ln() } else { -(-p).ln_1p() }
    }))
}

/// Rate in the best `share` of rows over the rate in all. The rows are rounded to a whole number, half to even, but one at
/// least; with weights the last row counts in part. Equal scores stay in the order of the rows.
///
/// # Errors
/// As [`auc`]; [`Error::Parameter`] when the share is not above 0 and at most 1.
pub fn lift(outcome: &[f64], scores: &[f64], weights: Option<&[f64]>, share: f64) -> Result<f64, Error> {
    let scored = Scored::new(outcome, scores, weights)?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(Error::Parameter { name: "share", problem: "must be above 0 and at most 1" });
    }
    let end = share * scored.total;
    let end = if weights.is_none() { end.max(1.0) } else { end };
    let (rows, events) = scored.reached(std::iter::once(end))[0];
    Ok(events / rows / (scored.events / scored.total))
}

/// Rate in each of `tiles` parts of the rows, best scores first; parts end as those of [`lift`]. A part without rows, when
/// there are fewer rows than parts, is NaN.
///
/// # Errors
/// As [`auc`]; [`Error::Parameter`] for no tiles.
pub fn tile_rates(
    outcome: &[f64],
    scores: &[f64],
    weights: Option<&[f64]>,
    tiles: usize,
) -> Result<Vec<f64>, Error> {
    let scored = Scored::new(outcome, scores, weights)?;
    if tiles == 0 {
        return Err(Error::Parameter { name: "tiles", problem: "must be at least 1" });
    }
    let reached = scored.parts(tiles);
    Ok(reached.windows(2).map(|ends| (ends[1].1 - ends[0].1) / (ends[1].0 - ends[0].0)).collect())
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
pub fn gains(
    outcome: &[f64],
    scores: &[f64],
    weights: Option<&[f64]>,
    points: usize,
) -> Result<Vec<Gain>, Error> {
    let scored = Scored::new(outcome, scores, weights)?;
    if points == 0 {
        return Err(Error::Parameter { name: "points", problem: "must be at least 1" });
    }
    let gain = |&(rows, events): &(f64, f64)| {
        let (rows, events) = (rows / scored.total, events / scored.events);
        Gain { rows, events, lift: if rows > 0.0 { events / rows } else { f64::NAN } }
    };
    Ok(scored.parts(points)[1..].iter().map(gain).collect())
}

/// Expected calibration error (Naeini, Cooper, Hauskrecht 2015): |mean chance − rate|, weighed by rows, over
/// `bins` of equal width.
///
/// # Errors
/// As [`auc`]; [`Error::Parameter`] for no bins.
pub fn calibration_error(
    outcome: &[f64],
    chance: &[f64],
    weights: Option<&[f64]>,
    bins: usize,
) -> Result<f64, Error> {
    let curve = calibration_curve(outcome, chance, weights, bins)?;
    let total: f64 = curve.iter().map(|bin| bin.weight).sum();
    Ok(curve.iter().map(|bin| bin.weight * (bin.mean_chance - bin.rate).abs()).sum::<f64>() / total)
}

/// A bin of the calibration curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CalibrationBin {
    /// Rows in it.
    pub rows: usize,
    /// Σ weight.
    pub weight: f64,
    /// Their mean chance.
    pub mean_chance: f64,
    /// Share of 1s.
    pub rate: f64,
}

/// Chance against rate in bins of equal width; empty bins are left out.
///
/// # Errors
/// As [`calibration_error`].
pub fn calibration_curve(
    outcome: &[f64],
    chance: &[f64],
    weights: Option<&[f64]>,
    bins: usize,
) -> Result<Vec<CalibrationBin>, Error> {
    let scored = Scored::new(outcome, chance, weights)?;
    if bins == 0 {
        return Err(Error::Parameter { name: "bins", problem: "must be at least 1" });
    }
    let mut sums = vec![CalibrationBin::default(); bins];
    for (row, (y, p)) in outcome.iter().zip(chance).enumerate() {
        let (bin, weight) = (&mut sums[((p * bins as f64) as usize).min(bins - 1)], scored.weight(row));
        bin.rows += 1;
        bin.weight += weight;
        bin.mean_chance += weight * p;
        bin.rate += weight * y;
    }
    let filled = sums.into_iter().filter(|bin| bin.weight > 0.0);
    let mean = |sum: CalibrationBin| CalibrationBin {
        mean_chance: sum.mean_chance / sum.weight,
        rate: sum.rate / sum.weight,
        ..sum
    };
    Ok(filled.map(mean).collect())
}

/// Rows by falling score; equal scores stay in order.
pub(crate) fn descending(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    // Adding 0 makes −0 and 0 one score.
    order.sort_by(|&a, &b| (scores[b] + 0.0).total_cmp(&(scores[a] + 0.0)));
    order
}
