//! The arithmetic that memory and both databases agree on.
//!
//! A number is a decimal with at most 28 digits. Sums and products are exact as long as they fit;
//! a quotient is rounded to [`QUOTIENT_SCALE`] digits, halves away from zero, in every place that computes it.

use rust_decimal::{Decimal, RoundingStrategy};

/// Digits after the point of a quotient.
pub const QUOTIENT_SCALE: u32 = 10;

/// Divides exactly and rounds to [`QUOTIENT_SCALE`] digits; `None` by zero or beyond 28 digits.
pub fn divide(dividend: Decimal, divisor: Decimal) -> Option<Decimal> {
    let quotient = dividend.checked_div(divisor)?;
    Some(round(quotient, QUOTIENT_SCALE))
}

/// Rounds to `scale` digits after the point, halves away from zero, and drops trailing zeros.
pub fn round(number: Decimal, scale: u32) -> Decimal {
    number.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The number as a count of units of 10^-`scale`, as it is stored; `None` when it needs more digits or does not fit.
pub fn to_scaled(number: Decimal, scale: u32) -> Option<i64> {
    let mut number = number.normalize();
    if number.scale() > scale {
        return None;
    }
    number.rescale(scale);
    if number.scale() != scale {
        return None;
    }
    i64::try_from(number.mantissa()).ok()
}

/// The number that `units` of 10^-`scale` stand for.
pub fn from_scaled(units: i64, scale: u32) -> Decimal {
    Decimal::new(units, scale).normalize()
}
