//! The Pareto/NBD model: a customer buys at random and leaves at a random time that nobody sees.
//!
//! Purchase rates differ between customers by a gamma distribution (r, α), rates of leaving by another (s, β).
//! Schmittlein, Morrison and Colombo (1987), "Counting your customers", Management Science 33(1); formulas as in
//! Fader and Hardie (2005), "A note on deriving the Pareto/NBD model". The integral over the time of leaving is done
//! by quadrature instead of two hypergeometric functions, whose difference loses digits.

mod fit;
mod silence;

pub use fit::{fit_pareto_nbd, fit_pareto_nbd_penalised};

use super::{Buying, History};
use crate::{Random, special};
use silence::Silence;

/// The four parameters; `alpha` and `beta` in the time unit of the histories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoNbd {
    pub r: f64,
    pub alpha: f64,
    pub s: f64,
    pub beta: f64,
}

impl ParetoNbd {
    /// ln of the likelihood of one history (Fader and Hardie 2005, eq. 18).
    pub fn log_likelihood(&self, history: &History) -> f64 {
        let ParetoNbd { r, alpha, s, beta } = *self;
        let front = special::ln_gamma(r + history.x) - special::ln_gamma(r) + r * alpha.ln() + s * beta.ln();
        let (alive, gone) = self.ln_alive_and_gone(history);
        let (more, less) = if alive > gone { (alive, gone) } else { (gone, alive) };
        front + more + (less - more).exp().ln_1p()
    }

    /// ln of the two parts of the likelihood, without their common factor: still alive, and gone in between.
    fn ln_alive_and_gone(&self, history: &History) -> (f64, f64) {
        let alive =
            -(self.r + history.x) * (self.alpha + history.t).ln() - self.s * (self.beta + history.t).ln();
        (alive, self.s.ln() + Silence::new().integral(self, history).ln)
    }

    /// ∫ of survival over `horizon`, for a customer alive after `lived`: limits taken where s = 1.
    fn time_left(&self, lived: f64, horizon: f64) -> f64 {
        let from = self.beta + lived;
        let stretch = (horizon / from).ln_1p();
        let less = self.s - 1.0;
        from * if less == 0.0 { stretch } else { -(-less * stretch).exp_m1() / less }
    }
}

impl Buying for ParetoNbd {
    fn p_alive(&self, history: &History) -> f64 {
        let (alive, gone) = self.ln_alive_and_gone(history);
        1.0 / (1.0 + (gone - alive).exp())
    }

    /// Fader and Hardie (2005), eq. 41.
    fn expected_purchases(&self, history: &History, horizon: f64) -> f64 {
        let rate = (self.r + history.x) / (self.alpha + history.t);
        self.p_alive(history) * rate * self.time_left(history.t, horizon)
    }

    /// Eq. 19.
    fn expected_of_new(&self, age: f64) -> f64 {
        self.r / self.alpha * self.time_left(0.0, age)
    }

    fn simulate(&self, history: &History, horizon: f64, random: &mut Random, buy: &mut dyn FnMut(f64)) {
        if random.uniform() >= self.p_alive(history) {
            return;
        }
        let rate = random.gamma(self.r + history.x) / (self.alpha + history.t);
        let leaving = random.gamma(self.s) / (self.beta + history.t);
        let end = horizon.min(random.exponential() / leaving);
        let mut time = random.exponential() / rate;
        while time <= end {
            buy(time);
            time += random.exponential() / rate;
        }
    }
}
