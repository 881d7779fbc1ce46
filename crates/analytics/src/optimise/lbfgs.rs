//! L-BFGS: quasi-Newton from values and gradients (Liu and Nocedal 1989).

use super::{Found, Limits, dot};
use crate::{Error, Progress};
use std::collections::VecDeque;

/// How many past steps shape the next one.
const MEMORY: usize = 12;

/// Minimises a smooth function.
///
/// `f(at, gradient)` returns the value at `at` and fills the gradient (same length). The line search keeps the weak
/// Wolfe conditions by bisection (Lewis and Overton 2013).
///
/// # Errors
/// [`Error::Stopped`] when `progress` wants no more.
pub fn lbfgs(
    mut f: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    limits: Limits,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    let mut here = Point::at(start.to_vec(), &mut f);
    let mut memory = VecDeque::with_capacity(MEMORY);
    let mut calm = 0;
    for step in 0..limits.steps {
        progress.at(step as f64 / limits.steps as f64)?;
        if here.is_flat(limits.tolerance) || !here.value.is_finite() {
            return Ok(here.found(step, true));
        }
        let mut direction = newton_like(&memory, &here.gradient);
        if dot(&direction, &here.gradient) >= 0.0 {
            memory.clear();
            direction = newton_like(&memory, &here.gradient);
        }
        let Some(next) = line_search(&mut f, &here, &direction, memory.is_empty()) else {
            if memory.is_empty() {
                return Ok(here.found(step, true));
            }
            memory.clear();
            continue;
        };
        remember(&mut memory, &here, &next);
        let fall = here.value - next.value;
        calm = if fall <= limits.tolerance * next.value.abs().max(1.0) { calm + 1 } else { 0 };
        here = next;
        if calm == 2 {
            return Ok(here.found(step + 1, true));
        }
    }
    Ok(here.found(limits.steps, false))
}

struct Point {
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// One remembered step: the move, the change of the gradient, and one over their product.
struct Step {
    moved: Vec<f64>,
    bent: Vec<f64>,
    rho: f64,
}

impl Point {
    fn at(at: Vec<f64>, f: &mut impl FnMut(&[f64], &mut [f64]) -> f64) -> Point {
        let mut gradient = vec![0.0; at.len()];
        let value = f(&at, &mut gradient);
        Point { at, value, gradient }
    }

    fn is_flat(&self, tolerance: f64) -> bool {
        let scale = self.value.abs().max(1.0);
        self.gradient.iter().zip(&self.at).all(|(g, x)| g.abs() * x.abs().max(1.0) <= tolerance * scale)
    }

    fn found(self, steps: usize, converged: bool) -> Found {
        Found { at: self.at, value: self.value, steps, converged }
    }
}

/// −H·g by the two-loop recursion.
fn newton_like(memory: &VecDeque<Step>, gradient: &[f64]) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for step in memory.iter().rev() {
        let share = step.rho * dot(&step.moved, &direction);
        add(&mut direction, -share, &step.bent);
        shares.push(share);
    }
    if let Some(last) = memory.back() {
        let scale = 1.0 / (last.rho * dot(&last.bent, &last.bent));
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for (step, share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = share - step.rho * dot(&step.bent, &direction);
        add(&mut direction, back, &step.moved);
    }
    direction
}

fn line_search(
    f: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    here: &Point,
    direction: &[f64],
    first: bool,
) -> Option<Point> {
    let slope = dot(direction, &here.gradient);
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut size = if first { (1.0 / dot(direction, direction).sqrt()).min(1.0) } else { 1.0 };
    let mut best: Option<Point> = None;
    for _ in 0..60 {
        let mut at = here.at.clone();
        add(&mut at, size, direction);
        let next = Point::at(at, f);
        let falls = next.value <= here.value + 1e-4 * size * slope;
        if !falls || next.gradient.iter().any(|g| !g.is_finite()) {
            high = size;
        } else if dot(&next.gradient, direction) < 0.9 * slope {
            low = size;
            best = Some(next);
        } else {
            return Some(next);
        }
        size = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * size };
    }
    best
}

fn remember(memory: &mut VecDeque<Step>, here: &Point, next: &Point) {
    let moved: Vec<f64> = next.at.iter().zip(&here.at).map(|(b, a)| b - a).collect();
    let bent: Vec<f64> = next.gradient.iter().zip(&here.gradient).map(|(b, a)| b - a).collect();
    let product = dot(&moved, &bent);
    if product <= 1e-14 * dot(&bent, &bent) {
        return;
    }
    if memory.len() == MEMORY {
        memory.pop_front();
    }
    memory.push_back(Step { moved, bent, rho: 1.0 / product });
}

fn add(to: &mut [f64], share: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += share * w);
}
