//! Hierarchical groups: the two nearest groups merge, again and again (Ward 1963; Lance and Williams 1967).
//!
//! Found by the nearest-neighbour chain (Murtagh 1983), which takes n² steps for the linkages offered here.

use super::points::{Points, squared};
use crate::weights::Weights;
use crate::{Error, Progress};

/// How far apart two groups are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linkage {
    /// As far as their nearest rows.
    Single,
    /// As far as their furthest rows.
    Complete,
    /// The mean over all pairs of rows (UPGMA).
    Average,
    /// √(2 × what the merge adds to the sum of squares), as R's `ward.D2` and SciPy's `ward`.
    Ward,
}

/// Two groups becoming one. Rows are groups `0..n`; merge number i makes group `n + i`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// The group with the smaller number.
    pub first: usize,
    /// The other one.
    pub second: usize,
    /// How far apart they were.
    pub height: f64,
    /// Rows in both together.
    pub size: usize,
    /// Σ weight of these rows.
    pub weight: f64,
}

/// All n − 1 merges, lowest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Merges {
    /// Merges in order of height.
    pub merges: Vec<Merge>,
}

/// Distances of more rows than this would fill the memory (8 bytes × n² / 2).
const MOST_ROWS: usize = 16_000;

/// Merges all rows step by step by Euclidean distance.
///
/// A row of weight 2 ([`Points::weighed`]) counts as the row twice, the merge of the two at height 0 left out.
///
/// # Errors
/// - [`Error::TooFew`] for fewer than two rows
/// - [`Error::Value`] for a weight of zero, which no distance to the others can be told for
/// - [`Error::Parameter`] for more than 16,000 rows: group them by k-means first and merge the means
/// - [`Error::Stopped`] when the watcher wants no more
pub fn hierarchical(points: &Points, linkage: Linkage, progress: &dyn Progress) -> Result<Merges, Error> {
    let n = points.len();
    if n < 2 {
        return Err(Error::TooFew { what: "rows", have: n, need: 2 });
    }
    if n > MOST_ROWS {
        return Err(Error::Parameter {
            name: "rows",
            problem: "are more than 16,000; merge the means of k-means",
        });
    }
    let weights = Weights::new(points.weights(), n)?;
    let mut distances = Distances::new(points, linkage);
    // What each living group weighs, 0 once it is part of another.
    let mut masses: Vec<f64> = (0..n).map(|row| weights.of(row)).collect();
    let mut chain: Vec<usize> = Vec::new();
    let mut found: Vec<(usize, usize, f64)> = Vec::with_capacity(n - 1);
    while found.len() < n - 1 {
        if chain.is_empty() {
            chain.push(masses.iter().position(|&mass| mass > 0.0).expect("more than one group is left"));
        }
        let last = chain[chain.len() - 1];
        let before = (chain.len() > 1).then(|| chain[chain.len() - 2]);
        let (near, distance) = nearest(&distances, &masses, last, before);
        if Some(near) == before {
            chain.truncate(chain.len() - 2);
            // The later of the two goes on, as in SciPy: with ties, what merges next depends on it.
            let (gone, kept) = (last.min(near), last.max(near));
            found.push((gone, kept, distance));
            progress.at(found.len() as f64 / n as f64)?;
            distances.merge(gone, kept, distance, &masses, linkage);
            masses[kept] += masses[gone];
            masses[gone] = 0.0;
        } else {
            chain.push(near);
        }
    }
    Ok(Merges { merges: number(found, weights, linkage) })
}

/// The nearest living group, the one before in the chain when it ties.
fn nearest(distances: &Distances, masses: &[f64], group: usize, before: Option<usize>) -> (usize, f64) {
    let mut best =
        before.map_or((usize::MAX, f64::INFINITY), |before| (before, distances.get(group, before)));
    for (other, &mass) in masses.iter().enumerate() {
        if mass > 0.0 && other != group {
            let distance = distances.get(group, other);
            if distance < best.1 || best.0 == usize::MAX {
                best = (other, distance);
            }
        }
    }
    best
}

/// Distances of all pairs, the lower triangle row by row; squared for Ward's linkage.
struct Distances(Vec<f64>);

