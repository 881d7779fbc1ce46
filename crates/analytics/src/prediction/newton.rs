//! Newton's method for the logistic likelihood, on scaled columns, with an intercept in front.

use crate::dense::{add_outer_products, dot, factor, solve};
use crate::weights::Weights;
use crate::{Error, Progress, Silent};

const BLOCK: usize = 4_096;
const STEPS: usize = 60;
/// From so many rows on, in all and per column, a part of them is fitted first.
const SAMPLED: usize = 20_000;
const SAMPLED_PER_COLUMN: usize = 1_600;
/// A scaled column whose share not told by the ones before it is smaller than this repeats them.
const COLLINEAR: f64 = 1e-10;
/// Log odds beyond this are as good as certain.
const CERTAIN: f64 = 15.0;

/// Rows of 1 and scaled columns, the outcome, and the penalty in scaled units.
pub(super) struct Problem<'a> {
    names: &'a [&'a str],
    /// n × p, the first column 1.
    rows: Vec<f64>,
    p: usize,
    outcome: &'a [f64],
    weights: Weights<'a>,
    means: Vec<f64>,
    deviations: Vec<f64>,
    penalty: Vec<f64>,
    threads: usize,
}

/// Where the search ended.
pub(super) struct Newton {
    coefficients: Vec<f64>,
    /// Hessian of the log loss there, without the penalty.
    hessian: Vec<f64>,
    pub log_likelihood: f64,
    pub iterations: usize,
}

/// Log likelihood, its gradient, and minus its second derivatives (the lower triangle).
struct Surface {
    log_likelihood: f64,
    gradient: Vec<f64>,
    hessian: Vec<f64>,
    largest: f64,
}

