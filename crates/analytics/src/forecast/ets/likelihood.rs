//! One pass through the series, and the way back that collects the gradient (reverse accumulation): two passes give
//! all derivatives, however many seasonal start values there are.

use super::{ErrorKind, Form, SeasonKind};

/// Paces and start values; also used for derivatives by them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Parameters {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub phi: f64,
    pub level: f64,
    pub trend: f64,
    pub season: Vec<f64>,
}

/// What each step leaves behind for the way back.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    level: f64,
    trend: f64,
    season: f64,
    /// The damped trend before the step, and level with it.
    grown: f64,
    along: f64,
    forecast: f64,
    error: f64,
}

/// Room for the passes, used again by every call.
pub(super) struct Passes<'a> {
    form: Form,
    series: &'a [f64],
    steps: Vec<Step>,
    season: Vec<f64>,
    pub last_level: f64,
    pub last_trend: f64,
    /// Sum of squared errors, relative ones when they multiply.
    pub sse: f64,
}

impl<'a> Passes<'a> {
    pub fn new(form: Form, series: &'a [f64]) -> Passes<'a> {
        let steps = vec![Step::default(); series.len()];
        Passes { form, series, steps, season: Vec::new(), last_level: 0.0, last_trend: 0.0, sse: 0.0 }
    }

    /// Seasons of the values after the last, in order.
    pub fn last_season(&self) -> Vec<f64> {
        let mut season = self.season.clone();
        let place = self.series.len() % season.len().max(1);
        season.rotate_left(place);
        season
    }

    /// Sum of squared errors in the unit of the series.
    pub fn plain_sse(&self) -> f64 {
        self.steps.iter().zip(self.series).map(|(step, y)| (y - step.forecast).powi(2)).sum()
    }

    /// −2 ln L without its constant: n ln Σe² + 2 Σ ln |forecast|. Infinite where a multiplicative form breaks down.
    pub fn forward(&mut self, at: &Parameters) -> f64 {
        match self.form.season {
            SeasonKind::None if self.form.trend.multiplies() => self.run::<0, true>(at),
            SeasonKind::None => self.run::<0, false>(at),
            SeasonKind::Additive => self.run::<1, false>(at),
            SeasonKind::Multiplicative if self.form.trend.multiplies() => self.run::<2, true>(at),
            SeasonKind::Multiplicative => self.run::<2, false>(at),
        }
    }

    fn run<const SEASON: u8, const FACTOR: bool>(&mut self, at: &Parameters) -> f64 {
        let relative = self.form.error == ErrorKind::Multiplicative;
        let (mut level, mut trend, mut sse) = (at.level, at.trend, 0.0);
        let mut scale = LogSum::default();
        self.season.clear();
        self.season.extend_from_slice(&at.season);
        let mut place = 0;
        for (step, &y) in self.steps.iter_mut().zip(self.series) {
            let grown = if FACTOR { trend.powf(at.phi) } else { at.phi * trend };
            let along = if FACTOR { level * grown } else { level + grown };
            let season = if SEASON == 0 { 0.0 } else { self.season[place] };
            let forecast = match SEASON {
                0 => along,
                1 => along + season,
                _ => along * season,
            };
            let plain = y - forecast;
            let error = if relative { plain / forecast } else { plain };
            if relative && (forecast <= 0.0 || along <= 0.0 || FACTOR && !(level > 0.0 && trend > 0.0)) {
                return f64::INFINITY;
            }
            *step = Step { level, trend, season, grown, along, forecast, error };
            sse += error * error;
            if relative {
                scale.add(forecast);
            }
            let gap = if SEASON == 2 { y / season - along } else { plain };
            trend = grown + at.beta * if FACTOR { gap / level } else { gap };
            level = along + at.alpha * gap;
            if SEASON != 0 {
                let seasonal = if SEASON == 2 { y / along - season } else { plain };
                self.season[place] = season + at.gamma * seasonal;
                place = if place + 1 == self.season.len() { 0 } else { place + 1 };
            }
        }
        (self.last_level, self.last_trend, self.sse) = (level, trend, sse);
        self.series.len() as f64 * sse.ln() + 2.0 * scale.total()
    }

    /// Derivatives of the last [`Passes::forward`] by each parameter.
    pub fn backward(&mut self, at: &Parameters, by: &mut Parameters) {
        match self.form.season {
            SeasonKind::None if self.form.trend.multiplies() => self.run_back::<0, true>(at, by),
            SeasonKind::None => self.run_back::<0, false>(at, by),
            SeasonKind::Additive => self.run_back::<1, false>(at, by),
            SeasonKind::Multiplicative if self.form.trend.multiplies() => self.run_back::<2, true>(at, by),
            SeasonKind::Multiplicative => self.run_back::<2, false>(at, by),
        }
    }

    fn run_back<const SEASON: u8, const FACTOR: bool>(&mut self, at: &Parameters, by: &mut Parameters) {
        let relative = self.form.error == ErrorKind::Multiplicative;
        let weight = 2.0 * self.series.len() as f64 / self.sse;
        let (mut by_level, mut by_trend) = (0.0, 0.0);
        (by.alpha, by.beta, by.gamma, by.phi) = (0.0, 0.0, 0.0, 0.0);
        by.season.clear();
        by.season.resize(at.season.len(), 0.0);
        let mut place = self.series.len() % at.season.len().max(1);
        for (step, &y) in self.steps.iter().zip(self.series).rev() {
            let Step { level, trend, season, grown, along, forecast, error } = *step;
            let by_error = weight * error;
            let by_forecast = if relative { (2.0 - by_error * (1.0 + error)) / forecast } else { -by_error };
            let gap = if SEASON == 2 { y / season - along } else { y - forecast };
            let over_level = if FACTOR { 1.0 / level } else { 1.0 };
            let by_gap = at.alpha * by_level + at.beta * by_trend * over_level;
            by.alpha += by_level * gap;
            by.beta += by_trend * gap * over_level;
            let mut by_along = by_level - by_gap;
            if SEASON == 0 {
                by_along += by_forecast;
            } else {
                place = if place == 0 { by.season.len() - 1 } else { place - 1 };
                let mut by_season = by.season[place];
                let by_seasonal = at.gamma * by_season;
                by_season -= by_seasonal;
                if SEASON == 1 {
                    by.gamma += by.season[place] * gap;
                    by_along += by_forecast - by_seasonal;
                    by_season += by_forecast - by_gap;
                } else {
                    let over_along = y / along;
                    by.gamma += by.season[place] * (over_along - season);
                    by_along += by_forecast * season - by_seasonal * over_along / along;
                    by_season += by_forecast * along - by_gap * (gap + along) / season;
                }
                by.season[place] = by_season;
            }
            if FACTOR {
                let by_grown = by_trend + by_along * level;
                by.phi += by_grown * grown * trend.ln();
                by_level = by_along * grown - by_trend * at.beta * gap * over_level * over_level;
                by_trend = by_grown * at.phi * grown / trend;
            } else {
                by.phi += (by_trend + by_along) * trend;
                by_level = by_along;
                by_trend = at.phi * (by_trend + by_along);
            }
        }
        (by.level, by.trend) = (by_level, by_trend);
    }
}

/// A sum of logarithms that takes one logarithm for many factors.
struct LogSum {
    product: f64,
    sum: f64,
}

impl Default for LogSum {
    fn default() -> LogSum {
        LogSum { product: 1.0, sum: 0.0 }
    }
}

impl LogSum {
    fn add(&mut self, factor: f64) {
        self.product *= factor;
        if !(1e-100..1e100).contains(&self.product) {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
    }

    fn total(&self) -> f64 {
        self.sum + self.product.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::super::TrendKind;
    use super::*;

    #[test]
    fn the_way_back_gives_the_derivatives() {
        let series = [10.0, 14.0, 9.0, 12.0, 17.0, 10.0, 14.0, 19.0, 11.5, 15.0];
        let factors = ["MMN", "MMdN", "MMM", "MMdM"].map(|name| {
            let trend =
                if name.contains('d') { TrendKind::MultiplicativeDamped } else { TrendKind::Multiplicative };
            let season = if name.ends_with('N') { SeasonKind::None } else { SeasonKind::Multiplicative };
            Form { error: ErrorKind::Multiplicative, trend, season }
        });
        for form in Form::all().into_iter().chain(factors) {
            let trend = if form.trend.multiplies() { 1.03 } else { 0.5 };
            let season = match form.season {
                SeasonKind::None => vec![],
                SeasonKind::Additive => vec![-1.0, 3.0, -2.0],
                SeasonKind::Multiplicative => vec![0.9, 1.25, 0.85],
            };
            let at = Parameters { alpha: 0.3, beta: 0.1, gamma: 0.2, phi: 0.9, level: 10.0, trend, season };
            let mut by = Parameters::default();
            let mut passes = Passes::new(form, &series);
            passes.forward(&at);
            passes.backward(&at, &mut by);
            let check = |name: &str, derivative: f64, change: &dyn Fn(&mut Parameters, f64)| {
                let value = |h: f64| {
                    let mut moved = at.clone();
                    change(&mut moved, h);
                    Passes::new(form, &series).forward(&moved)
                };
                let difference = (value(1e-5) - value(-1e-5)) / 2e-5;
                assert!(
                    (difference - derivative).abs() < 1e-5,
                    "{} {name}: {derivative}, {difference}",
                    form.name()
                );
            };
            check("alpha", by.alpha, &|p, h| p.alpha += h);
            check("beta", by.beta, &|p, h| p.beta += h);
            check("phi", by.phi, &|p, h| p.phi += h);
            check("level", by.level, &|p, h| p.level += h);
            check("trend", by.trend, &|p, h| p.trend += h);
            if form.season != SeasonKind::None {
                check("gamma", by.gamma, &|p, h| p.gamma += h);
                check("season", by.season[1], &|p, h| p.season[1] += h);
            }
        }
    }
}
