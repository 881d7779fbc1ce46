//! A tree that parts customers by how differently the treated and the controls answer
//! (Rzepakowski and Jaroszewicz 2012).

use super::qini::check;
use crate::trees::Split;
use crate::{Error, Feature, MISSING, Progress, Values};

/// How far apart two rates, or two means, are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divergence {
    /// Squared Euclidean distance, Σ (p − q)² over both answers.
    Euclidean,
    /// Kullback and Leibler's, Σ p ln(p / q).
    KullbackLeibler,
    /// Σ (p − q)² / q.
    ChiSquared,
    /// (p − q)² of mean amounts, such as money: the only one for outcomes other than 1 and 0.
    Means,
}

impl Divergence {
    /// Between the treated's rate and the controls', over both answers.
    fn of(self, p: f64, q: f64) -> f64 {
        if self == Divergence::Means {
            return (p - q).powi(2);
        }
        let both = [(p, q), (1.0 - p, 1.0 - q)];
        let part = |(p, q): (f64, f64)| match self {
            Divergence::Euclidean | Divergence::Means => (p - q).powi(2),
            Divergence::KullbackLeibler => {
                if p > 0.0 {
                    p * (p / q).ln()
                } else {
                    0.0
                }
            }
            Divergence::ChiSquared => (p - q).powi(2) / q,
        };
        both.into_iter().map(part).sum()
    }
}

/// How to grow an uplift tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpliftTreeOptions {
    /// What a question is to increase.
    pub divergence: Divergence,
    /// Most questions above a leaf.
    pub max_depth: usize,
    /// Least treated, and least control rows, in a leaf.
    pub min_rows: usize,
}

impl Default for UpliftTreeOptions {
    fn default() -> Self {
        UpliftTreeOptions { divergence: Divergence::Euclidean, max_depth: 4, min_rows: 200 }
    }
}

/// A node: what is known of its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct UpliftNode {
    /// Questions above it.
    pub depth: usize,
    /// Treated and control rows.
    pub rows: [usize; 2],
    /// Their rates or means, each pulled to the parent's by as many rows of it as `min_rows` / 10.
    pub rates: [f64; 2],
    /// The question, and the nodes for yes (left) and no (right); none at a leaf.
    pub split: Option<(Split, usize, usize)>,
}

impl UpliftNode {
    /// Rate or mean of the treated − that of the controls.
    pub fn uplift(&self) -> f64 {
        self.rates[0] - self.rates[1]
    }
}

/// A grown tree; parents before children, the root first.
#[derive(Clone, Debug, PartialEq)]
pub struct UpliftTree {
    /// All nodes.
    pub nodes: Vec<UpliftNode>,
}

/// Borders tried per column and node.
const BORDERS: usize = 64;

/// Grows a tree for outcomes 1 and 0, or for amounts with [`Divergence::Means`]. A question is worth the divergence on its sides, weighed by rows, less that
/// at the node (eq. 6, without the normalisation).
///
/// # Errors
/// Those of [`super::qini`] for bad data; [`Error::Value`] for an outcome that is neither 0 nor 1 (not a number); [`Error::TooFew`]
/// when a group has fewer than twice `min_rows` rows; [`Error::Parameter`] for `min_rows` 0; [`Error::Stopped`].
pub fn uplift_tree(
    features: &[Feature],
    outcome: &[f64],
    treated: &[f64],
    options: &UpliftTreeOptions,
    progress: &dyn Progress,
) -> Result<UpliftTree, Error> {
    check(outcome, treated, treated)?;
    if options.divergence != Divergence::Means {
        crate::check_values("outcome", outcome, "is neither 0 nor 1", |y| y == 0.0 || y == 1.0)?;
    }
    features.iter().try_for_each(|feature| feature.check(outcome.len()))?;
    if options.min_rows == 0 {
        return Err(Error::Parameter { name: "min_rows", problem: "must be at least 1" });
    }
    let mut growth = Growth { features, outcome, treated, options, progress, nodes: Vec::new(), done: 0 };
    let rows: Vec<u32> = (0..outcome.len() as u32).collect();
    let sums = growth.sums(&rows);
    let least = sums.rows[0].min(sums.rows[1]) as usize;
    if least < 2 * options.min_rows {
        return Err(Error::TooFew { what: "rows in a group", have: least, need: 2 * options.min_rows });
    }
    let rates = sums.rates();
    growth.grow(rows, rates, 0)?;
    Ok(UpliftTree { nodes: growth.nodes })
}

