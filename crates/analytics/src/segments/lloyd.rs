//! Lloyd's iteration (1982), with Hamerly's bounds (2010) that skip rows whose nearest centre can't have changed.
//!
//! Rows are worked on in blocks of fixed size and block sums are added in order, so that the number of threads
//! changes no bit.

use super::points::{Points, squared};
use crate::{Error, Progress};

const BLOCK: usize = 8_192;

/// Where an iteration ended.
pub(super) struct Settled {
    pub centres: Vec<f64>,
    pub labels: Vec<u32>,
    pub iterations: usize,
    pub settled: bool,
}

/// What is known of one row: its group, at most so far from its centre, at least so far from every other.
#[derive(Clone, Copy)]
struct Place {
    label: u32,
    upper: f64,
    lower: f64,
}

/// What one block reports: its sums and counts by group, and whether a row changed its group.
struct Block {
    sums: Vec<f64>,
    counts: Vec<usize>,
    changed: bool,
}

/// When to stop moving centres.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// Most rounds.
    pub most: usize,
    /// Also stop once the squared moves of all centres add up to no more; 0 goes on until no row changes its group.
    pub near: f64,
}

/// Moves centres until no row changes its group, or patience ends.
pub(super) fn lloyd(
    points: &Points,
    mut centres: Vec<f64>,
    patience: Patience,
    threads: usize,
    progress: &dyn Progress,
) -> Result<Settled, Error> {
    let (d, k) = (points.columns(), centres.len() / points.columns());
    let nowhere = Place { label: u32::MAX, upper: f64::INFINITY, lower: 0.0 };
    let mut places = vec![nowhere; points.len()];
    let (mut iterations, mut settled) = (0, false);
    while iterations < patience.most && !settled {
        progress.at(iterations as f64 / patience.most as f64)?;
        iterations += 1;
        let blocks = assign(points, &centres, &mut places, threads);
        settled = !blocks.iter().any(|block| block.changed);
        let moved = move_centres(points, &mut centres, &mut places, blocks, k, d);
        let furthest = moved.iter().copied().fold(0.0, f64::max);
        for place in &mut places {
            place.upper += moved[place.label as usize];
            place.lower -= furthest;
        }
        if !settled && moved.iter().map(|by| by * by).sum::<f64>() <= patience.near {
            // Each row belongs to the centre that is nearest at the end.
            assign(points, &centres, &mut places, threads);
            settled = true;
        }
    }
    let labels = places.iter().map(|place| place.label).collect();
    Ok(Settled { centres, labels, iterations, settled })
}

fn assign(points: &Points, centres: &[f64], places: &mut [Place], threads: usize) -> Vec<Block> {
    let d = points.columns();
    let clearance = half_distance_to_next(centres, d);
    let work = |rows: &[f64], places: &mut [Place]| match d {
        // Known widths let the compiler unroll the distance.
        1 => assign_block::<1>(rows, centres, &clearance, places),
        2 => assign_block::<2>(rows, centres, &clearance, places),
        3 => assign_block::<3>(rows, centres, &clearance, places),
        4 => assign_block::<4>(rows, centres, &clearance, places),
        5 => assign_block::<5>(rows, centres, &clearance, places),
        6 => assign_block::<6>(rows, centres, &clearance, places),
        8 => assign_block::<8>(rows, centres, &clearance, places),
        _ => assign_any(rows, centres, &clearance, places, d),
    };
    let mut jobs: Vec<_> = points.values().chunks(BLOCK * d).zip(places.chunks_mut(BLOCK)).collect();
    if threads <= 1 || jobs.len() < 4 {
        return jobs.into_iter().map(|(rows, places)| work(rows, places)).collect();
    }
    let share = jobs.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let mut parts = Vec::new();
        while !jobs.is_empty() {
            let part: Vec<_> = jobs.drain(..share.min(jobs.len())).collect();
            let work = &work;
            parts.push(scope.spawn(move || {
                part.into_iter().map(|(rows, places)| work(rows, places)).collect::<Vec<_>>()
            }));
        }
        parts.into_iter().flat_map(|part| part.join().expect("an assignment does not panic")).collect()
    })
}

