//! The BG/NBD model: a customer buys at random, and after each purchase may leave for good.
//!
//! Purchase rates differ between customers by a gamma distribution (shape r, rate α), the chance of leaving after a
//! purchase by a beta distribution (a, b). Fader, Hardie and Lee (2005), "Counting your customers the easy way",
//! Marketing Science 24(2).

mod fit;
mod likelihood;

pub(super) use fit::{counted, errors_of_logarithms};
pub(super) use likelihood::Counted;

pub use fit::{fit_bgnbd, fit_bgnbd_penalised};

use super::{Buying, History};
use crate::{Random, special};

/// The four parameters; `alpha` in the time unit of the histories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgNbd {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
}

impl BgNbd {
    /// ln of the likelihood of one history (eq. 6).
    pub fn log_likelihood(&self, history: &History) -> f64 {
        let BgNbd { r, alpha, a, b } = *self;
        let x = history.x;
        let rate = special::ln_gamma(r + x) - special::ln_gamma(r) + r * alpha.ln();
        let stays = if x == 0.0 { 0.0 } else { special::ln_beta(a, b + x) - special::ln_beta(a, b) };
        rate + stays - (r + x) * (alpha + history.t).ln() + ln_1p_exp(self.ln_odds_gone(history))
    }

    /// ln of the odds that the customer left right after the last purchase.
    fn ln_odds_gone(&self, history: &History) -> f64 {
        if history.x == 0.0 {
            return f64::NEG_INFINITY;
        }
        let silence = ((history.t - history.t_x) / (self.alpha + history.t_x)).ln_1p();
        (self.r + history.x) * silence + (self.a / (self.b + history.x - 1.0)).ln()
    }

    /// (1 − (1−z)^(a−1) 2F1(c − r − x, a − 1; c; z)) / (a − 1) with c = a + b + x − 1.
    ///
    /// The factor of eq. 10 after Euler's transformation; written so that a = 1 is no special case.
    fn saturation(&self, x: f64, z: f64) -> f64 {
        let (less, c) = (self.a - 1.0, self.a + self.b + x - 1.0);
        if less > 1.0 {
            let inner = special::ln_hyp2f1(self.r + x, self.b + x, c, z) + (self.r + x) * (-z).ln_1p();
            return -inner.exp_m1() / less;
        }
        let fade = (less * (-z).ln_1p()).exp_m1();
        let first = if less == 0.0 { -(-z).ln_1p() } else { -fade / less };
        first - (1.0 + fade) * series_after_one(c - self.r - x, less, c, z)
    }
}

impl Buying for BgNbd {
    /// Fader, Hardie and Lee (2008), "Computing P(alive) using the BG/NBD model". 1 without a repeat purchase.
    fn p_alive(&self, history: &History) -> f64 {
        1.0 / (1.0 + self.ln_odds_gone(history).exp())
    }

    /// Eq. 10.
    fn expected_purchases(&self, history: &History, horizon: f64) -> f64 {
        let x = history.x;
        let z = horizon / (self.alpha + history.t + horizon);
        (self.a + self.b + x - 1.0) * self.saturation(x, z) * self.p_alive(history)
    }

    /// Eq. 9.
    fn expected_of_new(&self, age: f64) -> f64 {
        self.expected_purchases(&History { x: 0.0, t_x: 0.0, t: 0.0 }, age)
    }

    fn simulate(&self, history: &History, horizon: f64, random: &mut Random, buy: &mut dyn FnMut(f64)) {
        if random.uniform() >= self.p_alive(history) {
            return;
        }
        let rate = random.gamma(self.r + history.x) / (self.alpha + history.t);
        let leaves = random.beta(self.a, self.b + history.x);
        let mut time = random.exponential() / rate;
        while time <= horizon {
            buy(time);
            if random.uniform() < leaves {
                return;
            }
            time += random.exponential() / rate;
        }
    }
}

/// (2F1(p, q; c; z) − 1) / q, which has a limit at q = 0.
fn series_after_one(p: f64, q: f64, c: f64, z: f64) -> f64 {
    let mut term = p / c * z;
    let (mut sum, mut n) = (term, 1.0);
    while term.abs() > 1e-17 * f64::abs(sum) && n < 1e6 {
        term *= (p + n) * (q + n) / ((c + n) * (n + 1.0)) * z;
        sum += term;
        n += 1.0;
    }
    sum
}

/// ln(1 + e^u) for any u.
fn ln_1p_exp(u: f64) -> f64 {
    if u > 0.0 { u + (-u).exp().ln_1p() } else { u.exp().ln_1p() }
}
