//! The partial likelihood with its slope and curvature, in one walk from the last time to the first.

use super::Ties;
use crate::optimise::Curved;

/// Rows sorted by stratum and falling time, columns centred.
pub(super) struct Sorted {
    pub time: Vec<f64>,
    pub event: Vec<bool>,
    pub stratum: Vec<u32>,
    pub weight: Vec<f64>,
    /// After when each row is at risk; minus infinity for all the time.
    pub entry: Vec<f64>,
    /// Rows by stratum and falling entry; empty when all are at risk from the start.
    pub by_entry: Vec<usize>,
    /// Row by row, `width` values each.
    pub values: Vec<f64>,
    pub width: usize,
    /// Where each row stands in the data.
    pub order: Vec<usize>,
}

/// Sums of w exp(xβ), x w exp(xβ) and x xᵀ w exp(xβ) (lower triangle) over some rows of weight w.
#[derive(Clone)]
pub(super) struct Weighted {
    pub total: f64,
    pub first: Vec<f64>,
    second: Vec<f64>,
}

/// One time at which somebody of a stratum left.
pub(super) struct Moment<'a> {
    /// Rows of those who left.
    pub leavers: &'a [usize],
    /// Mean weight of those who left.
    pub mean_weight: f64,
    /// Everybody of the stratum still there, leavers included.
    pub at_risk: &'a Weighted,
    /// The leavers alone.
    pub leaving: &'a Weighted,
}

impl Moment<'_> {
    /// What share of the leavers is taken out of the risk set for the l-th of them.
    pub fn taken_out(&self, ties: Ties, l: usize) -> f64 {
        match ties {
            Ties::Efron => l as f64 / self.leavers.len() as f64,
            Ties::Breslow => 0.0,
        }
    }

    /// The risk that the l-th of the leavers shares.
    pub fn total(&self, ties: Ties, l: usize) -> f64 {
        self.at_risk.total - self.taken_out(ties, l) * self.leaving.total
    }

    /// The mean of column `k` over the risk set of the l-th of the leavers.
    pub fn mean(&self, ties: Ties, l: usize, k: usize) -> f64 {
        (self.at_risk.first[k] - self.taken_out(ties, l) * self.leaving.first[k]) / self.total(ties, l)
    }

    /// The variance of the columns over the risk set, added up over the leavers; `width` × `width`.
    pub fn variance(&self, ties: Ties, width: usize) -> Vec<f64> {
        let mut sum = vec![0.0; width * width];
        for l in 0..self.leavers.len() {
            let (out, total) = (self.taken_out(ties, l), self.total(ties, l));
            let mean: Vec<f64> = (0..width).map(|k| self.mean(ties, l, k)).collect();
            for k in 0..width {
                for j in 0..=k {
                    let place = k * width + j;
                    let second = self.at_risk.second[place] - out * self.leaving.second[place];
                    sum[place] += self.mean_weight * (second / total - mean[k] * mean[j]);
                }
            }
        }
        mirror(&mut sum, width);
        sum
    }
}

