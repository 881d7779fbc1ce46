//! Who answers to an offer, for whom it makes a difference, and whether a test proves it.
//!
//! - [`propensity`]: who will answer; whom to ask when asking costs money
//! - [`two_models`], [`transformed_outcome`], [`uplift_tree`]: for whom the offer makes a difference
//! - [`qini`], [`uplift_at`], [`uplift_by_tile`]: how well that is known
//! - [`compare_rates`], [`compare_means`], [`compare_ranks`]: what an A/B test shows
//! - [`overall_rates`], [`overall_means`], [`overall_ranks`]: whether several groups differ at all
//! - [`always_valid`], [`LookPlan`]: tests that may be looked at before their end
//! - [`rows_for_rates`], [`rows_for_means`], [`adjust`], [`split_test`], [`chance_to_beat`]: planning, many
//!   comparisons, a broken split, and the Bayesian view

mod means;
mod overall;
mod plan;
mod propensity;
mod qini;
mod question;
mod ranks;
mod rates;
mod sample_size;
mod sequential;
mod uplift;
mod uplift_tree;

pub use means::{MeanTest, compare_means};
pub use overall::{Overall, overall_means, overall_ranks, overall_rates};
pub use plan::{Adjustment, SplitTest, adjust, chance_to_beat, split_test};
pub use propensity::{Learner, Offer, Propensity, ResponseModel, best_cut, propensity};
pub use qini::{Qini, UpliftCurve, qini, uplift_area, uplift_at, uplift_by_tile};
pub use question::{Alternative, Question};
pub use ranks::{RankTest, compare_ranks};
pub use rates::{Counts, RateTest, compare_rates, wilson};
pub use sample_size::{
    Design, power_for_means, power_for_rates, rows_for_means, rows_for_means_by_t, rows_for_rates,
    rows_for_rates_arcsine,
};
pub use sequential::{Look, LookPlan, PlannedLook, Spending, Verdict, always_valid};
pub use uplift::{OneModel, TransformedOutcome, TwoModels, one_model, transformed_outcome, two_models};
pub use uplift_tree::{Divergence, UpliftNode, UpliftTree, UpliftTreeOptions, uplift_tree};

#[cfg(test)]
mod tests;
