//! The Kaplan–Meier curve: the share that stays at least until each time, though not all have been seen to leave.
//!
//! Kaplan and Meier (1958), "Nonparametric estimation from incomplete observations"; variance by Greenwood (1926),
//! intervals on the scale of ln(−ln S), which keeps them between 0 and 1, on that of ln S, or on that of S.

use super::{by_time, check_durations};
use crate::{Error, special::normal_quantile};

/// A Kaplan–Meier curve: columns of the same length, one row per distinct time, rising.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// Distinct times seen, in the unit of the data.
    pub time: Vec<f64>,
    /// Customers still there just before the time.
    pub at_risk: Vec<usize>,
    /// Those of them who left at the time.
    pub events: Vec<usize>,
    /// Those of them who were last seen at the time, still there.
    pub censored: Vec<usize>,
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

/// Draws the curve from durations; `event` tells who left (the others were last seen, still there).
///
/// `level` is the probability inside the intervals: 0.95.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for negative times, [`Error::Parameter`] for the level.
pub fn kaplan_meier(time: &[f64], event: &[bool], level: f64, scale: Scale) -> Result<Curve, Error> {
    check_durations(time, event)?;
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::Parameter { name: "the level", problem: "must be between 0 and 1" });
    }
    let z = normal_quantile(0.5 + 0.5 * level);
    let order = by_time(time);
    let mut curve = Curve::default();
    let (mut left, mut survival, mut greenwood) = (time.len(), 1.0, 0.0);
    for same in order.chunk_by(|&a, &b| time[a] == time[b]) {
        let events = same.iter().filter(|&&i| event[i]).count();
        let (n, d) = (left as f64, events as f64);
        survival *= (n - d) / n;
        greenwood += d / (n * (n - d));
        curve.push_row(time[same[0]], left, events, same.len() - events);
        curve.push_figures(survival, greenwood, z, scale);
        left -= same.len();
    }
    Ok(curve)
}

impl Curve {
    fn push_row(&mut self, time: f64, at_risk: usize, events: usize, censored: usize) {
        self.time.push(time);
        self.at_risk.push(at_risk);
        self.events.push(events);
        self.censored.push(censored);
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
    pub fn at_risk_at(&self, time: f64) -> usize {
        let row = self.time.partition_point(|&t| t < time);
        self.at_risk.get(row).copied().unwrap_or(0)
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
}
