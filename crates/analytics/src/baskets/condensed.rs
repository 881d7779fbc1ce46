//! Closed and maximal item sets: the frequent ones without those that say nothing new.

use std::collections::HashMap;

use super::item_sets::ItemSets;

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
