//! Merging of the categories of one CHAID predictor (Kass 1980, steps 1 and 3; merged categories are not split again, as in the first CHAID).

use super::chaid::{ChaidOptions, Scale};
use crate::special::ln_chi2_sf;

/// Categories that have become one, and the weight of each outcome in them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// Positions of the categories in the order of the scale; the floating one may be anywhere.
    pub members: Vec<u32>,
    pub counts: Vec<f64>,
    pub floating: bool,
}

impl Group {
    fn rows(&self) -> f64 {
        self.counts.iter().sum()
    }
}

/// Pearson's chi-squared of groups × outcomes; outcomes that nobody has are dropped. Gives it with its degrees of
/// freedom, which may be 0.
pub(super) fn chi_squared(groups: &[&Group]) -> (f64, usize) {
    let outcomes = groups[0].counts.len();
    let columns: Vec<f64> = (0..outcomes).map(|y| groups.iter().map(|group| group.counts[y]).sum()).collect();
    let total: f64 = columns.iter().sum();
    let used = columns.iter().filter(|sum| **sum > 0.0).count();
    let mut sum = 0.0;
    for group in groups {
        let rows = group.rows();
        for (count, column) in group.counts.iter().zip(&columns).filter(|(_, column)| **column > 0.0) {
            let even = rows * column / total;
            sum += (count - even).powi(2) / even;
        }
    }
    (sum, (groups.len() - 1) * used.saturating_sub(1))
}

/// ln of the p-value; 0 (p = 1) without a degree of freedom.
pub(super) fn ln_p((chi2, df): (f64, usize)) -> f64 {
    if df == 0 { 0.0 } else { ln_chi2_sf(chi2, df as f64) }
}

/// Merges the pair of groups that differ least while it does so by p > `merge`; then groups that are too small.
pub(super) fn merge(mut groups: Vec<Group>, scale: Scale, options: &ChaidOptions) -> Vec<Group> {
    let limit = options.merge.ln();
    while groups.len() > 1 {
        let Some((a, b, p)) = most_alike(&groups, scale, None) else { break };
        if p <= limit {
            break;
        }
        join(&mut groups, a, b);
    }
    while groups.len() > 1 {
        let small = groups.iter().enumerate().filter(|(_, group)| group.rows() < options.min_child);
        let Some((small, _)) = small.min_by(|a, b| a.1.rows().total_cmp(&b.1.rows())) else { break };
        let Some((a, b, _)) = most_alike(&groups, scale, Some(small)) else { break };
        join(&mut groups, a, b);
    }
    groups
}

/// The pair (of which one is `with`, if given) with the largest p; the first of those that tie.
fn most_alike(groups: &[Group], scale: Scale, with: Option<usize>) -> Option<(usize, usize, f64)> {
    let mut best: Option<(usize, usize, f64)> = None;
    for a in 0..groups.len() {
        for b in a + 1..groups.len() {
            if with.is_some_and(|with| with != a && with != b) || !may_join(groups, a, b, scale) {
                continue;
            }
            let p = ln_p(chi_squared(&[&groups[a], &groups[b]]));
            if best.is_none_or(|(_, _, most)| p > most) {
                best = Some((a, b, p));
            }
        }
    }
    best
}

/// Neighbours on an ordered scale; anything with the floating category; any pair without an order.
fn may_join(groups: &[Group], a: usize, b: usize, scale: Scale) -> bool {
    if scale == Scale::Nominal || alone(&groups[a]) || alone(&groups[b]) {
        return true;
    }
    // Only a lone floating category may stand between two neighbours.
    groups[a + 1..b].iter().all(alone)
}

fn alone(group: &Group) -> bool {
    group.floating && group.members.len() == 1
}

fn join(groups: &mut Vec<Group>, a: usize, b: usize) {
    let gone = groups.remove(b);
    let lone = alone(&groups[a]);
    let kept = &mut groups[a];
    kept.members.extend(gone.members);
    kept.members.sort_unstable();
    kept.counts.iter_mut().zip(gone.counts).for_each(|(sum, count)| *sum += count);
    kept.floating |= gone.floating;
    if lone {
        // The floating category goes to where its partner stood, so that order is kept.
        let moved = groups.remove(a);
        groups.insert(b - 1, moved);
    }
}

/// In how many ways `categories` can be merged into `groups` (Kass 1980, eq. 3.1 to 3.3): what the p-value is
/// multiplied by.
pub fn multiplier(scale: Scale, categories: usize, groups: usize) -> f64 {
    let (c, r) = (categories as u64, groups as u64);
    match scale {
        Scale::Nominal => stirling(categories, groups),
        Scale::Ordinal => choose(c - 1, r - 1),
        Scale::Floating if c < 2 || r < 2 => 1.0,
        Scale::Floating => choose(c - 2, r - 2) + r as f64 * choose(c - 2, r - 1),
    }
}

/// Stirling's number of the second kind, by its recurrence.
fn stirling(categories: usize, groups: usize) -> f64 {
    let mut row = vec![0.0; groups + 1];
    row[0] = 1.0;
    for _ in 0..categories {
        for k in (1..=groups).rev() {
            row[k] = k as f64 * row[k] + row[k - 1];
        }
        row[0] = 0.0;
    }
    row[groups]
}

fn choose(n: u64, k: u64) -> f64 {
    if k > n {
        return 0.0;
    }
    (1..=k).fold(1.0, |product, i| product * (n - k + i) as f64 / i as f64).round()
}
