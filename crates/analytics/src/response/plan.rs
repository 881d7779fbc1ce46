//! Around a test: several comparisons, a broken split, the Bayesian view.

use crate::Error;
use crate::error::check_values;
use crate::special::{chi2_sf, ln_beta};

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
