//! Exact arithmetic, the same in memory and in every database.
//!
//! A result has at most [`FRACTION_DIGITS`] digits after the point (the exact result rounded once, halves away from
//! zero) and at most [`WHOLE_DIGITS`] before it; what is larger is empty. So every number is a count of
//! 10^-10 that fits an `i128`, which is how it is computed here.
//! Columns hold at most 10 digits after the point, so that their contents are exact.

use kernel::{Decimal, number::QUOTIENT_SCALE};

/// Digits after the point of any computed number.
pub const FRACTION_DIGITS: usize = QUOTIENT_SCALE as usize;
/// Digits before the point of any computed number.
pub const WHOLE_DIGITS: usize = 18;

const UNIT: i128 = 10_i128.pow(QUOTIENT_SCALE);
const BOUND: i128 = 10_i128.pow((WHOLE_DIGITS + FRACTION_DIGITS) as u32);

/// `number` in units of 10^-10; further digits are rounded off.
fn units(number: Decimal) -> Option<i128> {
    let scale = number.scale();
    if scale <= QUOTIENT_SCALE {
        return number.mantissa().checked_mul(10_i128.pow(QUOTIENT_SCALE - scale));
    }
    Some(div_round(number.mantissa(), 10_i128.checked_pow(scale - QUOTIENT_SCALE)?))
}

fn number(units: i128) -> Option<Decimal> {
    if units.abs() >= BOUND {
        return None;
    }
    Some(Decimal::from_i128_with_scale(units, QUOTIENT_SCALE).normalize())
}

/// Rounds the quotient to the nearest, halves away from zero. `divisor` is positive.
fn div_round(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    // `rest >= divisor - rest` says that it is half or more without doubling, which could overflow.
    if rest.abs() >= divisor - rest.abs() { quotient + dividend.signum() } else { quotient }
}

/// The sum of two numbers in units of 10^-10, as [`add`] gives it.
pub fn add_units(a: i128, b: i128) -> Option<i128> {
    a.checked_add(b).filter(|sum| sum.abs() < BOUND)
}

/// The product of two numbers in units of 10^-10, as [`multiply`] gives it; `None` also where it has to be computed in parts.
pub fn multiply_units(a: i128, b: i128) -> Option<i128> {
    a.checked_mul(b).map(|product| div_round(product, UNIT)).filter(|product| product.abs() < BOUND)
}

pub fn add(a: Decimal, b: Decimal) -> Option<Decimal> {
    number(units(a)?.checked_add(units(b)?)?)
}

pub fn subtract(a: Decimal, b: Decimal) -> Option<Decimal> {
    number(units(a)?.checked_sub(units(b)?)?)
}

pub fn multiply(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale() + b.scale();
    match a.mantissa().checked_mul(b.mantissa()) {
        Some(product) if scale <= QUOTIENT_SCALE => {
            number(product.checked_mul(10_i128.pow(QUOTIENT_SCALE - scale))?)
        }
        Some(product) => number(div_round(product, 10_i128.checked_pow(scale - QUOTIENT_SCALE)?)),
        None => multiply_in_parts(units(a)?, units(b)?),
    }
}

/// The product where it does not fit 128 bits at once: whole and fractional parts apart.
fn multiply_in_parts(a: i128, b: i128) -> Option<Decimal> {
    let negative = (a < 0) != (b < 0);
    let (a, b) = (a.abs(), b.abs());
    let (a_whole, a_rest) = (a / UNIT, a % UNIT);
    let (b_whole, b_rest) = (b / UNIT, b % UNIT);
    let whole = a_whole.checked_mul(b_whole)?.checked_mul(UNIT)?;
    let mixed = a_whole.checked_mul(b_rest)?.checked_add(b_whole.checked_mul(a_rest)?)?;
    let units = whole.checked_add(mixed)?.checked_add(div_round(a_rest * b_rest, UNIT))?;
    number(if negative { -units } else { units })
}

