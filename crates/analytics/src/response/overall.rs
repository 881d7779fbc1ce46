//! Several groups at once: whether any of them differs from the others.

use super::rates::Counts;
use crate::Error;
use crate::error::check_values;
use crate::special::{chi2_sf, f_sf};

/// What a test of all groups shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overall {
    /// Chi-squared, F or H.
    pub statistic: f64,
    /// Its degrees of freedom; those between groups for F.
    pub df: f64,
    /// F's degrees of freedom within groups.
    pub df_within: Option<f64>,
    /// p-value.
    pub p: f64,
}

/// Pearson's chi-squared of rates.
///
/// # Errors
/// [`Error::TooFew`] for fewer than two groups, [`Error::Empty`] for one without rows, [`Error::OneClass`] when all or none
/// did it.
pub fn overall_rates(groups: &[Counts]) -> Result<Overall, Error> {
    check_groups(groups.len())?;
    if groups.iter().any(|group| group.rows == 0) {
        return Err(Error::Empty);
    }
    let rows: f64 = groups.iter().map(|group| group.rows as f64).sum();
    let rate = groups.iter().map(|group| group.successes as f64).sum::<f64>() / rows;
    if rate == 0.0 || rate == 1.0 {
        return Err(Error::OneClass);
    }
    let away = |group: &Counts| group.rows as f64 * (group.rate() - rate).powi(2);
    let statistic = groups.iter().map(away).sum::<f64>() / (rate * (1.0 - rate));
    let df = groups.len() as f64 - 1.0;
    Ok(Overall { statistic, df, df_within: None, p: chi2_sf(statistic, df) })
}

/// The analysis of variance: Welch's (1951), or Fisher's where groups are taken to vary alike.
///
/// # Errors
/// [`Error::TooFew`] for fewer than two groups or two rows in one, [`Error::Value`] for a value that is not finite,
/// [`Error::Constant`] when no group varies, or, of Welch's, one does not.
pub fn overall_means(groups: &[Vec<f64>], equal_variances: bool) -> Result<Overall, Error> {
    check_groups(groups.len())?;
    for group in groups {
        if group.len() < 2 {
            return Err(Error::TooFew { what: "rows in a group", have: group.len(), need: 2 });
        }
        check_values("value", group, "is not a finite number", f64::is_finite)?;
    }
    let k = groups.len() as f64;
    let sizes: Vec<f64> = groups.iter().map(|group| group.len() as f64).collect();
    let means: Vec<f64> = groups.iter().map(|group| crate::sample::mean(group)).collect();
    let variances: Vec<f64> = groups.iter().map(|group| crate::sample::variance(group)).collect();
    let none = || Error::Constant { column: "the value of a group".to_owned() };
    let middle = |weights: &[f64]| {
        weights.iter().zip(&means).map(|(w, mean)| w * mean).sum::<f64>() / weights.iter().sum::<f64>()
    };
    let between = |weights: &[f64], middle: f64| {
        weights.iter().zip(&means).map(|(w, mean)| w * (mean - middle).powi(2)).sum::<f64>() / (k - 1.0)
    };
    if equal_variances {
        let df_within = sizes.iter().sum::<f64>() - k;
        let within = variances.iter().zip(&sizes).map(|(v, size)| v * (size - 1.0)).sum::<f64>() / df_within;
        if within == 0.0 {
            return Err(none());
        }
        let f = between(&sizes, middle(&sizes)) / within;
        let p = f_sf(f, k - 1.0, df_within);
        return Ok(Overall { statistic: f, df: k - 1.0, df_within: Some(df_within), p });
    }
    if variances.contains(&0.0) {
        return Err(none());
    }
    let weights: Vec<f64> = sizes.iter().zip(&variances).map(|(size, v)| size / v).collect();
    let all: f64 = weights.iter().sum();
    let loose: f64 = weights.iter().zip(&sizes).map(|(w, size)| (1.0 - w / all).powi(2) / (size - 1.0)).sum();
    let slack = 3.0 * loose / (k * k - 1.0);
    let f = between(&weights, middle(&weights)) / (1.0 + 2.0 * (k - 2.0) / 3.0 * slack);
    Ok(Overall { statistic: f, df: k - 1.0, df_within: Some(1.0 / slack), p: f_sf(f, k - 1.0, 1.0 / slack) })
}

/// H of the ranks, corrected for ties (Kruskal and Wallis 1952).
///
/// # Errors
/// [`Error::TooFew`] for fewer than two groups, [`Error::Empty`] for one without rows, [`Error::Value`] for NaN,
/// [`Error::Constant`] when all are alike.
pub fn overall_ranks(groups: &[Vec<f64>]) -> Result<Overall, Error> {
    check_groups(groups.len())?;
    if groups.iter().any(Vec::is_empty) {
        return Err(Error::Empty);
    }
    let all: Vec<f64> = groups.iter().flatten().copied().collect();
    check_values("value", &all, "is not a number", |value| !value.is_nan())?;
    let n = all.len() as f64;
    let ranks = crate::sample::ranks(&all);
    let mut sorted = all.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let ties: f64 =
        sorted.chunk_by(|a, b| a == b).map(|tied| (tied.len() as f64).powi(3) - tied.len() as f64).sum();
    let spread = 1.0 - ties / (n.powi(3) - n);
    if spread <= 0.0 || spread.is_nan() {
        return Err(Error::Constant { column: "the value".to_owned() });
    }
    let (mut at, mut sum) = (0, 0.0);
    for group in groups {
        let own: f64 = ranks[at..at + group.len()].iter().sum();
        sum += own * own / group.len() as f64;
        at += group.len();
    }
    let statistic = (12.0 / (n * (n + 1.0)) * sum - 3.0 * (n + 1.0)) / spread;
    let df = groups.len() as f64 - 1.0;
    Ok(Overall { statistic, df, df_within: None, p: chi2_sf(statistic, df) })
}

fn check_groups(groups: usize) -> Result<(), Error> {
    match groups < 2 {
        true => Err(Error::TooFew { what: "groups", have: groups, need: 2 }),
        false => Ok(()),
    }
}
