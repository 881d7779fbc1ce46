//! Merging of the categories of one CHAID predictor (Kass 1980, steps 1 and 3; split again, step 2's second half, only
//! where asked for: `chaid_resplit.rs`).

use super::chaid::{ChaidOptions, Scale};
use super::chaid_answers::{Answers, test};
use crate::special::ln_gamma;

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
        false => until_all_differ(groups, scale, options.merge.ln(), options.resplit.map(f64::ln)),
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

/// Merges the pair that differs least while it does so by p above the limit, given as its logarithm; a group of three or
/// more is split again where its parts differ by p of at most `resplit`.
fn until_all_differ(groups: Vec<Group>, scale: Scale, limit: f64, resplit: Option<f64>) -> Vec<Group> {
    let categories = if resplit.is_some() { groups.clone() } else { Vec::new() };
    let mut splits_left = groups.len() * groups.len();
    let mut merging = Merging::new(groups, scale);
    while let Some((a, b, p)) = merging.most_alike() {
        if p <= limit {
            break;
        }
        let merged = merging.join(a, b);
        // What is split and merged in turns would have no end.
        if let Some(resplit) = resplit.filter(|_| splits_left > 0)
            && let Some(parts) =
                super::chaid_resplit::resplit(&merging.groups[merged], &categories, scale, resplit)
        {
            splits_left -= 1;
            merging = merging.split(merged, parts);
        }
    }
    merging.groups
}

/// Merges the pair that differs least until two groups are left; gives the step at which all groups together were
/// least likely by chance, the first of those that tie.
fn least_likely(groups: Vec<Group>, scale: Scale) -> Vec<Group> {
    let p = |groups: &[Group]| test(&answers(groups)).ln_p;
    let (mut least, mut best) = (p(&groups), groups.clone());
    let mut merging = Merging::new(groups, scale);
    while merging.groups.len() > 2 {
        let Some((a, b, _)) = merging.most_alike() else { break };
        merging.join(a, b);
        let own = p(&merging.groups);
        if own < least {
            (least, best) = (own, merging.groups.clone());
        }
    }
    best
}

/// Groups on their way to fewer. Where any two may join, the likest later group of each is kept, so that hundreds of
/// categories take a test for each pair once and not at each step.
struct Merging {
    groups: Vec<Group>,
    scale: Scale,
    /// Of each group on a nominal scale: the first later group with the largest p, and its logarithm.
    likest: Vec<Option<(usize, f64)>>,
}

impl Merging {
    fn new(groups: Vec<Group>, scale: Scale) -> Merging {
        let mut merging = Merging { groups, scale, likest: Vec::new() };
        if scale == Scale::Nominal {
            merging.likest = (0..merging.groups.len()).map(|a| merging.likest_after(a)).collect();
        }
        merging
    }

    /// The pair with the largest p; the first of those that tie.
    fn most_alike(&self) -> Option<(usize, usize, f64)> {
        if self.scale != Scale::Nominal {
            return most_alike(&self.groups, self.scale, None);
        }
        let mut best: Option<(usize, usize, f64)> = None;
        for (a, likest) in self.likest.iter().enumerate() {
            if let Some((b, p)) = *likest
                && best.is_none_or(|(_, _, most)| p > most)
            {
                best = Some((a, b, p));
            }
        }
        best
    }

    /// Joins two groups; gives the place of the new one.
    fn join(&mut self, a: usize, b: usize) -> usize {
        let merged = join(&mut self.groups, a, b);
        if self.scale != Scale::Nominal {
            return merged;
        }
        self.likest.remove(b);
        for other in 0..self.groups.len() {
            self.likest[other] = match self.likest[other] {
                _ if other == a => self.likest_after(other),
                Some((at, _)) if at == a || at == b => self.likest_after(other),
                Some((at, p)) => Some(self.likelier(other, a, (if at > b { at - 1 } else { at }, p))),
                None => None,
            };
        }
        merged
    }

    /// The same with a group in two parts, each where its first category stands in the order.
    fn split(mut self, at: usize, (left, right): (Group, Group)) -> Merging {
        self.groups[at] = left;
        self.groups.push(right);
        self.groups.sort_by_key(|group| group.members[0]);
        Merging::new(self.groups, self.scale)
    }

    /// The merged group at `a` where it is liker to an earlier one than `known`, which comes first where they tie by place.
    fn likelier(&self, other: usize, a: usize, known: (usize, f64)) -> (usize, f64) {
        if other > a {
            return known;
        }
        let p = self.p(other, a);
        if p > known.1 || p == known.1 && a < known.0 { (a, p) } else { known }
    }

    fn likest_after(&self, a: usize) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for b in a + 1..self.groups.len() {
            let p = self.p(a, b);
            if best.is_none_or(|(_, most)| p > most) {
                best = Some((b, p));
            }
        }
        best
    }

    fn p(&self, a: usize, b: usize) -> f64 {
        test(&[&self.groups[a].answers, &self.groups[b].answers]).ln_p
    }
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

/// Joins two groups; gives the place of the new one.
fn join(groups: &mut Vec<Group>, a: usize, b: usize) -> usize {
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
        return b - 1;
    }
    a
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

