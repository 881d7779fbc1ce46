//! Tests that may be looked at before their end.
//!
//! Looking at an ordinary p-value again and again finds differences where there are none. [`always_valid`] gives
//! p-values that may be watched all the time; [`LookPlan`] has the z-values to cross at a few planned looks.

use super::question::{Alternative, check_level};
use crate::Error;
use crate::special::{normal_cdf, normal_pdf, normal_quantile, normal_sf};

/// What is known at a look: difference of the means (treated − control) and its squared standard error, which is
/// s²/n of the one group + s²/n of the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Difference so far.
    pub difference: f64,
    /// Its variance so far.
    pub variance: f64,
}

/// What may be said at a look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// p-value that holds whenever one stops; it never rises.
    pub p: f64,
    /// Interval that covers the true difference at all looks together with the given chance.
    pub interval: (f64, f64),
}

/// Always valid p-values and intervals by the mixture sequential probability ratio test
/// (Johari, Koomen, Pekelis, Walsh 2017, eq. 8, with a normal mixture of variance τ²).
///
/// `scale` is τ, the size of difference that the test should be quick for.
///
/// # Errors
/// [`Error::Parameter`] for a scale not above 0 or a level outside 0 and 1, [`Error::Value`] for a look whose
/// variance is not above 0.
pub fn always_valid(looks: &[Look], scale: f64, level: f64) -> Result<Vec<Verdict>, Error> {
    check_level(level)?;
    if !(scale > 0.0 && scale.is_finite()) {
        return Err(Error::Parameter { name: "scale", problem: "must be above 0" });
    }
    let tau = scale * scale;
    let mut p = 1.0f64;
    let mut verdicts = Vec::with_capacity(looks.len());
    for (row, look) in looks.iter().enumerate() {
        let Look { difference, variance: v } = *look;
        if !(v > 0.0 && v.is_finite() && difference.is_finite()) {
            return Err(Error::Value { column: "look".to_owned(), row, problem: "has no variance above 0" });
        }
        let ln_ratio = 0.5 * (v / (v + tau)).ln() + tau * difference * difference / (2.0 * v * (v + tau));
        p = p.min((-ln_ratio).exp());
        let half = (v * (v + tau) / tau * (((v + tau) / v).ln() - 2.0 * (1.0 - level).ln())).sqrt();
        verdicts.push(Verdict { p, interval: (difference - half, difference + half) });
    }
    Ok(verdicts)
}

/// How much of the error may be spent by when (Lan and DeMets 1983).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spending {
    /// Hardly any at first: on each side 2 − 2 Φ(z(1 − α/2) / √share) of its α, like O'Brien and Fleming 1979.
    OBrienFleming,
    /// Evenly: α ln(1 + (e − 1) share), like Pocock 1977.
    Pocock,
}

impl Spending {
    /// Of the `alpha` of one side.
    fn spent(self, alpha: f64, share: f64) -> f64 {
        match self {
            Spending::OBrienFleming => 2.0 * normal_sf(normal_quantile(1.0 - 0.5 * alpha) / share.sqrt()),
            Spending::Pocock => alpha * (1.0 + (std::f64::consts::E - 1.0) * share).ln(),
        }
    }
}

/// Looks planned for a test, and what it is to find.
#[derive(Clone, Debug, PartialEq)]
pub struct LookPlan<'a> {
    /// How much of all rows is in at each look, rising to 1 at the last (less if it ends early).
    pub shares: &'a [f64],
    /// Chance to find a difference that is not there, at any look.
    pub alpha: f64,
    /// Which differences count: with one direction, the error is spent on that side only.
    pub alternative: Alternative,
    pub spending: Spending,
}

/// What is known beforehand of one planned look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedLook {
    /// The |z| to reach (z itself when one direction counts).
    pub z: f64,
    /// The p-value that this is.
    pub p: f64,
    /// The error spent up to here.
    pub spent: f64,
}

/// Points of the grid on which densities are followed; odd, for Simpson's rule.
const POINTS: usize = 801;

/// Beyond so many standard errors nothing is found any more.
const FAR: f64 = 12.0;

/// Further below than so many standard errors, the way up to an edge is too far.
const LOW: f64 = 8.0;

