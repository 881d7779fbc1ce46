//! Columns of few bins, several to a byte, so that one addition serves them all.
//!
//! One-hot columns would otherwise cost as much as columns of 254 bins. Their common histogram is small; it is
//! taken apart into one per column at the end.

use super::bins::Column;
use super::histogram::Cell;

/// A column with at most so many bins may share a byte.
const FEW: usize = 8;
/// Most cells of a shared histogram.
const MOST_CELLS: usize = 64;

/// Columns whose sums are formed together.
pub(super) struct Group {
    pub members: Vec<Member>,
    /// The byte of each row when there are several members; a single one has its own bins.
    pub bytes: Vec<u8>,
    /// Values of that byte.
    pub cells: usize,
}

/// A column within a byte: its bin is `first + byte / stride % bins`.
pub(super) struct Member {
    pub column: usize,
    first: u8,
    bins: usize,
    stride: usize,
}

impl Group {
    /// Puts columns into groups, first fit; and gives each column its place in the histogram, group by group.
    pub fn of(columns: &mut [Column]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        let mut open: Option<usize> = None;
        for (at, column) in columns.iter().enumerate() {
            // Without gaps their bin need not be told apart.
            let first = u8::from(!column.bins.contains(&0));
            let bins = column.count - usize::from(first);
            let fits = |group: &Group| bins <= FEW && group.cells * bins <= MOST_CELLS;
            match open.filter(|&open| fits(&groups[open])) {
                Some(open) => groups[open].push(at, first, bins),
                None => {
                    groups.push(Group { members: Vec::new(), bytes: Vec::new(), cells: 1 });
                    let made = groups.len() - 1;
                    groups[made].push(at, first, bins);
                    if bins <= FEW {
                        open = Some(made);
                    }
                }
            }
        }
        let mut offset = 0;
        for group in &mut groups {
            for member in &group.members {
                columns[member.column].offset = offset;
                offset += columns[member.column].count;
            }
            if group.members.len() > 1 {
                group.bytes = group.pack(columns);
            }
        }
        groups
    }

    fn push(&mut self, column: usize, first: u8, bins: usize) {
        self.members.push(Member { column, first, bins, stride: self.cells });
        self.cells *= bins;
    }

    fn pack(&self, columns: &[Column]) -> Vec<u8> {
        let mut bytes = vec![0u8; columns[0].bins.len()];
        for member in &self.members {
            let bins = &columns[member.column].bins;
            for (byte, bin) in bytes.iter_mut().zip(bins) {
                *byte += (bin - member.first) * member.stride as u8;
            }
        }
        bytes
    }

    /// Adds the cells of the common histogram to those of each column; `part` begins at the group's first column.
    pub fn take_apart(&self, common: &[Cell], columns: &[Column], part: &mut [Cell]) {
        let start = columns[self.members[0].column].offset;
        for member in &self.members {
            let from = columns[member.column].offset - start + member.first as usize;
            let own = &mut part[from..from + member.bins];
            for (byte, &cell) in common.iter().enumerate() {
                own[byte / member.stride % member.bins].add(cell);
            }
        }
    }

    /// The cells of all its columns in a histogram: first, and one past the last.
    pub fn range(&self, columns: &[Column]) -> (usize, usize) {
        let last = &columns[self.members[self.members.len() - 1].column];
        (columns[self.members[0].column].offset, last.offset + last.count)
    }
}
