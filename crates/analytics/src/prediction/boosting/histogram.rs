//! Sums of gradients by bin, as whole numbers.
//!
//! A cell keeps Σ gradient in 64 bits, and Σ second derivative (low 40 bits) together with the count (high 24)
//! in 64 more: two additions a row and column. Whole numbers add up the same in any order.

use super::bins::Binned;

/// Sums of the rows in one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    gradient: i64,
    packed: u64,
}

/// Bits of the packed word that hold the second derivative.
const SECOND_BITS: u32 = 40;
const SECOND_MASK: u64 = (1 << SECOND_BITS) - 1;
/// Most rows whose count fits into the rest.
pub(super) const MOST_ROWS: usize = (1 << (64 - SECOND_BITS)) - 1;

impl Cell {
    #[inline]
    pub fn add(&mut self, other: Cell) {
        self.gradient += other.gradient;
        self.packed += other.packed;
    }

    #[inline]
    pub fn less(self, other: Cell) -> Cell {
        Cell { gradient: self.gradient - other.gradient, packed: self.packed - other.packed }
    }

    #[inline]
    pub fn count(self) -> u64 {
        self.packed >> SECOND_BITS
    }
}

/// How gradients become whole numbers in one tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    gradient: f64,
    second: f64,
}

impl Scale {
    /// The finest powers of two with which the sums over these rows fit.
    pub fn of(gradients: &[(f64, f64)], rows: &[u32]) -> Scale {
        let (mut first, mut second) = (0.0, 0.0);
        for &row in rows {
            let gradient = gradients[row as usize];
            first += gradient.0.abs();
            second += gradient.1;
        }
        // Rounding may add half a unit for each row.
        let room = |bits: i32, sum: f64| {
            let units = f64::powi(2.0, bits) - rows.len() as f64;
            f64::powi(2.0, (units / sum.max(f64::MIN_POSITIVE)).log2().floor().min(1000.0) as i32)
        };
        Scale { gradient: room(61, first), second: room(SECOND_BITS as i32 - 1, second) }
    }

    pub fn cell(self, (gradient, second): (f64, f64)) -> Cell {
        Cell {
            gradient: (gradient * self.gradient).round_ties_even() as i64,
            packed: (second * self.second).round_ties_even() as u64 + (1 << SECOND_BITS),
        }
    }

    /// Σ gradient and Σ second derivative.
    #[inline]
    pub fn sums(self, cell: Cell) -> (f64, f64) {
        (cell.gradient as f64 / self.gradient, (cell.packed & SECOND_MASK) as f64 / self.second)
    }
}

/// Adds up the given rows by column and bin. `cells` has one gradient per entry of `rows`.
pub(super) fn fill(
    histogram: &mut [Cell],
    binned: &Binned,
    columns: &[u32],
    rows: &[u32],
    cells: &[Cell],
    threads: usize,
) {
    histogram.fill(Cell::default());
    // Starting a thread costs about as much as adding up a hundred thousand values.
    if threads == 1 || rows.len() * columns.len() < 400_000 {
        columns.iter().for_each(|&column| fill_column(histogram, binned, column as usize, rows, cells));
        return;
    }
    let share = columns.len().div_ceil(threads);
    let parts = split_by_columns(histogram, binned, columns, share);
    std::thread::scope(|scope| {
        for (columns, offset, part) in parts {
            scope.spawn(move || {
                for &column in columns {
                    let column = &binned.columns[column as usize];
                    let from = column.offset - offset;
                    add_rows(&mut part[from..from + column.count], &column.bins, rows, cells, binned.rows);
                }
            });
        }
    });
}

/// Cuts the histogram into pieces that belong to runs of columns; each with its place in the whole.
fn split_by_columns<'a, 'b>(
    mut histogram: &'a mut [Cell],
    binned: &Binned,
    columns: &'b [u32],
    share: usize,
) -> Vec<(&'b [u32], usize, &'a mut [Cell])> {
    let mut parts = Vec::new();
    let mut offset = 0;
    for run in columns.chunks(share) {
        let last = &binned.columns[run[run.len() - 1] as usize];
        let (part, rest) = histogram.split_at_mut(last.offset + last.count - offset);
        parts.push((run, offset, part));
        offset = last.offset + last.count;
        histogram = rest;
    }
    parts
}

fn fill_column(histogram: &mut [Cell], binned: &Binned, column: usize, rows: &[u32], cells: &[Cell]) {
    let column = &binned.columns[column];
    let part = &mut histogram[column.offset..column.offset + column.count];
    add_rows(part, &column.bins, rows, cells, binned.rows);
}

fn add_rows(part: &mut [Cell], bins: &[u8], rows: &[u32], cells: &[Cell], all: usize) {
    if rows.len() == all {
        for (&bin, &cell) in bins.iter().zip(cells) {
            part[bin as usize].add(cell);
        }
    } else {
        for (&row, &cell) in rows.iter().zip(cells) {
            part[bins[row as usize] as usize].add(cell);
        }
    }
}
