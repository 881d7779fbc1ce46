//! Integrals of smooth functions.

use std::f64::consts::PI;

/// The rule of Gauss and Legendre: nodes and weights on [0, 1].
#[derive(Debug, Clone, PartialEq)]
pub struct GaussLegendre {
    pub nodes: Vec<f64>,
    pub weights: Vec<f64>,
}

impl GaussLegendre {
    /// The rule with `n` nodes, exact for polynomials up to degree 2n − 1; nodes by Newton's method.
    pub fn new(n: usize) -> GaussLegendre {
        let mut rule = GaussLegendre { nodes: Vec::with_capacity(n), weights: Vec::with_capacity(n) };
        for i in 0..n {
            let mut x = -(PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..100 {
                let (value, next_slope) = legendre(n, x);
                slope = next_slope;
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            rule.nodes.push(0.5 * (1.0 + x));
            rule.weights.push(1.0 / ((1.0 - x * x) * slope * slope));
        }
        rule
    }

    /// The integral of `f` from `low` to `high`.
    pub fn integrate(&self, low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
        let width = high - low;
        self.nodes.iter().zip(&self.weights).map(|(node, weight)| weight * f(low + width * node)).sum::<f64>()
            * width
    }
}

/// The n-th Legendre polynomial and its slope.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}
