//! What recommendations are worth: rank the purchases that were held back among everything not yet bought.
//!
//! Every item that the customer does not have is a candidate: ranking against a sample of them flatters
//! (Krichene and Rendle 2020). Start at [`rank_held_out`].

use super::transactions::Baskets;
use crate::error::{Error, same_length};

/// Averages over the customers with a held-back purchase.
#[derive(Clone, Debug, PartialEq)]
pub struct RankingReport {
    /// Customers whose held-back item could be ranked.
    pub ranked: usize,
    /// Customers skipped: their item is in nobody's training purchases, so nothing can rank it.
    pub skipped: usize,
    /// Share of customers whose item is among the first k; with one item each this is recall at k.
    pub hit_rate: f64,
    /// Mean of 1 / log2(1 + rank) where the rank is at most k (Järvelin and Kekäläinen 2002, one relevant item).
    pub ndcg: f64,
    /// Mean of 1 / rank where the rank is at most k.
    pub reciprocal_rank: f64,
    /// Share of the catalogue that is among the first k of anybody.
    pub coverage: f64,
    /// The rank (from 1) of each customer's item, `None` where there is none.
    pub ranks: Vec<Option<usize>>,
}

/// Splits the last of each customer's items off as a test, when they have at least `least` items.
///
/// `rows` holds each customer's items in order of time, without repeats. Returns the training baskets and for
/// each customer the item held back.
pub fn hold_out_last(rows: &[Vec<u32>], least: usize) -> (Baskets, Vec<Option<u32>>) {
    let kept = |row: &[u32]| if row.len() >= least.max(1) { row.len() - 1 } else { row.len() };
    let train = Baskets::from_rows(rows.iter().map(|row| &row[..kept(row)]));
    let held = rows.iter().map(|row| row.get(kept(row)).copied()).collect();
    (train, held)
}

/// Ranks each customer's held-back item among all items that somebody bought in `train` and they did not.
///
/// `scores(customer)` gives one number per item code, higher is better; of equal scores the smaller item code
/// ranks first.
///
/// # Errors
/// [`Error::Length`] when `held` has not one entry per customer, [`Error::TooFew`] when no item can be ranked.
pub fn rank_held_out(
    train: &Baskets,
    held: &[Option<u32>],
    k: usize,
    mut scores: impl FnMut(usize) -> Vec<f64>,
) -> Result<RankingReport, Error> {
    same_length("the held-back items", held.len(), train.len())?;
    let known: Vec<bool> = train.item_counts().iter().map(|&count| count > 0).collect();
    let catalogue = known.iter().filter(|&&known| known).count();
    let mut shown = vec![false; known.len()];
    let mut ranks = Vec::with_capacity(held.len());
    let mut skipped = 0;
    for (customer, &item) in held.iter().enumerate() {
        let Some(item) = item else {
            ranks.push(None);
            continue;
        };
        if !known.get(item as usize).is_some_and(|&known| known) {
            skipped += 1;
            ranks.push(None);
            continue;
        }
        let mut candidate = known.clone();
        train.row(customer).iter().for_each(|&own| candidate[own as usize] = false);
        let scores = scores(customer);
        ranks.push(Some(rank_of(item as usize, &scores, &candidate)));
        first(k, &scores, &candidate).into_iter().for_each(|item| shown[item] = true);
    }
    let reached: Vec<usize> = ranks.iter().flatten().copied().collect();
    if reached.is_empty() {
        return Err(Error::TooFew { what: "held-back purchases of known items", have: 0, need: 1 });
    }
    let mean = |worth: &dyn Fn(f64) -> f64| {
        reached.iter().filter(|&&r| r <= k).map(|&r| worth(r as f64)).sum::<f64>() / reached.len() as f64
    };
    Ok(RankingReport {
        ranked: reached.len(),
        skipped,
        hit_rate: mean(&|_| 1.0),
        ndcg: mean(&|rank| 1.0 / (1.0 + rank).log2()),
        reciprocal_rank: mean(&|rank| 1.0 / rank),
        coverage: shown.iter().filter(|&&shown| shown).count() as f64 / catalogue as f64,
        ranks,
    })
}

fn rank_of(item: usize, scores: &[f64], candidate: &[bool]) -> usize {
    let own = scores[item];
    let ahead = |other: usize| scores[other] > own || (scores[other] == own && other < item);
    1 + (0..candidate.len()).filter(|&other| candidate[other] && ahead(other)).count()
}

fn first(k: usize, scores: &[f64], candidate: &[bool]) -> Vec<usize> {
    let mut items: Vec<usize> = (0..candidate.len()).filter(|&item| candidate[item]).collect();
    let better = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
    if items.len() > k && k > 0 {
        items.select_nth_unstable_by(k - 1, better);
    }
    items.truncate(k);
    items
}
