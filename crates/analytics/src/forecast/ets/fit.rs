//! Maximum likelihood over paces and start values, by L-BFGS with the gradient of the pass back.
//!
//! The paces keep to the usual region (0 < β < α < 1, γ < 1 − α, 0.8 ≤ φ ≤ 0.98) by a logistic curve each. The
//! likelihood has several tops, so the search tries several starts and follows the best few to their ends.

use super::lanes::{LANES, Lanes};
use super::likelihood::{Parameters, Passes};
use super::start::start_parameters;
use super::{Ets, EtsFit, Form, SeasonKind, State, TrendKind};
use crate::optimise::{Descent, FREE, Found, Limits};
use crate::{Error, Part, Progress, check_values, sample};

const LEAST: f64 = 1e-4;
const MOST: f64 = 1.0 - 1e-4;
/// The bounds of φ, as in R.
pub(in crate::forecast) const DAMPING: (f64, f64) = (0.8, 0.98);

/// A climb from each start, and how many of the highest go on to their ends. Of 889 fits of 19 forms to 61 series one ends
/// 0.1 of ln L below the best from ninety starts.
const SHORT: Limits = Limits { steps: 100, tolerance: 1e-5 };
const LONG: Limits = Limits { steps: 1000, tolerance: 1e-12 };
const FOLLOWED: usize = 5;

/// First guesses for α, β/α, γ/(1−α) and the place of φ in its range.
const STARTS: [[f64; 4]; 11] = [
    [0.1, 0.1, 0.05, 0.9],
    [0.5, 0.05, 0.05, 0.9],
    [0.3, 0.02, 0.5, 0.9],
    [0.85, 0.4, 0.1, 0.9],
    [0.75, 0.9, 0.01, 0.1],
    [0.2, 0.5, 0.2, 0.3],
    [0.97, 0.1, 0.01, 0.7],
    [0.6, 0.6, 0.6, 0.5],
    [0.1, 0.97, 0.85, 0.03],
    [0.02, 0.02, 0.3, 0.97],
    [0.75, 0.97, 0.3, 0.97],
];

/// Fits one form to a series of equal steps with `period` values a season.
///
/// # Errors
/// [`Error::TooFew`] when there are fewer values than parameters and five more, or than two seasons;
/// [`Error::Value`] for values that are no numbers, or not above zero where errors multiply; [`Error::Constant`];
/// [`Error::Parameter`] for a form without finite variance; [`Error::NotConverged`]; [`Error::Stopped`].
pub fn fit_ets(series: &[f64], period: usize, form: Form, progress: &dyn Progress) -> Result<EtsFit, Error> {
    let period = if form.season == SeasonKind::None { 1 } else { period };
    check_series(series, period, form)?;
    let scale = sample::mean(&series.iter().map(|y| y.abs()).collect::<Vec<_>>());
    let scaled: Vec<f64> = series.iter().map(|y| y / scale).collect();
    let mut search = Search::new(form, &scaled, period);
    let found = search.best(progress)?;
    if !found.value.is_finite() {
        return Err(Error::NotConverged { model: "ETS", steps: found.steps });
    }
    Ok(search.finish(&found, scale))
}

fn check_series(series: &[f64], period: usize, form: Form) -> Result<(), Error> {
    if !form.is_stable() {
        let problem = "has no finite variance: a season or trend multiplies, not so the errors or the season";
        return Err(Error::Parameter { name: "the form", problem });
    }
    if form.season != SeasonKind::None && period < 2 {
        return Err(Error::Parameter { name: "the period", problem: "must be at least 2 for a season" });
    }
    let need = (form.parameters(period) + 5).max(2 * period);
    if series.len() < need {
        return Err(Error::TooFew { what: "values", have: series.len(), need });
    }
    check_values("the series", series, "is not a number", f64::is_finite)?;
    if form.needs_positive() {
        check_values("the series", series, "must be above zero where errors multiply", |y| y > 0.0)?;
    }
    if series.iter().all(|&y| y == series[0]) {
        return Err(Error::Constant { column: "the series".to_owned() });
    }
    Ok(())
}

/// The likelihood over unbounded numbers.
struct Search<'a> {
    form: Form,
    passes: Passes<'a>,
    series: &'a [f64],
    period: usize,
    at: Parameters<Lanes>,
    by: Parameters<Lanes>,
}

