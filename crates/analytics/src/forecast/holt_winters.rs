//! Holt–Winters smoothing: level, trend and season, each following the series at its own pace.
//!
//! Holt (1957), Winters (1960); start values and squared errors as in R's `HoltWinters`: a straight line through the
//! moving average of the first two seasons, and the mean distance from that average by season. A damped trend (Gardner and
//! McKenzie 1985) starts from the same values.

use super::ets::DAMPING;
use super::{Forecast, SeasonKind, TrendKind};
use crate::optimise::{Found, Limits, nelder_mead};
use crate::{Error, Part, Progress, check_values};

/// How fast each part follows the series, from 0 (never) to 1 (at once).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    pub alpha: f64,
    /// `None` without a trend.
    pub beta: Option<f64>,
    /// `None` without a season.
    pub gamma: Option<f64>,
    /// What is left of the trend at each step; `None` for all of it.
    pub phi: Option<f64>,
}

impl Smoothing {
    /// How many times the trend has been added `steps` ahead: φ + φ² + … + φ^steps.
    fn trends(&self, steps: usize) -> f64 {
        match self.phi {
            Some(phi) if phi < 1.0 => phi * (1.0 - phi.powf(steps as f64)) / (1.0 - phi),
            _ => steps as f64,
        }
    }
}

/// What the smoothing starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct StartValues {
    pub level: f64,
    pub trend: f64,
    /// One per position in the period, the position of the first value first.
    pub season: Vec<f64>,
    /// The first value (from 0) that is predicted.
    pub first: usize,
}

/// The state after the last value, from which forecasts go on.
#[derive(Debug, Clone, PartialEq)]
pub struct HoltWinters {
    pub smoothing: Smoothing,
    pub season_kind: SeasonKind,
    pub level: f64,
    pub trend: f64,
    /// Season of the next steps ahead, in order; empty without a season.
    pub season: Vec<f64>,
}

/// A smoothed series.
#[derive(Debug, Clone, PartialEq)]
pub struct HoltWintersFit {
    pub model: HoltWinters,
    pub start: StartValues,
    /// Sum of squared one-step errors.
    pub sse: f64,
    /// Number of those errors.
    pub errors: usize,
}

impl HoltWinters {
    /// Expected values of the next `steps`.
    pub fn forecast(&self, steps: usize) -> Vec<f64> {
        let season = |h: usize| self.season.get(h % self.season.len().max(1)).copied();
        let along = |h: usize| self.level + self.smoothing.trends(h + 1) * self.trend;
        (0..steps)
            .map(|h| match (self.season_kind, season(h)) {
                (SeasonKind::Additive, Some(s)) => along(h) + s,
                (SeasonKind::Multiplicative, Some(s)) => along(h) * s,
                _ => along(h),
            })
            .collect()
    }
}

impl HoltWintersFit {
    /// Forecasts with normal bounds; exact for an additive season (Yar and Chatfield 1990), and with each error in
    /// proportion to the season for a multiplicative one.
    pub fn forecast(&self, steps: usize, level: f64) -> Forecast {
        let mean = self.model.forecast(steps);
        let m = self.model.season.len();
        let Smoothing { alpha, beta, gamma, .. } = self.model.smoothing;
        let (beta, gamma) = (beta.unwrap_or(0.0), gamma.unwrap_or(0.0));
        let sigma2 = self.sse / self.errors as f64;
        let mut sum = 1.0;
        let mut variance = Vec::with_capacity(steps);
        for h in 1..=steps {
            let factor = match self.model.season_kind {
                SeasonKind::Multiplicative if m > 0 => self.model.season[(h - 1) % m].powi(2),
                _ => 1.0,
            };
            variance.push(sigma2 * sum * factor);
            let seasonal = if m > 0 && h % m == 0 { gamma * (1.0 - alpha) } else { 0.0 };
            sum += (alpha * (1.0 + self.model.smoothing.trends(h) * beta) + seasonal).powi(2);
        }
        Forecast::normal(mean, variance, level)
    }
}

