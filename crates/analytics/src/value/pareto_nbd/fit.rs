//! Maximum likelihood by L-BFGS over the logarithms of the parameters.

use super::ParetoNbd;
use super::silence::Silence;
use crate::optimise::{Limits, hessian_by_differences, lbfgs_in_box};
use crate::value::bgnbd::{Counted, counted, errors_of_logarithms};
use crate::value::penalty::{Penalty, check_penalty};
use crate::value::{Fit, Histories};
use crate::{Error, Progress, sample};

/// Parameters stay between e^−12 and e^12: beyond, the likelihood is flat.
const FAR: f64 = 12.0;

/// Fits the Pareto/NBD model to histories in any time unit.
///
/// # Errors
/// As [`crate::value::fit_bgnbd`].
pub fn fit_pareto_nbd(histories: &Histories, progress: &dyn Progress) -> Result<Fit<ParetoNbd>, Error> {
    fit_pareto_nbd_penalised(histories, 0.0, progress)
}

/// The same with `penalty` · Σ parameter² taken from the log likelihood, times in units of the longest `t`, as lifetimes does by
/// `penalizer_coef`. [`Fit::log_likelihood`] is without it.
///
/// # Errors
/// As [`crate::value::fit_bgnbd`]; [`Error::Parameter`] for a penalty below zero.
pub fn fit_pareto_nbd_penalised(
    histories: &Histories,
    penalty: f64,
    progress: &dyn Progress,
) -> Result<Fit<ParetoNbd>, Error> {
    check_penalty(penalty)?;
    let counted = counted(histories)?;
    let longest = histories.t.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let penalty = Penalty { weight: penalty, units: [1.0, 1.0 / longest, 1.0, 1.0 / longest] };
    let mut by_parameter = [0.0; 4];
    let mut negative = |at: &[f64], gradient: &mut [f64]| {
        let model = at_logarithms(at);
        let value = log_likelihood(&model, &counted, &mut by_parameter);
        let parameters = [model.r, model.alpha, model.s, model.beta];
        for i in 0..4 {
            gradient[i] = -by_parameter[i] * parameters[i];
        }
        penalty.add(parameters, gradient) - value
    };
    let scale = 0.5 * sample::mean(&histories.t);
    let start = [0.5_f64.ln(), scale.ln(), 0.5_f64.ln(), scale.ln()];
    let limits = Limits { steps: 300, tolerance: 1e-11 };
    let found = lbfgs_in_box(&mut negative, &start, (-FAR, FAR), limits, progress)?;
    if !found.converged {
        return Err(Error::NotConverged { model: "Pareto/NBD", steps: found.steps });
    }
    let hessian = hessian_by_differences(|at, gradient| _ = negative(at, gradient), &found.at, 1e-4);
    let model = at_logarithms(&found.at);
    Ok(Fit {
        log_likelihood: log_likelihood(&model, &counted, &mut [0.0; 4]),
        model,
        standard_errors: errors_of_logarithms(&hessian, &found.at),
        customers: histories.x.len(),
        purchases: histories.x.iter().sum(),
        steps: found.steps,
    })
}

fn at_logarithms(at: &[f64]) -> ParetoNbd {
    ParetoNbd { r: at[0].exp(), alpha: at[1].exp(), s: at[2].exp(), beta: at[3].exp() }
}

/// ln L of the counted histories; fills the gradient by r, α, s, β.
fn log_likelihood(model: &ParetoNbd, counted: &Counted, gradient: &mut [f64; 4]) -> f64 {
    let ParetoNbd { r, alpha, s, beta } = *model;
    let silence = Silence::new();
    let (ln_alpha, ln_beta, ln_s) = (alpha.ln(), beta.ln(), s.ln());
    let (mut ln_rate, mut rate_slope, mut purchases) = (0.0, 0.0, 0.0);
    let mut total = 0.0;
    *gradient = [0.0; 4];
    for (history, count) in &counted.rows {
        let x = history.x;
        while purchases < x {
            ln_rate += (r + purchases).ln();
            rate_slope += 1.0 / (r + purchases);
            purchases += 1.0;
        }
        let (end_a, end_b) = (alpha + history.t, beta + history.t);
        let (ln_end_a, ln_end_b) = (end_a.ln(), end_b.ln());
        let alive = -(r + x) * ln_end_a - s * ln_end_b;
        let integral = silence.integral(model, history);
        let gone = ln_s + integral.ln;
        let weight = (-(gone - alive).abs()).exp();
        let p_alive = if alive > gone { 1.0 } else { weight } / (1.0 + weight);
        let p_gone = 1.0 - p_alive;
        let mean = &integral.means;
        total += count * (ln_rate + r * ln_alpha + s * ln_beta + alive.max(gone) + weight.ln_1p());
        gradient[0] += count * (rate_slope + ln_alpha - p_alive * ln_end_a - p_gone * mean[0]);
        gradient[1] += count * (r / alpha - (r + x) * (p_alive / end_a + p_gone * mean[1]));
        gradient[2] += count * (ln_beta - p_alive * ln_end_b + p_gone * (1.0 / s - mean[2]));
        gradient[3] += count * (s / beta - p_alive * s / end_b - p_gone * (s + 1.0) * mean[3]);
    }
    total
}
