//! What is bought together, in which order, and what to offer next.
//!
//! - [`Baskets`]: who had what, as sorted sets of item codes
//! - [`frequent_sets`], [`closed_sets`], [`maximal_sets`]: item sets in at least so many baskets
//! - [`rules`]: "who takes these takes that", with support, confidence, lift, conviction, leverage
//! - [`frequent_sequences`]: orders of events that many customers share (PrefixSpan)
//! - [`offers_by_rules`], [`ItemCosine`], [`ImplicitAls`]: recommendations
//! - [`rank_held_out`]: what such recommendations are worth, on purchases held back

mod als;
mod condensed;
mod cosine;
mod item_sets;
mod offers;
mod projection;
mod ranking;
mod rules;
mod sequences;
mod transactions;

pub use als::{AlsFit, AlsOptions, ImplicitAls};
pub use condensed::{closed_sequences, closed_sets, maximal_sequences, maximal_sets};
pub use cosine::{ItemCosine, Neighbour};
pub use item_sets::{ItemSet, ItemSets, Mining, frequent_sets};
pub use offers::{Offer, offers_by_rules};
pub use ranking::{RankingReport, hold_out_last, rank_held_out};
pub use rules::{Rule, RuleOptions, RuleSides, rules};
pub use sequences::{Pattern, SequenceOptions, Sequences, frequent_sequences};
pub use transactions::{Baskets, min_count};

#[cfg(test)]
mod tests;
