//! Frequent item sets, by occurrence deliver (Uno, Kiyomi, Arimura 2004, LCM ver. 2, section 3) on
//! projected baskets, with the bit-mask counting of few items that Borgelt's programs use.
//!
//! Items are renamed by falling frequency. To extend a set by item `j`, the baskets that contain `j` are
//! cut to the items before `j`, counted, filtered and handed on. When few items are left, every basket is a
//! bit mask and one superset sum counts all subsets at once. Start at [`frequent_sets`].

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::transactions::Baskets;
use crate::{Error, Progress};

/// What counts as frequent, and how far to go.
#[derive(Clone, Copy, Debug)]
pub struct Mining {
    /// The least number of baskets that contain a set ([`super::min_count`] turns a share into it).
    pub min_count: u32,
    /// The largest number of items in a set.
    pub max_size: usize,
    /// Give up past so many sets, instead of filling the memory.
    pub max_sets: usize,
    /// Threads to use; the answer does not depend on it.
    pub threads: usize,
}

impl Mining {
    /// Sets of any size in at least `min_count` baskets; at most ten million of them, on one thread.
    pub fn at_least(min_count: u32) -> Self {
        Mining { min_count, max_size: usize::MAX, max_sets: 10_000_000, threads: 1 }
    }
}

/// A set of items and the number of baskets that contain all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemSet<'a> {
    /// Item codes, ascending.
    pub items: &'a [u32],
    /// Baskets that contain them all.
    pub count: u32,
}

/// Item sets, ordered by size and then by item codes.
#[derive(Clone, Debug)]
pub struct ItemSets {
    starts: Vec<usize>,
    items: Vec<u32>,
    counts: Vec<u32>,
    /// Number of baskets they were counted in.
    pub baskets: usize,
}

impl ItemSets {
    /// Number of sets.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether no set is frequent.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The set at a position.
    pub fn get(&self, at: usize) -> ItemSet<'_> {
        ItemSet { items: &self.items[self.starts[at]..self.starts[at + 1]], count: self.counts[at] }
    }

    /// All sets in order.
    pub fn iter(&self) -> impl Iterator<Item = ItemSet<'_>> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// How many sets there are of each size; position 0 is always 0.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0];
        for set in self.iter() {
            if set.items.len() >= sizes.len() {
                sizes.resize(set.items.len() + 1, 0);
            }
            sizes[set.items.len()] += 1;
        }
        sizes
    }

    /// The sets at the given positions only.
    pub(super) fn keep(&self, wanted: impl Fn(usize) -> bool) -> ItemSets {
        let mut kept = ItemSets { starts: vec![0], items: vec![], counts: vec![], baskets: self.baskets };
        for at in (0..self.len()).filter(|&at| wanted(at)) {
            let set = self.get(at);
            kept.items.extend_from_slice(set.items);
            kept.starts.push(kept.items.len());
            kept.counts.push(set.count);
        }
        kept
    }
}

/// Finds all sets of items that are together in at least `mining.min_count` baskets.
///
/// # Errors
/// - [`Error::Parameter`] when `min_count`, `max_size` or `threads` is 0, or more than `max_sets` are frequent
/// - [`Error::Stopped`] when the watcher wants no more
pub fn frequent_sets(baskets: &Baskets, mining: &Mining, progress: &dyn Progress) -> Result<ItemSets, Error> {
    if mining.min_count == 0 || mining.max_size == 0 || mining.threads == 0 {
        return Err(Error::Parameter {
            name: "min_count, max_size and threads",
            problem: "must be at least 1",
        });
    }
    let ranked = Ranked::new(baskets, mining.min_count);
    let occurrences = Occurrences::of(&ranked.rows, ranked.codes.len());
    let found = mine_each_item(&ranked, &occurrences, mining, progress)?;
    Ok(in_order(found, &ranked.codes, baskets.len()))
}

/// The baskets with frequent items only, renamed by falling frequency.
struct Ranked {
    rows: Rows,
    /// Rank to item code.
    codes: Vec<u32>,
    /// Baskets by rank.
    counts: Vec<u32>,
}

impl Ranked {
    fn new(baskets: &Baskets, min_count: u32) -> Self {
        let counts = baskets.item_counts();
        let mut codes: Vec<u32> =
            (0..counts.len() as u32).filter(|&c| counts[c as usize] >= min_count).collect();
        codes.sort_by_key(|&c| (std::cmp::Reverse(counts[c as usize]), c));
        let mut rank = vec![u32::MAX; counts.len()];
        for (at, &code) in codes.iter().enumerate() {
            rank[code as usize] = at as u32;
        }
        let mut rows = Rows::with_capacity(baskets.entries());
        for row in baskets.rows() {
            rows.items.extend(row.iter().map(|&c| rank[c as usize]).filter(|&r| r != u32::MAX));
            rows.close(2, true);
        }
        let counts = codes.iter().map(|&c| counts[c as usize]).collect();
        Ranked { rows, codes, counts }
    }
}

