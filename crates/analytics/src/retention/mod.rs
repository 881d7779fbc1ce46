//! Who stays, who leaves, when, and what drives it.
//!
//! [`kaplan_meier`] draws the curve of those who stay, [`log_rank`] compares groups, [`fit_cox`] says how much each
//! property raises or lowers the risk, [`cohorts`] follows customers by the period of their first purchase, and
//! [`departures`] names those who have been silent for too long.
//!
//! ```
//! use analytics::retention::{Scale, kaplan_meier};
//!
//! // Months until four customers left, or (the second) were last seen.
//! let curve = kaplan_meier(&[2.0, 3.0, 4.0, 6.0], &[true, false, true, true], 0.95, Scale::LogLog)?;
//! assert_eq!(curve.survival_at(2.0), 0.75);
//! assert_eq!(curve.median(), Some(4.0));
//! # Ok::<(), analytics::Error>(())
//! ```

mod cohorts;
mod cox;
mod departures;
mod kaplan_meier;
mod log_rank;
mod robust_curve;

pub use cohorts::{Cohort, cohorts};
pub use cox::{Baseline, Clock, Cox, CoxData, CoxFit, Proportionality, Ties, fit_cox, fit_cox_ridge};
pub use departures::{Departure, departures};
pub use kaplan_meier::{CumulativeHazard, Curve, HazardTies, Scale, Watched, kaplan_meier};
pub use log_rank::{LogRank, TimeWeight, log_rank};

use crate::{Error, check_values, same_length};

/// Checks durations and events; answers the number of events.
fn check_durations(time: &[f64], event: &[bool]) -> Result<usize, Error> {
    if time.is_empty() {
        return Err(Error::Empty);
    }
    same_length("the event column", event.len(), time.len())?;
    check_values("time", time, "is not a duration of zero or more", |t| t >= 0.0 && t.is_finite())?;
    Ok(event.iter().filter(|&&left| left).count())
}

/// Checks that everybody was watched for some time: from an entry of any number to a later time.
fn check_entry(entry: Option<&[f64]>, time: &[f64]) -> Result<(), Error> {
    let Some(entry) = entry else { return Ok(()) };
    same_length("the column of entries", entry.len(), time.len())?;
    match entry.iter().zip(time).position(|(entry, time)| !(entry.is_finite() && entry < time)) {
        Some(row) => Err(Error::Value { column: "entry".to_owned(), row, problem: "is not before the time" }),
        None => Ok(()),
    }
}

/// Row numbers by rising time.
fn by_time(time: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..time.len()).collect();
    order.sort_by(|&a, &b| time[a].total_cmp(&time[b]));
    order
}

#[cfg(test)]
mod tests;
