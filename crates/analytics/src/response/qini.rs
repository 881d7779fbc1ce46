//! How well customers are ordered by what an offer changes (Radcliffe 2007; Gutierrez and Gérardy 2017).
//!
//! All take `outcome` (1 or 0, or an amount), `treated` (1 or 0) and a score per row, higher for a larger effect.

use crate::Error;
use crate::error::{check_values, same_length};
use crate::prediction::metrics::descending;

/// A curve over the rows, best scores first: a point after each run of equal scores, and the origin.
#[derive(Clone, Debug, PartialEq)]
pub struct UpliftCurve {
    /// Rows so far.
    pub rows: Vec<f64>,
    /// Extra successes so far.
    pub gains: Vec<f64>,
}

impl UpliftCurve {
    /// Area by trapezoids, less the triangle from the origin to the last point.
    pub fn area_over_random(&self) -> f64 {
        let pairs = self.rows.windows(2).zip(self.gains.windows(2));
        let area: f64 = pairs.map(|(x, y)| (x[1] - x[0]) * 0.5 * (y[0] + y[1])).sum();
        let last = self.rows.len() - 1;
        area - 0.5 * self.rows[last] * self.gains[last]
    }
}

/// Qini's curve and measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Qini {
    /// Σ outcome of the treated − Σ outcome of the controls × treated / controls, so far.
    pub curve: UpliftCurve,
    /// Its area over random, in rows × extra successes.
    pub area: f64,
    /// The same for the best order there could be: by outcome of the treated, minus outcome of the controls.
    pub perfect_area: f64,
    /// `area / perfect_area`, the Qini coefficient: 0 for a random order, 1 for the perfect one.
    pub coefficient: f64,
}

/// Measures an order of rows by Qini's curve.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for bad data, [`Error::OneClass`] when all or none are
/// treated, or outcomes don't differ.
pub fn qini(outcome: &[f64], treated: &[f64], scores: &[f64]) -> Result<Qini, Error> {
    check(outcome, treated, scores)?;
    let gain = |sums: &Sums| match sums.controls {
        0.0 => sums.treated_outcome,
        controls => sums.treated_outcome - sums.control_outcome * sums.treated / controls,
    };
    let best: Vec<f64> = outcome.iter().zip(treated).map(|(y, t)| y * t - y * (1.0 - t)).collect();
    let found = curve(outcome, treated, scores, gain);
    let area = found.area_over_random();
    let perfect_area = curve(outcome, treated, &best, gain).area_over_random();
    if perfect_area == 0.0 {
        return Err(Error::OneClass);
    }
    Ok(Qini { curve: found, area, perfect_area, coefficient: area / perfect_area })
}

/// The same for the uplift curve, (mean of the treated − mean of the controls) × rows so far: area over random as
/// a share of that of the perfect order (AUUC as scikit-uplift has it for outcomes 1 and 0).
///
/// # Errors
/// As [`qini`].
pub fn uplift_area(outcome: &[f64], treated: &[f64], scores: &[f64]) -> Result<f64, Error> {
    check(outcome, treated, scores)?;
    let mean = |sum: f64, rows: f64| if rows > 0.0 { sum / rows } else { 0.0 };
    let gain = |sums: &Sums| {
        let uplift = mean(sums.treated_outcome, sums.treated) - mean(sums.control_outcome, sums.controls);
        uplift * (sums.treated + sums.controls)
    };
    let best = best_order(outcome, treated);
    let area = curve(outcome, treated, scores, gain).area_over_random();
    Ok(area / curve(outcome, treated, &best, gain).area_over_random())
}

/// Scores of the perfect order: the treated by outcome, then the controls by outcome the other way round. Of outcomes 1
/// and 0 scikit-uplift puts those who answer as they were treated first, which is the same but for ties.
fn best_order(outcome: &[f64], treated: &[f64]) -> Vec<f64> {
    let pairs = || outcome.iter().zip(treated);
    if outcome.iter().any(|&y| y != 0.0 && y != 1.0) {
        return pairs().map(|(y, t)| y * (2.0 * t - 1.0)).collect();
    }
    let count = |y: f64, t: f64| pairs().filter(|(a, b)| **a == y && **b == t).count();
    let by_outcome = count(1.0, 0.0) > count(0.0, 1.0);
    pairs().map(|(y, t)| 2.0 * f64::from(u8::from(y == t)) + if by_outcome { *y } else { *t }).collect()
}

