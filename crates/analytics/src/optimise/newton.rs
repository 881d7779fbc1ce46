//! Newton's method with step halving, for functions whose curvature is cheap.

use super::{Cholesky, Found, Limits, dot};
use crate::{Error, Progress};

/// A value with its slope and curvature.
#[derive(Debug, Clone, PartialEq)]
pub struct Curved {
    pub value: f64,
    /// n numbers.
    pub gradient: Vec<f64>,
    /// n × n numbers, row by row.
    pub hessian: Vec<f64>,
}

/// Minimises a function that is convex near its minimum.
///
/// Where the Hessian is not positive definite its diagonal is raised until it is. Done when the expected fall,
/// gᵀ H⁻¹ g / 2, is below the tolerance times the value: the step that it comes from is known by then, so it is taken too,
/// which squares how near the place is.
///
/// # Errors
/// [`Error::Stopped`] when `progress` wants no more.
pub fn newton(
    mut f: impl FnMut(&[f64]) -> Curved,
    start: &[f64],
    limits: Limits,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    let mut at = start.to_vec();
    let mut here = f(&at);
    for step in 0..limits.steps {
        progress.at(step as f64 / limits.steps as f64)?;
        let direction = solve_raised(&here.hessian, &here.gradient);
        let expected = 0.5 * dot(&direction, &here.gradient);
        if expected.abs() <= limits.tolerance * here.value.abs().max(1.0) {
            at.iter_mut().zip(&direction).for_each(|(x, d)| *x -= d);
            return Ok(Found { at, value: here.value - expected, steps: step, converged: true });
        }
        let Some((next_at, next)) = halve_until_lower(&mut f, &at, &here, &direction) else {
            return Ok(Found { at, value: here.value, steps: step, converged: false });
        };
        (at, here) = (next_at, next);
    }
    Ok(Found { at, value: here.value, steps: limits.steps, converged: false })
}

fn solve_raised(hessian: &[f64], gradient: &[f64]) -> Vec<f64> {
    let n = gradient.len();
    let largest = (0..n).map(|i| hessian[i * n + i].abs()).fold(1e-12, f64::max);
    let mut matrix = hessian.to_vec();
    let mut raise = 0.0;
    loop {
        if let Ok(factor) = Cholesky::new(&matrix, n) {
            return factor.solve(gradient);
        }
        if !largest.is_finite() || raise > 1e6 * largest {
            return gradient.to_vec();
        }
        raise = if raise == 0.0 { 1e-8 * largest } else { raise * 10.0 };
        for i in 0..n {
            matrix[i * n + i] = hessian[i * n + i] + raise;
        }
    }
}

fn halve_until_lower(
    f: &mut impl FnMut(&[f64]) -> Curved,
    at: &[f64],
    here: &Curved,
    direction: &[f64],
) -> Option<(Vec<f64>, Curved)> {
    let mut size = 1.0;
    for _ in 0..40 {
        let next_at: Vec<f64> = at.iter().zip(direction).map(|(x, d)| x - size * d).collect();
        let next = f(&next_at);
        if next.value <= here.value && next.gradient.iter().all(|g| g.is_finite()) {
            return Some((next_at, next));
        }
        size *= 0.5;
    }
    None
}
