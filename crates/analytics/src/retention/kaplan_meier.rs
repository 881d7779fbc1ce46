//! The Kaplan–Meier curve: the share that stays at least until each time, though not all have been seen to leave.
//!
//! Kaplan and Meier (1958), "Nonparametric estimation from incomplete observations"; variance by Greenwood (1926),
//! intervals on the scale of ln(−ln S), which keeps them between 0 and 1, on that of ln S, or on that of S. The cumulative
//! hazard by Nelson (1969) and Aalen (1978), or with ties one after the other by Fleming and Harrington (1984).

use super::{by_time, check_durations, check_entry};
use crate::{Error, check_values, same_length, special::normal_quantile};

/// A Kaplan–Meier curve: columns of the same length, one row per distinct time, rising.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// Distinct times seen, in the unit of the data.
    pub time: Vec<f64>,
    /// Customers still there just before the time, or what they weigh.
    pub at_risk: Vec<f64>,
    /// Those of them who left at the time.
    pub events: Vec<f64>,
    /// Those of them who were last seen at the time, still there.
    pub censored: Vec<f64>,
    /// How many rows those who left at the time are, whatever they weigh.
    pub leavers: Vec<usize>,
    /// The share that stays beyond the time.
    pub survival: Vec<f64>,
    /// Greenwood's standard error of `survival`.
    pub standard_error: Vec<f64>,
    /// Bounds of the interval for `survival`; NaN where nobody is left.
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

/// The scale on which the bounds lie evenly around the share (Kalbfleisch and Prentice 2002, section 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// ln(−ln S): never leaves 0 to 1.
    #[default]
    LogLog,
    /// ln S, as R's `survfit` has it; cut off at 1.
    Log,
    /// S itself; cut off at 0 and 1.
    Plain,
}

/// What a curve is drawn from: one row per customer, all columns of the same length.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    /// Until when each customer stayed or was last seen, in any unit.
    pub time: &'a [f64],
    /// Whether the customer left then.
    pub event: &'a [bool],
    /// After when each counts among those at risk (left truncation), before `time`; all from the start if `None`.
    pub entry: Option<&'a [f64]>,
    /// How many customers each row stands for, above 0.
    pub weights: Option<&'a [f64]>,
}

/// A cumulative hazard: one row per row of the curve it was made from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CumulativeHazard {
    pub hazard: Vec<f64>,
    pub standard_error: Vec<f64>,
    /// Bounds, even on the scale of ln H; NaN until somebody left.
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

/// What happens to the hazard when several leave at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HazardTies {
    /// At once: d/n.
    #[default]
    NelsonAalen,
    /// One after the other: 1/n + 1/(n − 1) + …
    FlemingHarrington,
}

/// Draws the curve from durations; `event` tells who left (the others were last seen, still there).
///
/// `level` is the probability inside the intervals: 0.95.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for negative times, [`Error::Parameter`] for the level.
pub fn kaplan_meier(time: &[f64], event: &[bool], level: f64, scale: Scale) -> Result<Curve, Error> {
    Watched { time, event, entry: None, weights: None }.curve(level, scale)
}

impl Watched<'_> {
    /// Draws the curve. Weights count customers in Greenwood's error, too; [`Watched::robust_curve`] takes them otherwise.
    ///
    /// # Errors
    /// As [`kaplan_meier`], and [`Error::Value`] for an entry that is not before its time or a weight not above 0.
    pub fn curve(&self, level: f64, scale: Scale) -> Result<Curve, Error> {
        let Watched { time, event, .. } = *self;
        self.check()?;
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::Parameter { name: "the level", problem: "must be between 0 and 1" });
        }
        let z = normal_quantile(0.5 + 0.5 * level);
        let order = by_time(time);
        let mut entering = self.entry.map_or(Vec::new(), by_time).into_iter().peekable();
        let mut curve = Curve::default();
        let everybody: f64 = (0..time.len()).map(|i| self.weight(i)).sum();
        let mut n = if self.entry.is_some() { 0.0 } else { everybody };
        let (mut survival, mut greenwood) = (1.0, 0.0);
        for same in order.chunk_by(|&a, &b| time[a] == time[b]) {
            let now = time[same[0]];
            while let Some(i) = entering.next_if(|&i| self.entry.is_some_and(|entry| entry[i] < now)) {
                n += self.weight(i);
            }
            let leavers = same.iter().filter(|&&i| event[i]);
            let d: f64 = leavers.clone().map(|&i| self.weight(i)).sum();
            let gone: f64 = same.iter().map(|&i| self.weight(i)).sum();
            // When all leave, rounding of weights must not keep anybody.
            let stay = if (n - d).abs() <= 1e-12 * everybody { 0.0 } else { n - d };
            survival *= stay / n;
            greenwood += d / (n * stay);
            curve.push_row(now, n, d, gone - d);
            curve.leavers.push(leavers.count());
            curve.push_figures(survival, greenwood, z, scale);
            n -= gone;
        }
        Ok(curve)
    }

    fn check(&self) -> Result<(), Error> {
        check_durations(self.time, self.event)?;
        check_entry(self.entry, self.time)?;
        let Some(weights) = self.weights else { return Ok(()) };
        same_length("the column of weights", weights.len(), self.time.len())?;
        check_values("the weight", weights, "is not a number above 0", |w| w > 0.0 && w.is_finite())
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}

