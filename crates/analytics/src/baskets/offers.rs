//! Offers out of association rules: what the rules add to what a customer already has.

use super::rules::Rule;

/// An item to offer and the rule that says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Item code.
    pub item: u32,
    /// Share of the customers with the rule's left side who also have the item.
    pub confidence: f64,
    /// How much likelier the item is for them than for anybody.
    pub lift: f64,
    /// Position of the rule in the list that was given.
    pub rule: usize,
}

/// The items that the rules offer to somebody who has `items` (ascending), best confidence first.
///
/// A rule applies when its whole left side is there; of several rules for an item the most confident speaks,
/// and of those the one with the higher lift, then the earlier one. Ties between items go by item code.
pub fn offers_by_rules(rules: &[Rule], items: &[u32], limit: usize) -> Vec<Offer> {
    let has = |item: &u32| items.binary_search(item).is_ok();
    let mut offers: Vec<Offer> = Vec::new();
    for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.left.iter().all(has)) {
        for &item in rule.right.iter().filter(|item| !has(item)) {
            let offer = Offer { item, confidence: rule.confidence, lift: rule.lift, rule: at };
            match offers.iter_mut().find(|known| known.item == item) {
                Some(known) if (offer.confidence, offer.lift) > (known.confidence, known.lift) => {
                    *known = offer
                }
                Some(_) => {}
                None => offers.push(offer),
            }
        }
    }
    offers.sort_by(|a, b| {
        b.confidence.total_cmp(&a.confidence).then(b.lift.total_cmp(&a.lift)).then(a.item.cmp(&b.item))
    });
    offers.truncate(limit);
    offers
}
