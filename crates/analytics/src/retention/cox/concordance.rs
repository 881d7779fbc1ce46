//! Harrell's concordance (1982) in n log n steps: risks are counted in a Fenwick tree while time runs backwards.

use super::partial::{Sorted, dot};

/// Share of comparable pairs in which the one who left first had the higher risk; equal risks count half. Two who left
/// at the same time are not compared; one last seen at the time another left is. A pair counts the product of its
/// weights; there is none across strata, nor with one who came in only later.
pub(super) fn concordance(sorted: &Sorted, coefficients: &[f64]) -> f64 {
    let rows = sorted.time.len();
    let risks: Vec<f64> = (0..rows).map(|i| dot(sorted.row(i), coefficients)).collect();
    let mut levels = risks.clone();
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    let level = |i: usize| levels.partition_point(|&risk| risk < risks[i]);
    let nobody = Fenwick { sums: vec![0.0; levels.len() + 1] };
    let mut counts = nobody.clone();
    let (mut good, mut pairs, mut later) = (0.0, 0.0, 0.0);
    let (mut from, mut entering) = (0, 0);
    while from < rows {
        if from > 0 && sorted.stratum[from] != sorted.stratum[from - 1] {
            (counts, later) = (nobody.clone(), 0.0);
            entering = from;
        }
        let to = sorted.same_time(from);
        let (leavers, stayers): (Vec<usize>, Vec<usize>) = (from..to).partition(|&i| sorted.event[i]);
        let weight = |rows: &[usize]| rows.iter().map(|&i| sorted.weight[i]).sum::<f64>();
        stayers.iter().for_each(|&i| counts.add(level(i), sorted.weight[i]));
        later += weight(&stayers);
        while let Some(i) = sorted.not_yet_in(entering, from) {
            counts.add(level(i), -sorted.weight[i]);
            later -= sorted.weight[i];
            entering += 1;
        }
        for &i in &leavers {
            let (below, up_to) = (counts.below(level(i)), counts.below(level(i) + 1));
            good += sorted.weight[i] * (below + 0.5 * (up_to - below));
            pairs += sorted.weight[i] * later;
        }
        leavers.iter().for_each(|&i| counts.add(level(i), sorted.weight[i]));
        later += weight(&leavers);
        from = to;
    }
    good / pairs
}

/// Sums of weights by level of risk.
#[derive(Clone)]
struct Fenwick {
    sums: Vec<f64>,
}

impl Fenwick {
    fn add(&mut self, level: usize, weight: f64) {
        let mut at = level + 1;
        while at < self.sums.len() {
            self.sums[at] += weight;
            at += at & at.wrapping_neg();
        }
    }

    /// What those with a level below this one weigh.
    fn below(&self, level: usize) -> f64 {
        let (mut at, mut sum) = (level, 0.0);
        while at > 0 {
            sum += self.sums[at];
            at -= at & at.wrapping_neg();
        }
        sum
    }
}
