//! What goes with what: `itemsets`, `rules`, `sequences`, `recommend`.

pub mod bought;
pub mod itemsets;
pub mod recommend;
pub mod rules;
pub mod sequences;
