//! Association rules out of frequent item sets (Agrawal and Srikant 1994, section 3).

use std::collections::HashMap;

use super::item_sets::ItemSets;
use crate::Error;

/// How many items the right side of a rule may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSides {
    /// One item on the right, as R's arules counts them.
    OneItemRight,
    /// Any split of the set in two.
    AnyRight,
}

/// Which rules to keep.
#[derive(Clone, Copy, Debug)]
pub struct RuleOptions {
    /// The least share of baskets with the left side that also have the right one.
    pub min_confidence: f64,
    /// The least lift; 0 keeps all.
    pub min_lift: f64,
    /// What may stand on the right.
    pub sides: RuleSides,
}

impl RuleOptions {
    /// Rules with one item on the right and at least this confidence.
    pub fn confidence(min_confidence: f64) -> Self {
        RuleOptions { min_confidence, min_lift: 0.0, sides: RuleSides::OneItemRight }
    }
}

/// "Who takes `left` takes `right`": with P for shares of all baskets, A for the left and B for the right side.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Item codes on the left, ascending.
    pub left: Vec<u32>,
    /// Item codes on the right, ascending.
    pub right: Vec<u32>,
    /// Baskets with both sides.
    pub count: u32,
    /// P(A and B).
    pub support: f64,
    /// P(B | A) = P(A and B) / P(A).
    pub confidence: f64,
    /// P(B | A) / P(B): above 1, the left side makes the right one likelier (Brin et al. 1997).
    pub lift: f64,
    /// P(A and B) − P(A) P(B) (Piatetsky-Shapiro 1991).
    pub leverage: f64,
    /// (1 − P(B)) / (1 − P(B | A)); infinite for a rule without exception (Brin et al. 1997).
    pub conviction: f64,
    /// P(A).
    pub left_support: f64,
    /// P(B).
    pub right_support: f64,
}

impl Rule {
    /// P(A and B) / √(P(A) P(B)) (Tan, Kumar, Srivastava 2004, as the next two).
    pub fn cosine(&self) -> f64 {
        self.support / (self.left_support * self.right_support).sqrt()
    }

    /// P(A and B) / P(A or B).
    pub fn jaccard(&self) -> f64 {
        self.support / (self.left_support + self.right_support - self.support)
    }

    /// The mean of P(B | A) and P(A | B) (Kulczyński).
    pub fn kulczynski(&self) -> f64 {
        0.5 * (self.confidence + self.support / self.right_support)
    }

    /// By how much A moves the share of B, of what there is to move: (P(B | A) − P(B)) / (1 − P(B)), or / P(B) where it
    /// falls (Berzal et al. 2002); 0 where all baskets have B.
    pub fn certainty(&self) -> f64 {
        let by = self.confidence - self.right_support;
        match by {
            by if by > 0.0 => by / (1.0 - self.right_support),
            by if by < 0.0 => by / self.right_support,
            _ => 0.0,
        }
    }

    /// Leverage as a share of the most that the sides allow (Zhang 2000), from −1 to 1.
    pub fn zhang(&self) -> f64 {
        let most = (self.support * (1.0 - self.left_support))
            .max(self.left_support * (self.right_support - self.support));
        if most > 0.0 { self.leverage / most } else { 0.0 }
    }
}

/// Makes rules of all frequent sets with two items or more, best lift first.
///
/// Equal lifts go by count, then by left and right side. The sides' own counts come from `frequent`, which
/// therefore must hold every subset of its sets, as [`super::frequent_sets`] returns them; closed or maximal
/// sets alone won't do.
///
/// # Errors
/// [`Error::Parameter`] when the confidence is not within 0 and 1, or a subset is missing.
pub fn rules(frequent: &ItemSets, options: &RuleOptions) -> Result<Vec<Rule>, Error> {
    if !(0.0..=1.0).contains(&options.min_confidence) {
        return Err(Error::Parameter { name: "min_confidence", problem: "must be within 0 and 1" });
    }
    let counts: HashMap<&[u32], u32> = frequent.iter().map(|set| (set.items, set.count)).collect();
    let mut search = Search { counts, options, baskets: frequent.baskets as f64, rules: Vec::new() };
    for set in frequent.iter().filter(|set| set.items.len() > 1) {
        search.split(set.items, set.count, 0, &mut Vec::new())?;
    }
    let mut rules = search.rules;
    rules.sort_by(|a, b| {
        (b.lift.total_cmp(&a.lift))
            .then(b.count.cmp(&a.count))
            .then_with(|| (&a.left, &a.right).cmp(&(&b.left, &b.right)))
    });
    Ok(rules)
}

struct Search<'a> {
    counts: HashMap<&'a [u32], u32>,
    options: &'a RuleOptions,
    baskets: f64,
    rules: Vec<Rule>,
}

impl Search<'_> {
    /// Tries right sides that add items from position `from` on to `right`. A right side that is not
    /// confident enough has no confident extension: the left side only gets smaller and more frequent.
    fn split(&mut self, items: &[u32], count: u32, from: usize, right: &mut Vec<u32>) -> Result<(), Error> {
        for at in from..items.len() {
            right.push(items[at]);
            if right.len() < items.len() && self.keep(items, count, right)? && self.deeper() {
                self.split(items, count, at + 1, right)?;
            }
            right.pop();
        }
        Ok(())
    }

    fn deeper(&self) -> bool {
        self.options.sides == RuleSides::AnyRight
    }

    fn keep(&mut self, items: &[u32], count: u32, right: &[u32]) -> Result<bool, Error> {
        let left: Vec<u32> = items.iter().copied().filter(|item| !right.contains(item)).collect();
        let left_count = self.count_of(&left)?;
        let confidence = f64::from(count) / f64::from(left_count);
        // Compared as counts with a little slack, so that 3 of 4 reaches 0.75 whatever the rounding.
        if f64::from(count) + 1e-9 < self.options.min_confidence * f64::from(left_count) {
            return Ok(false);
        }
        let right_share = f64::from(self.count_of(right)?) / self.baskets;
        let support = f64::from(count) / self.baskets;
        let lift = confidence / right_share;
        if lift >= self.options.min_lift {
            self.rules.push(Rule {
                leverage: support - f64::from(left_count) / self.baskets * right_share,
                conviction: if count == left_count {
                    f64::INFINITY
                } else {
                    (1.0 - right_share) / (1.0 - confidence)
                },
                left_support: f64::from(left_count) / self.baskets,
                right_support: right_share,
                left,
                right: right.to_vec(),
                count,
                support,
                confidence,
                lift,
            });
        }
        Ok(true)
    }

    fn count_of(&self, items: &[u32]) -> Result<u32, Error> {
        self.counts.get(items).copied().ok_or(Error::Parameter {
            name: "frequent",
            problem: "lacks a part of one of its sets; give all frequent sets",
        })
    }
}
