//! First centres by greedy k-means++ (Arthur and Vassilvitskii 2007, section 4 "several new centers").

use super::points::{Points, squared};
use crate::random::Random;

/// Picks `k` rows as centres: each next one drawn with a chance in proportion to its squared distance to the
/// nearest centre so far, the best of 2 + ⌊ln k⌋ draws.
pub(super) fn plus_plus(points: &Points, k: usize, random: &mut Random) -> Vec<f64> {
    let first = random.below(points.len());
    let mut centres = points.row(first).to_vec();
    let mut nearest: Vec<f64> = points.rows().map(|row| squared(row, points.row(first))).collect();
    let mut total: f64 = nearest.iter().sum();
    let draws = 2 + (k as f64).ln() as usize;
    for _ in 1..k {
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..draws {
            let row = draw(&nearest, total, random);
            let centre = points.row(row);
            let closer: Vec<f64> =
                points.rows().zip(&nearest).map(|(row, near)| near.min(squared(row, centre))).collect();
            let sum: f64 = closer.iter().sum();
            if best.as_ref().is_none_or(|(least, _, _)| sum < *least) {
                best = Some((sum, row, closer));
            }
        }
        let (sum, row, closer) = best.expect("there is at least one draw");
        centres.extend_from_slice(points.row(row));
        (total, nearest) = (sum, closer);
    }
    centres
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
