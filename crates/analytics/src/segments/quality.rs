//! How well groups are told apart.

use super::points::{Points, squared};
use crate::Error;
use crate::error::same_length;
use crate::random::Random;

/// Mean silhouette (Rousseeuw 1987): for each row (b − a) / max(a, b), with a its mean distance to its own group
/// and b to the nearest other one; 0 in a group of one. Between −1 and 1, higher is better.
///
/// The effort grows with the square of the rows; past `sample` rows, so many are drawn with the seed.
///
/// # Errors
/// [`Error::Length`] when labels and rows differ, [`Error::OneClass`] when there is only one group.
pub fn silhouette(points: &Points, labels: &[u32], sample: usize, seed: u64) -> Result<f64, Error> {
    same_length("the labels", labels.len(), points.len())?;
    let mut rows: Vec<usize> = (0..points.len()).collect();
    if rows.len() > sample {
        Random::new(seed).shuffle(&mut rows);
        rows.truncate(sample);
    }
    rows.sort_by_key(|&row| (labels[row], row));
    let bounds = group_bounds(&rows, labels);
    if bounds.len() < 3 {
        return Err(Error::OneClass);
    }
    let columns: Vec<Vec<f64>> =
        (0..points.columns()).map(|at| rows.iter().map(|&row| points.row(row)[at]).collect()).collect();
    let mut distances = vec![0.0; rows.len()];
    let mut sum = 0.0;
    for group in 0..bounds.len() - 1 {
        for place in bounds[group]..bounds[group + 1] {
            distances.fill(0.0);
            for column in &columns {
                let own = column[place];
                distances.iter_mut().zip(column).for_each(|(d, value)| *d += (value - own) * (value - own));
            }
            distances.iter_mut().for_each(|d| *d = d.sqrt());
            sum += silhouette_of(&distances, &bounds, group);
        }
    }
    Ok(sum / rows.len() as f64)
}

fn silhouette_of(distances: &[f64], bounds: &[usize], group: usize) -> f64 {
    let total = |g: usize| distances[bounds[g]..bounds[g + 1]].iter().sum::<f64>();
    let size = |g: usize| (bounds[g + 1] - bounds[g]) as f64;
    if size(group) == 1.0 {
        return 0.0;
    }
    let own = total(group) / (size(group) - 1.0);
    let others = (0..bounds.len() - 1).filter(|&other| other != group);
    let next = others.map(|other| total(other) / size(other)).fold(f64::INFINITY, f64::min);
    if own.max(next) > 0.0 { (next - own) / own.max(next) } else { 0.0 }
}

/// Where each group begins among rows sorted by label, and the end.
fn group_bounds(rows: &[usize], labels: &[u32]) -> Vec<usize> {
    let mut bounds: Vec<usize> =
        (0..rows.len()).filter(|&at| at == 0 || labels[rows[at]] != labels[rows[at - 1]]).collect();
    bounds.push(rows.len());
    bounds
}

/// Ratio of the variance between groups to that within them (Caliński and Harabasz 1974); higher is better.
///
/// # Errors
/// [`Error::Length`] when labels and rows differ, [`Error::OneClass`] when there is only one group,
/// [`Error::TooFew`] when every row is a group of its own.
pub fn calinski_harabasz(points: &Points, labels: &[u32]) -> Result<f64, Error> {
    let groups = Groups::new(points, labels)?;
    let (n, k) = (points.len() as f64, groups.sizes.len() as f64);
    let d = points.columns();
    let mut middle = vec![0.0; d];
    for row in points.rows() {
        middle.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / n);
    }
    let between: f64 =
        groups.centres.iter().zip(&groups.sizes).map(|(centre, size)| size * squared(centre, &middle)).sum();
    let within: f64 =
        points.rows().zip(&groups.of_row).map(|(row, &group)| squared(row, &groups.centres[group])).sum();
    Ok(if within > 0.0 { between / (k - 1.0) / (within / (n - k)) } else { f64::INFINITY })
}

/// Mean over groups of the worst (spread + spread) / distance of centres (Davies and Bouldin 1979); lower is better.
///
/// # Errors
/// As [`calinski_harabasz`].
pub fn davies_bouldin(points: &Points, labels: &[u32]) -> Result<f64, Error> {
    let groups = Groups::new(points, labels)?;
    let k = groups.sizes.len();
    let mut spread = vec![0.0; k];
    for (row, &group) in points.rows().zip(&groups.of_row) {
        spread[group] += squared(row, &groups.centres[group]).sqrt() / groups.sizes[group];
    }
    let likeness =
        |a: usize, b: usize| (spread[a] + spread[b]) / squared(&groups.centres[a], &groups.centres[b]).sqrt();
    let worst = |a: usize| (0..k).filter(|&b| b != a).map(|b| likeness(a, b)).fold(0.0, f64::max);
    Ok((0..k).map(worst).sum::<f64>() / k as f64)
}

/// Groups that have rows, their means and sizes.
struct Groups {
    centres: Vec<Vec<f64>>,
    sizes: Vec<f64>,
    of_row: Vec<usize>,
}

impl Groups {
    fn new(points: &Points, labels: &[u32]) -> Result<Groups, Error> {
        same_length("the labels", labels.len(), points.len())?;
        let mut present = labels.to_vec();
        present.sort_unstable();
        present.dedup();
        if present.len() < 2 {
            return Err(Error::OneClass);
        }
        if present.len() >= points.len() {
            return Err(Error::TooFew { what: "rows", have: points.len(), need: present.len() + 1 });
        }
        let of_row: Vec<usize> =
            labels.iter().map(|label| present.binary_search(label).expect("it is present")).collect();
        let mut sizes = vec![0.0; present.len()];
        let mut centres = vec![vec![0.0; points.columns()]; present.len()];
        for (row, &group) in points.rows().zip(&of_row) {
            sizes[group] += 1.0;
            centres[group].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        for (centre, size) in centres.iter_mut().zip(&sizes) {
            centre.iter_mut().for_each(|sum| *sum /= size);
        }
        Ok(Groups { centres, sizes, of_row })
    }
}
