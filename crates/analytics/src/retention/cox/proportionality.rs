//! Does a factor on the risk stay the same over time? Scaled Schoenfeld residuals against a function of time.
//!
//! Grambsch and Therneau (1994), "Proportional hazards tests and diagnostics based on weighted residuals",
//! Biometrika 81(3), with the mean variance over all times (eq. 3.6).

use super::fit::{check, sort};
use super::partial::{Moment, Sorted, dot};
use super::{CoxData, CoxFit, Ties};
use crate::optimise::Cholesky;
use crate::retention::{Scale, Watched};
use crate::special::ln_chi2_sf;
use crate::{Error, sample};

/// The function of time that residuals are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// One minus the share still there just before: outliers in time do no harm. R's default.
    #[default]
    Survival,
    /// The rank of the time among all times of leaving, ties sharing their mean.
    Rank,
    /// The time itself.
    Time,
    /// ln of the time; times of zero count as half of the smallest above zero.
    LnTime,
}

/// The test for one column, or for all.
#[derive(Debug, Clone, PartialEq)]
pub struct Proportionality {
    /// The column; `None` for all together.
    pub column: Option<String>,
    pub chi2: f64,
    pub df: usize,
    /// ln of the p-value: a small one says that the factor changes over time.
    pub ln_p: f64,
    /// Correlation of residual and clock: positive when the factor grows; NaN for all together.
    pub correlation: f64,
}

impl CoxFit {
    /// Tests each column and, last, all together, on the data the model was fitted to. The clock reads the times of rows,
    /// all alike, whatever their strata and weights, as R does.
    ///
    /// # Errors
    /// As [`super::fit_cox`].
    pub fn proportionality(
        &self,
        data: &CoxData,
        ties: Ties,
        clock: Clock,
    ) -> Result<Vec<Proportionality>, Error> {
        let width = data.columns.len();
        let Trend { residuals, readings, mean, slope, .. } = self.trend(data, ties, clock)?;
        let spread: f64 = readings.iter().zip(&residuals.weight).map(|(g, w)| w * (g - mean).powi(2)).sum();
        if spread == 0.0 {
            return Err(Error::TooFew { what: "times at which customers left", have: 1, need: 2 });
        }
        let leavers: f64 = residuals.weight.iter().sum();
        let scaled: Vec<f64> =
            (0..width).map(|k| dot(&self.covariance[k * width..][..width], &slope)).collect();
        let mut tests: Vec<Proportionality> = (0..width)
            .map(|k| {
                let chi2 = leavers * scaled[k].powi(2) / (self.covariance[k * width + k] * spread);
                let series = residuals.scaled(&self.covariance, k);
                let correlation = sample::pearson(&series, &readings);
                test(Some(data.names[k]), chi2, 1, correlation)
            })
            .collect();
        let all = leavers * dot(&slope, &scaled) / spread;
        tests.push(test(None, all, width, f64::NAN));
        Ok(tests)
    }

    /// The same by the score test for a coefficient that grows with the clock, which takes the variance at each time as it
    /// is instead of its mean: R's `cox.zph` from survival 3 on (Therneau and Grambsch 2000, section 6.2).
    ///
    /// # Errors
    /// As [`super::fit_cox`].
    pub fn proportionality_by_score(
        &self,
        data: &CoxData,
        ties: Ties,
        clock: Clock,
    ) -> Result<Vec<Proportionality>, Error> {
        let width = data.columns.len();
        let Trend { sorted, residuals, readings, mean, slope } = self.trend(data, ties, clock)?;
        let (mut crossed, mut squared) = (vec![0.0; width * width], vec![0.0; width * width]);
        // The walk meets times in the order of the residuals.
        let mut at = 0;
        sorted.walk(&self.model.coefficients, true, |moment| {
            let g = readings[at] - mean;
            at += moment.leavers.len();
            for (k, value) in moment.variance(ties, width).into_iter().enumerate() {
                crossed[k] += g * value;
                squared[k] += g * g * value;
            }
        });
        let spread = self.spread_given_fit(&crossed, &squared, width);
        let tests = (0..width).map(|k| {
            let chi2 = slope[k].powi(2) / spread[k * width + k];
            let correlation = sample::pearson(&residuals.scaled(&self.covariance, k), &readings);
            test(Some(data.names[k]), chi2, 1, correlation)
        });
        let mut tests: Vec<Proportionality> = tests.collect();
        let solved = Cholesky::new(&spread, width).map_err(|_| Error::TooFew {
            what: "times at which customers left",
            have: 1,
            need: 2,
        })?;
        tests.push(test(None, dot(&slope, &solved.solve(&slope)), width, f64::NAN));
        Ok(tests)
    }

