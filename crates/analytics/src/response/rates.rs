//! Two rates side by side: conversions of so many customers with and without an offer.

use super::question::{Alternative, Question, check_level};
use crate::Error;
use crate::special::{chi2_sf, ln_factorial, normal_quantile};

/// How many of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Customers who did it.
    pub successes: u64,
    /// All customers.
    pub rows: u64,
}

impl Counts {
    /// successes / rows.
    pub fn rate(self) -> f64 {
        self.successes as f64 / self.rows as f64
    }
}

/// What two rates show; differences are treated − control.
#[derive(Clone, Debug, PartialEq)]
pub struct RateTest {
    /// Rates of the treated and the control group.
    pub rates: [f64; 2],
    /// Their difference.
    pub difference: f64,
    /// The difference over the control's rate.
    pub relative_lift: f64,
    /// Difference over its standard error with one common rate.
    pub z: f64,
    /// p-value of z; two-sided it is that of Pearson's chi-squared, too.
    pub p: f64,
    /// Pearson's chi-squared, z².
    pub chi2: f64,
    /// The same with Yates's continuity correction (1934).
    pub chi2_yates: f64,
    /// Its p-value.
    pub p_yates: f64,
    /// Interval of the difference by normal errors (Wald).
    pub wald: (f64, f64),
    /// Interval of the difference by two Wilson intervals (Newcombe 1998, method 10).
    pub newcombe: (f64, f64),
    /// Interval of each rate (Wilson 1927).
    pub wilson: [(f64, f64); 2],
    /// (a d) / (b c) of the two-by-two table.
    pub odds_ratio: f64,
    /// Fisher's exact p-value: all tables with these sums that are no likelier than this one; one-sided, all with as many
    /// successes of the treated, or more (fewer).
    pub fisher_p: f64,
}

/// Compares the rate of the treated with that of the control group.
///
/// # Errors
/// [`Error::Empty`] for a group without rows, [`Error::Parameter`] for more successes than rows or a level outside
/// 0 and 1, [`Error::OneClass`] when all or none did it in both.
pub fn compare_rates(treated: Counts, control: Counts, question: &Question) -> Result<RateTest, Error> {
    check(treated)?;
    check(control)?;
    question.check()?;
    let level = question.level;
    let (n, m) = (treated.rows as f64, control.rows as f64);
    let (a, c) = (treated.successes as f64, control.successes as f64);
    if a + c == 0.0 || a + c == n + m {
        return Err(Error::OneClass);
    }
    let (p, q) = (treated.rate(), control.rate());
    let difference = p - q;
    let common = (a + c) / (n + m);
    let z = difference / (common * (1.0 - common) * (1.0 / n + 1.0 / m)).sqrt();
    let cross = a * (m - c) - c * (n - a);
    let margins = n * m * (a + c) * (n + m - a - c);
    let chi2_yates = (n + m) * (cross.abs() - 0.5 * (n + m)).max(0.0).powi(2) / margins;
    let half = question.z() * (p * (1.0 - p) / n + q * (1.0 - q) / m).sqrt();
    let intervals = [wilson(treated, level)?, wilson(control, level)?];
    let [(low_p, high_p), (low_q, high_q)] = intervals;
    Ok(RateTest {
        rates: [p, q],
        difference,
        relative_lift: difference / q,
        z,
        p: question.p_of_z(z),
        chi2: z * z,
        chi2_yates,
        p_yates: chi2_sf(chi2_yates, 1.0),
        wald: (difference - half, difference + half),
        newcombe: (difference - (p - low_p).hypot(high_q - q), difference + (high_p - p).hypot(q - low_q)),
        wilson: intervals,
        odds_ratio: a * (m - c) / (c * (n - a)),
        fisher_p: fisher(treated, control, question.alternative),
    })
}

/// The interval of a rate (Wilson 1927).
///
/// # Errors
/// As [`compare_rates`].
pub fn wilson(counts: Counts, level: f64) -> Result<(f64, f64), Error> {
    check(counts)?;
    check_level(level)?;
    let (n, p) = (counts.rows as f64, counts.rate());
    let z = normal_quantile(0.5 + 0.5 * level);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    Ok(((middle - half).max(0.0), (middle + half).min(1.0)))
}

fn check(counts: Counts) -> Result<(), Error> {
    match counts {
        Counts { rows: 0, .. } => Err(Error::Empty),
        Counts { successes, rows } if successes > rows => {
            Err(Error::Parameter { name: "successes", problem: "must not be more than the rows" })
        }
        _ => Ok(()),
    }
}

/// Σ of the hypergeometric chances that are at most that of this table (with slack for rounding, 1e-7), or of those on its
/// side.
fn fisher(treated: Counts, control: Counts, alternative: Alternative) -> f64 {
    let (n, m) = (treated.rows, control.rows);
    let successes = treated.successes + control.successes;
    let ln_choose =
        |n: u64, k: u64| ln_factorial(n as f64) - ln_factorial(k as f64) - ln_factorial((n - k) as f64);
    let all = ln_choose(n + m, successes);
    let ln_chance = |k: u64| ln_choose(n, k) + ln_choose(m, successes - k) - all;
    let limit = ln_chance(treated.successes) + 1e-7;
    let range = successes.saturating_sub(m)..=n.min(successes);
    let counts = |k: &u64| match alternative {
        Alternative::TwoSided => ln_chance(*k) <= limit,
        Alternative::Higher => *k >= treated.successes,
        Alternative::Lower => *k <= treated.successes,
    };
    let sum: f64 = range.filter(counts).map(|k| ln_chance(k).exp()).sum();
    sum.min(1.0)
}
