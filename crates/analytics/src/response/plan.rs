//! Before and around a test: how many customers, several comparisons, a broken split, the Bayesian view.

use crate::Error;
use crate::error::check_values;
use crate::special::{bisect, chi2_sf, ln_beta, normal_cdf, normal_quantile};

fn check(alpha: f64, power: f64) -> Result<f64, Error> {
    if !(alpha > 0.0 && alpha < 1.0 && power > 0.0 && power < 1.0) {
        return Err(Error::Parameter { name: "alpha and power", problem: "must be above 0 and below 1" });
    }
    let sum = normal_quantile(1.0 - 0.5 * alpha) + normal_quantile(power);
    if sum > 0.0 {
        Ok(sum)
    } else {
        Err(Error::Parameter { name: "power", problem: "must be above alpha / 2" })
    }
}

fn check_rates(from: f64, to: f64) -> Result<(), Error> {
    if from == to || ![from, to].iter().all(|rate| (0.0..=1.0).contains(rate)) {
        return Err(Error::Parameter { name: "rates", problem: "must be within 0 and 1, and differ" });
    }
    Ok(())
}

/// Rows per group to find a change of a rate with the given power, two-sided (Fleiss, Levin, Paik 2003, eq. 4.14
/// without the continuity correction). Round it up.
///
/// # Errors
/// [`Error::Parameter`] for numbers out of range.
pub fn rows_for_rates(from: f64, to: f64, alpha: f64, power: f64) -> Result<f64, Error> {
    check(alpha, power)?;
    check_rates(from, to)?;
    let middle = 0.5 * (from + to);
    let null = (2.0 * middle * (1.0 - middle)).sqrt();
    let real = (from * (1.0 - from) + to * (1.0 - to)).sqrt();
    let width = normal_quantile(1.0 - 0.5 * alpha) * null + normal_quantile(power) * real;
    Ok((width / (to - from)).powi(2))
}

/// The same by the arcsine of the rates (Cohen 1988, chapter 6), counting finds in the wrong direction too.
///
/// # Errors
/// As [`rows_for_rates`].
pub fn rows_for_rates_arcsine(from: f64, to: f64, alpha: f64, power: f64) -> Result<f64, Error> {
    let sum = check(alpha, power)?;
    check_rates(from, to)?;
    let limit = normal_quantile(1.0 - 0.5 * alpha);
    let shift = bisect(|d| normal_cdf(d - limit) + normal_cdf(-d - limit) - power, 0.0, sum + 1.0);
    let h = 2.0 * to.sqrt().asin() - 2.0 * from.sqrt().asin();
    Ok(2.0 * (shift / h).powi(2))
}

/// Rows per group to find a difference of means, with the standard deviation of the values, two-sided, by the
/// normal distribution.
///
/// # Errors
/// As [`rows_for_rates`].
pub fn rows_for_means(difference: f64, deviation: f64, alpha: f64, power: f64) -> Result<f64, Error> {
    let sum = check(alpha, power)?;
    if !(deviation > 0.0 && difference != 0.0 && difference.is_finite()) {
        return Err(Error::Parameter { name: "difference and deviation", problem: "must not be 0" });
    }
    Ok(2.0 * (sum * deviation / difference).powi(2))
}

/// Chance to find a change of a rate with `rows` rows per group, two-sided, by the normal distribution.
///
/// # Errors
/// As [`rows_for_rates`].
pub fn power_for_rates(from: f64, to: f64, alpha: f64, rows: f64) -> Result<f64, Error> {
    check(alpha, 0.5)?;
    check_rates(from, to)?;
    let middle = 0.5 * (from + to);
    let null = normal_quantile(1.0 - 0.5 * alpha) * (2.0 * middle * (1.0 - middle)).sqrt();
    let real = (from * (1.0 - from) + to * (1.0 - to)).sqrt();
    let shift = (to - from).abs() * rows.sqrt();
    Ok(normal_cdf((shift - null) / real) + normal_cdf((-shift - null) / real))
}