/// Projected baskets, each an ascending list of local item numbers.
#[derive(Default)]
struct Rows {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Rows {
    fn with_capacity(entries: usize) -> Self {
        Rows { starts: vec![0], items: Vec::with_capacity(entries) }
    }

    /// Ends the row that was being written, or forgets it when it is shorter than `least`.
    fn close(&mut self, least: usize, sort: bool) {
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
struct Occurrences {
    starts: Vec<u32>,
    before: Vec<(u32, u32)>,
}

impl Occurrences {
    fn of(rows: &Rows, items: usize) -> Self {
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

    fn before(&self, item: usize) -> &[(u32, u32)] {
        &self.before[self.starts[item] as usize..self.starts[item + 1] as usize]
    }
}

/// Sets found by one worker: items as ranks.
#[derive(Default)]
struct Found {
    ends: Vec<usize>,
    items: Vec<u32>,
    counts: Vec<u32>,
}

impl Found {
    fn push(&mut self, set: &[u32], count: u32) {
        self.items.extend_from_slice(set);
        self.ends.push(self.items.len());
        self.counts.push(count);
    }
}

fn mine_each_item(
    ranked: &Ranked,
    occurrences: &Occurrences,
    mining: &Mining,
    progress: &dyn Progress,
) -> Result<Vec<Found>, Error> {
    let items = ranked.codes.len();
    let next = AtomicUsize::new(0);
    let total = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Found)>> = Mutex::new(Vec::with_capacity(items));
    let work = || -> Result<(), Error> {
        let mut miner = Miner { mining, counts: vec![0; items], local: vec![0; items], total: &total };
        loop {
            // The rarest items first: the last ones have nothing before them and end quickly.
            let turn = next.fetch_add(1, Ordering::Relaxed);
            if turn >= items {
                return Ok(());
            }
            let item = items - 1 - turn;
            progress.at(turn as f64 / items as f64)?;
            let mut found = Found::default();
            let mut set = vec![item as u32];
            miner.emit(&set, ranked.counts[item], &mut found)?;
            miner.extend(&ranked.rows, occurrences.before(item), item, &|i| i, &mut set, &mut found)?;
            results.lock().expect("no worker panics while it holds the results").push((item, found));
        }
    };
    if mining.threads == 1 {
        work()?;
    } else {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..mining.threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
        })?;
    }
    let mut results = results.into_inner().expect("all workers have ended");
    results.sort_by_key(|(item, _)| *item);
    Ok(results.into_iter().map(|(_, found)| found).collect())
}

struct Miner<'a> {
    mining: &'a Mining,
    /// Counts by local item, zero between uses.
    counts: Vec<u32>,
    /// New local number by local item, valid where the count is frequent.
    local: Vec<u32>,
    total: &'a AtomicUsize,
}

impl Miner<'_> {
    fn emit(&self, set: &[u32], count: u32, found: &mut Found) -> Result<(), Error> {
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
    fn extend(
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

/// All sets with item codes instead of ranks, by size and then by codes.
fn in_order(found: Vec<Found>, codes: &[u32], baskets: usize) -> ItemSets {
    let mut items = Vec::with_capacity(found.iter().map(|f| f.items.len()).sum());
    let mut sets = Vec::with_capacity(found.iter().map(|f| f.counts.len()).sum());
    for worker in found {
        let mut start = 0;
        for (end, count) in worker.ends.into_iter().zip(worker.counts) {
            let from = items.len();
            items.extend(worker.items[start..end].iter().map(|&rank| codes[rank as usize]));
            items[from..].sort_unstable();
            sets.push((from, items.len(), count));
            start = end;
        }
    }
    sets.sort_unstable_by(|a, b| {
        (a.1 - a.0).cmp(&(b.1 - b.0)).then_with(|| items[a.0..a.1].cmp(&items[b.0..b.1]))
    });
    let mut ordered =
        ItemSets { starts: vec![0], items: Vec::with_capacity(items.len()), counts: vec![], baskets };
    for (from, to, count) in sets {
        ordered.items.extend_from_slice(&items[from..to]);
        ordered.starts.push(ordered.items.len());
        ordered.counts.push(count);
    }
    ordered
}
