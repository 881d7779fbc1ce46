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

/// Rows are added up in stretches of so many, so that their gradients stay near while all columns are visited.
const STRETCH: usize = 4_096;

/// Adds up the given rows by column and bin, for the given groups of columns; the cells of others stay empty.
/// `cells` has one gradient per entry of `rows`.
pub(super) fn fill(
    histogram: &mut [Cell],
    binned: &Binned,
    groups: &[usize],
    rows: &[u32],
    cells: &[Cell],
    threads: usize,
) {
    histogram.fill(Cell::default());
    // Starting a thread costs about as much as adding up a hundred thousand values.
    if threads == 1 || rows.len() * groups.len() < 400_000 {
        fill_part(histogram, 0, binned, groups, rows, cells);
        return;
    }
    let share = groups.len().div_ceil(threads);
    let (mut rest, mut offset) = (histogram, 0);
    std::thread::scope(|scope| {
        for run in groups.chunks(share) {
            let end = binned.groups[run[run.len() - 1]].range(&binned.columns).1;
            let (part, after) = rest.split_at_mut(end - offset);
            let from = offset;
            (rest, offset) = (after, end);
            scope.spawn(move || fill_part(part, from, binned, run, rows, cells));
        }
    });
}

/// Fills the cells of some groups; `part` begins at cell `offset` of the whole.
fn fill_part(
    part: &mut [Cell],
    offset: usize,
    binned: &Binned,
    groups: &[usize],
    rows: &[u32],
    cells: &[Cell],
) {
    let mut common = vec![Cell::default(); groups.iter().map(|&group| binned.groups[group].cells).sum()];
    for (rows, cells) in rows.chunks(STRETCH).zip(cells.chunks(STRETCH)) {
        // Rows ascend, so that these are all in a row when the ends are as far apart as their number.
        let all = (rows[rows.len() - 1] - rows[0]) as usize == rows.len() - 1;
        let mut place = 0;
        for &group in groups {
            let group = &binned.groups[group];
            let (bins, sums) = if group.members.len() > 1 {
                (&group.bytes, &mut common[place..place + group.cells])
            } else {
                let (from, to) = group.range(&binned.columns);
                (&binned.columns[group.members[0].column].bins, &mut part[from - offset..to - offset])
            };
            place += group.cells;
            if all {
                let from = rows[0] as usize;
                for (&bin, &cell) in bins[from..from + rows.len()].iter().zip(cells) {
                    sums[bin as usize].add(cell);
                }
            } else {
                for (&row, &cell) in rows.iter().zip(cells) {
                    sums[bins[row as usize] as usize].add(cell);
                }
            }
        }
    }
    let mut place = 0;
    for &group in groups {
        let group = &binned.groups[group];
        let (from, to) = group.range(&binned.columns);
        if group.members.len() > 1 {
            group.take_apart(
                &common[place..place + group.cells],
                &binned.columns,
                &mut part[from - offset..to - offset],
            );
        }
        place += group.cells;
    }
}