/// Smooths a series of equal steps.
///
/// `season_kind` and `period` (values a season) say what season there is; `smoothing` fixes the paces, else they are
/// chosen to make the squared one-step errors smallest, with a trend that is added, damped (φ from 0.8 to 0.98, as in ETS)
/// or none.
///
/// # Errors
/// [`Error::TooFew`] with fewer than two seasons and a value (three values without a season), [`Error::Value`] (a
/// multiplicative season needs values above zero), [`Error::Parameter`] for paces outside 0 to 1 and for a trend that
/// multiplies, [`Error::Stopped`].
pub fn fit_holt_winters(
    series: &[f64],
    period: usize,
    season_kind: SeasonKind,
    trend: TrendKind,
    smoothing: Option<Smoothing>,
    progress: &dyn Progress,
) -> Result<HoltWintersFit, Error> {
    check_series(series, period, season_kind)?;
    if matches!(trend, TrendKind::Multiplicative | TrendKind::MultiplicativeDamped) {
        return Err(Error::Parameter { name: "the trend", problem: "of Holt-Winters can only be added" });
    }
    let start = start_values(series, period, season_kind, trend != TrendKind::None);
    let smoothing = match smoothing {
        Some(given) => check_smoothing(given)?,
        None => best_smoothing(series, &start, season_kind, trend, progress)?,
    };
    let (model, sse) = run(series, &start, season_kind, smoothing);
    Ok(HoltWintersFit { model, sse, errors: series.len() - start.first, start })
}

fn check_series(series: &[f64], period: usize, season_kind: SeasonKind) -> Result<(), Error> {
    check_values("the series", series, "is not a number", f64::is_finite)?;
    let seasonal = season_kind != SeasonKind::None;
    if seasonal && period < 2 {
        return Err(Error::Parameter { name: "the period", problem: "must be at least 2 for a season" });
    }
    if season_kind == SeasonKind::Multiplicative {
        check_values("the series", series, "must be above zero for a multiplicative season", |y| y > 0.0)?;
    }
    let need = if seasonal { 2 * period + 1 } else { 3 };
    if series.len() < need {
        return Err(Error::TooFew { what: "values", have: series.len(), need });
    }
    Ok(())
}

fn check_smoothing(given: Smoothing) -> Result<Smoothing, Error> {
    let paces = [Some(given.alpha), given.beta, given.gamma, given.phi];
    if paces.into_iter().flatten().all(|pace| (0.0..=1.0).contains(&pace)) {
        return Ok(given);
    }
    Err(Error::Parameter { name: "alpha, beta, gamma and phi", problem: "must be from 0 to 1" })
}

fn start_values(series: &[f64], period: usize, season_kind: SeasonKind, with_trend: bool) -> StartValues {
    if season_kind == SeasonKind::None {
        return match with_trend {
            true => StartValues { level: series[1], trend: series[1] - series[0], season: vec![], first: 2 },
            false => StartValues { level: series[0], trend: 0.0, season: vec![], first: 1 },
        };
    }
    let first_two = &series[..2 * period];
    let average = moving_average(first_two, period);
    let figure = seasonal_figure(first_two, &average, period, season_kind);
    let known: Vec<f64> = average.into_iter().flatten().collect();
    let (level, trend) = if with_trend { line(&known) } else { (known[0], 0.0) };
    StartValues { level, trend, season: figure, first: period }
}

/// Centred moving average over a period, both ends half for an even one; `None` where it would stick out.
pub(super) fn moving_average(series: &[f64], period: usize) -> Vec<Option<f64>> {
    let half = period / 2;
    let at = |i: usize| {
        let window = series.get(i.checked_sub(half)?..=i + half)?;
        let ends = if period.is_multiple_of(2) { 0.5 * (window[0] + window[2 * half]) } else { 0.0 };
        let sum: f64 =
            if period.is_multiple_of(2) { window[1..2 * half].iter().sum() } else { window.iter().sum() };
        Some((sum + ends) / period as f64)
    };
    (0..series.len()).map(at).collect()
}

/// The mean distance (or ratio) to the moving average by position in the period, centred on 0 (or 1).
pub(super) fn seasonal_figure(
    series: &[f64],
    average: &[Option<f64>],
    period: usize,
    season_kind: SeasonKind,
) -> Vec<f64> {
    let multiplicative = season_kind == SeasonKind::Multiplicative;
    let mean_at = |position: usize| {
        let found: Vec<f64> = (position..series.len())
            .step_by(period)
            .filter_map(|i| average[i].map(|a| if multiplicative { series[i] / a } else { series[i] - a }))
            .collect();
        crate::sample::mean(&found)
    };
    let mut figure: Vec<f64> = (0..period).map(mean_at).collect();
    let mean = crate::sample::mean(&figure);
    figure.iter_mut().for_each(|f| *f = if multiplicative { *f / mean } else { *f - mean });
    figure
}

/// Least squares line through values at 1, 2, …: value at 0, and slope.
pub(super) fn line(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let middle = 0.5 * (n + 1.0);
    let mean = crate::sample::mean(values);
    let spread = n * (n * n - 1.0) / 12.0;
    let slope =
        values.iter().enumerate().map(|(i, v)| (i as f64 + 1.0 - middle) * (v - mean)).sum::<f64>() / spread;
    (mean - slope * middle, slope)
}

