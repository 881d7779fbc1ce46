//! Who has left without a word: a silence that is long for this customer.
//!
//! If a customer bought x more times after the first within t_x, the mean gap is t_x / x. With purchases at random
//! (Poisson) and a gamma-distributed rate (shape 1 + x, rate g + t_x, g the mean gap of all customers), a silence of
//! at least s has the probability ((g + t_x) / (g + t_x + s))^(1 + x), a Lomax tail.

use crate::{Error, value::Histories};

/// What the silence of one customer means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Departure {
    /// Time since the last purchase, in the unit of the histories.
    pub silence: f64,
    /// The probability of so long a silence if the customer were still here.
    pub probability: f64,
    /// When the customer left, as time after the first purchase: the last purchase; `None` for those still here.
    pub left_at: Option<f64>,
}

/// Calls a customer gone when the silence is less probable than `threshold` (0.05).
///
/// # Errors
/// [`Error::TooFew`] when nobody bought twice, so that no gap is known; [`Error::Parameter`] for the threshold.
pub fn departures(histories: &Histories, threshold: f64) -> Result<Vec<Departure>, Error> {
    if !(threshold > 0.0 && threshold < 1.0) {
        return Err(Error::Parameter { name: "the threshold", problem: "must be between 0 and 1" });
    }
    let (gaps, time) = histories.iter().fold((0.0, 0.0), |sum, h| (sum.0 + h.x, sum.1 + h.t_x));
    if gaps == 0.0 || time <= 0.0 {
        return Err(Error::TooFew { what: "customers who bought again", have: 0, need: 1 });
    }
    let typical = time / gaps;
    let judge = |h: crate::value::History| {
        let silence = h.t - h.t_x;
        let known = typical + h.t_x;
        let probability = (-(1.0 + h.x) * (silence / known).ln_1p()).exp();
        Departure { silence, probability, left_at: (probability < threshold).then_some(h.t_x) }
    };
    Ok(histories.iter().map(judge).collect())
}
