//! The best question at a node, from its histogram.

use super::BoostOptions;
use super::bins::{Binned, Column, Kind};
use super::histogram::{Cell, Scale};

/// Least Σ second derivative in a leaf, against leaves of certain rows.
const LEAST_SECOND: f64 = 1e-3;
/// Rows a category needs to be sorted by its own answer, and what pulls small ones to the middle (as LightGBM's
/// `cat_smooth`).
const CATEGORY_SMOOTHING: f64 = 10.0;
/// Most categories on the smaller side of a question.
const MOST_CATEGORIES: usize = 32;

/// A question and what it gains.
#[derive(Clone, Debug)]
pub(super) struct Split {
    pub column: usize,
    pub gain: f64,
    /// For each bin whether it goes left.
    pub left: Goes,
    pub left_sum: Cell,
}

/// Which bins go left.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Goes {
    /// Bins 1 to the given one, and the gaps if it says so.
    UpTo { bin: u8, gaps: bool },
    /// The listed bins, ascending.
    Bins(Vec<u8>),
}

impl Goes {
    pub fn table(&self, count: usize) -> [bool; 256] {
        let mut table = [false; 256];
        match self {
            Goes::UpTo { bin, gaps } => {
                table[0] = *gaps;
                table[1..=*bin as usize].fill(true);
            }
            Goes::Bins(bins) => bins.iter().for_each(|&bin| table[bin as usize] = true),
        }
        debug_assert!(count <= 256);
        table
    }
}

/// What a side is worth: (Σ gradient)² / (Σ second + λ), Chen and Guestrin 2016, eq. 6.
struct Worth<'a> {
    scale: Scale,
    options: &'a BoostOptions,
}

impl Worth<'_> {
    fn of(&self, cell: Cell) -> f64 {
        let (gradient, second) = self.scale.sums(cell);
        gradient * gradient / (second + self.options.ridge).max(f64::MIN_POSITIVE)
    }

    fn allowed(&self, cell: Cell) -> bool {
        cell.count() >= self.options.min_rows as u64 && self.scale.sums(cell).1 >= LEAST_SECOND
    }
}

/// The question with the largest gain among the given columns; of equal gains the first.
pub(super) fn best_split(
    histogram: &[Cell],
    binned: &Binned,
    columns: &[u32],
    total: Cell,
    scale: Scale,
    options: &BoostOptions,
) -> Option<Split> {
    let worth = Worth { scale, options };
    let parent = worth.of(total);
    let mut best: Option<Split> = None;
    for &at in columns {
        let column = &binned.columns[at as usize];
        let cells = &histogram[column.offset..column.offset + column.count];
        let found = match column.kind {
            Kind::Numbers { .. } => best_border(cells, total, parent, &worth),
            Kind::Categories { .. } => best_categories(cells, total, parent, &worth, column),
        };
        if let Some((gain, left, left_sum)) = found
            && gain > best.as_ref().map_or(1e-12, |best| best.gain)
        {
            best = Some(Split { column: at as usize, gain, left, left_sum });
        }
    }
    best
}

type Found = Option<(f64, Goes, Cell)>;

/// Tries every border, with the gaps on the right and, where there are any, on the left.
fn best_border(cells: &[Cell], total: Cell, parent: f64, worth: &Worth) -> Found {
    let mut best: Found = None;
    let sides: &[bool] = if cells[0].count() > 0 { &[false, true] } else { &[false] };
    for &gaps in sides {
        let mut left = if gaps { cells[0] } else { Cell::default() };
        for (bin, &cell) in cells.iter().enumerate().skip(1).take(cells.len() - 2) {
            left.add(cell);
            consider(&mut best, left, total, parent, worth, || Goes::UpTo { bin: bin as u8, gaps });
        }
        if !gaps && sides.len() == 2 {
            // All known values against the gaps.
            left.add(cells[cells.len() - 1]);
            let bin = (cells.len() - 1) as u8;
            consider(&mut best, left, total, parent, worth, || Goes::UpTo { bin, gaps: false });
        }
    }
    best
}

/// Sorts categories by their answer and tries every cut (Fisher 1958); few against many, from either end.
fn best_categories(cells: &[Cell], total: Cell, parent: f64, worth: &Worth, column: &Column) -> Found {
    let mut best: Found = None;
    let mut order: Vec<(f64, u8)> = (0..column.count as u8)
        .filter(|&bin| cells[bin as usize].count() > 0)
        .map(|bin| {
            let (gradient, second) = worth.scale.sums(cells[bin as usize]);
            (gradient / (second + CATEGORY_SMOOTHING), bin)
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for from_end in [false, true] {
        let mut left = Cell::default();
        let most = MOST_CATEGORIES.min(order.len().saturating_sub(1));
        for taken in 1..=most {
            let at = if from_end { order.len() - taken } else { taken - 1 };
            left.add(cells[order[at].1 as usize]);
            consider(&mut best, left, total, parent, worth, || {
                let part = if from_end { &order[order.len() - taken..] } else { &order[..taken] };
                let mut bins: Vec<u8> = part.iter().map(|&(_, bin)| bin).collect();
                bins.sort_unstable();
                Goes::Bins(bins)
            });
        }
    }
    best
}

#[inline]
fn consider(best: &mut Found, left: Cell, total: Cell, parent: f64, worth: &Worth, goes: impl Fn() -> Goes) {
    let right = total.less(left);
    if worth.allowed(left) && worth.allowed(right) {
        let gain = worth.of(left) + worth.of(right) - parent;
        if gain > best.as_ref().map_or(0.0, |(gain, _, _)| *gain) {
            *best = Some((gain, goes(), left));
        }
    }
}
