//! k-prototypes: k-means for numbers and categories together (Huang 1998).
//!
//! A prototype has a mean for each column of numbers and the most frequent category for each other column. A row
//! is as far from it as the squared distance of the numbers plus γ for each category that differs (eq. 3).

use super::points::{Points, squared};
use crate::error::same_length;
use crate::random::Random;
use crate::{Error, Progress};

/// How to fit [`k_prototypes`].
#[derive(Clone, Copy, Debug)]
pub struct KPrototypesOptions {
    /// Number of groups.
    pub k: usize,
    /// What a differing category costs, in squared units of the points; none for half the mean standard
    /// deviation of the columns (Huang 1998, section 4.2).
    pub gamma: Option<f64>,
    /// Where the random rows that the groups start from come from.
    pub seed: u64,
    /// Times to start; the cheapest end is kept.
    pub restarts: usize,
    /// Give up after so many rounds.
    pub max_iterations: usize,
}

impl KPrototypesOptions {
    /// Ten restarts from this seed, γ by the data.
    pub fn new(k: usize, seed: u64) -> Self {
        KPrototypesOptions { k, gamma: None, seed, restarts: 10, max_iterations: 200 }
    }
}

/// Groups around their prototypes.
#[derive(Clone, Debug, PartialEq)]
pub struct KPrototypes {
    /// The group of each row, from 0.
    pub labels: Vec<u32>,
    /// Rows in each group.
    pub sizes: Vec<usize>,
    /// Σ weight of the rows in each group.
    pub weights: Vec<f64>,
    /// Means of the numbers, by group.
    pub means: Vec<Vec<f64>>,
    /// Most frequent category codes, by group.
    pub modes: Vec<Vec<u32>>,
    /// The γ that was used.
    pub gamma: f64,
    /// Sum of all rows' distances to their prototypes, by weight.
    pub cost: f64,
    /// Rounds of the start that was kept.
    pub iterations: usize,
    /// Whether no row changed its group any more.
    pub settled: bool,
}

/// Splits rows of numbers (scale them first) and category columns (codes from 0) into `k` groups.
///
/// A row of weight 2 ([`Points::weighed`]) counts as the row twice; one of weight 0 has a group, but no say.
///
/// # Errors
/// - [`Error::Length`] when a column of categories has not one code per row
/// - [`Error::Parameter`] when a number is out of range
/// - [`Error::TooFew`] when there are fewer distinct rows than groups
/// - [`Error::Stopped`] when the watcher wants no more
pub fn k_prototypes(
    points: &Points,
    categories: &[&[u32]],
    options: &KPrototypesOptions,
    progress: &dyn Progress,
) -> Result<KPrototypes, Error> {
    if options.k == 0 || options.restarts == 0 || options.max_iterations == 0 {
        return Err(Error::Parameter {
            name: "k, restarts and max_iterations",
            problem: "must be at least 1",
        });
    }
    for column in categories {
        same_length("a column of categories", column.len(), points.len())?;
    }
    let gamma = match options.gamma {
        Some(gamma) if gamma >= 0.0 => gamma,
        Some(_) => return Err(Error::Parameter { name: "gamma", problem: "must not be below 0" }),
        None => 0.5 * mean_deviation(points),
    };
    let mixed = Mixed { points, categories, gamma };
    let mut best: Option<KPrototypes> = None;
    for restart in 0..options.restarts {
        let watch = |part: f64| progress.reached((restart as f64 + part) / options.restarts as f64);
        let fit = mixed.fit(options, &mut Random::stream(options.seed, restart as u64), &watch)?;
        if best.as_ref().is_none_or(|best| fit.cost < best.cost) {
            best = Some(fit);
        }
    }
    Ok(best.expect("there is at least one restart"))
}

fn mean_deviation(points: &Points) -> f64 {
    let d = points.columns();
    let n: f64 = (0..points.len()).map(|row| points.weight(row)).sum();
    let weighed = |of: &dyn Fn(&[f64]) -> f64| {
        points.rows().enumerate().map(|(at, row)| points.weight(at) * of(row)).sum::<f64>() / n
    };
    let deviation = |at: usize| {
        let mean = weighed(&|row| row[at]);
        weighed(&|row| (row[at] - mean).powi(2)).sqrt()
    };
    (0..d).map(deviation).sum::<f64>() / d as f64
}

struct Mixed<'a> {
    points: &'a Points,
    categories: &'a [&'a [u32]],
    gamma: f64,
}

