//! Maximum likelihood by L-BFGS over the logarithms of the parameters.

use super::BgNbd;
use super::likelihood::{Counted, log_likelihood};
use crate::optimise::{Cholesky, Found, Limits, hessian_by_differences, lbfgs_in_box};
use crate::value::penalty::{Penalty, check_penalty};
use crate::value::{Fit, Histories, History};
use crate::{Error, Part, Progress, check_values, same_length, sample};

/// Parameters stay between e^−12 and e^12: beyond, the likelihood is flat.
const FAR: f64 = 12.0;

/// Fits the BG/NBD model to histories in any time unit.
///
/// The optimum is flat; where the data cannot tell `a` from `b` (hardly anybody leaves) the fit still ends, and
/// [`Fit::standard_errors`] is `None`.
///
/// # Errors
/// [`Error::TooFew`] with fewer than four customers or no repeat purchase at all, [`Error::Constant`] when all
/// histories are the same, [`Error::Value`] for impossible ones (t_x > t, x not whole, x = 0 with t_x > 0),
/// [`Error::NotConverged`], [`Error::Stopped`].
pub fn fit_bgnbd(histories: &Histories, progress: &dyn Progress) -> Result<Fit<BgNbd>, Error> {
    fit_bgnbd_penalised(histories, 0.0, progress)
}

/// The same with `penalty` · Σ parameter² taken from the mean log likelihood, times in units of the longest `t`, as lifetimes does by
/// `penalizer_coef`. [`Fit::log_likelihood`] is without it.
///
/// # Errors
/// As [`fit_bgnbd`]; [`Error::Parameter`] for a penalty below zero.
pub fn fit_bgnbd_penalised(
    histories: &Histories,
    penalty: f64,
    progress: &dyn Progress,
) -> Result<Fit<BgNbd>, Error> {
    check_penalty(penalty)?;
    let counted = counted(histories)?;
    let longest = histories.t.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let penalty =
        Penalty { weight: penalty * histories.x.len() as f64, units: [1.0, 1.0 / longest, 1.0, 1.0] };
    let mut by_parameter = [0.0; 4];
    let mut negative = |at: &[f64], gradient: &mut [f64]| {
        let model = at_logarithms(at);
        let value = log_likelihood(&model, &counted, &mut by_parameter);
        let parameters = [model.r, model.alpha, model.a, model.b];
        for i in 0..4 {
            gradient[i] = -by_parameter[i] * parameters[i];
        }
        penalty.add(parameters, gradient) - value
    };
    let found = best_of_two(&mut negative, 0.5 * sample::mean(&histories.t), progress)?;
    if !found.converged {
        return Err(Error::NotConverged { model: "BG/NBD", steps: found.steps });
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

/// Searches from a start where some leave after each purchase, and from one where few leave but those at once: the
/// likelihood may have a top near either.
fn best_of_two(
    negative: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    alpha: f64,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    let limits = Limits { steps: 300, tolerance: 1e-11 };
    let mut search = |a: f64, b: f64, from: f64| {
        let part = Part { whole: progress, from, to: from + 0.5 };
        let start = [0.5, alpha, a, b].map(f64::ln);
        lbfgs_in_box(&mut *negative, &start, (-FAR, FAR), limits, &part)
    };
    let (some, few) = (search(1.0, 2.0, 0.0)?, search(0.02, 0.1, 0.5)?);
    Ok(if few.value < some.value - 1e-3 { few } else { some })
}

fn at_logarithms(at: &[f64]) -> BgNbd {
    BgNbd { r: at[0].exp(), alpha: at[1].exp(), a: at[2].exp(), b: at[3].exp() }
}

/// Standard errors of e^at from the Hessian at `at`; `None` when a logarithm is known no better than ± 3.
pub(in crate::value) fn errors_of_logarithms(hessian: &[f64], at: &[f64]) -> Option<Vec<f64>> {
    let n = at.len();
    let covariance = Cholesky::new(hessian, n).ok()?.inverse();
    (0..n)
        .map(|i| {
            let error = covariance[i * n + i].sqrt();
            (error < 3.0).then_some(error * at[i].exp())
        })
        .collect()
}

/// Equal histories taken together, once they are found to be possible and to differ.
pub(in crate::value) fn counted(histories: &Histories) -> Result<Counted, Error> {
    check_histories(histories)?;
    let counted = Counted::new(histories.iter());
    if counted.rows.len() < 2 {
        return Err(Error::Constant { column: "the history".to_owned() });
    }
    Ok(counted)
}

/// Refuses histories that no customer can have, or too few of them.
fn check_histories(histories: &Histories) -> Result<(), Error> {
    let rows = histories.x.len();
    same_length("t_x", histories.t_x.len(), rows)?;
    same_length("t", histories.t.len(), rows)?;
    check_values("x", &histories.x, "is not a whole number of purchases", |x| {
        (0.0..1e6).contains(&x) && x == x.floor()
    })?;
    check_values("t", &histories.t, "is not a time after the first purchase", |t| t >= 0.0 && t.is_finite())?;
    let impossible = |h: History| !(h.t_x >= 0.0 && h.t_x <= h.t) || (h.x == 0.0 && h.t_x != 0.0);
    if let Some(row) = histories.iter().position(impossible) {
        let problem = "does not fit to x and t (0 without repeat purchases, and never above t)";
        return Err(Error::Value { column: "t_x".to_owned(), row, problem });
    }
    if rows < 4 {
        return Err(Error::TooFew { what: "customers", have: rows, need: 4 });
    }
    let repeaters = histories.x.iter().filter(|&&x| x > 0.0).count();
    if repeaters < 2 {
        return Err(Error::TooFew { what: "customers who bought again", have: repeaters, need: 2 });
    }
    Ok(())
}
