//! Do groups leave at the same rate? The log-rank test of Mantel (1966) and Peto (1972), for any number of groups.

use super::{by_time, check_durations};
use crate::optimise::Cholesky;
use crate::{Error, same_length, special::ln_chi2_sf};

/// The result of a log-rank test.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    pub chi2: f64,
    /// Groups less one.
    pub df: usize,
    /// Natural logarithm of the p-value, which itself may underflow.
    pub ln_p: f64,
    /// Customers who left, by group.
    pub observed: Vec<f64>,
    /// Customers who would have left if all groups were alike.
    pub expected: Vec<f64>,
}

/// Compares groups numbered from 0 without gaps.
///
/// # Errors
/// As [`super::kaplan_meier`], and [`Error::TooFew`] with fewer than two groups or no event.
pub fn log_rank(time: &[f64], event: &[bool], group: &[u32]) -> Result<LogRank, Error> {
    let events = check_durations(time, event)?;
    same_length("the group column", group.len(), time.len())?;
    let groups = group.iter().max().map_or(0, |&last| last as usize + 1);
    if groups > time.len() {
        return Err(Error::TooFew {
            what: "customers for groups numbered so high",
            have: time.len(),
            need: groups,
        });
    }
    let mut at_risk = vec![0.0; groups];
    group.iter().for_each(|&g| at_risk[g as usize] += 1.0);
    let filled = at_risk.iter().filter(|&&n| n > 0.0).count();
    if groups < 2 || filled < groups {
        return Err(Error::TooFew { what: "groups with customers", have: filled, need: groups.max(2) });
    }
    if events == 0 {
        return Err(Error::TooFew { what: "customers who left", have: 0, need: 1 });
    }
    let mut sums = Sums {
        observed: vec![0.0; groups],
        expected: vec![0.0; groups],
        variance: vec![0.0; groups * groups],
    };
    for same in by_time(time).chunk_by(|&a, &b| time[a] == time[b]) {
        let mut left = vec![0.0; groups];
        same.iter().filter(|&&i| event[i]).for_each(|&i| left[group[i] as usize] += 1.0);
        sums.add(&left, &at_risk);
        same.iter().for_each(|&i| at_risk[group[i] as usize] -= 1.0);
    }
    let chi2 = sums.chi2()?;
    let df = groups - 1;
    Ok(LogRank {
        chi2,
        df,
        ln_p: ln_chi2_sf(chi2, df as f64),
        observed: sums.observed,
        expected: sums.expected,
    })
}

struct Sums {
    observed: Vec<f64>,
    expected: Vec<f64>,
    /// groups × groups, row by row.
    variance: Vec<f64>,
}

impl Sums {
    /// Adds one time: `left` of those `at_risk`, by group (hypergeometric mean and covariance).
    fn add(&mut self, left: &[f64], at_risk: &[f64]) {
        let (d, n): (f64, f64) = (left.iter().sum(), at_risk.iter().sum());
        if d == 0.0 {
            return;
        }
        let groups = left.len();
        let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for i in 0..groups {
            self.observed[i] += left[i];
            self.expected[i] += d * at_risk[i] / n;
            for j in 0..groups {
                let same = if i == j { 1.0 } else { 0.0 };
                self.variance[i * groups + j] += spread * at_risk[i] / n * (same - at_risk[j] / n);
            }
        }
    }

    /// The statistic over all groups but the last, which follows from the others.
    fn chi2(&self) -> Result<f64, Error> {
        let (groups, free) = (self.observed.len(), self.observed.len() - 1);
        let difference: Vec<f64> = (0..free).map(|i| self.observed[i] - self.expected[i]).collect();
        let variance: Vec<f64> =
            (0..free * free).map(|k| self.variance[k / free * groups + k % free]).collect();
        let factor = Cholesky::new(&variance, free).map_err(|_| Error::TooFew {
            what: "times at which several groups are still there",
            have: 0,
            need: 1,
        })?;
        Ok(factor.solve(&difference).iter().zip(&difference).map(|(a, b)| a * b).sum())
    }
}
