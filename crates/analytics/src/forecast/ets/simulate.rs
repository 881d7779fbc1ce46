//! Bounds of the steps ahead by drawn futures, for forms whose variances have no formula.

use super::{Ets, SeasonKind};
use crate::forecast::Forecast;
use crate::{Random, sample};

/// How many futures are drawn; as many as R's forecast package draws.
const FUTURES: usize = 5_000;

impl Ets {
    /// The next `steps` of a form with a trend and, at most, a season that multiply: as `mean` the way that errors of zero
    /// take, as R has it, and bounds and variances from futures with normal errors, the same ones at each call.
    pub(super) fn simulated(&self, steps: usize, level: f64) -> Forecast {
        let seasonal = self.form.season == SeasonKind::Multiplicative;
        let factor = |h: usize| if seasonal { self.season_ahead(h) } else { 1.0 };
        let mean = (0..steps).map(|h| self.along(h + 1) * factor(h)).collect();
        let mut random = Random::new(1);
        let mut drawn = vec![Vec::with_capacity(FUTURES); steps];
        for _ in 0..FUTURES {
            self.draw(&mut random, &mut drawn);
        }
        let tail = 0.5 - 0.5 * level;
        let (mut low, mut high, mut variance) = (Vec::new(), Vec::new(), Vec::new());
        for values in &drawn {
            let bounds = sample::quantiles(values, &[tail, 1.0 - tail]);
            low.push(bounds[0]);
            high.push(bounds[1]);
            variance.push(sample::variance(values));
        }
        Forecast { mean, low, high, variance }
    }

    /// Adds one future to the values of each step.
    fn draw(&self, random: &mut Random, drawn: &mut [Vec<f64>]) {
        let (mut level, mut trend) = (self.last.level, self.last.trend);
        let mut season = self.last.season.clone();
        for (h, values) in drawn.iter_mut().enumerate() {
            let error = self.sigma2.sqrt() * random.normal();
            let grown = trend.powf(self.phi);
            let along = level * grown;
            let place = h % season.len().max(1);
            values.push(along * season.get(place).unwrap_or(&1.0) * (1.0 + error));
            // The least that a level or factor falls to: powers of what is below zero are no numbers.
            trend = (grown * (1.0 + self.beta * error)).max(f64::MIN_POSITIVE);
            level = (along * (1.0 + self.alpha * error)).max(f64::MIN_POSITIVE);
            if let Some(season) = season.get_mut(place) {
                *season *= 1.0 + self.gamma * error;
            }
        }
    }
}