impl UpliftTree {
    /// The effect of the offer on the chance, or the amount, of each row.
    ///
    /// # Errors
    /// [`Error::Length`] and [`Error::Value`] for bad columns.
    pub fn uplift(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        let rows = features.first().map_or(0, Feature::len);
        features.iter().try_for_each(|feature| feature.check(rows))?;
        let end = |row: usize| {
            let mut node = &self.nodes[0];
            while let Some((split, left, right)) = &node.split {
                node = &self.nodes[if split.goes_left(features, row) { *left } else { *right }];
            }
            node.uplift()
        };
        Ok((0..rows).map(end).collect())
    }
}

/// Rows and successes (or amounts) of the treated and the controls.
#[derive(Clone, Copy, Default)]
struct Sums {
    rows: [f64; 2],
    successes: [f64; 2],
}

impl Sums {
    fn add(&mut self, other: Sums) {
        for group in 0..2 {
            self.rows[group] += other.rows[group];
            self.successes[group] += other.successes[group];
        }
    }

    fn less(self, part: Sums) -> Sums {
        let minus = |a: [f64; 2], b: [f64; 2]| [a[0] - b[0], a[1] - b[1]];
        Sums { rows: minus(self.rows, part.rows), successes: minus(self.successes, part.successes) }
    }

    fn rates(self) -> [f64; 2] {
        [self.successes[0] / self.rows[0], self.successes[1] / self.rows[1]]
    }

    fn all(self) -> f64 {
        self.rows[0] + self.rows[1]
    }

    fn divergence(self, divergence: Divergence) -> f64 {
        let [p, q] = self.moderate(divergence);
        divergence.of(p, q)
    }

    /// Rates with half a row of either answer added, so that none is 0 or 1; means as they are.
    fn moderate(self, divergence: Divergence) -> [f64; 2] {
        let moderate = |group: usize| match divergence {
            Divergence::Means => self.successes[group] / self.rows[group].max(1.0),
            _ => (self.successes[group] + 0.5) / (self.rows[group] + 1.0),
        };
        [moderate(0), moderate(1)]
    }
}

struct Growth<'a> {
    features: &'a [Feature<'a>],
    outcome: &'a [f64],
    treated: &'a [f64],
    options: &'a UpliftTreeOptions,
    progress: &'a dyn Progress,
    nodes: Vec<UpliftNode>,
    done: usize,
}