/// Mean outcome of the treated minus that of the controls among the best `share` of rows (rounded down; equal
/// scores stay in the order of the rows).
///
/// # Errors
/// As [`qini`]; [`Error::Parameter`] for a share outside 0 and 1, [`Error::TooFew`] when a group is missing there.
pub fn uplift_at(outcome: &[f64], treated: &[f64], scores: &[f64], share: f64) -> Result<f64, Error> {
    check(outcome, treated, scores)?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(Error::Parameter { name: "share", problem: "must be above 0 and at most 1" });
    }
    let count = (share * outcome.len() as f64) as usize;
    let best = &descending(scores)[..count];
    uplift_of(outcome, treated, best).ok_or(Error::TooFew {
        what: "treated or control rows in that share",
        have: 0,
        need: 1,
    })
}

/// The same in each of `tiles` parts of the rows, best first; NaN where a group is missing. Parts end at rounded
/// multiples of rows / tiles.
///
/// # Errors
/// As [`qini`]; [`Error::Parameter`] for no tiles.
pub fn uplift_by_tile(
    outcome: &[f64],
    treated: &[f64],
    scores: &[f64],
    tiles: usize,
) -> Result<Vec<f64>, Error> {
    check(outcome, treated, scores)?;
    if tiles == 0 {
        return Err(Error::Parameter { name: "tiles", problem: "must be at least 1" });
    }
    let order = descending(scores);
    let end = |tile: usize| (tile as f64 * order.len() as f64 / tiles as f64).round_ties_even() as usize;
    let uplift =
        |tile: usize| uplift_of(outcome, treated, &order[end(tile)..end(tile + 1)]).unwrap_or(f64::NAN);
    Ok((0..tiles).map(uplift).collect())
}

fn uplift_of(outcome: &[f64], treated: &[f64], rows: &[usize]) -> Option<f64> {
    let mut sums = Sums::default();
    rows.iter().for_each(|&row| sums.add(outcome[row], treated[row]));
    let both = sums.treated > 0.0 && sums.controls > 0.0;
    both.then(|| sums.treated_outcome / sums.treated - sums.control_outcome / sums.controls)
}

#[derive(Default)]
struct Sums {
    treated: f64,
    controls: f64,
    treated_outcome: f64,
    control_outcome: f64,
}

impl Sums {
    fn add(&mut self, y: f64, t: f64) {
        if t == 1.0 {
            self.treated += 1.0;
            self.treated_outcome += y;
        } else {
            self.controls += 1.0;
            self.control_outcome += y;
        }
    }
}

fn curve(outcome: &[f64], treated: &[f64], scores: &[f64], gain: impl Fn(&Sums) -> f64) -> UpliftCurve {
    let order = descending(scores);
    let mut sums = Sums::default();
    let mut curve = UpliftCurve { rows: vec![0.0], gains: vec![0.0] };
    for (at, &row) in order.iter().enumerate() {
        sums.add(outcome[row], treated[row]);
        if order.get(at + 1).is_none_or(|&next| scores[next] != scores[row]) {
            curve.rows.push((at + 1) as f64);
            curve.gains.push(gain(&sums));
        }
    }
    curve
}

/// Checks outcomes, groups and scores of equal length, with both groups there.
pub(super) fn check(outcome: &[f64], treated: &[f64], scores: &[f64]) -> Result<(), Error> {
    if outcome.is_empty() {
        return Err(Error::Empty);
    }
    same_length("the column of groups", treated.len(), outcome.len())?;
    same_length("the scores", scores.len(), outcome.len())?;
    check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
    check_values("treated", treated, "is neither 0 nor 1", |t| t == 0.0 || t == 1.0)?;
    check_values("score", scores, "is not a number", |score| !score.is_nan())?;
    if treated.iter().all(|&t| t == treated[0]) { Err(Error::OneClass) } else { Ok(()) }
}