impl<'a> Search<'a> {
    fn new(form: Form, series: &'a [f64], period: usize) -> Search<'a> {
        let passes = Passes::new(form, series);
        Search { form, passes, series, period, at: Parameters::default(), by: Parameters::default() }
    }

    fn has_trend(&self) -> bool {
        self.form.trend != TrendKind::None
    }

    /// In order: α, β, φ, γ as far as the form has them, level, trend, all seasons but the last.
    fn first_guess(&self, [alpha, beta, gamma, phi]: &[f64; 4]) -> Vec<f64> {
        let start = start_parameters(self.form, self.series, self.period);
        let mut guess = vec![logit(*alpha)];
        if self.has_trend() {
            guess.push(logit(*beta));
        }
        if self.form.trend.is_damped() {
            guess.push(logit(*phi));
        }
        if self.form.season != SeasonKind::None {
            guess.push(logit(*gamma));
        }
        guess.push(start.level);
        if self.has_trend() {
            guess.push(start.trend);
        }
        guess.extend_from_slice(&start.season[..start.season.len().saturating_sub(1)]);
        guess
    }

    /// Parameters from unbounded numbers, and what each pace has as its range and slope.
    fn read(&self, from: &[f64]) -> (Parameters, Slopes) {
        let mut next = from.iter().copied();
        let mut take = || next.next().unwrap_or(0.0);
        let (mut at, mut slopes) = (Parameters::default(), Slopes::default());
        let (share, slope) = logistic(take());
        at.alpha = LEAST + (MOST - LEAST) * share;
        slopes.alpha = (MOST - LEAST) * slope;
        if self.has_trend() {
            let (share, slope) = logistic(take());
            at.beta = LEAST + (at.alpha - LEAST) * share;
            at.phi = 1.0;
            (slopes.beta, slopes.beta_by_alpha) = ((at.alpha - LEAST) * slope, share);
        }
        if self.form.trend.is_damped() {
            let (share, slope) = logistic(take());
            at.phi = DAMPING.0 + (DAMPING.1 - DAMPING.0) * share;
            slopes.phi = (DAMPING.1 - DAMPING.0) * slope;
        }
        if self.form.season != SeasonKind::None {
            let (share, slope) = logistic(take());
            let range = (1.0 - at.alpha - LEAST).max(0.0);
            at.gamma = LEAST + range * share;
            (slopes.gamma, slopes.gamma_by_alpha) = (range * slope, -share);
        }
        at.level = take();
        at.trend = if self.form.trend == TrendKind::None { 0.0 } else { take() };
        if self.form.season != SeasonKind::None {
            at.season.extend((1..self.period).map(|_| take()));
            let whole = if self.form.season == SeasonKind::Multiplicative { self.period as f64 } else { 0.0 };
            at.season.push(whole - at.season.iter().sum::<f64>());
        }
        (at, slopes)
    }

    /// The highest top: of short climbs from every start the best few, each followed to its end. Climbs that stand at one
    /// height are taken for the same.
    fn best(&mut self, progress: &dyn Progress) -> Result<Found, Error> {
        let start = |paces| Descent::new(&self.first_guess(paces), FREE, SHORT);
        let mut climbs: Vec<Descent> = STARTS.iter().map(start).collect();
        self.climb(&mut climbs, &Part { whole: progress, from: 0.0, to: 0.5 })?;
        climbs.sort_by(|a, b| a.value().total_cmp(&b.value()));
        climbs.dedup_by(|next, kept| next.value() - kept.value() < 1e-3);
        climbs.truncate(FOLLOWED);
        climbs.iter_mut().for_each(|climb| climb.go_on(LONG));
        self.climb(&mut climbs, &Part { whole: progress, from: 0.5, to: 1.0 })?;
        climbs
            .into_iter()
            .min_by(|a, b| a.value().total_cmp(&b.value()))
            .map(Descent::found)
            .ok_or(Error::Empty)
    }

    /// Brings climbs to their limits, some of them side by side.
    fn climb(&mut self, climbs: &mut [Descent], progress: &dyn Progress) -> Result<(), Error> {
        let mut gradient = Vec::new();
        loop {
            progress.at(climbs.iter().map(Descent::share).sum::<f64>() / climbs.len() as f64)?;
            let mut asking: Vec<&mut Descent> =
                climbs.iter_mut().filter(|climb| climb.asks().is_some()).collect();
            if asking.is_empty() {
                return Ok(());
            }
            asking.truncate(LANES);
            let slopes: Vec<Slopes> =
                asking.iter().enumerate().map(|(lane, climb)| self.put(lane, climb)).collect();
            let values = self.passes.forward(&self.at);
            self.passes.backward(&self.at, &mut self.by);
            for (lane, (climb, slopes)) in asking.into_iter().zip(slopes).enumerate() {
                gradient.clear();
                self.give(lane, &slopes, &mut gradient);
                climb.hears(self.value(lane, values[lane]), &gradient);
            }
        }
    }

    fn put(&mut self, lane: usize, climb: &Descent) -> Slopes {
        let (at, slopes) = self.read(climb.asks().unwrap_or_default());
        self.at.set(lane, &at);
        slopes
    }

    /// −2 ln L, infinite where the parameters are none.
    fn value(&self, lane: usize, value: f64) -> f64 {
        let multiplies = self.form.season == SeasonKind::Multiplicative;
        let is_none = multiplies && self.at.season.iter().any(|season| season.0[lane] <= 0.0);
        if is_none || !value.is_finite() { f64::INFINITY } else { value }
    }

    /// The gradient of −2 ln L by the unbounded numbers.
    fn give(&self, lane: usize, slopes: &Slopes, gradient: &mut Vec<f64>) {
        let by = &self.by;
        let [alpha, beta, gamma, phi, level, trend] =
            [by.alpha, by.beta, by.gamma, by.phi, by.level, by.trend].map(|number| number.0[lane]);
        let through = beta * slopes.beta_by_alpha + gamma * slopes.gamma_by_alpha;
        gradient.push((alpha + through) * slopes.alpha);
        if self.has_trend() {
            gradient.push(beta * slopes.beta);
        }
        if self.form.trend.is_damped() {
            gradient.push(phi * slopes.phi);
        }
        if self.form.season != SeasonKind::None {
            gradient.push(gamma * slopes.gamma);
        }
        gradient.push(level);
        if self.has_trend() {
            gradient.push(trend);
        }
        if let Some((last, others)) = by.season.split_last() {
            gradient.extend(others.iter().map(|season| season.0[lane] - last.0[lane]));
        }
    }

    /// The model in the unit of the series, with its criteria.
    fn finish(&mut self, found: &Found, scale: f64) -> EtsFit {
        let (at, _) = self.read(&found.at);
        (0..LANES).for_each(|lane| self.at.set(lane, &at));
        let [value, ..] = self.passes.forward(&self.at);
        let end = self.passes.end(0);
        let n = self.series.len() as f64;
        let parameters = self.form.parameters(self.period);
        let k = parameters as f64;
        let log_likelihood = -0.5 * value - n * scale.ln();
        let aic = 2.0 * k - 2.0 * log_likelihood;
        let Parameters { alpha, beta, gamma, phi, level, trend, ref season } = at;
        let unit = |values: &[f64]| match self.form.season {
            SeasonKind::Additive => values.iter().map(|s| s * scale).collect(),
            _ => values.to_vec(),
        };
        let of_trend = if self.form.trend.multiplies() { 1.0 } else { scale };
        let last = State { level: end.level * scale, trend: end.trend * of_trend, season: unit(&end.season) };
        let relative = self.form.needs_positive();
        let model = Ets {
            form: self.form,
            period: self.period,
            alpha,
            beta,
            gamma,
            phi,
            first: State { level: level * scale, trend: trend * of_trend, season: unit(season) },
            last,
            sigma2: end.sse * if relative { 1.0 } else { scale * scale } / (n - (k - 1.0)),
        };
        EtsFit {
            model,
            log_likelihood,
            aic,
            aicc: aic + 2.0 * k * (k + 1.0) / (n - k - 1.0),
            bic: k * n.ln() - 2.0 * log_likelihood,
            mse: end.plain_sse * scale * scale / n,
            parameters,
            steps: found.steps,
        }
    }
}

/// Derivatives of the paces by the numbers they are read from, and of β and γ by α.
#[derive(Default)]
struct Slopes {
    alpha: f64,
    beta: f64,
    beta_by_alpha: f64,
    phi: f64,
    gamma: f64,
    gamma_by_alpha: f64,
}

/// 1 / (1 + e^−u) and its slope.
fn logistic(u: f64) -> (f64, f64) {
    let share = 1.0 / (1.0 + (-u).exp());
    (share, share * (1.0 - share))
}

fn logit(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}
