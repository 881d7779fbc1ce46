//! Which rows to fit to and which to measure on.
//!
//! With data in order of time, test on the last part as well as on a random one: only there does drift show.

use super::metrics::{Report, check_outcome, report};
use crate::error::same_length;
use crate::random::Random;
use crate::{Error, Progress};

/// Rows to fit to and rows to measure on, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Rows to fit to.
    pub train: Vec<usize>,
    /// Rows to measure on.
    pub test: Vec<usize>,
}

/// One way to hold rows back.
#[derive(Clone, Copy, Debug)]
pub enum HoldOut<'a> {
    /// Rows (counted from 0) whose number leaves `remainder` when divided by `n`.
    EveryNth { n: usize, remainder: usize },
    /// The last share of the rows, rounded.
    LastShare(f64),
    /// A random share of the rows, rounded.
    RandomShare { share: f64, seed: u64 },
    /// Rows whose time is after the given one.
    After { times: &'a [f64], time: f64 },
}

impl HoldOut<'_> {
    /// Splits `rows` rows in two.
    ///
    /// # Errors
    /// [`Error::Length`] when there is not one time per row, [`Error::Parameter`] when numbers are out of range,
    /// [`Error::TooFew`] when a part is empty.
    pub fn split(self, rows: usize) -> Result<Fold, Error> {
        let refuse = |name, problem| Err(Error::Parameter { name, problem });
        let last = |share: f64| rows - (share * rows as f64).round() as usize;
        let tested: Vec<bool> = match self {
            HoldOut::EveryNth { n, remainder } if remainder < n => {
                (0..rows).map(|row| row % n == remainder).collect()
            }
            HoldOut::EveryNth { .. } => return refuse("remainder", "must be less than n"),
            HoldOut::LastShare(share) | HoldOut::RandomShare { share, .. }
                if !(share > 0.0 && share < 1.0) =>
            {
                return refuse("share", "must be above 0 and below 1");
            }
            HoldOut::LastShare(share) => (0..rows).map(|row| row >= last(share)).collect(),
            HoldOut::RandomShare { share, seed } => {
                let mut order: Vec<usize> = (0..rows).collect();
                Random::new(seed).shuffle(&mut order);
                let mut tested = vec![false; rows];
                order[last(share)..].iter().for_each(|&row| tested[row] = true);
                tested
            }
            HoldOut::After { times, time } => {
                same_length("the column of times", times.len(), rows)?;
                times.iter().map(|own| *own > time).collect()
            }
        };
        let part = |test: bool| (0..rows).filter(|&row| tested[row] == test).collect::<Vec<usize>>();
        let fold = Fold { train: part(false), test: part(true) };
        match (fold.train.is_empty(), fold.test.is_empty()) {
            (true, _) => Err(Error::TooFew { what: "rows to fit to", have: 0, need: 1 }),
            (_, true) => Err(Error::TooFew { what: "rows to test on", have: 0, need: 1 }),
            _ => Ok(fold),
        }
    }
}

/// Splits rows at random into `k` parts with about the same share of 1s (Kohavi 1995); each is tested once.
///
/// # Errors
/// [`Error::OneClass`], [`Error::Value`] for a bad outcome; [`Error::TooFew`] when an outcome has fewer rows than
/// parts; [`Error::Parameter`] for fewer than two parts.
pub fn folds(outcome: &[f64], k: usize, seed: u64) -> Result<Vec<Fold>, Error> {
    check_outcome(outcome)?;
    if k < 2 {
        return Err(Error::Parameter { name: "k", problem: "must be at least 2" });
    }
    let mut random = Random::new(seed);
    let mut part = vec![0; outcome.len()];
    let mut next = 0;
    for class in [0.0, 1.0] {
        let mut rows: Vec<usize> = (0..outcome.len()).filter(|&row| outcome[row] == class).collect();
        if rows.len() < k {
            return Err(Error::TooFew { what: "rows of the rarer outcome", have: rows.len(), need: k });
        }
        random.shuffle(&mut rows);
        for row in rows {
            part[row] = next % k;
            next += 1;
        }
    }
    let rows = |wanted: &dyn Fn(usize) -> bool| (0..outcome.len()).filter(|&row| wanted(part[row])).collect();
    Ok((0..k).map(|fold| Fold { train: rows(&|own| own != fold), test: rows(&|own| own == fold) }).collect())
}

