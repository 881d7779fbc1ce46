//! Splitting of merged categories again, where a part of them has come to differ from the rest (Kass 1980, step 3).

use super::chaid::Scale;
use super::chaid_answers::test;
use super::chaid_merge::Group;

/// Up to so many categories all ways to part a nominal group are tried; of more, those in the order of what they answer.
const ALL_WAYS: usize = 10;

/// The two parts of a merged group that differ most, where they do so by p of at most `limit`, given as its logarithm.
///
/// `categories` are the single ones that all groups are made of. A group of two is left as it is: it has just been found
/// alike.
pub(super) fn resplit(
    group: &Group,
    categories: &[Group],
    scale: Scale,
    limit: f64,
) -> Option<(Group, Group)> {
    let own: Vec<&Group> = categories
        .iter()
        .filter(|category| group.members.binary_search(&category.members[0]).is_ok())
        .collect();
    if own.len() < 3 {
        return None;
    }
    let mut best: Option<(f64, (Group, Group))> = None;
    for left in ways(&own, scale) {
        let part = |side: bool| of(own.iter().zip(&left).filter(|(_, at)| **at == side).map(|(own, _)| *own));
        let Some((left, right)) = part(true).zip(part(false)) else { continue };
        let p = test(&[&left.answers, &right.answers]).ln_p;
        if p <= limit && best.as_ref().is_none_or(|(least, _)| p < *least) {
            best = Some((p, (left, right)));
        }
    }
    best.map(|(_, parts)| parts)
}

/// Which categories go left, for each way to part them: cuts of an order, the floating one on either side or by itself;
/// for kinds all ways, the first category always left.
fn ways(own: &[&Group], scale: Scale) -> Vec<Vec<bool>> {
    if scale != Scale::Nominal {
        return ordered_ways(own);
    }
    if own.len() <= ALL_WAYS {
        let all = 1u32 << (own.len() - 1);
        return (0..all - 1)
            .map(|way| (0..own.len()).map(|at| at == 0 || way >> (at - 1) & 1 == 1).collect())
            .collect();
    }
    let mut order: Vec<usize> = (0..own.len()).collect();
    order.sort_by(|&a, &b| own[a].answers.answer().total_cmp(&own[b].answers.answer()));
    cuts(&order)
}

fn ordered_ways(own: &[&Group]) -> Vec<Vec<bool>> {
    let ordered: Vec<usize> = (0..own.len()).filter(|&at| !own[at].floating).collect();
    let mut ways = Vec::new();
    for cut in 1..ordered.len() {
        let below = |at: usize| ordered[..cut].contains(&at);
        for floats_left in [true, false] {
            let way: Vec<bool> =
                (0..own.len()).map(|at| below(at) || own[at].floating && floats_left).collect();
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    if ordered.len() < own.len() {
        ways.push(own.iter().map(|category| !category.floating).collect());
    }
    ways
}

fn cuts(order: &[usize]) -> Vec<Vec<bool>> {
    (1..order.len()).map(|cut| (0..order.len()).map(|at| order[..cut].contains(&at)).collect()).collect()
}

/// Categories as one group; none of none.
fn of<'a>(mut categories: impl Iterator<Item = &'a Group>) -> Option<Group> {
    let mut group = categories.next()?.clone();
    for category in categories {
        group.members.extend(&category.members);
        group.answers.join(&category.answers);
        group.floating |= category.floating;
    }
    group.members.sort_unstable();
    Some(group)
}
