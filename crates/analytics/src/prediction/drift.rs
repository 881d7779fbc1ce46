//! Whether today's rows still look like those of the fit.

use crate::special::ln_chi2_sf;
use crate::{Error, Feature, MISSING, Values};

/// How far a column has moved, by its stability index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftLevel {
    /// Below 0.1.
    Stable,
    /// From 0.1 on: watch it.
    Shifted,
    /// From 0.25 on: fit again.
    Moved,
}

/// How a column has changed between two sets of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// The column.
    pub name: String,
    /// Population stability index Σ (now − then) ln(now / then) over bins (Siddiqi 2006), each share taken with
    /// half a row more so that none is 0.
    pub stability: f64,
    /// Largest distance of the distributions, for numbers (Smirnov 1948).
    pub distance: Option<f64>,
    /// p-value of the distance (asymptotic), or of a chi-squared test of the bins for categories.
    pub p: f64,
    /// Share of gaps then and now.
    pub gaps: (f64, f64),
    /// By the stability index.
    pub level: DriftLevel,
    /// In words.
    pub words: String,
}

/// Compares columns of the fit (`then`) with the same columns of other rows (`now`).
///
/// Numbers are compared in ten bins of about equal rows then (fewer where values repeat; one that fills a tenth is a bin by
/// itself), categories one by one; gaps are a bin of their own.
///
/// # Errors
/// [`Error::Empty`] when either has no rows, [`Error::Length`], [`Error::Value`] for bad columns.
pub fn drift(then: &[Feature], now: &[Feature]) -> Result<Vec<Drift>, Error> {
    crate::same_length("the list of columns now", now.len(), then.len())?;
    then.iter().zip(now).map(|(then, now)| compare(then, now)).collect()
}

fn compare(then: &Feature, now: &Feature) -> Result<Drift, Error> {
    if then.is_empty() || now.is_empty() {
        return Err(Error::Empty);
    }
    then.check(then.len())?;
    now.check(now.len())?;
    let (counts, distance) = match (then.values, now.values) {
        (Values::Numbers(before), Values::Numbers(after)) => {
            let (before, after) = (sorted(before), sorted(after));
            (number_bins(&before, &after, then.len(), now.len()), Some(distance(&before, &after)))
        }
        (Values::Categories { codes: before, names }, Values::Categories { codes: after, .. }) => {
            (category_bins(before, after, names.len()), None)
        }
        _ => {
            return Err(Error::Parameter {
                name: "now",
                problem: "has numbers where then had categories, or the reverse",
            });
        }
    };
    let (n, m) = (then.len() as f64, now.len() as f64);
    let stability = stability(&counts, n, m);
    let gaps = (counts[0].0 / n, counts[0].1 / m);
    let p = match distance {
        Some(distance) => smirnov_p(distance, n - counts[0].0, m - counts[0].1),
        None => homogeneity_p(&counts, n, m),
    };
    let level = match stability {
        s if s >= 0.25 => DriftLevel::Moved,
        s if s >= 0.1 => DriftLevel::Shifted,
        _ => DriftLevel::Stable,
    };
    let words = match level {
        DriftLevel::Stable => format!("{} looks as it did", then.name),
        DriftLevel::Shifted => {
            format!("{} has shifted (stability index {stability:.2}): watch it", then.name)
        }
        DriftLevel::Moved => {
            format!("{} has moved (stability index {stability:.2}): fit the model again", then.name)
        }
    };
    Ok(Drift { name: then.name.to_owned(), stability, distance, p, gaps, level, words })
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    known.sort_unstable_by(f64::total_cmp);
    known
}

/// Rows by bin, then and now; the gaps first.
fn number_bins(then: &[f64], now: &[f64], n: usize, m: usize) -> Vec<(f64, f64)> {
    let tenths: Vec<f64> = (1..10).filter_map(|tenth| then.get((tenth * then.len()) / 10).copied()).collect();
    let mut counts = vec![((n - then.len()) as f64, (m - now.len()) as f64)];
    let mut before = (0, 0);
    let mut until = |here: (usize, usize)| {
        counts.push(((here.0 - before.0) as f64, (here.1 - before.1) as f64));
        before = here;
    };
    for same in tenths.chunk_by(|a, b| a == b) {
        let below = |values: &[f64]| values.partition_point(|v| *v < same[0]);
        until((below(then), below(now)));
        if same.len() > 1 {
            // A value that fills a tenth and more is a bin by itself, or what lies above it would not show.
            let through = |values: &[f64]| values.partition_point(|v| *v <= same[0]);
            until((through(then), through(now)));
        }
    }
    until((then.len(), now.len()));
    counts
}

