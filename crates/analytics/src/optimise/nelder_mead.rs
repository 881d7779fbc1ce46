//! Nelder and Mead's simplex search (1965), with the sizes of Gao and Han (2012) that suit many dimensions.

use super::{Found, Limits};
use crate::{Error, Progress};

/// Minimises a function of which only values are known.
///
/// The first simplex is `start` and one step of `scale` along each axis. Ends when the values and the corners of the
/// simplex differ by less than the tolerance.
///
/// # Errors
/// [`Error::Stopped`] when `progress` wants no more.
pub fn nelder_mead(
    mut f: impl FnMut(&[f64]) -> f64,
    start: &[f64],
    scale: f64,
    limits: Limits,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    let n = start.len() as f64;
    let (expansion, contraction, shrink) = (1.0 + 2.0 / n, 0.75 - 0.5 / n, 1.0 - 1.0 / n);
    let mut corners = first_simplex(&mut f, start, scale);
    for step in 0..limits.steps {
        progress.at(step as f64 / limits.steps as f64)?;
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        if is_small(&corners, limits.tolerance) {
            return Ok(found(corners, step, true));
        }
        let worst = corners.len() - 1;
        let middle = centre(&corners[..worst]);
        let mut towards = |share: f64, from: &[f64]| {
            let at: Vec<f64> = middle.iter().zip(from).map(|(m, w)| m + share * (m - w)).collect();
            (worth(&mut f, &at), at)
        };
        let reflected = towards(1.0, &corners[worst].1);
        if reflected.0 < corners[0].0 {
            let further = towards(expansion, &corners[worst].1);
            corners[worst] = if further.0 < reflected.0 { further } else { reflected };
        } else if reflected.0 < corners[worst - 1].0 {
            corners[worst] = reflected;
        } else {
            let outside = reflected.0 < corners[worst].0;
            let share = if outside { contraction } else { -contraction };
            let nearer = towards(share, &corners[worst].1);
            if nearer.0 < reflected.0.min(corners[worst].0) {
                corners[worst] = nearer;
            } else {
                shrink_towards_best(&mut f, &mut corners, shrink.max(0.5));
            }
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(found(corners, limits.steps, false))
}

type Corner = (f64, Vec<f64>);

fn worth(f: &mut impl FnMut(&[f64]) -> f64, at: &[f64]) -> f64 {
    let value = f(at);
    if value.is_nan() { f64::INFINITY } else { value }
}

fn first_simplex(f: &mut impl FnMut(&[f64]) -> f64, start: &[f64], scale: f64) -> Vec<Corner> {
    let mut corners = vec![(worth(f, start), start.to_vec())];
    for axis in 0..start.len() {
        let mut at = start.to_vec();
        at[axis] += scale;
        corners.push((worth(f, &at), at));
    }
    corners
}

fn centre(corners: &[Corner]) -> Vec<f64> {
    let mut middle = vec![0.0; corners[0].1.len()];
    for (_, at) in corners {
        middle.iter_mut().zip(at).for_each(|(m, x)| *m += x / corners.len() as f64);
    }
    middle
}

fn is_small(corners: &[Corner], tolerance: f64) -> bool {
    let (best, worst) = (&corners[0], &corners[corners.len() - 1]);
    let wide = corners
        .iter()
        .flat_map(|(_, at)| at.iter().zip(&best.1))
        .any(|(x, y)| (x - y).abs() > tolerance.sqrt() * y.abs().max(1.0));
    worst.0 - best.0 <= tolerance * best.0.abs().max(1.0) && !wide
}

fn shrink_towards_best(f: &mut impl FnMut(&[f64]) -> f64, corners: &mut [Corner], share: f64) {
    let best = corners[0].1.clone();
    for (value, at) in &mut corners[1..] {
        at.iter_mut().zip(&best).for_each(|(x, b)| *x = b + share * (*x - b));
        *value = worth(f, at);
    }
}

fn found(mut corners: Vec<Corner>, steps: usize, converged: bool) -> Found {
    let (value, at) = corners.swap_remove(0);
    Found { at, value, steps, converged }
}
