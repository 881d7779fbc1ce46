//! L-BFGS: quasi-Newton from values and gradients (Liu and Nocedal 1989), free or within a box.

use super::{Found, Limits, dot};
use crate::{Error, Progress};
use std::collections::VecDeque;
use std::mem;

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
    let mut descent = Descent::new(start, bounds, limits);
    let mut gradient = vec![0.0; start.len()];
    while let Some(at) = descent.asks() {
        progress.at(descent.share())?;
        let value = f(at, &mut gradient);
        descent.hears(value, &gradient);
    }
    Ok(descent.found())
}

/// The search, from outside: it asks for the value at one point after the other. So several can go on side by side, and one
/// that has come to its limits can go on with others, keeping what it has learnt of the function.
pub struct Descent {
    /// Where the last step led; before the first value is heard the start, at infinity.
    here: Point,
    memory: VecDeque<Step>,
    bounds: (f64, f64),
    limits: Limits,
    line: Option<Line>,
    /// The next point to ask for.
    trial: Vec<f64>,
    steps: usize,
    /// Steps in sequence that hardly fell.
    calm: usize,
    /// Whether the search is over, and converged.
    end: Option<bool>,
}

impl Descent {
    /// Stands at `start`, with every parameter from `bounds.0` to `bounds.1`.
    pub fn new(start: &[f64], bounds: (f64, f64), limits: Limits) -> Descent {
        let trial: Vec<f64> = start.iter().map(|x| x.clamp(bounds.0, bounds.1)).collect();
        Descent {
            here: Point::at(trial.clone(), f64::INFINITY, &vec![0.0; start.len()], bounds),
            memory: VecDeque::with_capacity(MEMORY),
            bounds,
            limits,
            line: None,
            trial,
            steps: 0,
            calm: 0,
            end: None,
        }
    }

    /// Where the value and the gradient are to be had next; `None` once the search is over.
    pub fn asks(&self) -> Option<&[f64]> {
        self.end.is_none().then_some(&self.trial)
    }

    /// Takes the value and the gradient at the point that was asked for.
    pub fn hears(&mut self, value: f64, gradient: &[f64]) {
        let next = Point::at(mem::take(&mut self.trial), value, gradient, self.bounds);
        let Some(line) = &mut self.line else {
            self.here = next;
            self.set_out();
            return;
        };
        match line.judge(&self.here, next, self.bounds) {
            None => self.trial = line.trial(&self.here, self.bounds),
            Some(Some(next)) => self.step_to(next),
            Some(None) if self.memory.is_empty() => self.end = Some(true),
            Some(None) => {
                self.memory.clear();
                self.steps += 1;
                self.set_out();
            }
        }
    }

    /// Goes on to other limits, counting steps anew.
    pub fn go_on(&mut self, limits: Limits) {
        (self.limits, self.steps, self.calm, self.end) = (limits, 0, 0, None);
        self.set_out();
    }

    /// The least value so far.
    pub fn value(&self) -> f64 {
        self.here.value
    }

    /// Of the steps that the limits grant, the share that is taken; 1 once the search is over.
    pub fn share(&self) -> f64 {
        if self.end.is_some() { 1.0 } else { self.steps as f64 / self.limits.steps as f64 }
    }

    /// Where the search stands.
    pub fn found(self) -> Found {
        let Point { at, value, .. } = self.here;
        Found { at, value, steps: self.steps, converged: self.end == Some(true) }
    }

    /// Looks from here for a direction, or ends.
    fn set_out(&mut self) {
        if self.here.is_flat(self.limits.tolerance) || !self.here.value.is_finite() {
            self.end = Some(true);
        } else if self.steps == self.limits.steps {
            self.end = Some(false);
        } else {
            let mut direction = newton_like(&self.memory, &self.here);
            if dot(&direction, &self.here.slope) >= 0.0 {
                self.memory.clear();
                direction = newton_like(&self.memory, &self.here);
            }
            let line = Line::new(&self.here, direction, self.memory.is_empty());
            self.trial = line.trial(&self.here, self.bounds);
            self.line = Some(line);
        }
    }

    fn step_to(&mut self, next: Point) {
        let fall = self.here.value - next.value;
        let hardly = fall <= self.limits.tolerance * next.value.abs().max(1.0);
        self.calm = if hardly { self.calm + 1 } else { 0 };
        self.remember(&next);
        self.here = next;
        self.steps += 1;
        if self.calm == 2 {
            self.end = Some(true);
        } else {
            self.set_out();
        }
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
    fn at(at: Vec<f64>, value: f64, gradient: &[f64], (low, high): (f64, f64)) -> Point {
        let rest = |(&x, &g): (&f64, &f64)| (x <= low && g > 0.0) || (x >= high && g < 0.0);
        let rests: Vec<bool> = at.iter().zip(gradient).map(rest).collect();
        let slope = gradient.iter().zip(&rests).map(|(g, rests)| if *rests { 0.0 } else { *g }).collect();
        Point { at, value, gradient: gradient.to_vec(), rests, slope }
    }

    fn is_flat(&self, tolerance: f64) -> bool {
        let scale = self.value.abs().max(1.0);
        self.slope.iter().zip(&self.at).all(|(g, x)| g.abs() * x.abs().max(1.0) <= tolerance * scale)
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

/// How often a line is tried before it is given up.
const TRIES: usize = 60;

/// A search along one direction, by bisection.
struct Line {
    direction: Vec<f64>,
    slope: f64,
    low: f64,
    high: f64,
    size: f64,
    tries: usize,
    /// The furthest point yet that falls enough, but is still steep.
    best: Option<Point>,
}

impl Line {
    fn new(here: &Point, direction: Vec<f64>, is_first: bool) -> Line {
        let slope = dot(&direction, &here.slope);
        let size = if is_first { (1.0 / dot(&direction, &direction).sqrt()).min(1.0) } else { 1.0 };
        Line { direction, slope, low: 0.0, high: f64::INFINITY, size, tries: 0, best: None }
    }

    fn trial(&self, here: &Point, bounds: (f64, f64)) -> Vec<f64> {
        let step = |(x, d): (&f64, &f64)| (x + self.size * d).clamp(bounds.0, bounds.1);
        here.at.iter().zip(&self.direction).map(step).collect()
    }

    /// The point to step to, or that there is none; `None` to try another.
    fn judge(&mut self, here: &Point, next: Point, bounds: (f64, f64)) -> Option<Option<Point>> {
        let past = |(x, d): (&f64, &f64)| {
            let x = x + self.size * d;
            x < bounds.0 || x > bounds.1
        };
        let cut = here.at.iter().zip(&self.direction).any(past);
        let expected: f64 =
            next.at.iter().zip(&here.at).zip(&here.slope).map(|((b, a), g)| (b - a) * g).sum();
        let falls = next.value <= here.value + 1e-4 * expected && next.value < f64::INFINITY;
        if !falls || next.gradient.iter().any(|g| !g.is_finite()) {
            self.high = self.size;
        } else if !cut && dot(&next.gradient, &self.direction) < 0.9 * self.slope {
            self.low = self.size;
            self.best = Some(next);
        } else {
            return Some(Some(next));
        }
        self.size = if self.high.is_finite() { 0.5 * (self.low + self.high) } else { 2.0 * self.size };
        self.tries += 1;
        (self.tries == TRIES).then(|| self.best.take())
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}

fn add(to: &mut [f64], share: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += share * w);
}
