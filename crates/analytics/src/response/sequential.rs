//! Tests that may be looked at before their end.
//!
//! Looking at an ordinary p-value again and again finds differences where there are none. [`always_valid`] gives
//! p-values that may be watched all the time; [`boundaries`] the z-values to cross at a few planned looks.

use super::question::check_level;
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
    /// Hardly any at first: on each side 2 − 2 Φ(z(1 − α/4) / √share), like O'Brien and Fleming 1979.
    OBrienFleming,
    /// Evenly: α ln(1 + (e − 1) share), like Pocock 1977.
    Pocock,
}

impl Spending {
    /// Of `alpha`, half on either side.
    fn spent(self, alpha: f64, share: f64) -> f64 {
        match self {
            Spending::OBrienFleming => 4.0 * normal_sf(normal_quantile(1.0 - 0.25 * alpha) / share.sqrt()),
            Spending::Pocock => alpha * (1.0 + (std::f64::consts::E - 1.0) * share).ln(),
        }
    }
}

/// Points of the grid on which densities are followed; odd, for Simpson's rule.
const POINTS: usize = 801;

/// The |z| to reach at each planned look for a two-sided test of level `alpha`.
///
/// `shares` tells how much of all rows is in at each look, rising to 1 at the last (less if it ends early). Found
/// by following the density of the test that goes on (Armitage, McPherson, Rowe 1969).
///
/// # Errors
/// [`Error::Parameter`] for shares that do not rise within 0 and 1, or a level outside 0 and 1.
pub fn boundaries(shares: &[f64], alpha: f64, spending: Spending) -> Result<Vec<f64>, Error> {
    check_level(alpha)?;
    let rising = shares.windows(2).all(|pair| pair[0] < pair[1]);
    if shares.is_empty() || !rising || shares[0] <= 0.0 || shares[shares.len() - 1] > 1.0 {
        return Err(Error::Parameter { name: "shares", problem: "must rise, above 0 and up to 1" });
    }
    let mut found = Vec::with_capacity(shares.len());
    let mut going = Going { points: vec![0.0], weights: vec![1.0] };
    let (mut spent, mut before) = (0.0, 0.0);
    for &share in shares {
        let now = spending.spent(alpha, share);
        let step = (share - before).sqrt();
        let edge = going.edge((now - spent).max(0.0), step, share);
        found.push(edge / share.sqrt());
        going = going.on(edge, step);
        (spent, before) = (now, share);
    }
    Ok(found)
}

/// Where a test that goes on is: points of its sum (variance = share of rows) with the chance at each.
struct Going {
    points: Vec<f64>,
    weights: Vec<f64>,
}

impl Going {
    /// The edge beyond which, on either side, the next step lands with chance `spend`.
    fn edge(&self, spend: f64, step: f64, share: f64) -> f64 {
        let beyond = |edge: f64| -> f64 {
            let outside = |from: f64| normal_cdf((from - edge) / step) + normal_cdf((-from - edge) / step);
            self.points.iter().zip(&self.weights).map(|(from, weight)| weight * outside(*from)).sum()
        };
        let (mut low, mut high) = (0.0, 12.0 * share.sqrt());
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if beyond(middle) > spend { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// The density within the edges after a step, on a grid with Simpson's weights.
    fn on(&self, edge: f64, step: f64) -> Going {
        let width = 2.0 * edge / (POINTS - 1) as f64;
        let points: Vec<f64> = (0..POINTS).map(|at| -edge + width * at as f64).collect();
        let simpson = |at: usize| match at {
            0 => 1.0,
            at if at == POINTS - 1 => 1.0,
            at if at % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let density = |to: f64| -> f64 {
            let parts = self.points.iter().zip(&self.weights);
            parts.map(|(from, weight)| weight * normal_pdf((to - from) / step) / step).sum()
        };
        let weights =
            points.iter().enumerate().map(|(at, to)| simpson(at) * width / 3.0 * density(*to)).collect();
        Going { points, weights }
    }
}
