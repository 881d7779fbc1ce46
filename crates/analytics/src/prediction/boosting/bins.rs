//! Columns as bytes: which bin each value falls into.
//!
//! Bin 0 is for gaps. Numbers get bins of about equal rows; where few values are distinct, one bin each. Categories
//! are their own bins, the rare ones beyond the limit share the gaps' bin.

use super::BoostOptions;
use super::groups::Group;
use crate::random::Random;
use crate::{Error, Feature, MISSING, Values};

/// Borders are taken from so many rows at most.
const SAMPLE: usize = 200_000;

/// A column as bytes.
pub(super) struct Column {
    /// Bin of each row.
    pub bins: Vec<u8>,
    /// Number of bins, the gaps' bin included.
    pub count: usize,
    pub kind: Kind,
    /// Where its bins begin in a histogram.
    pub offset: usize,
}

pub(super) enum Kind {
    /// Bin b holds values up to `borders[b − 1]`.
    Numbers { borders: Vec<f64> },
    /// Bin b holds category `codes[b − 1]`.
    Categories { codes: Vec<u32> },
}

/// All columns as bytes.
pub(super) struct Binned {
    pub columns: Vec<Column>,
    /// Which columns are added up together.
    pub groups: Vec<Group>,
    /// Bins of all columns together.
    pub cells: usize,
    pub rows: usize,
}

impl Binned {
    pub fn new(features: &[Feature], rows: usize, options: &BoostOptions) -> Result<Binned, Error> {
        let sample = sample(rows, options.seed);
        let make = |feature: &Feature| match feature.values {
            Values::Numbers(values) => numbers(values, &sample, options),
            Values::Categories { codes, names } => categories(codes, names.len(), options),
        };
        let mut columns: Vec<Column> = if options.threads == 1 {
            features.iter().map(make).collect()
        } else {
            let share = features.len().div_ceil(options.threads).max(1);
            std::thread::scope(|scope| {
                let jobs: Vec<_> = features
                    .chunks(share)
                    .map(|part| scope.spawn(|| part.iter().map(make).collect::<Vec<_>>()))
                    .collect();
                jobs.into_iter().flat_map(|job| job.join().expect("binning does not panic")).collect()
            })
        };
        let groups = Group::of(&mut columns);
        let cells = columns.iter().map(|column| column.count).sum();
        let varies = |column: &Column| column.bins.iter().any(|bin| *bin != column.bins[0]);
        if !columns.iter().any(varies) {
            return Err(Error::Constant { column: "every column".to_owned() });
        }
        Ok(Binned { columns, groups, cells, rows })
    }
}

/// Rows that borders are taken from, ascending.
fn sample(rows: usize, seed: u64) -> Vec<usize> {
    if rows <= SAMPLE {
        return (0..rows).collect();
    }
    // One row out of each of SAMPLE even stretches.
    let mut random = Random::stream(seed, 0xB1);
    let edge = |at: usize| at * rows / SAMPLE;
    (0..SAMPLE).map(|at| edge(at) + random.below(edge(at + 1) - edge(at))).collect()
}

fn numbers(values: &[f64], sample: &[usize], options: &BoostOptions) -> Column {
    let mut sorted: Vec<f64> =
        sample.iter().map(|&row| values[row]).filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let borders = borders(&sorted, options.bins);
    // The bin is 1 + the number of borders below the value; NaN compares false and is told apart first.
    let bin = |value: &f64| if value.is_nan() { 0 } else { 1 + borders.partition_point(|b| b < value) as u8 };
    Column {
        bins: values.iter().map(bin).collect(),
        count: borders.len() + 2,
        kind: Kind::Numbers { borders },
        offset: 0,
    }
}

/// Borders halfway between values: all of them when few are distinct, else bins of about equal rows, where a value
/// that fills a bin on its own gets one.
fn borders(sorted: &[f64], most: usize) -> Vec<f64> {
    let mut distinct: Vec<(f64, usize)> = Vec::new();
    for &value in sorted {
        match distinct.last_mut() {
            Some(last) if last.0 == value => last.1 += 1,
            _ => distinct.push((value, 1)),
        }
    }
    let mut borders = Vec::new();
    let (mut left, mut bins_left, mut inside) = (sorted.len(), most, 0);
    for pair in 0..distinct.len().saturating_sub(1) {
        let ((value, count), (next, next_count)) = (distinct[pair], distinct[pair + 1]);
        inside += count;
        let even = left as f64 / bins_left as f64;
        let full = inside as f64 >= even || (next_count as f64 >= even && inside as f64 >= 0.5 * even);
        if bins_left > 1 && (distinct.len() <= most || full) {
            borders.push(middle(value, next));
            left -= inside;
            bins_left -= 1;
            inside = 0;
        }
    }
    borders
}

/// A number with `low` ≤ it < `high`, halfway if there is one.
fn middle(low: f64, high: f64) -> f64 {
    let half = 0.5 * low + 0.5 * high;
    if half < high { half } else { low }
}

fn categories(codes: &[u32], names: usize, options: &BoostOptions) -> Column {
    let mut counts = vec![0usize; names];
    codes.iter().filter(|&&code| code != MISSING).for_each(|&code| counts[code as usize] += 1);
    let mut kept: Vec<u32> = (0..names as u32).filter(|&code| counts[code as usize] > 0).collect();
    kept.sort_by_key(|&code| (std::cmp::Reverse(counts[code as usize]), code));
    kept.truncate(options.bins);
    kept.sort_unstable();
    let mut bin = vec![0u8; names];
    kept.iter().enumerate().for_each(|(at, &code)| bin[code as usize] = at as u8 + 1);
    Column {
        bins: codes.iter().map(|&code| if code == MISSING { 0 } else { bin[code as usize] }).collect(),
        count: kept.len() + 1,
        kind: Kind::Categories { codes: kept },
        offset: 0,
    }
}