impl Sorted {
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.width..(i + 1) * self.width]
    }

    /// Calls `visit` for each time at which somebody left, stratum by stratum, from the last to the first.
    pub fn walk(&self, coefficients: &[f64], with_second: bool, mut visit: impl FnMut(&Moment<'_>)) {
        let mut at_risk = Weighted::zero(self.width);
        let mut leavers = Vec::new();
        let mut entering = 0;
        let mut from = 0;
        while from < self.time.len() {
            let to = self.same_time(from);
            if from > 0 && self.stratum[from] != self.stratum[from - 1] {
                at_risk = Weighted::zero(self.width);
                entering = from;
            }
            let mut leaving = Weighted::zero(self.width);
            leavers.clear();
            for i in from..to {
                let row = self.row(i);
                let weight = self.weight[i] * dot(row, coefficients).exp();
                if self.event[i] {
                    leavers.push(i);
                    leaving.add(row, weight, with_second);
                } else {
                    at_risk.add(row, weight, with_second);
                }
            }
            at_risk.join(&leaving);
            if !leavers.is_empty() {
                while let Some(i) = self.not_yet_in(entering, from) {
                    let row = self.row(i);
                    at_risk.add(row, -self.weight[i] * dot(row, coefficients).exp(), with_second);
                    entering += 1;
                }
                let weights: f64 = leavers.iter().map(|&i| self.weight[i]).sum();
                let mean_weight = weights / leavers.len() as f64;
                visit(&Moment { leavers: &leavers, mean_weight, at_risk: &at_risk, leaving: &leaving });
            }
            from = to;
        }
    }

    /// The row at place `entering` of those by entry, if it came in at the time of row `at` of its stratum or later.
    pub fn not_yet_in(&self, entering: usize, at: usize) -> Option<usize> {
        let i = *self.by_entry.get(entering)?;
        (self.stratum[i] == self.stratum[at] && self.entry[i] >= self.time[at]).then_some(i)
    }

    /// The end of the rows from `from` on that have its stratum and time.
    pub fn same_time(&self, from: usize) -> usize {
        let place = |i: usize| (self.stratum[i], self.time[i]);
        from + (from..self.time.len()).take_while(|&i| place(i) == place(from)).count()
    }

    /// Minus ln of the partial likelihood, to be minimised.
    pub fn negative_likelihood(&self, coefficients: &[f64], ties: Ties) -> Curved {
        let width = self.width;
        let (mut value, mut gradient, mut hessian) = (0.0, vec![0.0; width], vec![0.0; width * width]);
        let mut mean = vec![0.0; width];
        self.walk(coefficients, true, |moment| {
            for &i in moment.leavers {
                let row = self.row(i);
                value -= self.weight[i] * dot(row, coefficients);
                gradient.iter_mut().zip(row).for_each(|(g, x)| *g -= self.weight[i] * x);
            }
            let (mut shares, mut taken_shares) = (0.0, 0.0);
            for l in 0..moment.leavers.len() {
                let (out, total, weight) =
                    (moment.taken_out(ties, l), moment.total(ties, l), moment.mean_weight);
                value += weight * total.ln();
                shares += weight / total;
                taken_shares += weight * out / total;
                for k in 0..width {
                    mean[k] = (moment.at_risk.first[k] - out * moment.leaving.first[k]) / total;
                    gradient[k] += weight * mean[k];
                }
                for k in 0..width {
                    for j in 0..=k {
                        hessian[k * width + j] -= weight * mean[k] * mean[j];
                    }
                }
            }
            let parts = moment.at_risk.second.iter().zip(&moment.leaving.second);
            hessian.iter_mut().zip(parts).for_each(|(h, (all, out))| *h += all * shares - out * taken_shares);
        });
        mirror(&mut hessian, width);
        Curved { value, gradient, hessian }
    }
}

impl Weighted {
    fn zero(width: usize) -> Weighted {
        Weighted { total: 0.0, first: vec![0.0; width], second: vec![0.0; width * width] }
    }

    fn add(&mut self, row: &[f64], weight: f64, with_second: bool) {
        let width = row.len();
        self.total += weight;
        for k in 0..width {
            let weighted = weight * row[k];
            self.first[k] += weighted;
            if with_second {
                let second = &mut self.second[k * width..k * width + k + 1];
                second.iter_mut().zip(row).for_each(|(s, x)| *s += weighted * x);
            }
        }
    }

    fn join(&mut self, other: &Weighted) {
        self.total += other.total;
        self.first.iter_mut().zip(&other.first).for_each(|(a, b)| *a += b);
        self.second.iter_mut().zip(&other.second).for_each(|(a, b)| *a += b);
    }
}

fn mirror(matrix: &mut [f64], width: usize) {
    for k in 0..width {
        for j in 0..k {
            matrix[j * width + k] = matrix[k * width + j];
        }
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
