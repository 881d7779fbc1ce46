//! Item sets grown one item at a time: baskets cut to what stands before an item, counted, filtered, handed on.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::item_sets::Mining;
use crate::Error;

/// Projected baskets, each an ascending list of local item numbers.
#[derive(Default)]
pub(super) struct Rows {
    pub starts: Vec<u32>,
    pub items: Vec<u32>,
}

impl Rows {
    pub fn with_capacity(entries: usize) -> Self {
        Rows { starts: vec![0], items: Vec::with_capacity(entries) }
    }

    /// Ends the row that was being written, or forgets it when it is shorter than `least`.
    pub fn close(&mut self, least: usize, sort: bool) {
        let start = *self.starts.last().expect("starts begins with 0") as usize;
        if self.items.len() - start < least {
            self.items.truncate(start);
            return;
        }
        if sort {
            self.items[start..].sort_unstable();
        }
        self.starts.push(self.items.len() as u32);
    }
}

/// For each item, the stretches of rows that stand before it: `(start, position of the item)`.
pub(super) struct Occurrences {
    starts: Vec<u32>,
    before: Vec<(u32, u32)>,
}

impl Occurrences {
    pub fn of(rows: &Rows, items: usize) -> Self {
        let mut starts = vec![0u32; items + 1];
        for &item in &rows.items {
            starts[item as usize + 1] += 1;
        }
        for item in 0..items {
            starts[item + 1] += starts[item];
        }
        let mut next = starts.clone();
        let mut before = vec![(0, 0); rows.items.len()];
        for bounds in rows.starts.windows(2) {
            for at in bounds[0]..bounds[1] {
                let slot = &mut next[rows.items[at as usize] as usize];
                before[*slot as usize] = (bounds[0], at);
                *slot += 1;
            }
        }
        Occurrences { starts, before }
    }

    pub fn before(&self, item: usize) -> &[(u32, u32)] {
        &self.before[self.starts[item] as usize..self.starts[item + 1] as usize]
    }
}

/// Sets found by one worker: items as ranks.
#[derive(Default)]
pub(super) struct Found {
    pub ends: Vec<usize>,
    pub items: Vec<u32>,
    pub counts: Vec<u32>,
}

impl Found {
    fn push(&mut self, set: &[u32], count: u32) {
        self.items.extend_from_slice(set);
        self.ends.push(self.items.len());
        self.counts.push(count);
    }
}

pub(super) struct Miner<'a> {
    pub mining: &'a Mining,
    /// Counts by local item, zero between uses.
    pub counts: Vec<u32>,
    /// New local number by local item, valid where the count is frequent.
    pub local: Vec<u32>,
    pub total: &'a AtomicUsize,
}

impl Miner<'_> {
    pub fn emit(&self, set: &[u32], count: u32, found: &mut Found) -> Result<(), Error> {
        if self.total.fetch_add(1, Ordering::Relaxed) >= self.mining.max_sets {
            return Err(Error::Parameter {
                name: "min_count",
                problem: "is so low that more than max_sets item sets reach it",
            });
        }
        found.push(set, count);
        Ok(())
    }

    /// Extends `set` by the frequent items in the stretches `before`; `rank` names local items by rank.
    pub fn extend(
        &mut self,
        rows: &Rows,
        before: &[(u32, u32)],
        item: usize,
        rank: &dyn Fn(u32) -> u32,
        set: &mut Vec<u32>,
        found: &mut Found,
    ) -> Result<(), Error> {
        if set.len() >= self.mining.max_size || item == 0 {
            return Ok(());
        }
        let (names, counts, entries) = self.count(rows, before, item, rank);
        match names.len() {
            0 => Ok(()),
            1 => {
                set.push(names[0]);
                self.emit(set, counts[0], found)?;
                set.pop();
                Ok(())
            }
            few if few <= 16 && (few << few) <= 4 * entries + 512 => {
                self.extend_by_masks(rows, before, &names, set, found)
            }
            _ => self.extend_by_rows(rows, before, &names, &counts, entries, set, found),
        }
    }

    /// The items that are frequent in the stretches: rank and count of each, and how often they occur in all.
    /// Leaves their new numbers in `self.local`, `u32::MAX` for the others.
    fn count(
        &mut self,
        rows: &Rows,
        before: &[(u32, u32)],
        item: usize,
        rank: &dyn Fn(u32) -> u32,
    ) -> (Vec<u32>, Vec<u32>, usize) {
        let counted = &mut self.counts[..item];
        counted.fill(0);
        for &(from, to) in before {
            for &other in &rows.items[from as usize..to as usize] {
                counted[other as usize] += 1;
            }
        }
        let (mut names, mut counts, mut entries) = (Vec::new(), Vec::new(), 0);
        for (other, &count) in counted.iter().enumerate() {
            let frequent = count >= self.mining.min_count;
            self.local[other] = if frequent { names.len() as u32 } else { u32::MAX };
            if frequent {
                names.push(rank(other as u32));
                counts.push(count);
                entries += count as usize;
            }
        }
        (names, counts, entries)
    }

    #[expect(clippy::too_many_arguments, reason = "one projection, taken apart")]
    fn extend_by_rows(
        &mut self,
        rows: &Rows,
        before: &[(u32, u32)],
        names: &[u32],
        counts: &[u32],
        entries: usize,
        set: &mut Vec<u32>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let mut projected = Rows::with_capacity(entries);
        for &(from, to) in before {
            let row = &rows.items[from as usize..to as usize];
            projected.items.extend(row.iter().map(|&i| self.local[i as usize]).filter(|&l| l != u32::MAX));
            projected.close(2, false);
        }
        let occurrences = Occurrences::of(&projected, names.len());
        for item in 0..names.len() {
            set.push(names[item]);
            self.emit(set, counts[item], found)?;
            self.extend(&projected, occurrences.before(item), item, &|i| names[i as usize], set, found)?;
            set.pop();
        }
        Ok(())
    }

    fn extend_by_masks(
        &mut self,
        rows: &Rows,
        before: &[(u32, u32)],
        names: &[u32],
        set: &mut Vec<u32>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let mut holding = vec![0u32; 1 << names.len()];
        for &(from, to) in before {
            let mut mask = 0usize;
            for &item in &rows.items[from as usize..to as usize] {
                let local = self.local[item as usize];
                mask |= if local == u32::MAX { 0 } else { 1 << local };
            }
            holding[mask] += 1;
        }
        for bit in 0..names.len() {
            for mask in 0..holding.len() {
                if mask & (1 << bit) == 0 {
                    holding[mask] += holding[mask | (1 << bit)];
                }
            }
        }
        self.emit_masks(&holding, 0, names.len(), names, set, found)
    }

    /// Emits every frequent mask that adds to `chosen` items below `limit`.
    fn emit_masks(
        &self,
        holding: &[u32],
        chosen: usize,
        limit: usize,
        names: &[u32],
        set: &mut Vec<u32>,
        found: &mut Found,
    ) -> Result<(), Error> {
        if set.len() >= self.mining.max_size {
            return Ok(());
        }
        for item in 0..limit {
            let mask = chosen | (1 << item);
            if holding[mask] >= self.mining.min_count {
                set.push(names[item]);
                self.emit(set, holding[mask], found)?;
                self.emit_masks(holding, mask, item, names, set, found)?;
                set.pop();
            }
        }
        Ok(())
    }
}
