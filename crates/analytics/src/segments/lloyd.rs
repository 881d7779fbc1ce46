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

/// What one block reports: by group its sums, its weight and how many rows count, and whether a row changed its group.
struct Block {
    sums: Vec<f64>,
    weights: Vec<f64>,
    counts: Vec<usize>,
    changed: bool,
}

impl Block {
    fn new(k: usize, d: usize) -> Block {
        Block { sums: vec![0.0; k * d], weights: vec![0.0; k], counts: vec![0; k], changed: false }
    }

    /// Counts a row; gives where its numbers are to be added.
    #[inline]
    fn count(&mut self, label: u32, weight: f64, d: usize) -> &mut [f64] {
        self.weights[label as usize] += weight;
        self.counts[label as usize] += usize::from(weight > 0.0);
        &mut self.sums[label as usize * d..][..d]
    }

    fn add(&mut self, other: Block) {
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, part)| *sum += part);
        self.weights.iter_mut().zip(other.weights).for_each(|(sum, part)| *sum += part);
        self.counts.iter_mut().zip(other.counts).for_each(|(sum, part)| *sum += part);
    }
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
    let nowhere = Place { label: u32::MAX, upper: f64::INFINITY, lower: 0.0 };
    let mut places = vec![nowhere; points.len()];
    let (mut iterations, mut settled) = (0, false);
    while iterations < patience.most && !settled {
        progress.at(iterations as f64 / patience.most as f64)?;
        iterations += 1;
        let blocks = assign(points, &centres, &mut places, threads);
        settled = !blocks.iter().any(|block| block.changed);
        let moved = move_centres(points, &mut centres, &mut places, blocks);
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

/// A block by its number: its numbers, and what is known of its rows.
type Job<'a> = (usize, (&'a [f64], &'a mut [Place]));

/// The rows of a block.
#[derive(Clone, Copy)]
struct Rows<'a> {
    values: &'a [f64],
    weights: Option<&'a [f64]>,
}

impl Rows<'_> {
    #[inline]
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}

fn assign(points: &Points, centres: &[f64], places: &mut [Place], threads: usize) -> Vec<Block> {
    let d = points.columns();
    let clearance = half_distance_to_next(centres, d);
    let work = |(at, (rows, places)): Job| {
        let weights = points.weights().map(|weights| &weights[at * BLOCK..][..places.len()]);
        let (rows, clearance) = (Rows { values: rows, weights }, &clearance);
        match d {
            // Known widths let the compiler unroll the distance.
            1 => assign_block::<1>(rows, centres, clearance, places),
            2 => assign_block::<2>(rows, centres, clearance, places),
            3 => assign_block::<3>(rows, centres, clearance, places),
            4 => assign_block::<4>(rows, centres, clearance, places),
            5 => assign_block::<5>(rows, centres, clearance, places),
            6 => assign_block::<6>(rows, centres, clearance, places),
            8 => assign_block::<8>(rows, centres, clearance, places),
            _ => assign_any(rows, centres, clearance, places, d),
        }
    };
    let mut jobs: Vec<Job> =
        points.values().chunks(BLOCK * d).zip(places.chunks_mut(BLOCK)).enumerate().collect();
    if threads <= 1 || jobs.len() < 4 {
        return jobs.into_iter().map(work).collect();
    }
    let share = jobs.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let mut parts = Vec::new();
        while !jobs.is_empty() {
            let part: Vec<_> = jobs.drain(..share.min(jobs.len())).collect();
            let work = &work;
            parts.push(scope.spawn(move || part.into_iter().map(work).collect::<Vec<_>>()));
        }
        parts.into_iter().flat_map(|part| part.join().expect("an assignment does not panic")).collect()
    })
}

fn assign_block<const D: usize>(
    rows: Rows,
    centres: &[f64],
    clearance: &[f64],
    places: &mut [Place],
) -> Block {
    let centres: &[[f64; D]] = centres.as_chunks().0;
    let mut block = Block::new(centres.len(), D);
    for (at, (row, place)) in rows.values.as_chunks::<D>().0.iter().zip(places).enumerate() {
        let distance = |c: usize| (0..D).map(|at| (row[at] - centres[c][at]).powi(2)).sum::<f64>();
        block.changed |= update(place, centres.len(), clearance, distance);
        let weight = rows.weight(at);
        let sums = block.count(place.label, weight, D);
        (0..D).for_each(|at| sums[at] += weight * row[at]);
    }
    block
}

fn assign_any(rows: Rows, centres: &[f64], clearance: &[f64], places: &mut [Place], d: usize) -> Block {
    let k = clearance.len();
    let mut block = Block::new(k, d);
    for (at, (row, place)) in rows.values.chunks_exact(d).zip(places).enumerate() {
        block.changed |= update(place, k, clearance, |c| squared(row, &centres[c * d..(c + 1) * d]));
        let weight = rows.weight(at);
        let sums = block.count(place.label, weight, d);
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
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
fn move_centres(points: &Points, centres: &mut [f64], places: &mut [Place], blocks: Vec<Block>) -> Vec<f64> {
    let d = points.columns();
    let mut all = Block::new(centres.len() / d, d);
    blocks.into_iter().for_each(|block| all.add(block));
    fill_empty(points, centres, places, &mut all);
    let middles = all.sums.chunks_exact(d).zip(&all.weights);
    centres
        .chunks_exact_mut(d)
        .zip(middles)
        .map(|(centre, (sums, weight))| {
            let middle: Vec<f64> = sums.iter().map(|sum| sum / weight).collect();
            let moved = squared(&middle, centre).sqrt();
            centre.copy_from_slice(&middle);
            moved
        })
        .collect()
}

/// Gives every group without a row that counts the row that is furthest from its own centre.
fn fill_empty(points: &Points, centres: &[f64], places: &mut [Place], all: &mut Block) {
    let d = points.columns();
    for empty in 0..all.counts.len() {
        if all.counts[empty] > 0 {
            continue;
        }
        let far = |row: usize| squared(points.row(row), &centres[places[row].label as usize * d..][..d]);
        let counts = |row: usize| points.weight(row) > 0.0 && all.counts[places[row].label as usize] > 1;
        let movable = (0..points.len()).filter(|&row| counts(row));
        let Some(row) = movable.max_by(|&a, &b| far(a).total_cmp(&far(b)).then(b.cmp(&a))) else { continue };
        let (old, weight) = (places[row].label as usize, points.weight(row));
        for (at, value) in points.row(row).iter().enumerate() {
            all.sums[old * d + at] -= weight * value;
            all.sums[empty * d + at] = weight * value;
        }
        (all.weights[old], all.weights[empty]) = (all.weights[old] - weight, weight);
        (all.counts[old], all.counts[empty]) = (all.counts[old] - 1, 1);
        // Bounds that claim nothing make the next round look at the row again.
        places[row] = Place { label: empty as u32, upper: f64::INFINITY, lower: 0.0 };
    }
}