impl Growth<'_> {
    fn row(&self, row: u32) -> Sums {
        let group = usize::from(self.treated[row as usize] == 0.0);
        let mut sums = Sums::default();
        sums.rows[group] = 1.0;
        sums.successes[group] = self.outcome[row as usize];
        sums
    }

    fn sums(&self, rows: &[u32]) -> Sums {
        let mut sums = Sums::default();
        rows.iter().for_each(|&row| sums.add(self.row(row)));
        sums
    }

    fn grow(&mut self, rows: Vec<u32>, above: [f64; 2], depth: usize) -> Result<usize, Error> {
        let at = self.nodes.len();
        let sums = self.sums(&rows);
        let pull = self.options.min_rows as f64 / 10.0;
        let rate = |group: usize| (sums.successes[group] + pull * above[group]) / (sums.rows[group] + pull);
        let rates = [rate(0), rate(1)];
        let counts = [sums.rows[0] as usize, sums.rows[1] as usize];
        self.nodes.push(UpliftNode { depth, rows: counts, rates, split: None });
        let split = if depth < self.options.max_depth { self.best(&rows, sums) } else { None };
        let Some(split) = split else {
            self.done += rows.len();
            self.progress.at(self.done as f64 / self.outcome.len() as f64)?;
            return Ok(at);
        };
        let (left, right) = rows.into_iter().partition(|&row| split.goes_left(self.features, row as usize));
        let left = self.grow(left, rates, depth + 1)?;
        let right = self.grow(right, rates, depth + 1)?;
        self.nodes[at].split = Some((split, left, right));
        Ok(at)
    }

    /// The question that increases the divergence most, if any does.
    fn best(&self, rows: &[u32], total: Sums) -> Option<Split> {
        let mut best: Option<(f64, Split)> = None;
        for (feature, column) in self.features.iter().enumerate() {
            let bins = match column.values {
                Values::Numbers(values) => self.number_bins(feature, values, rows),
                Values::Categories { codes, names } => self.category_bins(feature, codes, names.len(), rows),
            };
            let mut left = Sums::default();
            for (sums, split) in bins {
                left.add(sums);
                if let Some(gain) = self.gain(left, total.less(left), total)
                    && gain > best.as_ref().map_or(1e-12, |(gain, _)| *gain)
                {
                    best = Some((gain, split));
                }
            }
        }
        best.map(|(_, split)| split)
    }

    fn gain(&self, left: Sums, right: Sums, total: Sums) -> Option<f64> {
        let least = self.options.min_rows as f64;
        let enough = |sums: Sums| sums.rows.iter().all(|rows| *rows >= least);
        let worth = |sums: Sums| sums.all() / total.all() * sums.divergence(self.options.divergence);
        let before = total.divergence(self.options.divergence);
        (enough(left) && enough(right)).then(|| worth(left) + worth(right) - before)
    }

    /// Rows between borders at even ranks, with the question "up to its upper border"; gaps go right.
    fn number_bins(&self, feature: usize, values: &[f64], rows: &[u32]) -> Vec<(Sums, Split)> {
        let mut sorted: Vec<(f64, u32)> = rows
            .iter()
            .map(|&row| (values[row as usize], row))
            .filter(|(value, _)| !value.is_nan())
            .collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut bins = Vec::new();
        let (mut sums, mut count) = (Sums::default(), 0);
        for (at, &(value, row)) in sorted.iter().enumerate() {
            sums.add(self.row(row));
            count += 1;
            let ends = sorted.get(at + 1).is_none_or(|(next, _)| *next > value);
            if ends && count * BORDERS >= sorted.len() {
                let border = sorted.get(at + 1).map_or(value, |(next, _)| 0.5 * value + 0.5 * next);
                bins.push((sums, Split::Number { feature, border, gaps_left: false }));
                (sums, count) = (Sums::default(), 0);
            }
        }
        bins
    }

    /// Categories by rising uplift, with the question "one of those so far".
    fn category_bins(&self, feature: usize, codes: &[u32], names: usize, rows: &[u32]) -> Vec<(Sums, Split)> {
        let mut sums = vec![Sums::default(); names + 1];
        for &row in rows {
            sums[(codes[row as usize] as usize).min(names)].add(self.row(row));
        }
        let uplift = |sums: &Sums| {
            let [p, q] = sums.moderate(self.options.divergence);
            p - q
        };
        let mut order: Vec<usize> = (0..=names).filter(|&code| sums[code].all() > 0.0).collect();
        order.sort_by(|&a, &b| uplift(&sums[a]).total_cmp(&uplift(&sums[b])).then(a.cmp(&b)));
        let mut left: Vec<u32> = Vec::new();
        let mut gaps_left = false;
        let bins = order.into_iter().map(|code| {
            if code == names {
                gaps_left = true;
            } else {
                debug_assert!(code as u32 != MISSING);
                left.push(code as u32);
                left.sort_unstable();
            }
            (sums[code], Split::Category { feature, left: left.clone(), gaps_left })
        });
        bins.collect()
    }
}
