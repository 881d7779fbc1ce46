//! What a customer is worth: scores of the past, models of what comes, and the money in both.
//!
//! Start with [`PurchaseLog`], which turns rows of purchases into one row per customer; from there
//! [`score_rfm`] names segments, [`fit_bgnbd`] and [`fit_pareto_nbd`] say who is still alive and how often they will
//! buy, [`fit_gamma_gamma`] how much they spend, and [`lifetime_value`] puts the two together.
//!
//! ```
//! use analytics::value::{BgNbd, Buying, History};
//!
//! // Fitted to weeks; this customer came back twice, last after 30 weeks, and has been known for 39.
//! let model = BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
//! let history = History { x: 2.0, t_x: 30.43, t: 38.86 };
//! assert!((model.p_alive(&history) - 0.73).abs() < 0.01);
//! assert!((model.expected_purchases(&history, 39.0) - 1.23).abs() < 0.01);
//! ```

mod bgnbd;
mod contract;
mod gamma_gamma;
mod holdout;
mod lifetime;
mod pareto_nbd;
mod penalty;
mod profitability;
mod purchases;
mod rfm;
mod rows;
mod wallet;

pub use bgnbd::{BgNbd, fit_bgnbd, fit_bgnbd_penalised};
pub use contract::{ShiftedBetaGeometric, contract_value, fit_shifted_beta_geometric};
pub use gamma_gamma::{GammaGamma, GammaGammaFit, fit_gamma_gamma, fit_gamma_gamma_penalised};
pub use holdout::{HoldOut, check_holdout};
pub use lifetime::{Futures, Interval, Plan, discounted_purchases, lifetime_value, lifetime_value_intervals};
pub use pareto_nbd::{ParetoNbd, fit_pareto_nbd, fit_pareto_nbd_penalised};
pub use profitability::{Profit, ProfitLine, WhalePoint, profitability};
pub use purchases::{Histories, History, PurchaseLog, RfmTable};
pub use rfm::{RfmScores, Segment, SegmentSummary, score_rfm, summarise_segments};
pub use wallet::{share_of_wallet, wallet_allocation, wallet_from_peers};

use crate::Random;

/// A model of buying by customers who may silently have left ("buy till you die").
///
/// Times are in the unit of the histories that the model was fitted to (weeks, say).
pub trait Buying: Sync {
    /// The probability that the customer is still a customer at the end of the history.
    fn p_alive(&self, history: &History) -> f64;

    /// Purchases expected in the `horizon` after the end of the history.
    fn expected_purchases(&self, history: &History, horizon: f64) -> f64;

    /// Repeat purchases expected of a new customer within `age` after the first purchase.
    fn expected_of_new(&self, age: f64) -> f64;

    /// Draws one future from all that the history leaves possible: calls `buy` with each purchase's time after the
    /// end of the history, up to `horizon`.
    fn simulate(&self, history: &History, horizon: f64, random: &mut Random, buy: &mut dyn FnMut(f64));
}

/// A fitted model and what to think of the fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit<Model> {
    pub model: Model,
    /// Natural logarithm of the likelihood at the parameters.
    pub log_likelihood: f64,
    /// Standard errors in the order of the model's fields, from the Hessian; `None` when the data leave some
    /// parameter undetermined (the likelihood is flat there), in which case only predictions count.
    pub standard_errors: Option<Vec<f64>>,
    /// Customers in the fit.
    pub customers: usize,
    /// Repeat purchases in the fit.
    pub purchases: f64,
    /// Steps of the optimiser.
    pub steps: usize,
}

#[cfg(test)]
mod tests;
