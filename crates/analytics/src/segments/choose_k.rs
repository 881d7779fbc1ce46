//! How many groups: by silhouette (Rousseeuw 1987) and by the gap statistic (Tibshirani, Walther, Hastie 2001).

use super::k_means::{KMeans, KMeansOptions, distinct_rows, k_means};
use super::points::Points;
use super::quality::{calinski_harabasz, davies_bouldin, silhouette};
use crate::random::Random;
use crate::{Error, Progress};

/// What one number of groups gives.
#[derive(Clone, Debug)]
pub struct KChoice {
    /// Number of groups.
    pub k: usize,
    /// Sum of squared distances to the means.
    pub inertia: f64,
    /// Mean silhouette; none for one group.
    pub silhouette: Option<f64>,
    /// Variance ratio; none for one group.
    pub calinski_harabasz: Option<f64>,
    /// Likeness of groups; none for one group.
    pub davies_bouldin: Option<f64>,
    /// Mean of ln(inertia) over evenly spread data, minus ln(inertia) here (eq. 3, with squared distances).
    pub gap: f64,
    /// Its standard error, s(k) of section 4.
    pub gap_error: f64,
    /// The groups.
    pub fit: KMeans,
}

/// All numbers of groups that were tried.
#[derive(Clone, Debug)]
pub struct KChoices {
    /// From 1 to the largest k.
    pub tried: Vec<KChoice>,
    /// The k with the highest silhouette.
    pub by_silhouette: usize,
    /// The smallest k with gap(k) ≥ gap(k + 1) − s(k + 1); 1 says that there are no groups.
    pub by_gap: usize,
}

/// Most rows that a silhouette looks at.
const SILHOUETTE_ROWS: usize = 10_000;

/// Tries 1 to `largest` groups; `draws` evenly spread data sets (20, say) within the range of each column serve
/// the gap statistic. `options.k` is not used; the seed of its start is.
///
/// # Errors
/// As [`k_means`]; [`Error::Parameter`] when `largest` is below 2, `draws` is 0, or the start is not drawn.
pub fn choose_k(
    points: &Points,
    largest: usize,
    draws: usize,
    options: &KMeansOptions,
    progress: &dyn Progress,
) -> Result<KChoices, Error> {
    if largest < 2 || draws == 0 {
        return Err(Error::Parameter { name: "largest and draws", problem: "must be at least 2, and 1" });
    }
    let super::Start::Drawn { seed, .. } = options.start else {
        return Err(Error::Parameter { name: "start", problem: "must be drawn to try several k" });
    };
    let distinct = distinct_rows(points, largest);
    if distinct < largest {
        return Err(Error::TooFew { what: "distinct rows", have: distinct, need: largest });
    }
    let even: Vec<Points> = (0..draws).map(|draw| evenly_spread(points, seed, draw as u64)).collect();
    let mut tried = Vec::with_capacity(largest);
    for k in 1..=largest {
        let share = |part: f64| (k as f64 - 1.0 + part) / largest as f64;
        progress.at(share(0.0))?;
        let options = KMeansOptions { k, ..options.clone() };
        let fit = k_means(points, &options, &|part: f64| progress.reached(share(0.5 * part)))?;
        let (gap, gap_error) =
            gap(&fit, &even, &options, &|part: f64| progress.reached(share(0.5 + 0.5 * part)))?;
        tried.push(KChoice {
            k,
            inertia: fit.inertia,
            silhouette: silhouette(points, &fit.labels, SILHOUETTE_ROWS, seed).ok(),
            calinski_harabasz: calinski_harabasz(points, &fit.labels).ok(),
            davies_bouldin: davies_bouldin(points, &fit.labels).ok(),
            gap,
            gap_error,
            fit,
        });
    }
    let score = |choice: &KChoice| choice.silhouette.unwrap_or(f64::NEG_INFINITY);
    let best = tried.iter().rev().max_by(|a, b| score(a).total_cmp(&score(b))).map_or(1, |choice| choice.k);
    let by_gap = tried.windows(2).find(|pair| pair[0].gap >= pair[1].gap - pair[1].gap_error);
    Ok(KChoices { by_silhouette: best, by_gap: by_gap.map_or(largest, |pair| pair[0].k), tried })
}

/// Rows spread evenly over the box of the points, with their weights.
fn evenly_spread(points: &Points, seed: u64, draw: u64) -> Points {
    let mut random = Random::stream(seed, u64::MAX - draw);
    let d = points.columns();
    let (mut low, mut high) = (points.row(0).to_vec(), points.row(0).to_vec());
    for row in points.rows() {
        for at in 0..d {
            low[at] = low[at].min(row[at]);
            high[at] = high[at].max(row[at]);
        }
    }
    let values =
        (0..points.len() * d).map(|at| low[at % d] + (high[at % d] - low[at % d]) * random.uniform());
    points.with_values(values.collect())
}

fn gap(
    fit: &KMeans,
    even: &[Points],
    options: &KMeansOptions,
    progress: &dyn Progress,
) -> Result<(f64, f64), Error> {
    let mut logs = Vec::with_capacity(even.len());
    for (at, points) in even.iter().enumerate() {
        progress.at(at as f64 / even.len() as f64)?;
        logs.push(k_means(points, options, &crate::Silent)?.inertia.ln());
    }
    let n = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / n;
    let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / n;
    Ok((mean - fit.inertia.ln(), (variance * (1.0 + 1.0 / n)).sqrt()))
}
