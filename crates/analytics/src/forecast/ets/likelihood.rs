//! One pass through the series, and the way back that collects the gradient (reverse accumulation): two passes give
//! all derivatives, however many seasonal start values there are. Each lane is a pass of its own.

use super::lanes::{LANES, Lanes};
use super::{ErrorKind, Form, SeasonKind};

/// Paces and start values; also used for derivatives by them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Parameters<Number = f64> {
    pub alpha: Number,
    pub beta: Number,
    pub gamma: Number,
    pub phi: Number,
    pub level: Number,
    pub trend: Number,
    pub season: Vec<Number>,
}

impl Parameters<Lanes> {
    /// Puts parameters into one lane.
    pub fn set(&mut self, lane: usize, of: &Parameters) {
        self.alpha.0[lane] = of.alpha;
        self.beta.0[lane] = of.beta;
        self.gamma.0[lane] = of.gamma;
        self.phi.0[lane] = of.phi;
        self.level.0[lane] = of.level;
        self.trend.0[lane] = of.trend;
        self.season.resize(of.season.len(), Lanes::default());
        self.season.iter_mut().zip(&of.season).for_each(|(all, one)| all.0[lane] = *one);
    }
}

/// What each step leaves behind for the way back.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    level: Lanes,
    trend: Lanes,
    season: Lanes,
    /// The damped trend before the step.
    grown: Lanes,
    error: Lanes,
}

impl Step {
    /// The level with its trend, and the forecast.
    #[inline(always)]
    fn ahead<const SEASON: u8, const FACTOR: bool>(&self) -> (Lanes, Lanes) {
        let along = if FACTOR { self.level * self.grown } else { self.level + self.grown };
        let forecast = match SEASON {
            0 => along,
            1 => along + self.season,
            _ => along * self.season,
        };
        (along, forecast)
    }
}

/// Room for the passes, used again by every call.
pub(super) struct Passes<'a> {
    form: Form,
    series: &'a [f64],
    steps: Vec<Step>,
    season: Vec<Lanes>,
    last_level: Lanes,
    last_trend: Lanes,
    /// Sum of squared errors, relative ones when they multiply.
    sse: Lanes,
}

/// Where one lane came to.
pub(super) struct End {
    pub level: f64,
    pub trend: f64,
    /// Seasons of the values after the last, in order.
    pub season: Vec<f64>,
    /// Sum of squared errors, relative ones when they multiply, and in the unit of the series.
    pub sse: f64,
    pub plain_sse: f64,
}