/// Splits rows by time into `k` + 1 even stretches and tests each but the first on all before it, so that no fit
/// sees the future. Equal times stay in one stretch.
///
/// # Errors
/// [`Error::Value`] for a time that is not a number, [`Error::TooFew`] when there are too few distinct times,
/// [`Error::Parameter`] for no folds.
pub fn time_folds(times: &[f64], k: usize) -> Result<Vec<Fold>, Error> {
    crate::check_values("time", times, "is not a number", |time| !time.is_nan())?;
    if k == 0 {
        return Err(Error::Parameter { name: "k", problem: "must be at least 1" });
    }
    let mut sorted = times.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let edge = |at: usize| sorted.get(at * times.len() / (k + 1)).copied().unwrap_or(f64::INFINITY);
    let rows = |from: f64, to: f64, closed: bool| -> Vec<usize> {
        let inside = |&row: &usize| times[row] >= from && (times[row] < to || closed);
        (0..times.len()).filter(inside).collect()
    };
    let mut made = Vec::with_capacity(k);
    for fold in 1..=k {
        let train = rows(f64::NEG_INFINITY, edge(fold), false);
        let test = rows(edge(fold), edge(fold + 1), fold == k);
        if train.is_empty() || test.is_empty() {
            return Err(Error::TooFew { what: "distinct times", have: made.len() + 1, need: k + 1 });
        }
        made.push(Fold { train, test });
    }
    Ok(made)
}

/// What cross-validation found.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidation {
    /// Each row's chance by the fit that did not see it; NaN for rows that no fold tests.
    pub chances: Vec<f64>,
    /// One report per fold.
    pub folds: Vec<Report>,
    /// One report over all tested rows.
    pub pooled: Report,
}

impl CrossValidation {
    /// Mean over the folds of a measure, and its standard deviation (n − 1).
    pub fn mean(&self, measure: impl Fn(&Report) -> f64) -> (f64, f64) {
        let values: Vec<f64> = self.folds.iter().map(measure).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, spread.sqrt())
    }
}

/// Fits to the training rows of each fold and measures on its test rows.
///
/// `fit` gets a fold and gives the chance of each test row, in order. `weights`, if given, say how much each row counts.
///
/// # Errors
/// Those of `fit`; as [`report`] when a fold's test rows have one outcome only; [`Error::Stopped`].
pub fn cross_validate(
    outcome: &[f64],
    weights: Option<&[f64]>,
    folds: &[Fold],
    mut fit: impl FnMut(&Fold) -> Result<Vec<f64>, Error>,
    progress: &dyn Progress,
) -> Result<CrossValidation, Error> {
    let mut chances = vec![f64::NAN; outcome.len()];
    let mut reports = Vec::with_capacity(folds.len());
    for (at, fold) in folds.iter().enumerate() {
        progress.at(at as f64 / folds.len() as f64)?;
        let fitted = fit(fold)?;
        same_length("the fold's chances", fitted.len(), fold.test.len())?;
        let of = |values: &[f64]| fold.test.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        reports.push(report(&of(outcome), &fitted, weights.map(of).as_deref())?);
        fold.test.iter().zip(fitted).for_each(|(&row, chance)| chances[row] = chance);
    }
    let tested: Vec<usize> = (0..outcome.len()).filter(|&row| !chances[row].is_nan()).collect();
    let take = |values: &[f64]| tested.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let pooled = report(&take(outcome), &take(&chances), weights.map(take).as_deref())?;
    Ok(CrossValidation { chances, folds: reports, pooled })
}
