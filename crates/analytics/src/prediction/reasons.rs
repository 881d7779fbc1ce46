//! Why one customer's answer is what it is, in words.

use crate::Feature;
use crate::feature::rounded;

/// What one column does to an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Position of the column.
    pub feature: usize,
    /// What it adds to the score.
    pub contribution: f64,
    /// What it adds to the answer: the answer as it is minus that without this contribution.
    pub points: f64,
    /// `Contract is Month-to-month: raises the chance by 12 points`.
    pub words: String,
}

/// What is being explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A chance; columns that change the score, its log odds, by less than 0.01 are left out.
    Chance,
    /// A number.
    Number,
}

/// The columns that matter most for a row, strongest first.
///
/// `contributions` and `base` are those of a score, as [`super::Boosted::contributions`] gives them; `answer` makes a
/// score an answer.
pub fn reasons(
    features: &[Feature],
    row: usize,
    (contributions, base): (&[f64], f64),
    most: usize,
    subject: Subject,
    answer: impl Fn(f64) -> f64,
) -> Vec<Reason> {
    let score = base + contributions.iter().sum::<f64>();
    let least = if subject == Subject::Chance { 0.01 } else { f64::MIN_POSITIVE };
    let mut found: Vec<Reason> = contributions
        .iter()
        .enumerate()
        .filter(|(_, contribution)| contribution.abs() >= least)
        .map(|(at, &contribution)| {
            let points = answer(score) - answer(score - contribution);
            let (name, value) = (features[at].name, features[at].words(row));
            let words = format!("{name} is {value}: {}", done(subject, points, contribution > 0.0));
            Reason { feature: at, contribution, points, words }
        })
        .collect();
    found.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    found.truncate(most);
    found
}

fn done(subject: Subject, points: f64, raises: bool) -> String {
    let verb = if raises { "raises" } else { "lowers" };
    match (subject, 100.0 * points.abs()) {
        (Subject::Number, _) => format!("{verb} the answer by {}", rounded(points.abs())),
        (Subject::Chance, part) if part < 0.95 => format!("{verb} the chance by less than a point"),
        (Subject::Chance, part) if part < 1.5 => format!("{verb} the chance by 1 point"),
        (Subject::Chance, part) => format!("{verb} the chance by {part:.0} points"),
    }
}