impl Mixed<'_> {
    fn fit(
        &self,
        options: &KPrototypesOptions,
        random: &mut Random,
        progress: &dyn Progress,
    ) -> Result<KPrototypes, Error> {
        let starts = self.distinct_starts(options.k, random)?;
        let mut means: Vec<Vec<f64>> = starts.iter().map(|&row| self.points.row(row).to_vec()).collect();
        let mut modes: Vec<Vec<u32>> =
            starts.iter().map(|&row| self.categories.iter().map(|column| column[row]).collect()).collect();
        let mut labels = vec![u32::MAX; self.points.len()];
        let (mut iterations, mut settled, mut cost) = (0, false, 0.0);
        while iterations < options.max_iterations && !settled {
            progress.at(iterations as f64 / options.max_iterations as f64)?;
            iterations += 1;
            settled = true;
            cost = 0.0;
            for (row, label) in labels.iter_mut().enumerate() {
                let distances = (0..options.k).map(|group| self.distance(row, &means[group], &modes[group]));
                let (near, distance) = distances
                    .enumerate()
                    .min_by(|a, b| a.1.total_cmp(&b.1))
                    .expect("there is at least one group");
                cost += self.points.weight(row) * distance;
                settled &= std::mem::replace(label, near as u32) == near as u32;
            }
            if !settled {
                self.update(&labels, &mut means, &mut modes);
            }
        }
        let (mut sizes, mut weights) = (vec![0; options.k], vec![0.0; options.k]);
        for (row, &label) in labels.iter().enumerate() {
            sizes[label as usize] += 1;
            weights[label as usize] += self.points.weight(row);
        }
        let gamma = self.gamma;
        Ok(KPrototypes { labels, sizes, weights, means, modes, gamma, cost, iterations, settled })
    }

    fn distance(&self, row: usize, mean: &[f64], mode: &[u32]) -> f64 {
        let differing =
            self.categories.iter().zip(mode).filter(|(column, mode)| column[row] != **mode).count();
        squared(self.points.row(row), mean) + self.gamma * differing as f64
    }

    /// Rows in random order, those of more weight sooner as if they stood there more often (Efraimidis and Spirakis 2006);
    /// none of weight 0.
    fn drawn(&self, random: &mut Random) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.points.len()).collect();
        let Some(weights) = self.points.weights() else {
            random.shuffle(&mut order);
            return order;
        };
        let late: Vec<f64> = weights.iter().map(|weight| random.exponential() / weight).collect();
        order.retain(|&row| weights[row] > 0.0);
        order.sort_by(|&a, &b| late[a].total_cmp(&late[b]));
        order
    }

    /// Random rows, no two of them alike.
    fn distinct_starts(&self, k: usize, random: &mut Random) -> Result<Vec<usize>, Error> {
        let order = self.drawn(random);
        let mut starts: Vec<usize> = Vec::with_capacity(k);
        for row in order {
            let alike = |&other: &usize| {
                self.points.row(row) == self.points.row(other)
                    && self.categories.iter().all(|column| column[row] == column[other])
            };
            if !starts.iter().any(alike) {
                starts.push(row);
            }
            if starts.len() == k {
                return Ok(starts);
            }
        }
        Err(Error::TooFew { what: "distinct rows", have: starts.len(), need: k })
    }

    /// Moves prototypes into the middle of their rows; one that has none stays where it is.
    fn update(&self, labels: &[u32], means: &mut [Vec<f64>], modes: &mut [Vec<u32>]) {
        for (group, (mean, mode)) in means.iter_mut().zip(modes).enumerate() {
            let rows: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] as usize == group).collect();
            let weight = |row: usize| self.points.weight(row);
            let all: f64 = rows.iter().map(|&row| weight(row)).sum();
            if all <= 0.0 {
                continue;
            }
            mean.fill(0.0);
            for &row in &rows {
                let of = weight(row);
                mean.iter_mut().zip(self.points.row(row)).for_each(|(sum, value)| *sum += of * value);
            }
            mean.iter_mut().for_each(|sum| *sum /= all);
            for (mode, column) in mode.iter_mut().zip(self.categories) {
                *mode = most_frequent(rows.iter().map(|&row| (column[row], weight(row))));
            }
        }
    }
}

/// The code of most weight, the smallest of those that tie.
fn most_frequent(codes: impl Iterator<Item = (u32, f64)>) -> u32 {
    let mut counts: Vec<f64> = Vec::new();
    for (code, weight) in codes {
        if code as usize >= counts.len() {
            counts.resize(code as usize + 1, 0.0);
        }
        counts[code as usize] += weight;
    }
    let best = counts.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    best.map_or(0, |(code, _)| code as u32)
}