/// ln of [`multiplier`], also where that has no end.
pub(super) fn ln_multiplier(scale: Scale, categories: usize, groups: usize) -> f64 {
    match multiplier(scale, categories, groups) {
        ways if ways.is_finite() => ways.ln(),
        _ if scale == Scale::Nominal => ln_stirling(categories, groups),
        _ => {
            let choose = |n: usize, k: usize| {
                ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
            };
            match scale {
                // C(c − 2, r − 2) + r C(c − 2, r − 1), as a multiple of the second.
                Scale::Floating => {
                    let (c, r) = (categories as f64, groups as f64);
                    choose(categories - 2, groups - 1) + (r + (r - 1.0) / (c - r)).ln()
                }
                _ => choose(categories - 1, groups - 1),
            }
        }
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

/// ln of [`stirling`], by the same recurrence.
fn ln_stirling(categories: usize, groups: usize) -> f64 {
    let sum = |a: f64, b: f64| match a.max(b) {
        most if most == f64::NEG_INFINITY => most,
        most => most + (-(a - b).abs()).exp().ln_1p(),
    };
    let mut row = vec![f64::NEG_INFINITY; groups + 1];
    row[0] = 0.0;
    for _ in 0..categories {
        for k in (1..=groups).rev() {
            row[k] = sum((k as f64).ln() + row[k], row[k - 1]);
        }
        row[0] = f64::NEG_INFINITY;
    }
    row[groups]
}

fn choose(n: u64, k: u64) -> f64 {
    if k > n {
        return 0.0;
    }
    (1..=k).fold(1.0, |product, i| product * (n - k + i) as f64 / i as f64).round()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    fn categories(count: usize, rows: f64, rate: impl Fn(usize) -> f64) -> Vec<Group> {
        let group = |code: usize| Group {
            members: vec![code as u32],
            answers: Answers::Classes(vec![rows * rate(code), rows * (1.0 - rate(code))]),
            floating: false,
        };
        (0..count).map(group).collect()
    }

    #[test]
    fn keeping_the_likest_merges_as_trying_all_pairs_does() {
        let mut random = Random::new(3);
        for scale in [Scale::Nominal, Scale::Ordinal] {
            for _ in 0..20 {
                // Few different rates, so that many pairs tie.
                let rates: Vec<f64> = (0..12).map(|_| 0.1 + 0.1 * (random.uniform() * 5.0).floor()).collect();
                let start = categories(12, 60.0, |code| rates[code]);
                let mut plain = start.clone();
                while let Some((a, b, p)) = most_alike(&plain, scale, None)
                    && p > 0.05f64.ln()
                {
                    join(&mut plain, a, b);
                }
                assert_eq!(until_all_differ(start, scale, 0.05f64.ln(), None), plain);
            }
        }
    }

    #[test]
    fn ways_to_merge_hundreds_of_categories_have_a_logarithm() {
        for (scale, c, r) in [(Scale::Nominal, 40, 6), (Scale::Ordinal, 300, 9), (Scale::Floating, 300, 9)] {
            let ways = multiplier(scale, c, r);
            assert!((ln_multiplier(scale, c, r) / ways.ln() - 1.0).abs() < 1e-12);
        }
        assert!((ln_stirling(40, 6) / multiplier(Scale::Nominal, 40, 6).ln() - 1.0).abs() < 1e-12);
        // 5^c / 5! of so many ways to fill five groups leave one empty that the rest is nothing.
        assert_eq!(multiplier(Scale::Nominal, 500, 5), f64::INFINITY);
        let ln_ways = 500.0 * 5f64.ln() - 120f64.ln();
        assert!((ln_multiplier(Scale::Nominal, 500, 5) - ln_ways).abs() < 1e-9);
        let (ordinal, floating) =
            [Scale::Ordinal, Scale::Floating].map(|s| ln_multiplier(s, 3_000, 600)).into();
        assert!(ordinal.is_finite() && floating > ordinal);
    }

    #[test]
    fn hundreds_of_categories_merge_to_those_that_differ() {
        let start = categories(500, 400.0, |code| 0.1 + 0.2 * (code % 5) as f64);
        let merged = until_all_differ(start, Scale::Nominal, 0.05f64.ln(), None);
        assert_eq!(merged.len(), 5);
        let found = test(&answers(&merged));
        assert!(found.ln_p + ln_multiplier(Scale::Nominal, 500, 5) < -100.0);
    }

    #[test]
    fn what_has_come_to_differ_is_split_again() {
        let (mut random, limit, mut changed) = (Random::new(8), 0.05f64.ln(), 0);
        for round in 0..900 {
            let scale = [Scale::Nominal, Scale::Ordinal, Scale::Floating][round % 3];
            let mut start = categories(8, 1.0, |_| 0.5);
            for group in &mut start {
                let rows = 20.0 + (random.uniform() * 400.0).floor();
                let yes = (rows * (0.3 + 0.2 * random.uniform())).floor();
                group.answers = Answers::Classes(vec![yes, rows - yes]);
            }
            start[7].floating = scale == Scale::Floating;
            let plain = until_all_differ(start.clone(), scale, limit, None);
            let again = until_all_differ(start.clone(), scale, limit, Some(limit));
            changed += usize::from(plain != again);
            let mut members: Vec<u32> = again.iter().flat_map(|group| group.members.clone()).collect();
            members.sort_unstable();
            assert_eq!(members, (0..8).collect::<Vec<u32>>());
            // Neither is a pair alike, nor has a group two parts that differ.
            assert!(most_alike(&again, scale, None).is_none_or(|(.., p)| p <= limit));
            let splits =
                |group: &Group| crate::trees::chaid_resplit::resplit(group, &start, scale, limit).is_some();
            assert!(!again.iter().any(splits), "{again:?}");
        }
        assert!(changed > 3, "{changed}");
    }
}
