//! Frequent item sets, by occurrence deliver (Uno, Kiyomi, Arimura 2004, LCM ver. 2, section 3) on
//! projected baskets, with the bit-mask counting of few items that Borgelt's programs use.
//!
//! Items are renamed by falling frequency. To extend a set by item `j`, the baskets that contain `j` are
//! cut to the items before `j`, counted, filtered and handed on. When few items are left, every basket is a
//! bit mask and one superset sum counts all subsets at once. Start at [`frequent_sets`].

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::projection::{Found, Miner, Occurrences, Rows};
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
