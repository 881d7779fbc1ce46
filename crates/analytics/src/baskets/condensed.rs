//! Closed and maximal item sets and sequences: the frequent ones without those that say nothing new.

use std::collections::HashMap;

use super::item_sets::ItemSets;
use super::sequences::Pattern;
use crate::{Error, Progress};

/// The sets that no larger set shares all baskets with (Pasquier et al. 1999).
///
/// They and their counts tell every frequent set and its count. `frequent` must hold all frequent sets, of
/// any size: with a limit on the size, the largest sets count as closed.
pub fn closed_sets(frequent: &ItemSets) -> ItemSets {
    let mut open = vec![false; frequent.len()];
    for_each_subset(frequent, |set, subset| {
        open[subset] |= frequent.get(set).count == frequent.get(subset).count;
    });
    frequent.keep(|at| !open[at])
}

/// The sets that no frequent set contains (Bayardo 1998).
pub fn maximal_sets(frequent: &ItemSets) -> ItemSets {
    let mut contained = vec![false; frequent.len()];
    for_each_subset(frequent, |_, subset| contained[subset] = true);
    frequent.keep(|at| !contained[at])
}

/// Calls `visit(set, subset)` for each set and each of its subsets with one item less.
fn for_each_subset(frequent: &ItemSets, mut visit: impl FnMut(usize, usize)) {
    let position: HashMap<&[u32], usize> =
        (0..frequent.len()).map(|at| (frequent.get(at).items, at)).collect();
    let mut subset = Vec::new();
    for set in 0..frequent.len() {
        let items = frequent.get(set).items;
        for left_out in 0..items.len() {
            subset.clear();
            subset.extend(items.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, &item)| item));
            if let Some(&at) = position.get(subset.as_slice()) {
                visit(set, at);
            }
        }
    }
}

/// The patterns that no longer one of these holds and shares all customers with (Yan, Han and Afshar 2003), in their order.
///
/// `frequent` must hold all frequent patterns: with a limit on items or events, the longest count as closed. With a limit
/// on gaps too a pattern is held against those found, as arulesSequences does.
///
/// # Errors
/// [`Error::Stopped`] when the watcher wants no more.
pub fn closed_sequences(frequent: Vec<Pattern>, progress: &dyn Progress) -> Result<Vec<Pattern>, Error> {
    without_held(frequent, |own, longer| own.count == longer.count, progress)
}

/// The patterns that no longer one of these holds, in their order.
///
/// # Errors
/// [`Error::Stopped`] when the watcher wants no more.
pub fn maximal_sequences(frequent: Vec<Pattern>, progress: &dyn Progress) -> Result<Vec<Pattern>, Error> {
    without_held(frequent, |_, _| true, progress)
}

/// Leaves out patterns that a longer one holds which `replaces` them.
fn without_held(
    frequent: Vec<Pattern>,
    replaces: impl Fn(&Pattern, &Pattern) -> bool,
    progress: &dyn Progress,
) -> Result<Vec<Pattern>, Error> {
    let mut having: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, pattern) in frequent.iter().enumerate() {
        let mut items = pattern.events.concat();
        items.sort_unstable();
        items.dedup();
        items.into_iter().for_each(|item| having.entry(item).or_default().push(at));
    }
    let sizes: Vec<usize> = frequent.iter().map(Pattern::items).collect();
    let signatures: Vec<u64> = frequent.iter().map(signature).collect();
    let mut kept = Vec::with_capacity(frequent.len());
    for (at, own) in frequent.iter().enumerate() {
        progress.at(at as f64 / frequent.len() as f64)?;
        // Whoever holds it has its rarest item too.
        let lists = own.events.iter().flatten().map(|item| having[item].as_slice());
        let candidates = lists.min_by_key(|list| list.len()).unwrap_or_default();
        kept.push(!candidates.iter().any(|&other| {
            sizes[other] > sizes[at]
                && signatures[at] & !signatures[other] == 0
                && replaces(own, &frequent[other])
                && own.is_within(&frequent[other])
        }));
    }
    let mut kept = kept.into_iter();
    Ok(frequent.into_iter().filter(|_| kept.next().unwrap_or(false)).collect())
}

/// A bit for each item, shared by those that are 64 apart: no pattern holds one that has a bit more.
fn signature(pattern: &Pattern) -> u64 {
    pattern.events.iter().flatten().fold(0, |bits, item| bits | (1u64 << (item % 64)))
}
