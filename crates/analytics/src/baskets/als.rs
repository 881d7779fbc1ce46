//! Recommendations by implicit matrix factorisation (Hu, Koren, Volinsky 2008).
//!
//! Customers and items get short vectors of numbers; their product says how much a customer would like an
//! item. Alternating least squares: with the items fixed each customer's vector has a closed form, and the
//! other way round.

use super::transactions::Baskets;
use crate::dense::{add_outer_products, dot, factor, solve};
use crate::error::{check_values, same_length};
use crate::random::Random;
use crate::{Error, Progress};

/// How to fit [`ImplicitAls`].
#[derive(Clone, Copy, Debug)]
pub struct AlsOptions {
    /// Length of the vectors.
    pub factors: usize,
    /// Times that customers and items are solved for.
    pub rounds: usize,
    /// How much more a purchase counts than no purchase: its confidence is `1 + weight × strength`, else 1 (section 4).
    pub weight: f64,
    /// λ, the price of large numbers.
    pub ridge: f64,
    /// Threads to use; the answer does not depend on it.
    pub threads: usize,
}

impl Default for AlsOptions {
    fn default() -> Self {
        AlsOptions { factors: 32, rounds: 15, weight: 40.0, ridge: 10.0, threads: 1 }
    }
}

/// The vectors of customers and items.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplicitAls {
    /// Length of each vector.
    pub factors: usize,
    /// Customer after customer, `factors` numbers each.
    pub customers: Vec<f64>,
    /// Item after item, `factors` numbers each.
    pub items: Vec<f64>,
}

/// A fit and what it reached.
#[derive(Clone, Debug, PartialEq)]
pub struct AlsFit {
    /// The vectors.
    pub model: ImplicitAls,
    /// The cost (eq. 3) after each round; it never rises.
    pub losses: Vec<f64>,
}

impl ImplicitAls {
    /// Starts from small random vectors, the customers' first (normal, standard deviation 0.1).
    pub fn random_start(purchases: &Baskets, factors: usize, seed: u64) -> ImplicitAls {
        let mut random = Random::new(seed);
        let mut draw = |rows: usize| (0..rows * factors).map(|_| 0.1 * random.normal()).collect();
        ImplicitAls { factors, customers: draw(purchases.len()), items: draw(purchases.item_count()) }
    }

    /// Fits from the given start: in each round first all customers, then all items.
    ///
    /// `strengths`, if given, say how strong each purchase is (how often, how much of it), 0 or more, pair by pair as
    /// [`Baskets::entries_of`] numbers them; all are 1 otherwise.
    ///
    /// # Errors
    /// - [`Error::Length`], [`Error::Value`] for strengths that are none
    /// - [`Error::Empty`] without a purchase
    /// - [`Error::Parameter`] when a number is out of range or the start has the wrong size
    /// - [`Error::Stopped`] when the watcher wants no more
    pub fn fit(
        purchases: &Baskets,
        strengths: Option<&[f64]>,
        start: ImplicitAls,
        options: &AlsOptions,
        progress: &dyn Progress,
    ) -> Result<AlsFit, Error> {
        check(purchases, &start, options)?;
        let weights = weights(purchases, strengths, options)?;
        let (buyers, buyers_weights) = (purchases.transposed(), purchases.transposed_values(&weights));
        let mut model = start;
        let mut losses = Vec::with_capacity(options.rounds);
        for round in 0..options.rounds {
            progress.at(round as f64 / options.rounds as f64)?;
            model.customers = solve_side(purchases, &weights, &model.items, options);
            model.items = solve_side(&buyers, &buyers_weights, &model.customers, options);
            losses.push(model.loss(purchases, &weights, options.ridge));
        }
        Ok(AlsFit { model, losses })
    }

    /// The cost (eq. 3): Σ c (p − x·y)² over all pairs + λ (Σ|x|² + Σ|y|²).
    fn loss(&self, purchases: &Baskets, weights: &[f64], ridge: f64) -> f64 {
        let f = self.factors;
        let gram = squares(&self.items, f);
        let mut loss = 0.0;
        for (customer, x) in self.customers.chunks_exact(f).enumerate() {
            // Σ (x·y)² over all items, then the bought ones put right.
            let lower =
                |a: usize| x[a] * (2.0 * dot(&gram[a * f..a * f + a], &x[..a]) + gram[a * f + a] * x[a]);
            loss += (0..f).map(lower).sum::<f64>();
            let weights = &weights[purchases.entries_of(customer)];
            for (&item, weight) in purchases.row(customer).iter().zip(weights) {
                let score = dot(x, self.item(item));
                loss += (1.0 + weight) * (1.0 - score).powi(2) - score * score;
            }
        }
        loss + ridge * (dot(&self.customers, &self.customers) + dot(&self.items, &self.items))
    }