impl<'a> Passes<'a> {
    pub fn new(form: Form, series: &'a [f64]) -> Passes<'a> {
        let steps = vec![Step::default(); series.len()];
        let nothing = Lanes::default();
        Passes {
            form,
            series,
            steps,
            season: Vec::new(),
            last_level: nothing,
            last_trend: nothing,
            sse: nothing,
        }
    }

    /// Where the last [`Passes::forward`] came to.
    pub fn end(&self, lane: usize) -> End {
        let mut season: Vec<f64> = self.season.iter().map(|season| season.0[lane]).collect();
        let place = self.series.len() % season.len().max(1);
        season.rotate_left(place);
        let relative = self.form.error == ErrorKind::Multiplicative;
        // With errors e = (y − f) / f, y − f is y e / (1 + e).
        let plain = |(step, y): (&Step, &f64)| match relative {
            true => y * step.error.0[lane] / (1.0 + step.error.0[lane]),
            false => step.error.0[lane],
        };
        End {
            level: self.last_level.0[lane],
            trend: self.last_trend.0[lane],
            season,
            sse: self.sse.0[lane],
            plain_sse: self.steps.iter().zip(self.series).map(plain).map(|error| error * error).sum(),
        }
    }

    /// −2 ln L without its constant: n ln Σe² + 2 Σ ln |forecast|. Infinite where a multiplicative form breaks down.
    pub fn forward(&mut self, at: &Parameters<Lanes>) -> [f64; LANES] {
        match self.form.season {
            SeasonKind::None if self.form.trend.multiplies() => self.run::<0, true>(at),
            SeasonKind::None => self.run::<0, false>(at),
            SeasonKind::Additive => self.run::<1, false>(at),
            SeasonKind::Multiplicative if self.form.trend.multiplies() => self.run::<2, true>(at),
            SeasonKind::Multiplicative => self.run::<2, false>(at),
        }
    }

    fn run<const SEASON: u8, const FACTOR: bool>(&mut self, at: &Parameters<Lanes>) -> [f64; LANES] {
        let relative = self.form.error == ErrorKind::Multiplicative;
        let damped = self.form.trend.is_damped();
        let (mut level, mut trend, mut sse) = (at.level, at.trend, Lanes::default());
        let mut scale = LogSum::default();
        let mut broken = [false; LANES];
        self.season.clear();
        self.season.extend_from_slice(&at.season);
        let mut place = 0;
        for (step, &y) in self.steps.iter_mut().zip(self.series) {
            let y = Lanes::from(y);
            let grown = match FACTOR {
                true if damped => trend.with(at.phi, f64::powf),
                true => trend,
                false => at.phi * trend,
            };
            let season = if SEASON == 0 { Lanes::default() } else { self.season[place] };
            *step = Step { level, trend, season, grown, error: Lanes::default() };
            let (along, forecast) = step.ahead::<SEASON, FACTOR>();
            let plain = y - forecast;
            if relative {
                step.error = plain / forecast;
                for (lane, broken) in broken.iter_mut().enumerate() {
                    let low = |number: Lanes| number.0[lane] <= 0.0;
                    *broken |= low(forecast) || low(along) || FACTOR && (low(level) || low(trend));
                }
                scale.add(forecast);
            } else {
                step.error = plain;
            }
            sse += step.error * step.error;
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
        let logarithms = scale.total();
        std::array::from_fn(|lane| match broken[lane] {
            true => f64::INFINITY,
            false => self.series.len() as f64 * sse.0[lane].ln() + 2.0 * logarithms[lane],
        })
    }

    /// Derivatives of the last [`Passes::forward`] by each parameter.
    pub fn backward(&mut self, at: &Parameters<Lanes>, by: &mut Parameters<Lanes>) {
        match self.form.season {
            SeasonKind::None if self.form.trend.multiplies() => self.run_back::<0, true>(at, by),
            SeasonKind::None => self.run_back::<0, false>(at, by),
            SeasonKind::Additive => self.run_back::<1, false>(at, by),
            SeasonKind::Multiplicative if self.form.trend.multiplies() => self.run_back::<2, true>(at, by),
            SeasonKind::Multiplicative => self.run_back::<2, false>(at, by),
        }
    }

    fn run_back<const SEASON: u8, const FACTOR: bool>(
        &mut self,
        at: &Parameters<Lanes>,
        by: &mut Parameters<Lanes>,
    ) {
        let relative = self.form.error == ErrorKind::Multiplicative;
        let damped = self.form.trend.is_damped();
        let [nothing, one, two] = [0.0, 1.0, 2.0].map(Lanes::from);
        let weight = Lanes::from(2.0 * self.series.len() as f64) / self.sse;
        let (mut by_level, mut by_trend) = (nothing, nothing);
        (by.alpha, by.beta, by.gamma, by.phi) = (nothing, nothing, nothing, nothing);
        by.season.clear();
        by.season.resize(at.season.len(), nothing);
        let mut place = self.series.len() % at.season.len().max(1);
        for (step, &y) in self.steps.iter().zip(self.series).rev() {
            let y = Lanes::from(y);
            let Step { level, trend, season, grown, error } = *step;
            let (along, forecast) = step.ahead::<SEASON, FACTOR>();
            let by_error = weight * error;
            let by_forecast =
                if relative { (two - by_error * (one + error)) / forecast } else { nothing - by_error };
            let gap = if SEASON == 2 { y / season - along } else { y - forecast };
            let over_level = if FACTOR { one / level } else { one };
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
                if SEASON == 1 {
                    by.gamma += by_season * gap;
                    by_along += by_forecast - by_seasonal;
                    by_season += by_forecast - by_gap - by_seasonal;
                } else {
                    let over_along = y / along;
                    by.gamma += by_season * (over_along - season);
                    by_along += by_forecast * season - by_seasonal * over_along / along;
                    by_season += by_forecast * along - by_gap * (gap + along) / season - by_seasonal;
                }
                by.season[place] = by_season;
            }
            if FACTOR {
                let by_grown = by_trend + by_along * level;
                by_level = by_along * grown - by_trend * at.beta * gap * over_level * over_level;
                by_trend = by_grown;
                if damped {
                    by.phi += by_grown * grown * trend.map(f64::ln);
                    by_trend = by_grown * at.phi * grown / trend;
                }
            } else {
                by.phi += (by_trend + by_along) * trend;
                by_level = by_along;
                by_trend = at.phi * (by_trend + by_along);
            }
        }
        (by.level, by.trend) = (by_level, by_trend);
    }
}

/// Sums of logarithms that take one logarithm for many factors.
struct LogSum {
    product: Lanes,
    sum: Lanes,
}

impl Default for LogSum {
    fn default() -> LogSum {
        LogSum { product: Lanes::from(1.0), sum: Lanes::default() }
    }
}

impl LogSum {
    #[inline(always)]
    fn add(&mut self, factor: Lanes) {
        self.product = self.product * factor;
        if self.product.0.iter().any(|product| !(1e-100..1e100).contains(product)) {
            self.take();
        }
    }

    /// Lanes that broke down have no logarithm, and need none.
    #[cold]
    fn take(&mut self) {
        self.sum += self.product.map(f64::ln);
        self.product = Lanes::from(1.0);
    }

    fn total(mut self) -> [f64; LANES] {
        self.take();
        self.sum.0
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
            let in_last_lane = |at: &Parameters| {
                let mut all = Parameters::<Lanes>::default();
                (0..LANES).for_each(|lane| all.set(lane, at));
                all.level.0[0] = -1.0;
                all
            };
            let lane = LANES - 1;
            let (all, mut by) = (in_last_lane(&at), Parameters::<Lanes>::default());
            let mut passes = Passes::new(form, &series);
            let value = passes.forward(&all);
            assert!(!form.needs_positive() || value[0] == f64::INFINITY);
            passes.backward(&all, &mut by);
            let check = |name: &str, derivative: f64, change: &dyn Fn(&mut Parameters, f64)| {
                let value = |h: f64| {
                    let mut moved = at.clone();
                    change(&mut moved, h);
                    Passes::new(form, &series).forward(&in_last_lane(&moved))[lane]
                };
                let difference = (value(1e-5) - value(-1e-5)) / 2e-5;
                assert!(
                    (difference - derivative).abs() < 1e-5,
                    "{} {name}: {derivative}, {difference}",
                    form.name()
                );
            };
            check("alpha", by.alpha.0[lane], &|p, h| p.alpha += h);
            check("beta", by.beta.0[lane], &|p, h| p.beta += h);
            check("phi", by.phi.0[lane], &|p, h| p.phi += h);
            check("level", by.level.0[lane], &|p, h| p.level += h);
            check("trend", by.trend.0[lane], &|p, h| p.trend += h);
            if form.season != SeasonKind::None {
                check("gamma", by.gamma.0[lane], &|p, h| p.gamma += h);
                check("season", by.season[1].0[lane], &|p, h| p.season[1] += h);
            }
        }
    }
}