impl<'a> Problem<'a> {
    pub fn new(
        names: &'a [&'a str],
        columns: &[&[f64]],
        outcome: &'a [f64],
        weights: Weights<'a>,
        ridge: f64,
        threads: usize,
    ) -> Result<Self, Error> {
        let (n, p) = (outcome.len(), columns.len() + 1);
        let mut rows = vec![1.0; n * p];
        let (mut means, mut deviations, mut penalty) = (vec![0.0], vec![1.0], vec![0.0]);
        for (at, column) in columns.iter().enumerate() {
            let (mean, deviation) = mean_and_deviation(column, weights);
            if !deviation.is_finite() {
                let row = column.iter().position(|value| value.abs() > 1e150).unwrap_or(0);
                return Err(Error::Value {
                    column: names[at].to_owned(),
                    row,
                    problem: "is too large to be squared",
                });
            }
            if deviation <= 1e-13 * mean.abs() || !(1.0 / deviation).is_finite() {
                return Err(Error::Constant { column: names[at].to_owned() });
            }
            means.push(mean);
            deviations.push(deviation);
            penalty.push(ridge / (deviation * deviation));
        }
        // Block by block, so that the rows being written stay near.
        for (block, rows) in rows.chunks_mut(BLOCK / 16 * p).enumerate() {
            for (at, column) in columns.iter().enumerate() {
                let (mean, scale) = (means[at + 1], 1.0 / deviations[at + 1]);
                let values = &column[block * (BLOCK / 16)..];
                for (row, value) in rows.chunks_exact_mut(p).zip(values) {
                    row[at + 1] = (value - mean) * scale;
                }
            }
        }
        Ok(Problem { names, rows, p, outcome, weights, means, deviations, penalty, threads })
    }

    pub fn solve(&self, progress: &dyn Progress) -> Result<Newton, Error> {
        let rate = self.weights.sum(self.outcome) / self.weights.total(self.outcome.len());
        let mut at = self.head_start().unwrap_or_else(|| {
            let mut at = vec![0.0; self.p];
            at[0] = (rate / (1.0 - rate)).ln();
            at
        });
        let mut surface = self.surface(&at);
        for iterations in 1..=STEPS {
            progress.at(iterations as f64 / STEPS as f64)?;
            let step = self.step(&at, &surface, iterations == 1)?;
            let length = step.iter().fold(0.0f64, |most, s| most.max(s.abs()));
            let (next, next_surface) = self.improve(&at, &step, &surface);
            (at, surface) = (next, next_surface);
            // Each step about squares the error of the one before: what is left is of the size of 1e-10.
            if length < 1e-5 * (1.0 + at.iter().fold(0.0f64, |most, b| most.max(b.abs()))) {
                return Ok(Newton {
                    coefficients: at,
                    hessian: surface.hessian,
                    log_likelihood: surface.log_likelihood,
                    iterations,
                });
            }
            // On separable data the likelihood hardly rises any more while the log odds grow by about 1 a step.
            if iterations > 12 && length > 1e-3 && surface.largest > CERTAIN && self.is_free() {
                return Err(self.separated(&step));
            }
        }
        Err(Error::NotConverged { model: "the logistic regression", steps: STEPS })
    }

    /// On many rows, what every sixteenth of them says: it saves most of the steps over all.
    fn head_start(&self) -> Option<Vec<f64>> {
        let (n, p) = (self.outcome.len(), self.p);
        if n < SAMPLED.max(SAMPLED_PER_COLUMN * p) {
            return None;
        }
        let outcome: Vec<f64> = self.outcome.iter().copied().step_by(16).collect();
        let rows = self.rows.chunks_exact(p).step_by(16).flatten().copied().collect();
        let weights: Option<Vec<f64>> =
            self.weights.given().map(|weights| weights.iter().copied().step_by(16).collect());
        let sample = Problem {
            rows,
            outcome: &outcome,
            weights: Weights::new(weights.as_deref(), outcome.len()).ok()?,
            means: self.means.clone(),
            deviations: self.deviations.clone(),
            penalty: self.penalty.iter().map(|penalty| penalty / 16.0).collect(),
            ..*self
        };
        let both = outcome.contains(&0.0) && outcome.contains(&1.0);
        if both { sample.solve(&Silent).ok().map(|newton| newton.coefficients) } else { None }
    }

    fn is_free(&self) -> bool {
        self.penalty.iter().all(|&penalty| penalty == 0.0)
    }

    /// The coefficient that still moves the most is the one without end; the others have settled long ago.
    fn separated(&self, step: &[f64]) -> Error {
        let moved = (1..self.p).max_by(|&a, &b| step[a].abs().total_cmp(&step[b].abs()));
        Error::Separated { column: self.name(moved.unwrap_or(0)).to_owned() }
    }

    fn name(&self, at: usize) -> &str {
        if at == 0 { "the intercept" } else { self.names[at - 1] }
    }

    /// Newton's step. On the first one a small pivot means that columns repeat each other, later that chances have
    /// become certain.
    fn step(&self, at: &[f64], surface: &Surface, first: bool) -> Result<Vec<f64>, Error> {
        let mut matrix = surface.hessian.clone();
        let mut step = surface.gradient.clone();
        for (i, penalty) in self.penalty.iter().enumerate() {
            matrix[i * self.p + i] += penalty;
            step[i] -= penalty * at[i];
        }
        let least = if first && self.is_free() { COLLINEAR } else { 1e-14 };
        factor(&mut matrix, self.p, least).map_err(|row| match row {
            row if first && row > 0 => Error::Collinear { column: self.name(row).to_owned() },
            row => Error::Separated { column: self.name(row).to_owned() },
        })?;
        solve(&matrix, self.p, &mut step);
        Ok(step)
    }

    /// Goes the step, or a half, a quarter … of it, until the penalised likelihood does not fall.
    fn improve(&self, at: &[f64], step: &[f64], surface: &Surface) -> (Vec<f64>, Surface) {
        let worth = |at: &[f64], surface: &Surface| {
            surface.log_likelihood - 0.5 * at.iter().zip(&self.penalty).map(|(b, l)| l * b * b).sum::<f64>()
        };
        let before = worth(at, surface);
        let mut share = 1.0;
        loop {
            let next: Vec<f64> = at.iter().zip(step).map(|(b, s)| b + share * s).collect();
            let reached = self.surface(&next);
            if worth(&next, &reached) >= before - 1e-9 * before.abs() || share < 1e-6 {
                return (next, reached);
            }
            share *= 0.5;
        }
    }

    fn surface(&self, at: &[f64]) -> Surface {
        let blocks = self.outcome.len().div_ceil(BLOCK);
        let share = blocks.div_ceil(self.threads);
        let parts: Vec<Surface> = if self.threads == 1 || blocks < 4 {
            (0..blocks).map(|block| self.block(at, block)).collect()
        } else {
            std::thread::scope(|scope| {
                let starts = (0..blocks).step_by(share);
                let jobs: Vec<_> = starts
                    .map(|from| {
                        let work =
                            move || (from..blocks.min(from + share)).map(|b| self.block(at, b)).collect();
                        scope.spawn::<_, Vec<Surface>>(work)
                    })
                    .collect();
                jobs.into_iter().flat_map(|job| job.join().expect("a block does not panic")).collect()
            })
        };
        parts.into_iter().reduce(Surface::plus).expect("there is a row at least")
    }

    fn block(&self, at: &[f64], block: usize) -> Surface {
        let p = self.p;
        let from = block * BLOCK;
        let outcome = &self.outcome[from..self.outcome.len().min(from + BLOCK)];
        let mut sum =
            Surface { log_likelihood: 0.0, gradient: vec![0.0; p], hessian: vec![0.0; p * p], largest: 0.0 };
        let rows = &self.rows[from * p..(from + outcome.len()) * p];
        let mut curvatures = Vec::with_capacity(outcome.len());
        let mut product = 1.0;
        for (at_row, (row, &y)) in (from..).zip(rows.chunks_exact(p).zip(outcome)) {
            let odds = dot(row, at);
            // One exponential serves the chance and the likelihood, neither of which may overflow.
            let e = (-odds.abs()).exp();
            let chance = if odds >= 0.0 { 1.0 } else { e } / (1.0 + e);
            let weight = self.weights.of(at_row);
            sum.log_likelihood += weight * (y * odds - odds.max(0.0));
            if self.weights.given().is_some() {
                sum.log_likelihood -= weight * e.ln_1p();
            } else {
                // Σ ln(1 + e) by one logarithm for many rows: the product of numbers within 1 and 2.
                product *= 1.0 + e;
                if product > 1e200 {
                    sum.log_likelihood -= f64::ln(std::mem::replace(&mut product, 1.0));
                }
            }
            sum.largest = sum.largest.max(odds.abs());
            let error = weight * (y - chance);
            sum.gradient.iter_mut().zip(row).for_each(|(g, x)| *g += error * x);
            curvatures.push(weight * e / ((1.0 + e) * (1.0 + e)));
        }
        sum.log_likelihood -= product.ln();
        add_outer_products(&mut sum.hessian, p, rows, &curvatures);
        sum
    }

    /// Coefficients (intercept first) and their covariance in the columns' own units.
    pub fn in_own_units(&self, newton: &Newton) -> (Vec<f64>, Vec<f64>) {
        let p = self.p;
        let mut values: Vec<f64> =
            newton.coefficients.iter().zip(&self.deviations).map(|(b, d)| b / d).collect();
        values[0] -= (1..p).map(|at| values[at] * self.means[at]).sum::<f64>();
        let scaled = self.covariance(newton);
        // Row i of the change of units: 1/deviation on the diagonal, −mean/deviation in the first row.
        let unit = |i: usize, j: usize| match (i, j) {
            (0, 0) => 1.0,
            (0, j) => -self.means[j] / self.deviations[j],
            (i, j) if i == j => 1.0 / self.deviations[i],
            _ => 0.0,
        };
        let mut half = vec![0.0; p * p];
        for i in 0..p {
            for j in 0..p {
                half[i * p + j] = if i == 0 {
                    (0..p).map(|k| unit(0, k) * scaled[k * p + j]).sum()
                } else {
                    unit(i, i) * scaled[i * p + j]
                };
            }
        }
        let mut covariance = vec![0.0; p * p];
        for i in 0..p {
            for j in 0..p {
                covariance[i * p + j] = if j == 0 {
                    (0..p).map(|k| half[i * p + k] * unit(0, k)).sum()
                } else {
                    half[i * p + j] * unit(j, j)
                };
            }
        }
        (values, covariance)
    }

    /// A⁻¹ H A⁻¹ with A = H + penalty; without a penalty H⁻¹.
    fn covariance(&self, newton: &Newton) -> Vec<f64> {
        let p = self.p;
        let mut matrix = newton.hessian.clone();
        (0..p).for_each(|at| matrix[at * p + at] += self.penalty[at]);
        if factor(&mut matrix, p, 1e-300).is_err() {
            return vec![f64::NAN; p * p];
        }
        let mut inverse = vec![0.0; p * p];
        for at in 0..p {
            let column = &mut inverse[at * p..(at + 1) * p];
            column[at] = 1.0;
            solve(&matrix, p, column);
        }
        if self.is_free() {
            return inverse;
        }
        let hessian = |i: usize, j: usize| newton.hessian[i.max(j) * p + i.min(j)];
        let product = |left: &dyn Fn(usize, usize) -> f64, right: &dyn Fn(usize, usize) -> f64| {
            let cell = |at: usize| (0..p).map(|k| left(at / p, k) * right(k, at % p)).sum();
            (0..p * p).map(cell).collect::<Vec<f64>>()
        };
        let half = product(&|i, j| inverse[i * p + j], &hessian);
        product(&|i, j| half[i * p + j], &|i, j| inverse[i * p + j])
    }
}

impl Surface {
    fn plus(mut self, other: Surface) -> Surface {
        self.log_likelihood += other.log_likelihood;
        self.largest = self.largest.max(other.largest);
        self.gradient.iter_mut().zip(other.gradient).for_each(|(sum, part)| *sum += part);
        self.hessian.iter_mut().zip(other.hessian).for_each(|(sum, part)| *sum += part);
        self
    }
}

/// Mean and standard deviation of a column.
fn mean_and_deviation(column: &[f64], weights: Weights) -> (f64, f64) {
    if weights.given().is_some() {
        return weights.mean_and_deviation(column);
    }
    let n = column.len() as f64;
    let mean = sum(column, |value| value) / n;
    (mean, (sum(column, |value| (value - mean) * (value - mean)) / n).sqrt())
}

/// Σ f(value), in four sums that do not wait for one another.
fn sum(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; 4];
    for four in values.chunks_exact(4) {
        for k in 0..4 {
            sums[k] += f(four[k]);
        }
    }
    let tail: f64 = values[values.len() / 4 * 4..].iter().map(|value| f(*value)).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}