fn assign_block<const D: usize>(
    rows: &[f64],
    centres: &[f64],
    clearance: &[f64],
    places: &mut [Place],
) -> Block {
    let rows: &[[f64; D]] = rows.as_chunks().0;
    let centres: &[[f64; D]] = centres.as_chunks().0;
    let mut block =
        Block { sums: vec![0.0; centres.len() * D], counts: vec![0; centres.len()], changed: false };
    for (row, place) in rows.iter().zip(places) {
        let distance = |c: usize| (0..D).map(|at| (row[at] - centres[c][at]).powi(2)).sum::<f64>();
        block.changed |= update(place, centres.len(), clearance, distance);
        block.counts[place.label as usize] += 1;
        let sums = &mut block.sums[place.label as usize * D..][..D];
        (0..D).for_each(|at| sums[at] += row[at]);
    }
    block
}

fn assign_any(rows: &[f64], centres: &[f64], clearance: &[f64], places: &mut [Place], d: usize) -> Block {
    let k = clearance.len();
    let mut block = Block { sums: vec![0.0; k * d], counts: vec![0; k], changed: false };
    for (row, place) in rows.chunks_exact(d).zip(places) {
        block.changed |= update(place, k, clearance, |c| squared(row, &centres[c * d..(c + 1) * d]));
        block.counts[place.label as usize] += 1;
        let sums = &mut block.sums[place.label as usize * d..][..d];
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    block
}

/// Finds the nearest centre of a row unless the bounds already tell; says whether it changed.
#[inline]
fn update(place: &mut Place, k: usize, clearance: &[f64], squared_to: impl Fn(usize) -> f64) -> bool {
    if place.label != u32::MAX {
        let safe = clearance[place.label as usize].max(place.lower);
        if place.upper <= safe {
            return false;
        }
        place.upper = squared_to(place.label as usize).sqrt();
        if place.upper <= safe {
            return false;
        }
    }
    let (mut label, mut best, mut second) = (0u32, f64::INFINITY, f64::INFINITY);
    for c in 0..k {
        let distance = squared_to(c);
        if distance < best {
            (second, best, label) = (best, distance, c as u32);
        } else if distance < second {
            second = distance;
        }
    }
    (place.upper, place.lower) = (best.sqrt(), second.sqrt());
    std::mem::replace(&mut place.label, label) != label
}

/// For each centre half the distance to the nearest other one.
fn half_distance_to_next(centres: &[f64], d: usize) -> Vec<f64> {
    let rows: Vec<&[f64]> = centres.chunks_exact(d).collect();
    let to_next = |c: usize| {
        let others = rows.iter().enumerate().filter(|(other, _)| *other != c);
        others.map(|(_, other)| squared(rows[c], other)).fold(f64::INFINITY, f64::min)
    };
    (0..rows.len()).map(|c| 0.5 * to_next(c).sqrt()).collect()
}

/// Puts each centre into the middle of its rows; gives how far each moved.
fn move_centres(
    points: &Points,
    centres: &mut [f64],
    places: &mut [Place],
    blocks: Vec<Block>,
    k: usize,
    d: usize,
) -> Vec<f64> {
    let (mut sums, mut counts) = (vec![0.0; k * d], vec![0usize; k]);
    for block in blocks {
        sums.iter_mut().zip(block.sums).for_each(|(sum, part)| *sum += part);
        counts.iter_mut().zip(block.counts).for_each(|(count, part)| *count += part);
    }
    fill_empty(points, centres, places, &mut sums, &mut counts);
    (0..k)
        .map(|c| {
            let middle: Vec<f64> =
                sums[c * d..(c + 1) * d].iter().map(|sum| sum / counts[c] as f64).collect();
            let centre = &mut centres[c * d..(c + 1) * d];
            let moved = squared(&middle, centre).sqrt();
            centre.copy_from_slice(&middle);
            moved
        })
        .collect()
}

/// Gives every empty group the row that is furthest from its own centre.
fn fill_empty(
    points: &Points,
    centres: &[f64],
    places: &mut [Place],
    sums: &mut [f64],
    counts: &mut [usize],
) {
    let d = points.columns();
    for empty in 0..counts.len() {
        if counts[empty] > 0 {
            continue;
        }
        let far = |row: usize| squared(points.row(row), &centres[places[row].label as usize * d..][..d]);
        let movable = (0..points.len()).filter(|&row| counts[places[row].label as usize] > 1);
        let Some(row) = movable.max_by(|&a, &b| far(a).total_cmp(&far(b)).then(b.cmp(&a))) else { continue };
        let old = places[row].label as usize;
        for (at, value) in points.row(row).iter().enumerate() {
            sums[old * d + at] -= value;
            sums[empty * d + at] = *value;
        }
        counts[old] -= 1;
        counts[empty] = 1;
        // Bounds that claim nothing make the next round look at the row again.
        places[row] = Place { label: empty as u32, upper: f64::INFINITY, lower: 0.0 };
    }
}
