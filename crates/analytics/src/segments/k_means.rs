//! k-means: `k` groups around their means (MacQueen 1967, Lloyd 1982).

use super::lloyd::{Patience, Settled, lloyd};
use super::points::{Points, squared};
use super::seeding::plus_plus;
use crate::random::Random;
use crate::{Error, Progress};

/// Where the first centres come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// Drawn by greedy k-means++; the best of so many restarts is kept.
    Drawn { seed: u64, restarts: usize },
    /// The given rows, one per group.
    Rows(Vec<usize>),
}

/// How to fit [`k_means`].
#[derive(Clone, Debug, PartialEq)]
pub struct KMeansOptions {
    /// Number of groups.
    pub k: usize,
    /// First centres.
    pub start: Start,
    /// Give up moving centres after so many rounds.
    pub max_iterations: usize,
    /// Also stop when the squared moves of all centres add up to this share of a column's mean variance or less
    /// (scikit-learn has 1e-4); 0 goes on until no row changes its group.
    pub tolerance: f64,
    /// Threads to use; the answer does not depend on it.
    pub threads: usize,
}

impl KMeansOptions {
    /// Ten restarts from this seed, on one thread.
    pub fn new(k: usize, seed: u64) -> Self {
        KMeansOptions {
            k,
            start: Start::Drawn { seed, restarts: 10 },
            max_iterations: 1_000,
            tolerance: 0.0,
            threads: 1,
        }
    }
}

/// Groups around their means.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeans {
    /// The group of each row, from 0.
    pub labels: Vec<u32>,
    /// Rows in each group.
    pub sizes: Vec<usize>,
    /// Σ weight of the rows in each group.
    pub weights: Vec<f64>,
    /// Mean of each group, in the units of the points.
    pub centres: Vec<Vec<f64>>,
    /// Sum of squared distances of the rows to the means of their groups, by weight.
    pub inertia: f64,
    /// Rounds of the restart that was kept.
    pub iterations: usize,
    /// Whether no row changed its group any more; else the rounds ran out.
    pub settled: bool,
}

impl KMeans {
    /// The group whose mean is nearest to a new row.
    pub fn label(&self, row: &[f64]) -> u32 {
        let distances = self.centres.iter().map(|centre| squared(row, centre));
        distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(label, _)| label as u32)
    }
}

/// Splits the rows into `k` groups with small squared distances to their means, both by weight ([`Points::weighed`]).
///
/// Scale the columns first ([`Points::standardised`]) unless they are in one unit. Groups are numbered as their
/// first centres were given or drawn.
///
/// # Errors
/// - [`Error::Parameter`] when `k`, restarts, rounds or threads are 0, or a start row is missing or out of range
/// - [`Error::TooFew`] when there are fewer distinct rows than groups
/// - [`Error::Stopped`] when the watcher wants no more
pub fn k_means(points: &Points, options: &KMeansOptions, progress: &dyn Progress) -> Result<KMeans, Error> {
    check(points, options)?;
    let (k, d) = (options.k, points.columns());
    let settled = match &options.start {
        Start::Rows(rows) => {
            let centres = rows.iter().flat_map(|&row| points.row(row)).copied().collect();
            lloyd(points, centres, patience(points, options), options.threads, progress)?
        }
        Start::Drawn { seed, restarts } => best_restart(points, options, *seed, *restarts, progress)?,
    };
    let centres: Vec<Vec<f64>> = settled.centres.chunks_exact(d).map(<[f64]>::to_vec).collect();
    let mut sizes = vec![0; k];
    let mut weights = vec![0.0; k];
    for (row, &label) in settled.labels.iter().enumerate() {
        sizes[label as usize] += 1;
        weights[label as usize] += points.weight(row);
    }
    Ok(KMeans {
        inertia: inertia(points, &settled),
        sizes,
        weights,
        centres,
        labels: settled.labels,
        iterations: settled.iterations,
        settled: settled.settled,
    })
}

fn best_restart(
    points: &Points,
    options: &KMeansOptions,
    seed: u64,
    restarts: usize,
    progress: &dyn Progress,
) -> Result<Settled, Error> {
    let patience = patience(points, options);
    // Many restarts share the threads among them, a single one has all of them for its blocks.
    let (outer, inner) = if restarts > 1 { (options.threads, 1) } else { (1, options.threads) };
    let run = |restart: usize, progress: &dyn Progress| -> Result<(f64, Settled), Error> {
        let centres = plus_plus(points, options.k, &mut Random::stream(seed, restart as u64));
        let settled = lloyd(points, centres, patience, inner, progress)?;
        Ok((inertia(points, &settled), settled))
    };
    let mut best: Option<(f64, Settled)> = None;
    for turn in (0..restarts).step_by(outer) {
        let last = (turn + outer).min(restarts);
        let share = |part: f64| (turn as f64 + part) / restarts as f64;
        let results: Vec<Result<(f64, Settled), Error>> = if outer == 1 {
            vec![run(turn, &|part: f64| progress.reached(share(part)))]
        } else {
            // Restarts side by side can be stopped, but tell no more than how many are done.
            let watch = |_: f64| progress.reached(share(0.0));
            std::thread::scope(|scope| {
                let (run, watch) = (&run, &watch);
                let jobs: Vec<_> =
                    (turn..last).map(|restart| scope.spawn(move || run(restart, watch))).collect();
                jobs.into_iter().map(|job| job.join().expect("a restart does not panic")).collect()
            })
        };
        for result in results {
            let result = result?;
            if best.as_ref().is_none_or(|(least, _)| result.0 < *least) {
                best = Some(result);
            }
        }
    }
    Ok(best.expect("there is at least one restart").1)
}

fn patience(points: &Points, options: &KMeansOptions) -> Patience {
    let near = if options.tolerance > 0.0 { options.tolerance * points.mean_variance() } else { 0.0 };
    Patience { most: options.max_iterations, near }
}

fn inertia(points: &Points, settled: &Settled) -> f64 {
    let d = points.columns();
    let to_centre =
        |row: usize| squared(points.row(row), &settled.centres[settled.labels[row] as usize * d..][..d]);
    (0..points.len()).map(|row| points.weight(row) * to_centre(row)).sum()
}

fn check(points: &Points, options: &KMeansOptions) -> Result<(), Error> {
    let refuse = |name, problem| Err(Error::Parameter { name, problem });
    if options.k == 0 || options.max_iterations == 0 || options.threads == 0 {
        return refuse("k, max_iterations and threads", "must be at least 1");
    }
    if options.tolerance.is_nan() || options.tolerance < 0.0 {
        return refuse("the tolerance", "must not be below 0");
    }
    match &options.start {
        Start::Drawn { restarts: 0, .. } => return refuse("restarts", "must be at least 1"),
        Start::Rows(rows) if rows.len() != options.k || rows.iter().any(|&row| row >= points.len()) => {
            return refuse("start", "must name one row per group");
        }
        _ => {}
    }
    let distinct = distinct_rows(points, options.k);
    if distinct < options.k {
        return Err(Error::TooFew { what: "distinct rows", have: distinct, need: options.k });
    }
    Ok(())
}

/// Counts distinct rows with a weight, but no further than `enough`.
pub(super) fn distinct_rows(points: &Points, enough: usize) -> usize {
    let mut seen = std::collections::HashSet::new();
    for (at, row) in points.rows().enumerate() {
        if points.weight(at) == 0.0 {
            continue;
        }
        // −0 and 0 are the same place.
        seen.insert(row.iter().map(|value| (value + 0.0).to_bits()).collect::<Vec<u64>>());
        if seen.len() >= enough {
            break;
        }
    }
    seen.len()
}