    /// How the residuals move with the clock: what both tests start from.
    fn trend(&self, data: &CoxData, ties: Ties, clock: Clock) -> Result<Trend, Error> {
        check(data)?;
        let width = data.columns.len();
        let sorted = sort(data, &self.model.means, &vec![1.0; width]);
        let residuals = schoenfeld(&sorted, &self.model.coefficients, ties);
        let readings = clock.read(data, &residuals.time)?;
        let mean = dot(&readings, &residuals.weight) / residuals.weight.iter().sum::<f64>();
        let mut slope = vec![0.0; width];
        for ((residual, g), w) in residuals.values.chunks(width).zip(&readings).zip(&residuals.weight) {
            slope.iter_mut().zip(residual).for_each(|(s, r)| *s += w * (g - mean) * r);
        }
        Ok(Trend { sorted, residuals, readings, mean, slope })
    }

    /// Σg²V − ΣgV (ΣV)⁻¹ ΣgV: the variance of the slope, the coefficients being fitted.
    fn spread_given_fit(&self, crossed: &[f64], squared: &[f64], width: usize) -> Vec<f64> {
        let mut spread = squared.to_vec();
        for i in 0..width {
            for j in 0..width {
                for a in 0..width {
                    for b in 0..width {
                        spread[i * width + j] -=
                            crossed[i * width + a] * self.covariance[a * width + b] * crossed[b * width + j];
                    }
                }
            }
        }
        spread
    }
}

fn test(column: Option<&str>, chi2: f64, df: usize, correlation: f64) -> Proportionality {
    Proportionality {
        column: column.map(str::to_owned),
        chi2,
        df,
        ln_p: ln_chi2_sf(chi2, df as f64),
        correlation,
    }
}

/// Residuals against the clock.
struct Trend {
    sorted: Sorted,
    residuals: Residuals,
    /// What the clock says at each residual, and its mean.
    readings: Vec<f64>,
    mean: f64,
    /// For each column: Σ(g − mean) r.
    slope: Vec<f64>,
}

/// One row per customer who left: the values less their mean over the risk set.
struct Residuals {
    time: Vec<f64>,
    weight: Vec<f64>,
    values: Vec<f64>,
    width: usize,
}

impl Residuals {
    /// Residuals of column `k` times the covariance.
    fn scaled(&self, covariance: &[f64], k: usize) -> Vec<f64> {
        let row = &covariance[k * self.width..(k + 1) * self.width];
        self.values.chunks(self.width).map(|residual| dot(residual, row)).collect()
    }
}

fn schoenfeld(sorted: &Sorted, coefficients: &[f64], ties: Ties) -> Residuals {
    let width = sorted.width;
    let mut residuals = Residuals { time: Vec::new(), weight: Vec::new(), values: Vec::new(), width };
    sorted.walk(coefficients, false, |moment| {
        let mean = mean_over_ties(moment, ties, width);
        for &i in moment.leavers {
            residuals.time.push(sorted.time[i]);
            residuals.weight.push(sorted.weight[i]);
            residuals.values.extend(sorted.row(i).iter().zip(&mean).map(|(x, m)| x - m));
        }
    });
    residuals
}

fn mean_over_ties(moment: &Moment<'_>, ties: Ties, width: usize) -> Vec<f64> {
    let leavers = moment.leavers.len();
    let mean = |k: usize| (0..leavers).map(|l| moment.mean(ties, l, k)).sum::<f64>() / leavers as f64;
    (0..width).map(mean).collect()
}

impl Clock {
    /// The clock at each of the times `at`.
    fn read(self, data: &CoxData, at: &[f64]) -> Result<Vec<f64>, Error> {
        Ok(match self {
            Clock::Time => at.to_vec(),
            Clock::Rank => sample::ranks(at),
            Clock::LnTime => {
                let least = at.iter().copied().filter(|&t| t > 0.0).fold(f64::INFINITY, f64::min);
                at.iter().map(|t| t.max(0.5 * least).ln()).collect()
            }
            Clock::Survival => {
                let CoxData { time, event, entry, .. } = *data;
                let curve = Watched { time, event, entry, weights: None }.curve(0.95, Scale::LogLog)?;
                let before = |t: f64| curve.time.partition_point(|&known| known < t).checked_sub(1);
                at.iter().map(|&t| 1.0 - before(t).map_or(1.0, |row| curve.survival[row])).collect()
            }
        })
    }
}