/// The exact quotient, rounded once.
pub fn divide(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (units(a)?, units(b)?);
    if b == 0 {
        return None;
    }
    let (dividend, divisor) = (a.abs(), b.abs());
    let mut quotient = dividend / divisor;
    let mut rest = dividend % divisor;
    for _ in 0..QUOTIENT_SCALE {
        rest *= 10;
        quotient = quotient.checked_mul(10)?.checked_add(rest / divisor)?;
        rest %= divisor;
    }
    if rest >= divisor - rest {
        quotient += 1;
    }
    number(if (a < 0) == (b < 0) { quotient } else { -quotient })
}

/// The remainder with the sign of the divisor, as in spreadsheets: `modulo(-3, 2)` is 1.
pub fn modulo(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (units(a)?, units(b)?);
    if b == 0 {
        return None;
    }
    let rest = a % b;
    number(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
}

/// Rounds to `digits` after the point (negative: before it), halves away from zero. `digits` beyond -18…10 count as these.
pub fn round(a: Decimal, digits: i64) -> Option<Decimal> {
    let step = step(digits);
    number(div_round(units(a)?, step).checked_mul(step)?)
}

/// The largest number with `digits` after the point that is not above `a`.
pub fn floor(a: Decimal) -> Option<Decimal> {
    number(units(a)?.div_euclid(UNIT).checked_mul(UNIT)?)
}

pub fn ceiling(a: Decimal) -> Option<Decimal> {
    number(-(-units(a)?).div_euclid(UNIT).checked_mul(UNIT)?)
}

fn step(digits: i64) -> i128 {
    let digits = digits.clamp(-(WHOLE_DIGITS as i64), FRACTION_DIGITS as i64);
    10_i128.pow((FRACTION_DIGITS as i64 - digits) as u32)
}

/// Thirty digits whose order as text is the order of the numbers.
pub fn sort_key(a: Decimal) -> Option<String> {
    Some(format!("{:030}", units(a)? + 10 * BOUND))
}

#[cfg(test)]
mod tests {
    use kernel::Decimal;

    use super::*;

    fn of(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    fn check(found: Option<Decimal>, expected: &str) {
        assert_eq!(found.map_or("empty".to_owned(), |number| number.to_string()), expected);
    }

    #[test]
    fn results_are_rounded_once_and_halves_go_away_from_zero() {
        check(multiply(of("0.0000000001"), of("0.5")), "0.0000000001");
        check(multiply(of("-0.0000000001"), of("0.5")), "-0.0000000001");
        check(multiply(of("0.0000000001"), of("0.4999999999")), "0");
        check(divide(of("2"), of("3")), "0.6666666667");
        check(divide(of("-2"), of("3")), "-0.6666666667");
        check(divide(of("1"), of("0")), "empty");
        check(round(of("2.345"), 2), "2.35");
        check(round(of("-2.5"), 0), "-3");
        check(round(of("1250"), -2), "1300");
    }

    #[test]
    fn more_than_eighteen_digits_before_the_point_are_empty() {
        check(add(of("999999999999999999"), of("1")), "empty");
        check(multiply(of("1000000000"), of("999999999")), "999999999000000000");
        check(multiply(of("1000000000"), of("1000000000")), "empty");
        check(
            multiply(of("123456789.0123456789"), of("987654321.9876543219")),
            "121932631246761163.3472031691",
        );
        check(divide(of("999999999999999999"), of("0.5")), "empty");
    }

    #[test]
    fn a_remainder_has_the_sign_of_the_divisor() {
        check(modulo(of("-3"), of("2")), "1");
        check(modulo(of("3"), of("-2")), "-1");
        check(modulo(of("5.5"), of("2")), "1.5");
        check(modulo(of("5"), of("0")), "empty");
    }

    #[test]
    fn floor_and_ceiling_go_down_and_up() {
        check(floor(of("-1.5")), "-2");
        check(ceiling(of("-1.5")), "-1");
        check(ceiling(of("1.0000000001")), "2");
    }
}
