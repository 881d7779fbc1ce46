//! How good chances of several classes are.

use super::metrics::auc;
use crate::Error;
use crate::error::same_length;
use crate::weights::Counts;

/// All measures of chances of classes.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassReport {
    /// Rows measured.
    pub rows: usize,
    /// Σ weight.
    pub weight: f64,
    /// Share of rows whose most likely class came.
    pub accuracy: f64,
    /// Mean of −ln(chance of the class that came).
    pub log_loss: f64,
    /// One for each class.
    pub classes: Vec<ClassMeasures>,
    /// For each class that came, Σ weight of the rows by the class that was the most likely.
    pub confusion: Vec<Vec<f64>>,
}

/// How well one class is told from all others.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassMeasures {
    /// Σ weight of the rows of the class.
    pub rows: f64,
    /// Σ weight of the rows for which it was the most likely.
    pub foreseen: f64,
    /// Share of its rows for which it was; none without rows.
    pub recall: Option<f64>,
    /// Share of the rows for which it was that are its own; none without any.
    pub precision: Option<f64>,
    /// AUC of its chance; none when all rows or none are its own.
    pub auc: Option<f64>,
}

/// The most likely class of each row, the first of those that tie.
pub fn most_likely(chances: &[Vec<f64>]) -> Vec<u32> {
    let best = |row: usize| {
        let likelier =
            |best: usize, class: usize| if chances[class][row] > chances[best][row] { class } else { best };
        (0..chances.len()).reduce(likelier).unwrap_or(0) as u32
    };
    (0..chances.first().map_or(0, Vec::len)).map(best).collect()
}

/// Measures chances, for each class one per row. `weights`, if given, say how much each row counts.
///
/// # Errors
/// [`Error::Empty`] without rows or classes, [`Error::Length`], [`Error::Value`] for a code without chances or a weight
/// below zero.
pub fn class_report(
    outcome: &[u32],
    chances: &[Vec<f64>],
    weights: Option<&[f64]>,
) -> Result<ClassReport, Error> {
    let (rows, count) = (outcome.len(), chances.len());
    if rows == 0 || count == 0 {
        return Err(Error::Empty);
    }
    chances.iter().try_for_each(|class| same_length("the chances of a class", class.len(), rows))?;
    if let Some(row) = outcome.iter().position(|&class| class as usize >= count) {
        return Err(Error::Value {
            column: "outcome".to_owned(),
            row,
            problem: "is a class without chances",
        });
    }
    let counts = Counts::new(weights, rows)?;
    let mut confusion = vec![vec![0.0; count]; count];
    for (row, (&came, foreseen)) in outcome.iter().zip(most_likely(chances)).enumerate() {
        confusion[came as usize][foreseen as usize] += counts.of(row);
    }
    let right = (0..count).map(|class| confusion[class][class]).sum::<f64>();
    let surprise = |row: usize| -chances[outcome[row] as usize][row].max(f64::MIN_POSITIVE).ln();
    Ok(ClassReport {
        rows,
        weight: counts.total(),
        accuracy: right / counts.total(),
        log_loss: counts.mean(surprise),
        classes: (0..count)
            .map(|class| measures(class, outcome, &chances[class], weights, &confusion))
            .collect(),
        confusion,
    })
}

fn measures(
    class: usize,
    outcome: &[u32],
    chances: &[f64],
    weights: Option<&[f64]>,
    confusion: &[Vec<f64>],
) -> ClassMeasures {
    let own: Vec<f64> = outcome.iter().map(|&came| f64::from(u8::from(came as usize == class))).collect();
    let rows = confusion[class].iter().sum::<f64>();
    let foreseen = confusion.iter().map(|came| came[class]).sum::<f64>();
    let share = |all: f64| (all > 0.0).then(|| confusion[class][class] / all);
    ClassMeasures {
        rows,
        foreseen,
        recall: share(rows),
        precision: share(foreseen),
        auc: auc(&own, chances, weights).ok(),
    }
}