/// How p-values of several tests are kept honest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// × number of tests.
    Bonferroni,
    /// Holm 1979: as safe as Bonferroni, and never weaker.
    Holm,
    /// Benjamini and Hochberg 1995: bounds the share of false finds, for independent tests.
    BenjaminiHochberg,
    /// Benjamini and Yekutieli 2001: the same whatever the tests have in common.
    BenjaminiYekutieli,
}

/// Adjusts the p-values of several tests, in the order given.
///
/// # Errors
/// [`Error::Value`] for a p-value outside 0 and 1.
pub fn adjust(p: &[f64], adjustment: Adjustment) -> Result<Vec<f64>, Error> {
    check_values("p", p, "is not within 0 and 1", |p| (0.0..=1.0).contains(&p))?;
    let n = p.len() as f64;
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![0.0; p.len()];
    match adjustment {
        Adjustment::Bonferroni => p.iter().zip(&mut adjusted).for_each(|(p, out)| *out = (p * n).min(1.0)),
        Adjustment::Holm => {
            let mut most = 0.0f64;
            for (rank, &at) in order.iter().enumerate() {
                most = most.max(p[at] * (n - rank as f64)).min(1.0);
                adjusted[at] = most;
            }
        }
        Adjustment::BenjaminiHochberg | Adjustment::BenjaminiYekutieli => {
            let yekutieli = adjustment == Adjustment::BenjaminiYekutieli;
            let harmonic = if yekutieli { (1..=p.len()).map(|i| 1.0 / i as f64).sum() } else { 1.0 };
            let mut least = 1.0f64;
            for (rank, &at) in order.iter().enumerate().rev() {
                least = least.min(p[at] * n * harmonic / (rank + 1) as f64);
                adjusted[at] = least;
            }
        }
    }
    Ok(adjusted)
}

/// Whether customers fell into the groups as planned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SplitTest {
    /// Pearson's chi-squared of counts against plan.
    pub chi2: f64,
    /// Its p-value; below 0.001 the split is broken, and the test with it.
    pub p: f64,
}

/// Tests the sizes of groups against planned shares (even ones when `shares` is empty).
///
/// # Errors
/// [`Error::TooFew`] for fewer than two groups, [`Error::Length`] when there is not one share per group,
/// [`Error::Parameter`] for shares not above 0, [`Error::Empty`] without rows.
pub fn split_test(counts: &[u64], shares: &[f64]) -> Result<SplitTest, Error> {
    if counts.len() < 2 {
        return Err(Error::TooFew { what: "groups", have: counts.len(), need: 2 });
    }
    let even = vec![1.0; counts.len()];
    let shares = if shares.is_empty() { &even } else { shares };
    crate::same_length("the list of shares", shares.len(), counts.len())?;
    if !shares.iter().all(|share| *share > 0.0 && share.is_finite()) {
        return Err(Error::Parameter { name: "shares", problem: "must be above 0" });
    }
    let total = counts.iter().sum::<u64>() as f64;
    if total == 0.0 {
        return Err(Error::Empty);
    }
    let sum: f64 = shares.iter().sum();
    let part = |(count, share): (&u64, &f64)| {
        let planned = total * share / sum;
        (*count as f64 - planned).powi(2) / planned
    };
    let chi2 = counts.iter().zip(shares).map(part).sum();
    Ok(SplitTest { chi2, p: chi2_sf(chi2, counts.len() as f64 - 1.0) })
}

/// Chance that B's true rate is above A's, each with an even prior (beta posteriors, summed exactly:
/// Miller 2014).
///
/// # Errors
/// [`Error::Parameter`] for more successes than rows.
pub fn chance_to_beat(a: super::Counts, b: super::Counts) -> Result<f64, Error> {
    if a.successes > a.rows || b.successes > b.rows {
        return Err(Error::Parameter { name: "successes", problem: "must not be more than the rows" });
    }
    let shapes = |c: super::Counts| ((c.successes + 1) as f64, (c.rows - c.successes + 1) as f64);
    let ((a1, a2), (b1, b2)) = (shapes(a), shapes(b));
    let term = |i: u64| {
        let i = i as f64;
        (ln_beta(a1 + i, a2 + b2) - (b2 + i).ln() - ln_beta(1.0 + i, b2) - ln_beta(a1, a2)).exp()
    };
    Ok((0..b1 as u64).map(term).sum::<f64>().min(1.0))
}