fn best_smoothing(
    series: &[f64],
    start: &StartValues,
    season_kind: SeasonKind,
    trend: TrendKind,
    progress: &dyn Progress,
) -> Result<Smoothing, Error> {
    let wanted =
        [true, trend != TrendKind::None, season_kind != SeasonKind::None, trend == TrendKind::Damped];
    let starts =
        [[0.3, 0.1, 0.1, 0.9], [0.2, 0.05, 0.9, 0.95], [0.8, 0.3, 0.3, 0.9], [0.9, 0.05, 0.05, 0.85]];
    let mut best: Option<Found> = None;
    for (done, from) in starts.iter().enumerate() {
        let share = |done: usize| done as f64 / starts.len() as f64;
        let part = Part { whole: progress, from: share(done), to: share(done + 1) };
        let from: Vec<f64> =
            from.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(pace, _)| *pace).collect();
        let sse = |at: &[f64]| {
            let (smoothing, outside) = read(at, wanted);
            run(series, start, season_kind, smoothing).1 * (1.0 + outside)
        };
        let found = search(sse, &from, &part)?;
        if best.as_ref().is_none_or(|best| found.value < best.value) {
            best = Some(found);
        }
    }
    best.map(|found| read(&found.at, wanted).0).ok_or(Error::NotConverged { model: "Holt-Winters", steps: 0 })
}

/// The least of a function that a simplex finds. One that has collapsed at a bound is spread out again from where it ended,
/// until that leads no lower.
fn search(sse: impl Fn(&[f64]) -> f64, from: &[f64], progress: &dyn Progress) -> Result<Found, Error> {
    let limits = Limits { steps: 400, tolerance: 1e-12 };
    let mut best = nelder_mead(&sse, from, 0.15, limits, progress)?;
    for step in [0.1, -0.1, 0.02, -0.02] {
        let again = nelder_mead(&sse, &best.at, step, limits, progress)?;
        if again.value < best.value {
            best = again;
        }
    }
    Ok(best)
}

/// The wanted ones of α, β, γ and φ, brought within their bounds, and how far they lay outside: a slope that leads the
/// search back.
fn read(at: &[f64], wanted: [bool; 4]) -> (Smoothing, f64) {
    let (mut at, mut outside) = (at.iter(), 0.0);
    let mut next = |wanted: bool, least: f64, most: f64| {
        let pace = wanted.then(|| at.next()).flatten().copied()?;
        outside += (pace - pace.clamp(least, most)).abs();
        Some(pace.clamp(least, most))
    };
    let smoothing = Smoothing {
        alpha: next(wanted[0], 0.0, 1.0).unwrap_or(0.0),
        beta: next(wanted[1], 0.0, 1.0),
        gamma: next(wanted[2], 0.0, 1.0),
        phi: next(wanted[3], DAMPING.0, DAMPING.1),
    };
    (smoothing, outside)
}

/// The state after the series, and the sum of squared one-step errors.
fn run(
    series: &[f64],
    start: &StartValues,
    season_kind: SeasonKind,
    smoothing: Smoothing,
) -> (HoltWinters, f64) {
    let (alpha, beta, gamma) =
        (smoothing.alpha, smoothing.beta.unwrap_or(0.0), smoothing.gamma.unwrap_or(0.0));
    let phi = smoothing.phi.unwrap_or(1.0);
    let (mut level, mut trend, mut sse) = (start.level, start.trend, 0.0);
    let mut season = start.season.clone();
    let mut place = 0;
    for &y in &series[start.first..] {
        let along = level + phi * trend;
        let (error, adjusted) = match season_kind {
            SeasonKind::None => (y - along, y),
            SeasonKind::Additive => (y - along - season[place], y - season[place]),
            SeasonKind::Multiplicative => (y - along * season[place], y / season[place]),
        };
        sse += error * error;
        let before = level;
        level = alpha * adjusted + (1.0 - alpha) * along;
        trend = beta * (level - before) + (1.0 - beta) * phi * trend;
        if season_kind != SeasonKind::None {
            let now = if season_kind == SeasonKind::Additive { y - level } else { y / level };
            season[place] = gamma * now + (1.0 - gamma) * season[place];
            place = (place + 1) % season.len();
        }
    }
    season.rotate_left(place);
    (
        HoltWinters { smoothing, season_kind, level, trend, season },
        if sse.is_finite() { sse } else { f64::INFINITY },
    )
}
