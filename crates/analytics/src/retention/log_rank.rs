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

/// How much each time counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum TimeWeight {
    /// All alike: the log-rank test.
    #[default]
    Even,
    /// By those at risk: early times count more (Gehan 1965, Breslow 1970; a generalised Wilcoxon test).
    AtRisk,
    /// By the root of those at risk (Tarone and Ware 1977).
    RootAtRisk,
    /// By S^p (1 − S)^q with S the share of all that stays until before the time (Harrington and Fleming 1982): p = 1
    /// and q = 0 counts early times, p = 0 and q = 1 late ones.
    Survival { p: f64, q: f64 },
}

/// Compares groups numbered from 0 without gaps; with `strata`, only within each of them (any numbers).
///
/// # Errors
/// As [`super::kaplan_meier`], and [`Error::TooFew`] with fewer than two groups or no event.
pub fn log_rank(
    time: &[f64],
    event: &[bool],
    group: &[u32],
    strata: Option<&[u32]>,
    weight: TimeWeight,
) -> Result<LogRank, Error> {
    let events = check_durations(time, event)?;
    same_length("the group column", group.len(), time.len())?;
    let groups = count_groups(group)?;
    if events == 0 {
        return Err(Error::TooFew { what: "customers who left", have: 0, need: 1 });
    }
    let mut order = by_time(time);
    if let Some(strata) = strata {
        same_length("the column of strata", strata.len(), time.len())?;
        order.sort_by_key(|&i| strata[i]);
    }
    let stratum = |i: usize| strata.map_or(0, |strata| strata[i]);
    let mut sums = Sums {
        observed: vec![0.0; groups],
        expected: vec![0.0; groups],
        weighted: vec![0.0; groups],
        variance: vec![0.0; groups * groups],
    };
    for rows in order.chunk_by(|&a, &b| stratum(a) == stratum(b)) {
        sums.add_rows(rows, time, event, group, weight);
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

/// How many groups there are; refuses numbers without customers.
fn count_groups(group: &[u32]) -> Result<usize, Error> {
    let groups = group.iter().max().map_or(0, |&last| last as usize + 1);
    if groups > group.len() {
        let what = "customers for groups numbered so high";
        return Err(Error::TooFew { what, have: group.len(), need: groups });
    }
    let mut filled = vec![false; groups];
    group.iter().for_each(|&g| filled[g as usize] = true);
    let filled = filled.into_iter().filter(|&filled| filled).count();
    match groups < 2 || filled < groups {
        true => Err(Error::TooFew { what: "groups with customers", have: filled, need: groups.max(2) }),
        false => Ok(groups),
    }
}

struct Sums {
    observed: Vec<f64>,
    expected: Vec<f64>,
    /// Observed − expected, weighted.
    weighted: Vec<f64>,
    /// groups × groups, row by row.
    variance: Vec<f64>,
}

impl Sums {
    /// Adds rows of one stratum, in order of time.
    fn add_rows(&mut self, rows: &[usize], time: &[f64], event: &[bool], group: &[u32], weight: TimeWeight) {
        let groups = self.observed.len();
        let mut at_risk = vec![0.0; groups];
        rows.iter().for_each(|&i| at_risk[group[i] as usize] += 1.0);
        let mut survival = 1.0_f64;
        for same in rows.chunk_by(|&a, &b| time[a] == time[b]) {
            let mut left = vec![0.0; groups];
            same.iter().filter(|&&i| event[i]).for_each(|&i| left[group[i] as usize] += 1.0);
            let (gone, all): (f64, f64) = (left.iter().sum(), at_risk.iter().sum());
            let own = match weight {
                TimeWeight::Even => 1.0,
                TimeWeight::AtRisk => all,
                TimeWeight::RootAtRisk => all.sqrt(),
                TimeWeight::Survival { p, q } => survival.powf(p) * (1.0 - survival).powf(q),
            };
            self.add(&left, &at_risk, own);
            survival *= 1.0 - gone / all;
            same.iter().for_each(|&i| at_risk[group[i] as usize] -= 1.0);
        }
    }

    /// Adds one time that counts `weight`: `left` of those `at_risk`, by group (hypergeometric mean and covariance).
    fn add(&mut self, left: &[f64], at_risk: &[f64], weight: f64) {
        let (d, n): (f64, f64) = (left.iter().sum(), at_risk.iter().sum());
        if d == 0.0 {
            return;
        }
        let groups = left.len();
        let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for i in 0..groups {
            self.observed[i] += left[i];
            self.expected[i] += d * at_risk[i] / n;
            self.weighted[i] += weight * (left[i] - d * at_risk[i] / n);
            for j in 0..groups {
                let same = if i == j { 1.0 } else { 0.0 };
                self.variance[i * groups + j] +=
                    weight * weight * spread * at_risk[i] / n * (same - at_risk[j] / n);
            }
        }
    }

    /// The statistic over all groups but the last, which follows from the others.
    fn chi2(&self) -> Result<f64, Error> {
        let (groups, free) = (self.observed.len(), self.observed.len() - 1);
        let difference = &self.weighted[..free];
        let variance: Vec<f64> =
            (0..free * free).map(|k| self.variance[k / free * groups + k % free]).collect();
        let factor = Cholesky::new(&variance, free).map_err(|_| Error::TooFew {
            what: "times at which several groups are still there",
            have: 0,
            need: 1,
        })?;
        Ok(factor.solve(difference).iter().zip(difference).map(|(a, b)| a * b).sum())
    }
}
