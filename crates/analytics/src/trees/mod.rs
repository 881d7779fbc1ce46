//! Decision trees that people can read.
//!
//! - [`cart`]: two-way questions by Gini, entropy or squared error, pruned by cost and complexity
//! - [`chaid`]: many-way questions by chi-squared or F tests, for categories and ordered bands
//! - [`TreeView`]: either of them printed, drawn as SVG, as rules, and as an expression such as
//!   `if(age > 30, 0.2, 0.7)`

mod cart;
mod chaid;
mod chaid_answers;
mod chaid_merge;
mod chaid_resplit;
mod cut;
mod draw;
mod prune;
mod view;

pub use cart::{Cart, CartNode, CartOptions, Criterion, Split, cart};
pub use chaid::{Candidate, Chaid, ChaidNode, ChaidOptions, Predictor, Scale, chaid};
pub use chaid_answers::{Answers, Target};
pub use chaid_merge::{exhaustive_multiplier, multiplier};
pub use prune::{PruneStep, pruning_path};
pub use view::{Condition, TreeView, ViewNode};

#[cfg(test)]
mod tests;
