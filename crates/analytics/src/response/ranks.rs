//! Two groups by rank (Wilcoxon 1945; Mann and Whitney 1947): for amounts that are mostly zero or far apart.

use super::question::{Alternative, Question};
use crate::Error;
use crate::error::check_values;

/// What the ranks show.
#[derive(Clone, Debug, PartialEq)]
pub struct RankTest {
    /// Pairs in which the treated value is higher, ties half.
    pub u: f64,
    /// The same as a share of all pairs: the chance that a treated value beats a control value.
    pub superiority: f64,
    /// Standardised, with corrections for ties and continuity.
    pub z: f64,
    /// p-value of z.
    pub p: f64,
}

/// Compares the values of the treated with those of the control group by their order.
///
/// # Errors
/// [`Error::Empty`] for a group without rows, [`Error::Value`] for NaN, [`Error::Constant`] when all are alike.
pub fn compare_ranks(treated: &[f64], control: &[f64], question: &Question) -> Result<RankTest, Error> {
    if treated.is_empty() || control.is_empty() {
        return Err(Error::Empty);
    }
    check_values("value", treated, "is not a number", |value| !value.is_nan())?;
    check_values("value", control, "is not a number", |value| !value.is_nan())?;
    let own =
        |values: &[f64], group: f64| values.iter().map(|&value| (value + 0.0, group)).collect::<Vec<_>>();
    let mut all = own(treated, 1.0);
    all.extend(own(control, 0.0));
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut u, mut below, mut ties) = (0.0, 0.0, 0.0);
    for tied in all.chunk_by(|a, b| a.0 == b.0) {
        let high: f64 = tied.iter().map(|(_, group)| group).sum();
        let low = tied.len() as f64 - high;
        u += high * (below + 0.5 * low);
        below += low;
        ties += (tied.len() as f64).powi(3) - tied.len() as f64;
    }
    let (n, m) = (treated.len() as f64, control.len() as f64);
    let variance = n * m / 12.0 * (n + m + 1.0 - ties / ((n + m) * (n + m - 1.0)));
    if variance <= 0.0 {
        return Err(Error::Constant { column: "the value".to_owned() });
    }
    let away = u - 0.5 * n * m;
    let away = match question.alternative {
        Alternative::TwoSided => away.signum() * (away.abs() - 0.5).max(0.0),
        Alternative::Higher => away - 0.5,
        Alternative::Lower => away + 0.5,
    };
    let z = away / variance.sqrt();
    Ok(RankTest { u, superiority: u / (n * m), z, p: question.p_of_z(z) })
}
