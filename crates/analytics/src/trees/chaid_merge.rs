//! Merging of the categories of one CHAID predictor (Kass 1980, steps 1 and 3; merged categories are not split again, as in the first CHAID).

use super::chaid::{ChaidOptions, Scale};
use super::chaid_answers::{Answers, test};

/// Categories that have become one, and what their rows answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// Positions of the categories in the order of the scale; the floating one may be anywhere.
    pub members: Vec<u32>,
    pub answers: Answers,
    pub floating: bool,
}

/// Merges groups that answer alike, by Kass's rule or, exhaustively, by that of Biggs, de Ville and Suen; then groups that
/// are too small.
pub(super) fn merge(groups: Vec<Group>, scale: Scale, options: &ChaidOptions) -> Vec<Group> {
    let mut groups = match options.exhaustive {
        true => least_likely(groups, scale),
        false => until_all_differ(groups, scale, options.merge.ln()),
    };
    while groups.len() > 1 {
        let small = groups.iter().enumerate().filter(|(_, group)| group.answers.rows() < options.min_child);
        let small = small.min_by(|a, b| a.1.answers.rows().total_cmp(&b.1.answers.rows()));
        let Some((small, _)) = small else { break };
        let Some((a, b, _)) = most_alike(&groups, scale, Some(small)) else { break };
        join(&mut groups, a, b);
    }
    groups
}

/// Merges the pair that differs least while it does so by p above the limit, given as its logarithm.
fn until_all_differ(mut groups: Vec<Group>, scale: Scale, limit: f64) -> Vec<Group> {
    while groups.len() > 1 {
        let Some((a, b, p)) = most_alike(&groups, scale, None) else { break };
        if p <= limit {
            break;
        }
        join(&mut groups, a, b);
    }
    groups
}

/// Merges the pair that differs least until two groups are left; gives the step at which all groups together were
/// least likely by chance, the first of those that tie.
fn least_likely(mut groups: Vec<Group>, scale: Scale) -> Vec<Group> {
    let p = |groups: &[Group]| test(&answers(groups)).ln_p;
    let (mut least, mut best) = (p(&groups), groups.clone());
    while groups.len() > 2 {
        let Some((a, b, _)) = most_alike(&groups, scale, None) else { break };
        join(&mut groups, a, b);
        let own = p(&groups);
        if own < least {
            (least, best) = (own, groups.clone());
        }
    }
    best
}

/// What each group answers.
pub(super) fn answers(groups: &[Group]) -> Vec<&Answers> {
    groups.iter().map(|group| &group.answers).collect()
}

/// The pair (of which one is `with`, if given) with the largest p; the first of those that tie.
fn most_alike(groups: &[Group], scale: Scale, with: Option<usize>) -> Option<(usize, usize, f64)> {
    let mut best: Option<(usize, usize, f64)> = None;
    for a in 0..groups.len() {
        for b in a + 1..groups.len() {
            if with.is_some_and(|with| with != a && with != b) || !may_join(groups, a, b, scale) {
                continue;
            }
            let p = test(&[&groups[a].answers, &groups[b].answers]).ln_p;
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
    kept.answers.join(&gone.answers);
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

/// How many pairs exhaustive merging of `categories` compares on its way to one (Biggs, de Ville, Suen 1991): what its
/// p-value is multiplied by.
pub fn exhaustive_multiplier(scale: Scale, categories: usize) -> f64 {
    let c = categories as f64;
    match scale {
        _ if categories < 2 => 1.0,
        Scale::Nominal => c * (c * c - 1.0) / 6.0,
        Scale::Ordinal => c * (c - 1.0) / 2.0,
        // With c categories left, c − 2 pairs of neighbours and c − 1 with the one that may go anywhere.
        Scale::Floating => (c - 1.0) * (c - 1.0),
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
