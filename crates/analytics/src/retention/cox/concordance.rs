//! Harrell's concordance (1982) in n log n steps: risks are counted in a Fenwick tree while time runs backwards.

use super::partial::{Sorted, dot};

/// Share of comparable pairs in which the one who left first had the higher risk; equal risks count half. Two who left
/// at the same time are not compared; one last seen at the time another left is.
pub(super) fn concordance(sorted: &Sorted, coefficients: &[f64]) -> f64 {
    let rows = sorted.time.len();
    let risks: Vec<f64> = (0..rows).map(|i| dot(sorted.row(i), coefficients)).collect();
    let mut levels = risks.clone();
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    let level = |i: usize| levels.partition_point(|&risk| risk < risks[i]);
    let mut counts = Fenwick { sums: vec![0; levels.len() + 1] };
    let (mut good, mut pairs, mut later) = (0.0, 0.0, 0);
    let mut from = 0;
    while from < rows {
        let to = from + sorted.time[from..].iter().take_while(|&&t| t == sorted.time[from]).count();
        let (leavers, stayers): (Vec<usize>, Vec<usize>) = (from..to).partition(|&i| sorted.event[i]);
        stayers.iter().for_each(|&i| counts.add(level(i)));
        later += stayers.len();
        for &i in &leavers {
            let (below, up_to) = (counts.below(level(i)), counts.below(level(i) + 1));
            good += below as f64 + 0.5 * (up_to - below) as f64;
            pairs += later as f64;
        }
        leavers.iter().for_each(|&i| counts.add(level(i)));
        later += leavers.len();
        from = to;
    }
    good / pairs
}

struct Fenwick {
    sums: Vec<usize>,
}

impl Fenwick {
    fn add(&mut self, level: usize) {
        let mut at = level + 1;
        while at < self.sums.len() {
            self.sums[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    /// How many have a level below this one.
    fn below(&self, level: usize) -> usize {
        let (mut at, mut sum) = (level, 0);
        while at > 0 {
            sum += self.sums[at];
            at -= at & at.wrapping_neg();
        }
        sum
    }
}