    /// One number per item code, higher is better.
    pub fn scores(&self, customer: usize) -> Vec<f64> {
        let x = &self.customers[customer * self.factors..(customer + 1) * self.factors];
        self.items.chunks_exact(self.factors).map(|y| dot(x, y)).collect()
    }

    fn item(&self, item: u32) -> &[f64] {
        &self.items[item as usize * self.factors..(item as usize + 1) * self.factors]
    }
}

fn check(purchases: &Baskets, start: &ImplicitAls, options: &AlsOptions) -> Result<(), Error> {
    let f = options.factors;
    let refuse = |name, problem| Err(Error::Parameter { name, problem });
    if purchases.entries() == 0 {
        return Err(Error::Empty);
    }
    if f == 0 || options.threads == 0 {
        return refuse("factors and threads", "must be at least 1");
    }
    if !(options.ridge > 0.0 && options.weight >= 0.0) {
        return refuse("ridge and weight", "must be above 0, and not below 0");
    }
    if start.factors != f
        || start.customers.len() != f * purchases.len()
        || start.items.len() != f * purchases.item_count()
    {
        return refuse("start", "has not the size of the purchases and the number of factors");
    }
    Ok(())
}

/// By how much the confidence of each purchase is above 1.
fn weights(purchases: &Baskets, strengths: Option<&[f64]>, options: &AlsOptions) -> Result<Vec<f64>, Error> {
    let Some(strengths) = strengths else { return Ok(vec![options.weight; purchases.entries()]) };
    same_length("the strengths", strengths.len(), purchases.entries())?;
    check_values("strength", strengths, "is not a number of zero or more", |s| s >= 0.0 && s.is_finite())?;
    Ok(strengths.iter().map(|strength| options.weight * strength).collect())
}

/// The best vectors of one side while the other side is fixed (eq. 4 and 5).
fn solve_side(rows: &Baskets, weights: &[f64], fixed: &[f64], options: &AlsOptions) -> Vec<f64> {
    let f = options.factors;
    let base = squares(fixed, f);
    let mut solved = vec![0.0; rows.len() * f];
    let share = rows.len().div_ceil(options.threads).max(1);
    std::thread::scope(|scope| {
        for (part, out) in solved.chunks_mut(share * f).enumerate() {
            let base = &base;
            scope.spawn(move || {
                let mut scratch = Scratch { matrix: vec![0.0; f * f], rows: vec![] };
                for (at, out) in out.chunks_exact_mut(f).enumerate() {
                    scratch.matrix.copy_from_slice(base);
                    let row = part * share + at;
                    let weights = &weights[rows.entries_of(row)];
                    solve_row(rows.row(row), weights, fixed, options.ridge, &mut scratch, out);
                }
            });
        }
    });
    solved
}

/// Solves (YᵀY + Σ w y yᵀ + λ I) x = Σ (1 + w) y over the row's y and their weights w.
fn solve_row(
    row: &[u32],
    weights: &[f64],
    fixed: &[f64],
    ridge: f64,
    scratch: &mut Scratch,
    out: &mut [f64],
) {
    let f = out.len();
    let Scratch { matrix, rows } = scratch;
    out.fill(0.0);
    rows.clear();
    for (&item, weight) in row.iter().zip(weights) {
        let y = &fixed[item as usize * f..(item as usize + 1) * f];
        rows.extend_from_slice(y);
        out.iter_mut().zip(y).for_each(|(sum, value)| *sum += (1.0 + weight) * value);
    }
    add_outer_products(matrix, f, rows, weights);
    for a in 0..f {
        matrix[a * f + a] += ridge;
    }
    factor(matrix, f, 0.0).expect("a ridge above 0 makes the matrix positive definite");
    solve(matrix, f, out);
}

/// Memory that the rows of one thread share.
struct Scratch {
    matrix: Vec<f64>,
    rows: Vec<f64>,
}

/// YᵀY, `f` by `f`, the lower triangle.
fn squares(rows: &[f64], f: usize) -> Vec<f64> {
    let mut sums = vec![0.0; f * f];
    add_outer_products(&mut sums, f, rows, &vec![1.0; rows.len() / f]);
    sums
}