fn category_bins(then: &[u32], now: &[u32], names: usize) -> Vec<(f64, f64)> {
    let known =
        then.iter().chain(now).filter(|&&code| code != MISSING).max().map_or(0, |&code| code as usize + 1);
    let mut counts = vec![(0.0, 0.0); 1 + names.max(known)];
    let place = |code: u32| if code == MISSING { 0 } else { code as usize + 1 };
    then.iter().for_each(|&code| counts[place(code)].0 += 1.0);
    now.iter().for_each(|&code| counts[place(code)].1 += 1.0);
    counts
}

fn stability(counts: &[(f64, f64)], n: f64, m: f64) -> f64 {
    let used: Vec<&(f64, f64)> = counts.iter().filter(|(then, now)| then + now > 0.0).collect();
    let more = 0.5 * used.len() as f64;
    let part = |(then, now): &&(f64, f64)| {
        let (then, now) = ((then + 0.5) / (n + more), (now + 0.5) / (m + more));
        (now - then) * (now / then).ln()
    };
    used.iter().map(part).sum()
}

/// Largest distance between the two empirical distributions.
fn distance(then: &[f64], now: &[f64]) -> f64 {
    let (mut i, mut j, mut most) = (0, 0, 0.0f64);
    while i < then.len() && j < now.len() {
        let value = then[i].min(now[j]);
        while i < then.len() && then[i] <= value {
            i += 1;
        }
        while j < now.len() && now[j] <= value {
            j += 1;
        }
        most = most.max((i as f64 / then.len() as f64 - j as f64 / now.len() as f64).abs());
    }
    most
}

/// Smirnov's limit, 2 Σ (−1)^(k−1) exp(−2 k² λ²), with Stephens's correction for small samples (1970).
fn smirnov_p(distance: f64, n: f64, m: f64) -> f64 {
    if n == 0.0 || m == 0.0 {
        return f64::NAN;
    }
    let root = (n * m / (n + m)).sqrt();
    let lambda = (root + 0.12 + 0.11 / root) * distance;
    if lambda < 0.2 {
        return 1.0;
    }
    let term = |k: i32| f64::powi(-1.0, k - 1) * (-2.0 * (f64::from(k) * lambda).powi(2)).exp();
    (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

/// Chi-squared test that both sets of rows have the same shares.
fn homogeneity_p(counts: &[(f64, f64)], n: f64, m: f64) -> f64 {
    let used: Vec<&(f64, f64)> = counts.iter().filter(|(then, now)| then + now > 0.0).collect();
    if used.len() < 2 {
        return 1.0;
    }
    let part = |(then, now): &&(f64, f64)| {
        let share = (then + now) / (n + m);
        (then - n * share).powi(2) / (n * share) + (now - m * share).powi(2) / (m * share)
    };
    ln_chi2_sf(used.iter().map(part).sum(), used.len() as f64 - 1.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_was_almost_one_value_shows_what_comes_beside_it() {
        let complaints = |zeros: usize| -> Vec<f64> {
            (0..200).map(|row| if row < zeros { 0.0 } else { 1.0 + (row % 3) as f64 }).collect()
        };
        let (then, now) = (complaints(196), complaints(100));
        let change = |then: &[f64], now: &[f64]| {
            drift(&[Feature::numbers("complaints", then)], &[Feature::numbers("complaints", now)]).unwrap()
        };
        let changes = change(&then, &now);
        assert_eq!(changes[0].level, DriftLevel::Moved);
        // Half a row more in each of two bins.
        let (p, q) = (196.5 / 201.0, 100.5 / 201.0);
        let index: f64 = (q - p) * f64::ln(q / p) + (p - q) * f64::ln((1.0 - q) / (1.0 - p));
        assert!((changes[0].stability - index).abs() < 1e-12);
        assert_eq!(change(&[0.0; 50], &[5.0; 50])[0].level, DriftLevel::Moved);
        assert_eq!(change(&then, &then)[0].level, DriftLevel::Stable);
    }
}
