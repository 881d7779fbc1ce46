//! The value of customers under contract, whose leaving is seen: survival times margin, in today's money.

use super::{Fit, Plan};
use crate::optimise::{Limits, hessian_by_differences, lbfgs_in_box};
use crate::special::hyp2f1;
use crate::value::bgnbd::errors_of_logarithms;
use crate::{Error, Progress, check_values};

/// The expected discounted margin of a customer who has stayed for `age`, over the steps of the plan:
/// Σ_k margin · S(age + k·step) / S(age) / (1 + d)^k.
///
/// `survival(time)` is the share that stays at least until `time` (a Kaplan–Meier curve, a Cox model or
/// [`ShiftedBetaGeometric`]), in the time unit of `age` and `plan.step`. `margin_per_step` is money; it is earned at
/// the end of each step by those still there, and multiplied by `plan.margin`. 0 when nobody survives to `age`.
pub fn contract_value(survival: impl Fn(f64) -> f64, age: f64, margin_per_step: f64, plan: &Plan) -> f64 {
    let here = survival(age);
    if here <= 0.0 {
        return 0.0;
    }
    let (mut total, mut factor) = (0.0, 1.0);
    for step in 1..=plan.steps {
        factor /= 1.0 + plan.discount;
        total += factor * survival(age + step as f64 * plan.step) / here;
    }
    total * margin_per_step * plan.margin
}

/// The shifted beta-geometric model of retention: each customer has a constant chance of leaving at each renewal,
/// and the chances differ between customers by a beta distribution.
///
/// Fader and Hardie (2007), "How to project customer retention", Journal of Interactive Marketing 21(1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShiftedBetaGeometric {
    pub alpha: f64,
    pub beta: f64,
}

impl ShiftedBetaGeometric {
    /// The share still there after `renewals` whole renewals (eq. 6).
    pub fn survival(&self, renewals: u32) -> f64 {
        (1..=renewals).map(|t| self.retention(t)).product()
    }

    /// The share of those still there before the t-th renewal (from 1) who renew (eq. 8): it rises with t.
    pub fn retention(&self, t: u32) -> f64 {
        let before = self.beta + f64::from(t) - 1.0;
        before / (self.alpha + before)
    }

    /// Expected renewals yet to come, discounted, of a customer about to make the t-th (from 1), without end.
    ///
    /// `discount` per period, above 0. Fader and Hardie (2010), "Customer-base valuation in a contractual setting",
    /// Marketing Science 29(1), eq. 6.
    pub fn discounted_renewals(&self, t: u32, discount: f64) -> f64 {
        let n = f64::from(t);
        let inner = hyp2f1(1.0, self.beta + n, self.alpha + self.beta + n, 1.0 / (1.0 + discount));
        self.retention(t) * inner
    }
}

/// Fits the model to one cohort: `remaining[0]` customers at the start, `remaining[t]` after the t-th renewal.
///
/// # Errors
/// [`Error::TooFew`] with fewer than two renewals or when nobody left, [`Error::Value`] for numbers that are negative
/// or rise, [`Error::NotConverged`], [`Error::Stopped`].
pub fn fit_shifted_beta_geometric(
    remaining: &[f64],
    progress: &dyn Progress,
) -> Result<Fit<ShiftedBetaGeometric>, Error> {
    check_values("remaining", remaining, "is not a number of customers", |n| n >= 0.0 && n.is_finite())?;
    if remaining.len() < 3 {
        return Err(Error::TooFew { what: "renewals", have: remaining.len().saturating_sub(1), need: 2 });
    }
    if let Some(row) = remaining.windows(2).position(|pair| pair[1] > pair[0]) {
        let problem = "is more than before";
        return Err(Error::Value { column: "remaining".to_owned(), row: row + 1, problem });
    }
    if remaining[0] == remaining[remaining.len() - 1] {
        return Err(Error::TooFew { what: "customers who left", have: 0, need: 1 });
    }
    let mut negative = |at: &[f64], gradient: &mut [f64]| {
        let model = ShiftedBetaGeometric { alpha: at[0].exp(), beta: at[1].exp() };
        let value = log_likelihood(&model, remaining, gradient);
        gradient[0] *= -model.alpha;
        gradient[1] *= -model.beta;
        -value
    };
    let limits = Limits { steps: 200, tolerance: 1e-12 };
    let found = lbfgs_in_box(&mut negative, &[0.0, 0.0], (-12.0, 12.0), limits, progress)?;
    if !found.converged {
        return Err(Error::NotConverged { model: "shifted beta-geometric", steps: found.steps });
    }
    let hessian = hessian_by_differences(|at, gradient| _ = negative(at, gradient), &found.at, 1e-4);
    Ok(Fit {
        model: ShiftedBetaGeometric { alpha: found.at[0].exp(), beta: found.at[1].exp() },
        log_likelihood: -found.value,
        standard_errors: errors_of_logarithms(&hessian, &found.at),
        customers: remaining[0] as usize,
        purchases: remaining[1..].iter().sum(),
        steps: found.steps,
    })
}

/// Each renewal is a draw: stay with probability (β+t−1)/(α+β+t−1), else leave.
fn log_likelihood(model: &ShiftedBetaGeometric, remaining: &[f64], gradient: &mut [f64]) -> f64 {
    let ShiftedBetaGeometric { alpha, beta } = *model;
    let mut total = 0.0;
    gradient.fill(0.0);
    for (t, pair) in remaining.windows(2).enumerate() {
        let before = beta + t as f64;
        let (stay, leave, all) = (pair[1], pair[0] - pair[1], alpha + before);
        total += stay * before.ln() + leave * alpha.ln() - pair[0] * all.ln();
        gradient[0] += leave / alpha - pair[0] / all;
        gradient[1] += stay / before - pair[0] / all;
    }
    total
}
