//! What CHAID asks of groups of rows: whether they answer alike, by chi-squared for classes, by F for a number.

use crate::special::{ln_chi2_sf, ln_f_sf};

/// What a tree is to tell, per row.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// One of several classes, by codes 0, 1, 2 …
    Classes(&'a [u32]),
    /// A number.
    Numbers(&'a [f64]),
}

impl Target<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Target::Classes(codes) => codes.len(),
            Target::Numbers(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The answers of some rows, by weight.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    /// Rows with each class.
    Classes(Vec<f64>),
    /// Rows, their mean, and Σ of squared distances to it.
    Numbers { rows: f64, mean: f64, squares: f64 },
}

impl Answers {
    /// Of no rows.
    pub(super) fn none(target: Target, classes: usize) -> Answers {
        match target {
            Target::Classes(_) => Answers::Classes(vec![0.0; classes]),
            Target::Numbers(_) => Answers::Numbers { rows: 0.0, mean: 0.0, squares: 0.0 },
        }
    }

    /// Adds a row. Weights are above zero.
    pub(super) fn add(&mut self, target: Target, row: usize, weight: f64) {
        match (self, target) {
            (Answers::Classes(counts), Target::Classes(codes)) => counts[codes[row] as usize] += weight,
            (Answers::Numbers { rows, mean, squares }, Target::Numbers(values)) => {
                *rows += weight;
                let by = values[row] - *mean;
                *mean += by * weight / *rows;
                *squares += weight * by * (values[row] - *mean);
            }
            _ => unreachable!("answers are of the kind of their target"),
        }
    }

    /// Adds all rows of another group (Chan, Golub, LeVeque 1983).
    pub(super) fn join(&mut self, other: &Answers) {
        match (self, other) {
            (Answers::Classes(counts), Answers::Classes(others)) => {
                counts.iter_mut().zip(others).for_each(|(sum, count)| *sum += count);
            }
            (
                Answers::Numbers { rows, mean, squares },
                Answers::Numbers { rows: more, mean: other, squares: spread },
            ) if *more > 0.0 => {
                let (all, by) = (*rows + more, other - *mean);
                *squares += spread + by * by * *rows * more / all;
                *mean += by * more / all;
                *rows = all;
            }
            _ => {}
        }
    }

    /// Rows, by weight.
    pub fn rows(&self) -> f64 {
        match self {
            Answers::Classes(counts) => counts.iter().sum(),
            Answers::Numbers { rows, .. } => *rows,
        }
    }

    /// Share of class 1, or the mean.
    pub fn answer(&self) -> f64 {
        match self {
            Answers::Classes(counts) => counts[1] / self.rows(),
            Answers::Numbers { mean, .. } => *mean,
        }
    }

    /// Standard deviation of the number, by rows less 1; none for classes.
    pub fn deviation(&self) -> Option<f64> {
        match self {
            Answers::Classes(_) => None,
            Answers::Numbers { rows, squares, .. } => Some((squares / (rows - 1.0)).sqrt()),
        }
    }

    /// Rows with each class; none for a number.
    pub fn counts(&self) -> &[f64] {
        match self {
            Answers::Classes(counts) => counts,
            Answers::Numbers { .. } => &[],
        }
    }

    /// Whether not all rows answer the same.
    pub(super) fn differ(&self) -> bool {
        match self {
            Answers::Classes(counts) => counts.iter().filter(|count| **count > 0.0).count() > 1,
            Answers::Numbers { squares, .. } => *squares > 0.0,
        }
    }
}

/// A test of groups against one another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Test {
    /// Pearson's chi-squared, or F.
    pub statistic: f64,
    /// Degrees of freedom, those between groups for F.
    pub df: usize,
    /// Degrees of freedom within groups, for F.
    pub df_within: Option<f64>,
    /// ln of the p-value; 0 (p = 1) without a degree of freedom.
    pub ln_p: f64,
}

/// Tests whether groups answer alike.
pub(super) fn test(groups: &[&Answers]) -> Test {
    match groups[0] {
        Answers::Classes(_) => chi_squared(&groups.iter().map(|group| group.counts()).collect::<Vec<_>>()),
        Answers::Numbers { .. } => f_test(groups),
    }
}

/// Pearson's chi-squared of groups × classes; classes that nobody has are dropped.
fn chi_squared(groups: &[&[f64]]) -> Test {
    let columns: Vec<f64> =
        (0..groups[0].len()).map(|class| groups.iter().map(|counts| counts[class]).sum()).collect();
    let total: f64 = columns.iter().sum();
    let used = columns.iter().filter(|sum| **sum > 0.0).count();
    let mut statistic = 0.0;
    for counts in groups {
        let rows: f64 = counts.iter().sum();
        for (count, column) in counts.iter().zip(&columns).filter(|(_, column)| **column > 0.0) {
            let even = rows * column / total;
            statistic += (count - even).powi(2) / even;
        }
    }
    let df = (groups.len() - 1) * used.saturating_sub(1);
    let ln_p = if df == 0 { 0.0 } else { ln_chi2_sf(statistic, df as f64) };
    Test { statistic, df, df_within: None, ln_p }
}

/// F of the analysis of variance: mean square between groups over that within.
fn f_test(groups: &[&Answers]) -> Test {
    let mut all = groups[0].clone();
    groups[1..].iter().for_each(|group| all.join(group));
    let middle = all.answer();
    let (mut between, mut within) = (0.0, 0.0);
    for group in groups {
        if let Answers::Numbers { rows, mean, squares } = group {
            between += rows * (mean - middle).powi(2);
            within += squares;
        }
    }
    let (df, df_within) = (groups.len() - 1, all.rows() - groups.len() as f64);
    let test = |statistic, ln_p| Test { statistic, df, df_within: Some(df_within), ln_p };
    match between / df as f64 / (within / df_within) {
        f if df == 0 || df_within <= 0.0 || f.is_nan() => test(0.0, 0.0),
        f if f.is_infinite() => test(f, f64::NEG_INFINITY),
        f => test(f, ln_f_sf(f, df as f64, df_within)),
    }
}
