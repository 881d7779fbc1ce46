//! The smallest value of a smooth function, by what is known of it.
//!
//! | known | method |
//! |---|---|
//! | value, gradient, Hessian | [`newton`] |
//! | value, gradient | [`lbfgs`], [`lbfgs_in_box`], [`Descent`] to go on with |
//! | value only | [`nelder_mead`] |
//!
//! All minimise; a value of NaN or infinity means "not here" and is walked around. The same start gives the same
//! steps, bit for bit.

mod cholesky;
mod lbfgs;
mod nelder_mead;
mod newton;

pub use cholesky::Cholesky;
pub use lbfgs::{Descent, FREE, lbfgs, lbfgs_in_box};
pub use nelder_mead::nelder_mead;
pub use newton::{Curved, newton};

/// When to give up and when to be content.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// At most this many steps.
    pub steps: usize,
    /// Done when the value falls by less than this share of itself in a step, or the gradient is as small.
    pub tolerance: f64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { steps: 500, tolerance: 1e-10 }
    }
}

/// Where a search ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The parameters.
    pub at: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Steps taken.
    pub steps: usize,
    /// Whether the tolerance was met before the steps ran out.
    pub converged: bool,
}

/// The Hessian at a point from differences of the gradient (central, symmetric), row by row.
///
/// `gradient(at, out)` fills the gradient; `step` is relative to each parameter's size.
pub fn hessian_by_differences(
    mut gradient: impl FnMut(&[f64], &mut [f64]),
    at: &[f64],
    step: f64,
) -> Vec<f64> {
    let n = at.len();
    let mut hessian = vec![0.0; n * n];
    let (mut above, mut below) = (vec![0.0; n], vec![0.0; n]);
    let mut point = at.to_vec();
    for i in 0..n {
        let h = step * at[i].abs().max(1.0);
        point[i] = at[i] + h;
        gradient(&point, &mut above);
        point[i] = at[i] - h;
        gradient(&point, &mut below);
        point[i] = at[i];
        for j in 0..n {
            let slope = (above[j] - below[j]) / (2.0 * h);
            hessian[i * n + j] += 0.5 * slope;
            hessian[j * n + i] += 0.5 * slope;
        }
    }
    hessian
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests;
