//! The form with the smallest AICc, AIC or BIC.

use super::{EtsFit, Form, SeasonKind, TrendKind, fit_ets};
use crate::{Error, Part, Progress, check_values};

/// Forms whose AICc differs by less are equally good: far below the 2 from which Burnham and Anderson (2002) see a
/// difference at all, and about what a likelihood with several tops is known to.
const NEAR: f64 = 0.5;

/// The chosen fit, and all that were tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    pub best: EtsFit,
    /// Every form that could be fitted, the best first.
    pub candidates: Vec<Candidate>,
}

/// What is to be smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Criterion {
    /// Akaike's, corrected for short series (Hurvich and Tsai 1989).
    #[default]
    Aicc,
    /// Akaike's (1974).
    Aic,
    /// Schwarz's (1978), which likes fewer parameters.
    Bic,
}

impl Criterion {
    fn of(self, fit: &EtsFit) -> f64 {
        match self {
            Criterion::Aicc => fit.aicc,
            Criterion::Aic => fit.aic,
            Criterion::Bic => fit.bic,
        }
    }
}

/// A form that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub form: Form,
    /// AICc, or the criterion that was asked for.
    pub criterion: f64,
}

/// Fits every form that the series can carry and takes the one with the smallest criterion; where a damped trend is as good
/// as an undamped one, the damped, which errs less far ahead (Gardner and McKenzie 1985).
///
/// Forms that multiply are tried only when all values are above zero, seasonal ones when `period` is above 1 and there
/// are enough values.
///
/// # Errors
/// What [`fit_ets`] says of the simplest form, when none can be fitted; [`Error::Stopped`].
pub fn select_ets(
    series: &[f64],
    period: usize,
    criterion: Criterion,
    progress: &dyn Progress,
) -> Result<Selection, Error> {
    check_values("the series", series, "is not a number", f64::is_finite)?;
    let positive = series.iter().all(|&y| y > 0.0);
    let forms: Vec<Form> = Form::all()
        .into_iter()
        .filter(|form| positive || !form.needs_positive())
        .filter(|form| period > 1 || form.season == SeasonKind::None)
        .collect();
    let mut fits: Vec<EtsFit> = Vec::new();
    let mut refusal = Error::Empty;
    for (done, &form) in forms.iter().enumerate() {
        let share = |done: usize| done as f64 / forms.len() as f64;
        let part = Part { whole: progress, from: share(done), to: share(done + 1) };
        match fit_ets(series, period, form, &part) {
            Ok(fit) => fits.push(fit),
            Err(Error::Stopped) => return Err(Error::Stopped),
            Err(error) if done == 0 => refusal = error,
            Err(_) => {}
        }
    }
    fits.sort_by(|a, b| criterion.of(a).total_cmp(&criterion.of(b)));
    let candidates: Vec<Candidate> =
        fits.iter().map(|fit| Candidate { form: fit.model.form, criterion: criterion.of(fit) }).collect();
    let best = if fits.is_empty() { return Err(refusal) } else { fits.swap_remove(choose(&candidates)) };
    Ok(Selection { best, candidates })
}

/// The place of the form to take among candidates sorted by the criterion.
fn choose(candidates: &[Candidate]) -> usize {
    let least = candidates[0];
    let as_good = |c: &Candidate| c.form.trend == TrendKind::Damped && c.criterion < least.criterion + NEAR;
    match least.form.trend {
        TrendKind::Additive => candidates.iter().position(as_good).unwrap_or(0),
        _ => 0,
    }
}
