//! Expected values and variances of the steps ahead.

use super::{ErrorKind, Ets, SeasonKind, TrendKind};
use crate::forecast::Forecast;

impl Ets {
    /// The next `steps`, with bounds that hold each with probability `level` under normal errors.
    ///
    /// Variances by Hyndman et al. (2008), chapter 6: class 1 (6.1) and class 2 (6.2) exact, class 3 (multiplicative
    /// season) by their close approximation (table 6.2). There is none for a trend that multiplies: see `simulate`.
    pub fn forecast(&self, steps: usize, level: f64) -> Forecast {
        if self.form.trend.multiplies() {
            return self.simulated(steps, level);
        }
        let along: Vec<f64> = (1..=steps).map(|h| self.along(h)).collect();
        let season: Vec<f64> = (0..steps).map(|h| self.season_ahead(h)).collect();
        let weights = self.weights(steps);
        let mean: Vec<f64> = along
            .iter()
            .zip(&season)
            .map(|(a, s)| if self.form.season == SeasonKind::Multiplicative { a * s } else { a + s })
            .collect();
        let variance = match (self.form.error, self.form.season) {
            (ErrorKind::Additive, _) => additive(self.sigma2, &weights, steps),
            (_, SeasonKind::Multiplicative) => self.seasonal_product(&along, &season, &weights),
            _ => {
                let theta = second_moments(&mean, self.sigma2, &weights);
                mean.iter().zip(theta).map(|(m, t)| (1.0 + self.sigma2) * t - m * m).collect()
            }
        };
        Forecast::normal(mean, variance, level)
    }

    /// Level and trend `h` steps ahead.
    pub(super) fn along(&self, h: usize) -> f64 {
        match self.form.trend.multiplies() {
            true => self.last.level * self.last.trend.powf(self.trend_steps(h)),
            false => self.last.level + self.last.trend * self.trend_steps(h),
        }
    }

    /// How many whole steps of trend `h` steps make: φ + φ² + … + φ^h.
    fn trend_steps(&self, h: usize) -> f64 {
        match self.form.trend {
            TrendKind::None => 0.0,
            TrendKind::Additive | TrendKind::Multiplicative => h as f64,
            TrendKind::Damped | TrendKind::MultiplicativeDamped => {
                self.phi * (1.0 - self.phi.powi(h as i32)) / (1.0 - self.phi)
            }
        }
    }

    pub(super) fn season_ahead(&self, h: usize) -> f64 {
        if self.last.season.is_empty() { 0.0 } else { self.last.season[h % self.last.season.len()] }
    }

    /// c_j: what an error j steps ago still adds (j from 1), the season left out where it multiplies.
    fn weights(&self, steps: usize) -> Vec<f64> {
        let of_season = |j: usize| {
            let due = self.form.season == SeasonKind::Additive && j.is_multiple_of(self.period);
            if due { self.gamma } else { 0.0 }
        };
        (1..steps.max(1)).map(|j| self.alpha + self.beta * self.trend_factor(j) + of_season(j)).collect()
    }

    /// How much an error's effect on the trend has grown to after `j` steps: 1 + φ + … + φ^(j−1), from φ itself on.
    fn trend_factor(&self, j: usize) -> f64 {
        self.trend_steps(j)
    }

    /// v_h = s² (θ_h (1 + σ²)(1 + γ² σ²)^k − μ²), k full seasons ahead.
    fn seasonal_product(&self, along: &[f64], season: &[f64], weights: &[f64]) -> Vec<f64> {
        let theta = second_moments(along, self.sigma2, weights);
        let drift = 1.0 + self.gamma * self.gamma * self.sigma2;
        (0..along.len())
            .map(|h| {
                let grown = theta[h] * (1.0 + self.sigma2) * drift.powi((h / self.period) as i32);
                season[h].powi(2) * (grown - along[h].powi(2))
            })
            .collect()
    }
}

/// σ² (1 + Σ c_j²).
fn additive(sigma2: f64, weights: &[f64], steps: usize) -> Vec<f64> {
    let sums = weights.iter().scan(1.0, |sum, c| {
        *sum += c * c;
        Some(*sum)
    });
    std::iter::once(1.0).chain(sums).take(steps).map(|sum| sigma2 * sum).collect()
}

/// θ_1 = μ_1², θ_h = μ_h² + σ² Σ_j c_j² θ_(h−j).
fn second_moments(mean: &[f64], sigma2: f64, weights: &[f64]) -> Vec<f64> {
    let mut theta: Vec<f64> = Vec::with_capacity(mean.len());
    for (h, m) in mean.iter().enumerate() {
        let past: f64 = (1..=h).map(|j| weights[j - 1].powi(2) * theta[h - j]).sum();
        theta.push(m * m + sigma2 * past);
    }
    theta
}
