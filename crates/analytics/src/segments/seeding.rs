//! First centres by greedy k-means++ (Arthur and Vassilvitskii 2007, section 4 "several new centers").

use super::points::{Points, squared};
use crate::random::Random;

/// Picks `k` rows as centres: each next one drawn with a chance in proportion to its weight and its squared distance to
/// the nearest centre so far, the best of 2 + ⌊ln k⌋ draws.
pub(super) fn plus_plus(points: &Points, k: usize, random: &mut Random) -> Vec<f64> {
    let first = match points.weights() {
        None => random.below(points.len()),
        Some(weights) => draw(weights, weights.iter().sum(), random),
    };
    let mut centres = points.row(first).to_vec();
    let mut nearest: Vec<f64> = points
        .rows()
        .enumerate()
        .map(|(at, row)| points.weight(at) * squared(row, points.row(first)))
        .collect();
    let mut total: f64 = nearest.iter().sum();
    let draws = 2 + (k as f64).ln() as usize;
    // Two columns that take turns: the best draw so far, and the one that is tried.
    let (mut best, mut tried) = (vec![0.0; points.len()], vec![0.0; points.len()]);
    for _ in 1..k {
        let mut least: Option<(f64, usize)> = None;
        for _ in 0..draws {
            let row = draw(&nearest, total, random);
            let sum = closer(points, points.row(row), &nearest, &mut tried);
            if least.is_none_or(|(least, _)| sum < least) {
                least = Some((sum, row));
                std::mem::swap(&mut best, &mut tried);
            }
        }
        let (sum, row) = least.expect("there is at least one draw");
        centres.extend_from_slice(points.row(row));
        std::mem::swap(&mut nearest, &mut best);
        total = sum;
    }
    centres
}

/// Writes each row's weighted squared distance to the nearest centre, with one centre more; gives their sum.
fn closer(points: &Points, centre: &[f64], nearest: &[f64], into: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for (at, ((row, near), out)) in points.rows().zip(nearest).zip(into).enumerate() {
        *out = near.min(points.weight(at) * squared(row, centre));
        sum += *out;
    }
    sum
}

fn draw(weights: &[f64], total: f64, random: &mut Random) -> usize {
    let mut left = random.uniform() * total;
    for (row, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return row;
        }
    }
    // Rounding, or all rows sit on centres.
    random.below(weights.len())
}