impl LookPlan<'_> {
    fn check(&self) -> Result<(), Error> {
        check_level(self.alpha)?;
        let shares = self.shares;
        let rising = shares.windows(2).all(|pair| pair[0] < pair[1]);
        let within =
            shares.first().is_some_and(|share| *share > 0.0) && shares.iter().all(|share| *share <= 1.0);
        match rising && within {
            true => Ok(()),
            false => Err(Error::Parameter { name: "shares", problem: "must rise, above 0 and up to 1" }),
        }
    }

    fn sides(&self) -> f64 {
        if self.alternative == Alternative::TwoSided { 2.0 } else { 1.0 }
    }

    /// What to reach at each look.
    ///
    /// Found by following the density of the test that goes on (Armitage, McPherson, Rowe 1969).
    ///
    /// # Errors
    /// [`Error::Parameter`] for shares that do not rise within 0 and 1, or a level outside 0 and 1.
    pub fn looks(&self) -> Result<Vec<PlannedLook>, Error> {
        self.check()?;
        let sides = self.sides();
        let mut found = Vec::with_capacity(self.shares.len());
        let mut going = Going::start(0.0, sides == 2.0);
        let (mut spent, mut before) = (0.0, 0.0);
        for &share in self.shares {
            let now = sides * self.spending.spent(self.alpha / sides, share);
            let step = (share - before).sqrt();
            let edge = going.edge((now - spent).max(0.0), step, share);
            let z = edge / share.sqrt();
            found.push(PlannedLook { z, p: sides * normal_sf(z), spent: now });
            going = going.on(edge, step, share);
            (spent, before) = (now, share);
        }
        Ok(found)
    }

    /// The chance to stop at some look when the z-value of all rows is `drift` on average.
    fn power(&self, looks: &[PlannedLook], drift: f64) -> f64 {
        let mut going = Going::start(drift, self.sides() == 2.0);
        let (mut reached, mut before) = (0.0, 0.0);
        for (look, &share) in looks.iter().zip(self.shares) {
            let step = (share - before).sqrt();
            let edge = look.z * share.sqrt();
            reached += going.beyond(edge, step, share - before);
            going = going.on(edge, step, share);
            before = share;
        }
        reached
    }

    /// How many times the rows of a test with one look a test with these looks needs, at most, for the same `power`.
    ///
    /// # Errors
    /// As [`LookPlan::looks`]; [`Error::Parameter`] for a power that is not between `alpha` and 1.
    pub fn inflation(&self, power: f64) -> Result<f64, Error> {
        if !(power > self.alpha && power < 1.0) {
            return Err(Error::Parameter { name: "power", problem: "must be between alpha and 1" });
        }
        let looks = self.looks()?;
        let once = normal_quantile(1.0 - self.alpha / self.sides()) + normal_quantile(power);
        let (mut low, mut high) = (0.0, 4.0 * (once + 1.0));
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if self.power(&looks, middle) < power { low = middle } else { high = middle }
        }
        Ok((0.5 * (low + high) / once).powi(2))
    }
}

/// Where a test that goes on is: points of its sum (variance = share of rows) with the chance at each.
struct Going {
    points: Vec<f64>,
    weights: Vec<f64>,
    /// What the sum of all rows is on average.
    drift: f64,
    both_sides: bool,
}

impl Going {
    fn start(drift: f64, both_sides: bool) -> Going {
        Going { points: vec![0.0], weights: vec![1.0], drift, both_sides }
    }

    /// The chance that the next step, `share` of the rows, lands beyond the edge, on either side if both count.
    fn beyond(&self, edge: f64, step: f64, share: f64) -> f64 {
        let outside = |from: f64| {
            let from = from + self.drift * share;
            let below = if self.both_sides { normal_cdf((-from - edge) / step) } else { 0.0 };
            normal_cdf((from - edge) / step) + below
        };
        self.points.iter().zip(&self.weights).map(|(from, weight)| weight * outside(*from)).sum()
    }

    /// The edge beyond which the next step lands with chance `spend`, when there is no difference.
    fn edge(&self, spend: f64, step: f64, share: f64) -> f64 {
        let far = FAR * share.sqrt();
        let (mut low, mut high) = (if self.both_sides { 0.0 } else { -far }, far);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if self.beyond(middle, step, 0.0) > spend { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// The density within the edges after a step that brings `share` of all rows, on a grid with Simpson's weights.
    fn on(&self, edge: f64, step: f64, share: f64) -> Going {
        let moved = self.drift * step * step;
        let low = if self.both_sides { -edge } else { (self.drift * share).min(0.0) - LOW * share.sqrt() };
        let width = (edge - low) / (POINTS - 1) as f64;
        let points: Vec<f64> = (0..POINTS).map(|at| low + width * at as f64).collect();
        let simpson = |at: usize| match at {
            0 => 1.0,
            at if at == POINTS - 1 => 1.0,
            at if at % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let density = |to: f64| -> f64 {
            let parts = self.points.iter().zip(&self.weights);
            parts.map(|(from, weight)| weight * normal_pdf((to - from - moved) / step) / step).sum()
        };
        let weights =
            points.iter().enumerate().map(|(at, to)| simpson(at) * width / 3.0 * density(*to)).collect();
        Going { points, weights, ..*self }
    }
}
