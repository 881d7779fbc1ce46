//! Before a test: how many customers it needs, and what so many would find.

use super::question::Alternative;
use crate::Error;
use crate::special::{bisect, noncentral_t_cdf, normal_cdf, normal_quantile, t_quantile};

/// What a test is to find, and how surely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    /// Chance to find a difference that is not there.
    pub alpha: f64,
    /// Chance to find the difference.
    pub power: f64,
    /// Whether any difference counts, or only one way (which does not matter here).
    pub alternative: Alternative,
    /// Rows of the control group for each row of the treated.
    pub ratio: f64,
}

impl Default for Design {
    fn default() -> Self {
        Design { alpha: 0.05, power: 0.8, alternative: Alternative::TwoSided, ratio: 1.0 }
    }
}

impl Design {
    fn two_sided(&self) -> bool {
        self.alternative == Alternative::TwoSided
    }

    /// The share of no difference beyond the limit, on one side.
    fn tail(&self) -> f64 {
        if self.two_sided() { 0.5 * self.alpha } else { self.alpha }
    }

    /// The z beyond which a difference is found.
    fn limit(&self) -> f64 {
        normal_quantile(1.0 - self.tail())
    }

    /// Chance that a normal z around `shift` is beyond the limit.
    fn found(&self, shift: f64) -> f64 {
        let wrong = if self.two_sided() { normal_cdf(-shift - self.limit()) } else { 0.0 };
        normal_cdf(shift - self.limit()) + wrong
    }

    /// What the variance of a difference has for one row of the treated, in variances of a value.
    fn spread(&self) -> f64 {
        1.0 + 1.0 / self.ratio
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |name, problem| Err(Error::Parameter { name, problem });
        if !(self.alpha > 0.0 && self.alpha < 1.0 && self.power > 0.0 && self.power < 1.0) {
            return refuse("alpha and power", "must be above 0 and below 1");
        }
        if !(self.ratio > 0.0 && self.ratio.is_finite()) {
            return refuse("the ratio", "must be above 0");
        }
        match self.limit() + normal_quantile(self.power) > 0.0 {
            true => Ok(()),
            false if self.two_sided() => refuse("power", "must be above alpha / 2"),
            false => refuse("power", "must be above alpha"),
        }
    }
}

fn check_rates(from: f64, to: f64) -> Result<(), Error> {
    if from == to || ![from, to].iter().all(|rate| (0.0..=1.0).contains(rate)) {
        return Err(Error::Parameter { name: "rates", problem: "must be within 0 and 1, and differ" });
    }
    Ok(())
}

fn check_means(difference: f64, deviation: f64) -> Result<(), Error> {
    if !(deviation > 0.0 && difference != 0.0 && difference.is_finite() && deviation.is_finite()) {
        return Err(Error::Parameter { name: "difference and deviation", problem: "must not be 0" });
    }
    Ok(())
}

/// Rows of the treated to find a change of a rate (Fleiss, Levin, Paik 2003, eq. 4.14 and 4.19 without the continuity
/// correction). Round it up.
///
/// # Errors
/// [`Error::Parameter`] for numbers out of range.
pub fn rows_for_rates(from: f64, to: f64, design: &Design) -> Result<f64, Error> {
    design.check()?;
    check_rates(from, to)?;
    let (null, real) = deviations(from, to, design);
    let width = design.limit() * null + normal_quantile(design.power) * real;
    Ok((width / (to - from)).powi(2))
}

/// Deviations of the difference for one row of the treated: with one common rate, and with both.
fn deviations(from: f64, to: f64, design: &Design) -> (f64, f64) {
    let middle = (to + design.ratio * from) / (1.0 + design.ratio);
    let null = (design.spread() * middle * (1.0 - middle)).sqrt();
    (null, (to * (1.0 - to) + from * (1.0 - from) / design.ratio).sqrt())
}

/// The same by the arcsine of the rates (Cohen 1988, chapter 6), counting finds in the wrong direction too.
///
/// # Errors
/// As [`rows_for_rates`].
pub fn rows_for_rates_arcsine(from: f64, to: f64, design: &Design) -> Result<f64, Error> {
    design.check()?;
    check_rates(from, to)?;
    let most = design.limit() + normal_quantile(design.power) + 1.0;
    let shift = bisect(|shift| design.found(shift) - design.power, 0.0, most);
    let h = 2.0 * to.sqrt().asin() - 2.0 * from.sqrt().asin();
    Ok(design.spread() * (shift / h).powi(2))
}

/// Rows of the treated to find a difference of means, with the standard deviation of the values, by the normal
/// distribution.
///
/// # Errors
/// As [`rows_for_rates`].
pub fn rows_for_means(difference: f64, deviation: f64, design: &Design) -> Result<f64, Error> {
    design.check()?;
    check_means(difference, deviation)?;
    let sum = design.limit() + normal_quantile(design.power);
    Ok(design.spread() * (sum * deviation / difference).powi(2))
}

/// The same by Student's t with its noncentral distribution, which matters for few rows.
///
/// # Errors
/// As [`rows_for_rates`].
pub fn rows_for_means_by_t(difference: f64, deviation: f64, design: &Design) -> Result<f64, Error> {
    let normal = rows_for_means(difference, deviation, design)?;
    // Two degrees of freedom more than none at all.
    let least = 2.0001 / (1.0 + design.ratio);
    let gap = |rows: f64| power_of_t(difference, deviation, design, rows) - design.power;
    Ok(if gap(least) >= 0.0 { least } else { bisect(gap, least, 2.0 * normal + 100.0) })
}

/// Chance to find a change of a rate with `rows` rows of the treated, by the normal distribution.
///
/// # Errors
/// As [`rows_for_rates`].
pub fn power_for_rates(from: f64, to: f64, design: &Design, rows: f64) -> Result<f64, Error> {
    design.check()?;
    check_rates(from, to)?;
    let (null, real) = deviations(from, to, design);
    let (limit, shift) = (design.limit() * null, (to - from).abs() * rows.sqrt());
    let wrong = if design.two_sided() { normal_cdf((-shift - limit) / real) } else { 0.0 };
    Ok(normal_cdf((shift - limit) / real) + wrong)
}

/// Chance to find a difference of means with `rows` rows of the treated, by Student's t.
///
/// # Errors
/// As [`rows_for_rates`]; [`Error::TooFew`] for so few rows that no variance is known.
pub fn power_for_means(difference: f64, deviation: f64, design: &Design, rows: f64) -> Result<f64, Error> {
    design.check()?;
    check_means(difference, deviation)?;
    match rows * (1.0 + design.ratio) > 2.0 {
        true => Ok(power_of_t(difference, deviation, design, rows)),
        false => Err(Error::TooFew { what: "rows of both groups", have: 2, need: 3 }),
    }
}

fn power_of_t(difference: f64, deviation: f64, design: &Design, rows: f64) -> f64 {
    let df = rows * (1.0 + design.ratio) - 2.0;
    let shift = (difference / deviation).abs() * (rows / design.spread()).sqrt();
    let limit = t_quantile(1.0 - design.tail(), df);
    let wrong = if design.two_sided() { noncentral_t_cdf(-limit, df, shift) } else { 0.0 };
    1.0 - noncentral_t_cdf(limit, df, shift) + wrong
}
