//! The integral over the time at which a silent customer may have left,
//! ∫ (α+τ)^−(r+x) (β+τ)^−(s+1) dτ from the last purchase to the end of the observation.
//!
//! With u = ln of (m+τ)/(m+t_x), m the smaller of α and β, the integrand is close to an exponential, which a rule of
//! Gauss and Legendre does to twelve digits; the part where it has fallen by e^−45 is cut off.

use super::ParetoNbd;
use crate::special::GaussLegendre;
use crate::value::History;
use std::sync::LazyLock;

static RULES: LazyLock<[GaussLegendre; 3]> =
    LazyLock::new(|| [GaussLegendre::new(8), GaussLegendre::new(16), GaussLegendre::new(40)]);

pub(super) struct Silence {
    rules: &'static [GaussLegendre; 3],
}

/// ln of the integral, and the means of ln(α+τ), 1/(α+τ), ln(β+τ), 1/(β+τ) under the integrand: minus its
/// derivatives by r, α/(r+x), s, β/(s+1).
pub(super) struct Integral {
    pub ln: f64,
    pub means: [f64; 4],
}

impl Silence {
    pub fn new() -> Silence {
        Silence { rules: &RULES }
    }

    pub fn integral(&self, model: &ParetoNbd, history: &History) -> Integral {
        let (a0, b0) = (model.alpha + history.t_x, model.beta + history.t_x);
        let (k, l) = (model.r + history.x, model.s + 1.0);
        let unit = a0.min(b0);
        let fall = |u: f64| {
            let moved = unit * u.exp_m1();
            k * (moved / a0).ln_1p() + l * (moved / b0).ln_1p() - u
        };
        let mut width = ((history.t - history.t_x) / unit).ln_1p();
        while fall(width) > 90.0 {
            width *= 0.75;
        }
        let depth = fall(width);
        let rule = match () {
            () if depth < 2.0 && width < 1.0 => &self.rules[0],
            () if depth < 10.0 && width < 2.5 => &self.rules[1],
            () => &self.rules[2],
        };
        let (mut sum, mut means) = (0.0, [0.0; 4]);
        for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
            let u = width * node;
            let moved = unit * u.exp_m1();
            let (ln_a, ln_b) = ((moved / a0).ln_1p(), (moved / b0).ln_1p());
            let share = weight * (u - k * ln_a - l * ln_b).exp();
            sum += share;
            means[0] += share * ln_a;
            means[1] += share / (a0 + moved);
            means[2] += share * ln_b;
            means[3] += share / (b0 + moved);
        }
        if sum > 0.0 {
            means.iter_mut().for_each(|mean| *mean /= sum);
        }
        let (ln_a0, ln_b0) = (a0.ln(), b0.ln());
        means[0] += ln_a0;
        means[2] += ln_b0;
        Integral { ln: (sum * width * unit).ln() - k * ln_a0 - l * ln_b0, means }
    }
}