impl Distances {
    fn new(points: &Points, linkage: Linkage) -> Distances {
        let mut all = Vec::with_capacity(points.len() * (points.len() - 1) / 2);
        for a in 1..points.len() {
            let row = points.row(a);
            let squares = (0..a).map(|b| squared(row, points.row(b)));
            if let (Linkage::Ward, Some(weights)) = (linkage, points.weights()) {
                let share = |b: usize| 2.0 * weights[a] * weights[b] / (weights[a] + weights[b]);
                all.extend(squares.enumerate().map(|(b, square)| share(b) * square));
                continue;
            }
            if linkage == Linkage::Ward { all.extend(squares) } else { all.extend(squares.map(f64::sqrt)) }
        }
        Distances(all)
    }

    fn place(a: usize, b: usize) -> usize {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        high * (high - 1) / 2 + low
    }

    fn get(&self, a: usize, b: usize) -> f64 {
        self.0[Self::place(a, b)]
    }

    /// Puts group `gone` into group `kept` (Lance and Williams's formula).
    fn merge(&mut self, gone: usize, kept: usize, distance: f64, masses: &[f64], linkage: Linkage) {
        let (g, k) = (masses[gone], masses[kept]);
        for other in (0..masses.len()).filter(|&other| other != gone && other != kept && masses[other] > 0.0)
        {
            let (from_gone, from_kept) = (self.get(gone, other), self.get(kept, other));
            let o = masses[other];
            self.0[Self::place(kept, other)] = match linkage {
                Linkage::Single => from_gone.min(from_kept),
                Linkage::Complete => from_gone.max(from_kept),
                Linkage::Average => (g * from_gone + k * from_kept) / (g + k),
                Linkage::Ward => {
                    (((g + o) * from_gone + (k + o) * from_kept - o * distance) / (g + k + o)).max(0.0)
                }
            };
        }
    }
}

/// Sorts merges by height and names groups by them.
fn number(mut found: Vec<(usize, usize, f64)>, weights: Weights, linkage: Linkage) -> Vec<Merge> {
    let n = found.len() + 1;
    found.sort_by(|a, b| a.2.total_cmp(&b.2));
    let mut parent: Vec<usize> = (0..2 * n - 1).collect();
    let mut sizes = vec![1usize; 2 * n - 1];
    let mut masses: Vec<f64> = (0..2 * n - 1).map(|at| if at < n { weights.of(at) } else { 0.0 }).collect();
    let merges = found.into_iter().enumerate().map(|(at, (a, b, height))| {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        let made = n + at;
        parent[a] = made;
        parent[b] = made;
        sizes[made] = sizes[a] + sizes[b];
        masses[made] = masses[a] + masses[b];
        let height = if linkage == Linkage::Ward { height.sqrt() } else { height };
        Merge { first: a.min(b), second: a.max(b), height, size: sizes[made], weight: masses[made] }
    });
    merges.collect()
}

fn root(parent: &mut [usize], mut group: usize) -> usize {
    while parent[group] != group {
        parent[group] = parent[parent[group]];
        group = parent[group];
    }
    group
}

impl Merges {
    /// The group of each row when the merges stop at `k` groups; groups are numbered by their first row.
    ///
    /// # Errors
    /// [`Error::Parameter`] when `k` is 0 or more than the rows.
    pub fn cut(&self, k: usize) -> Result<Vec<u32>, Error> {
        let n = self.merges.len() + 1;
        if k == 0 || k > n {
            return Err(Error::Parameter { name: "k", problem: "must be within 1 and the number of rows" });
        }
        let mut parent: Vec<usize> = (0..2 * n - 1).collect();
        for (at, merge) in self.merges[..n - k].iter().enumerate() {
            parent[merge.first] = n + at;
            parent[merge.second] = n + at;
        }
        let mut names: Vec<usize> = Vec::new();
        let labels = (0..n).map(|row| {
            let group = root(&mut parent, row);
            let known = names.iter().position(|&name| name == group);
            known.unwrap_or_else(|| {
                names.push(group);
                names.len() - 1
            }) as u32
        });
        Ok(labels.collect())
    }
}
