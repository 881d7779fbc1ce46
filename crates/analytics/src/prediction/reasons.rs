//! Why one customer's chance is what it is, in words.

use super::logistic::sigmoid;
use crate::Feature;

/// What one column does to a chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Position of the column.
    pub feature: usize,
    /// What it adds to the log odds.
    pub contribution: f64,
    /// What it adds to the chance: the chance as it is minus that without this contribution.
    pub points: f64,
    /// `Contract is Month-to-month: raises the chance by 12 points`.
    pub words: String,
}

/// The columns that matter most for a row, strongest first.
///
/// `contributions` and `base` are log odds, as [`super::Boosted::contributions`] gives them. Columns that change
/// the log odds by less than 0.01 are left out.
pub fn reasons(
    features: &[Feature],
    row: usize,
    contributions: &[f64],
    base: f64,
    most: usize,
) -> Vec<Reason> {
    let score = base + contributions.iter().sum::<f64>();
    let mut found: Vec<Reason> = contributions
        .iter()
        .enumerate()
        .filter(|(_, contribution)| contribution.abs() >= 0.01)
        .map(|(at, &contribution)| {
            let points = sigmoid(score) - sigmoid(score - contribution);
            let verb = if contribution > 0.0 { "raises" } else { "lowers" };
            let by = match 100.0 * points.abs() {
                part if part < 0.95 => "by less than a point".to_owned(),
                part if part < 1.5 => "by 1 point".to_owned(),
                part => format!("by {part:.0} points"),
            };
            let words =
                format!("{} is {}: {verb} the chance {by}", features[at].name, features[at].words(row));
            Reason { feature: at, contribution, points, words }
        })
        .collect();
    found.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    found.truncate(most);
    found
}
