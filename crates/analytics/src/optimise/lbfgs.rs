//! L-BFGS: quasi-Newton from values and gradients (Liu and Nocedal 1989), free or within a box.

use super::{Found, Limits, dot};
use crate::{Error, Progress};
use std::collections::VecDeque;

/// How many past steps shape the next one: more than there are parameters, as a valley bends.
const MEMORY: usize = 30;

/// Bounds of parameters that have none.
pub const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Minimises a smooth function.
///
/// `f(at, gradient)` returns the value at `at` and fills the gradient (same length). The line search keeps the weak
/// Wolfe conditions by bisection (Lewis and Overton 2013).
///
/// # Errors
/// [`Error::Stopped`] when `progress` wants no more.
pub fn lbfgs(
    f: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    limits: Limits,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    lbfgs_in_box(f, start, FREE, limits, progress)
}

/// Minimises a smooth function with every parameter from `bounds.0` to `bounds.1`.
///
/// Parameters at a bound that the function would push further out rest there; steps are cut off at the bounds
/// (Bertsekas 1982). For functions that become flat far out, and so have no minimum elsewhere.
///
/// # Errors
/// [`Error::Stopped`] when `progress` wants no more.
pub fn lbfgs_in_box(
    mut f: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    bounds: (f64, f64),
    limits: Limits,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    Descent::new(&mut f, start, bounds).follow(&mut f, limits, progress)
}

/// A search that can be gone on with later: it keeps what it has learnt of the function.
pub struct Descent {
    here: Point,
    memory: VecDeque<Step>,
    bounds: (f64, f64),
}

impl Descent {
    /// Stands at `start`, with every parameter from `bounds.0` to `bounds.1`.
    pub fn new(f: &mut impl FnMut(&[f64], &mut [f64]) -> f64, start: &[f64], bounds: (f64, f64)) -> Descent {
        let inside: Vec<f64> = start.iter().map(|x| x.clamp(bounds.0, bounds.1)).collect();
        let memory = VecDeque::with_capacity(MEMORY);
        Descent { here: Point::at(inside, bounds, f), memory, bounds }
    }

    /// The least value so far.
    pub fn value(&self) -> f64 {
        self.here.value
    }

    /// Goes on until `limits` are met, counting steps anew; `f` must be the function of the start.
    ///
    /// # Errors
    /// [`Error::Stopped`] when `progress` wants no more.
    pub fn follow(
        &mut self,
        f: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
        limits: Limits,
        progress: &dyn Progress,
    ) -> Result<Found, Error> {
        let mut calm = 0;
        for step in 0..limits.steps {
            progress.at(step as f64 / limits.steps as f64)?;
            if self.here.is_flat(limits.tolerance) || !self.here.value.is_finite() {
                return Ok(self.here.found(step, true));
            }
            let Some(next) = self.next(f) else {
                if self.memory.is_empty() {
                    return Ok(self.here.found(step, true));
                }
                self.memory.clear();
                continue;
            };
            let fall = self.here.value - next.value;
            calm = if fall <= limits.tolerance * next.value.abs().max(1.0) { calm + 1 } else { 0 };
            self.remember(&next);
            self.here = next;
            if calm == 2 {
                return Ok(self.here.found(step + 1, true));
            }
        }
        Ok(self.here.found(limits.steps, false))
    }

    fn next(&mut self, f: &mut impl FnMut(&[f64], &mut [f64]) -> f64) -> Option<Point> {
        let mut direction = newton_like(&self.memory, &self.here);
        if dot(&direction, &self.here.slope) >= 0.0 {
            self.memory.clear();
            direction = newton_like(&self.memory, &self.here);
        }
        line_search(f, &self.here, &direction, self.bounds, self.memory.is_empty())
    }

    fn remember(&mut self, next: &Point) {
        if self.here.rests != next.rests {
            self.memory.clear();
            return;
        }
        let moved = difference(&next.at, &self.here.at);
        let bent = difference(&next.slope, &self.here.slope);
        let product = dot(&moved, &bent);
        if product <= 1e-14 * dot(&bent, &bent) {
            return;
        }
        if self.memory.len() == MEMORY {
            self.memory.pop_front();
        }
        self.memory.push_back(Step { moved, bent, rho: 1.0 / product });
    }
}

struct Point {
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    /// Which parameters rest at a bound.
    rests: Vec<bool>,
    /// The gradient, zero for parameters that rest.
    slope: Vec<f64>,
}

/// One remembered step: the move, the change of the gradient, and one over their product.
struct Step {
    moved: Vec<f64>,
    bent: Vec<f64>,
    rho: f64,
}

impl Point {
    fn at(at: Vec<f64>, (low, high): (f64, f64), f: &mut impl FnMut(&[f64], &mut [f64]) -> f64) -> Point {
        let mut gradient = vec![0.0; at.len()];
        let value = f(&at, &mut gradient);
        let rest = |(&x, &g): (&f64, &f64)| (x <= low && g > 0.0) || (x >= high && g < 0.0);
        let rests: Vec<bool> = at.iter().zip(&gradient).map(rest).collect();
        let slope = gradient.iter().zip(&rests).map(|(g, rests)| if *rests { 0.0 } else { *g }).collect();
        Point { at, value, gradient, rests, slope }
    }

    fn is_flat(&self, tolerance: f64) -> bool {
        let scale = self.value.abs().max(1.0);
        self.slope.iter().zip(&self.at).all(|(g, x)| g.abs() * x.abs().max(1.0) <= tolerance * scale)
    }

    fn found(&self, steps: usize, converged: bool) -> Found {
        Found { at: self.at.clone(), value: self.value, steps, converged }
    }
}

/// −H·g by the two-loop recursion, zero for parameters that rest.
fn newton_like(memory: &VecDeque<Step>, here: &Point) -> Vec<f64> {
    let mut direction: Vec<f64> = here.slope.iter().map(|g| -g).collect();
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
    direction.iter_mut().zip(&here.rests).filter(|(_, rests)| **rests).for_each(|(d, _)| *d = 0.0);
    direction
}

fn line_search(
    f: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    here: &Point,
    direction: &[f64],
    bounds: (f64, f64),
    first: bool,
) -> Option<Point> {
    let slope = dot(direction, &here.slope);
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut size = if first { (1.0 / dot(direction, direction).sqrt()).min(1.0) } else { 1.0 };
    let mut best: Option<Point> = None;
    for _ in 0..60 {
        let mut at = here.at.clone();
        add(&mut at, size, direction);
        let cut = at.iter().any(|x| *x < bounds.0 || *x > bounds.1);
        at.iter_mut().for_each(|x| *x = x.clamp(bounds.0, bounds.1));
        let next = Point::at(at, bounds, f);
        let expected: f64 =
            next.at.iter().zip(&here.at).zip(&here.slope).map(|((b, a), g)| (b - a) * g).sum();
        let falls = next.value <= here.value + 1e-4 * expected && next.value < f64::INFINITY;
        if !falls || next.gradient.iter().any(|g| !g.is_finite()) {
            high = size;
        } else if !cut && dot(&next.gradient, direction) < 0.9 * slope {
            low = size;
            best = Some(next);
        } else {
            return Some(next);
        }
        size = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * size };
    }
    best
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}

fn add(to: &mut [f64], share: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += share * w);
}
