//! How likely something is for each customer, why, and how far to trust it.
//!
//! - [`Encoder`]: categories and gaps as numbers
//! - [`logistic`]: logistic regression by maximum likelihood or ridge, with standard errors
//! - [`boost`], [`boost_classes`]: gradient boosting on histograms, for numbers and categories with gaps
//! - [`metrics`]: AUC, log loss, Brier, lift, gain, calibration error; [`number_report`] and [`class_report`]: of numbers
//!   and of classes
//! - [`HoldOut`], [`folds`], [`time_folds`], [`cross_validate`]: on which rows to measure
//! - [`Platt`], [`Isotonic`]: chances that can be taken at their word
//! - [`permutation_importance`], [`reasons`]: what matters in all, and for one customer, in words
//! - [`drift`]: whether today's customers still look like those of the fit
//! - [`ModelCard`]: all of it on one page

mod boosting;
mod calibration;
mod card;
mod class_metrics;
mod drift;
mod encoding;
mod importance;
mod linear;
mod logistic;
pub mod metrics;
mod newton;
mod number_metrics;
mod reasons;
mod validation;

pub use boosting::{BoostOptions, Boosted, BoostedClasses, Loss, boost, boost_classes};
pub use calibration::{Isotonic, Platt};
pub use card::ModelCard;
pub use class_metrics::{ClassMeasures, ClassReport, class_report, most_likely};
pub use drift::{Drift, DriftLevel, drift};
pub use encoding::{Design, Encoder, EncodingOptions, Gaps, Levels};
pub use importance::{Importance, permutation_importance};
pub use linear::{Linear, linear};
pub use logistic::{Coefficient, Logistic, LogisticOptions, logistic, sigmoid};
pub use number_metrics::{NumberReport, number_report};
pub use reasons::{Reason, Subject, reasons};
pub use validation::{CrossValidation, Fold, HoldOut, cross_validate, folds, time_folds};

#[cfg(test)]
mod tests;