impl Curve {
    fn push_row(&mut self, time: f64, at_risk: f64, events: f64, censored: f64) {
        self.time.push(time);
        self.at_risk.push(at_risk);
        self.events.push(events);
        self.censored.push(censored);
    }

    /// Works out errors and bounds again from variances of ln S.
    pub(super) fn set_variances(&mut self, variances: &[f64], z: f64, scale: Scale) {
        let survival = std::mem::take(&mut self.survival);
        self.standard_error.clear();
        self.low.clear();
        self.high.clear();
        survival
            .into_iter()
            .zip(variances)
            .for_each(|(s, &variance)| self.push_figures(s, variance, z, scale));
    }

    fn push_figures(&mut self, survival: f64, greenwood: f64, z: f64, scale: Scale) {
        self.survival.push(survival);
        self.standard_error.push(if survival > 0.0 { survival * greenwood.sqrt() } else { 0.0 });
        let (low, high) = if survival == 1.0 {
            (1.0, 1.0)
        } else if survival == 0.0 {
            (f64::NAN, f64::NAN)
        } else {
            let width = z * greenwood.sqrt();
            match scale {
                Scale::LogLog => {
                    let width = width / survival.ln();
                    (survival.powf((-width).exp()), survival.powf(width.exp()))
                }
                Scale::Log => (survival * (-width).exp(), (survival * width.exp()).min(1.0)),
                Scale::Plain => ((survival * (1.0 - width)).max(0.0), (survival * (1.0 + width)).min(1.0)),
            }
        };
        self.low.push(low);
        self.high.push(high);
    }

    /// The row that holds at `time`: the last one not after it; `None` before the first.
    pub fn row_at(&self, time: f64) -> Option<usize> {
        self.time.partition_point(|&t| t <= time).checked_sub(1)
    }

    /// The share that stays beyond `time`; the last known share after the end of the data.
    pub fn survival_at(&self, time: f64) -> f64 {
        self.row_at(time).map_or(1.0, |row| self.survival[row])
    }

    /// Customers still there just before `time`.
    pub fn at_risk_at(&self, time: f64) -> f64 {
        let row = self.time.partition_point(|&t| t < time);
        self.at_risk.get(row).copied().unwrap_or(0.0)
    }

    /// The first time at which no more than a share `p` stays; `None` when more stay to the end.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        self.survival.iter().position(|&s| s <= p + 1e-12).map(|row| self.time[row])
    }

    /// The first time at which no more than half stay.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// Bounds of [`Curve::quantile`] at the level of the curve: where its own bounds fall to `p` (Brookmeyer and Crowley
    /// 1982); `None` where they never do.
    pub fn quantile_interval(&self, p: f64) -> (Option<f64>, Option<f64>) {
        let falls = |bound: &[f64]| bound.iter().position(|&s| s <= p + 1e-12).map(|row| self.time[row]);
        (falls(&self.low), falls(&self.high))
    }

    /// Mean time stayed, counting no more than `limit` of each: the area under the curve up to `limit`.
    pub fn restricted_mean(&self, limit: f64) -> f64 {
        let (mut area, mut from, mut height) = (0.0, 0.0, 1.0);
        for (&time, &survival) in self.time.iter().zip(&self.survival).take_while(|(time, _)| **time < limit)
        {
            area += height * (time - from);
            (from, height) = (time, survival);
        }
        area + height * (limit - from)
    }

    /// Standard error of [`Curve::restricted_mean`]: the root of Σ A² d/(n (n − d)), A the area after each time up to `limit`
    /// (Klein and Moeschberger 2003, section 4.5).
    pub fn restricted_mean_error(&self, limit: f64) -> f64 {
        let (mut area, mut sum, mut to) = (0.0, 0.0, limit);
        for row in (0..self.time.len()).rev().filter(|&row| self.time[row] < limit) {
            area += self.survival[row] * (to - self.time[row]);
            to = self.time[row];
            let (n, d) = (self.at_risk[row], self.events[row]);
            if area > 0.0 {
                sum += area * area * d / (n * (n - d));
            }
        }
        sum.sqrt()
    }

    /// The cumulative hazard at each time, with bounds that hold it with probability `level`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for the level.
    pub fn cumulative_hazard(&self, ties: HazardTies, level: f64) -> Result<CumulativeHazard, Error> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::Parameter { name: "the level", problem: "must be between 0 and 1" });
        }
        let z = normal_quantile(0.5 + 0.5 * level);
        let mut found = CumulativeHazard::default();
        let (mut hazard, mut variance) = (0.0, 0.0);
        for row in 0..self.time.len() {
            let (n, d, leavers) = (self.at_risk[row], self.events[row], self.leavers[row]);
            match ties {
                HazardTies::NelsonAalen => {
                    hazard += d / n;
                    variance += d / (n * n);
                }
                HazardTies::FlemingHarrington => {
                    let each = d / leavers as f64;
                    let left = (0..leavers).map(|before| n - each * before as f64);
                    hazard += left.clone().map(|n| each / n).sum::<f64>();
                    variance += left.map(|n| each / (n * n)).sum::<f64>();
                }
            }
            let width = (z * variance.sqrt() / hazard).exp();
            found.hazard.push(hazard);
            found.standard_error.push(variance.sqrt());
            found.low.push(hazard / width);
            found.high.push(hazard * width);
        }
        Ok(found)
    }
}
