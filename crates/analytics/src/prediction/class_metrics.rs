//! How good chances of several classes are.

use super::metrics::auc;
use crate::Error;
use crate::error::same_length;

/// All measures of chances of classes.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassReport {
    /// Rows measured.
    pub rows: usize,
    /// Share of rows whose most likely class came.
    pub accuracy: f64,
    /// Mean of −ln(chance of the class that came).
    pub log_loss: f64,
    /// One for each class.
    pub classes: Vec<ClassMeasures>,
    /// For each class that came, rows by the class that was the most likely.
    pub confusion: Vec<Vec<usize>>,
}

/// How well one class is told from all others.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassMeasures {
    /// Rows of the class.
    pub rows: usize,
    /// Rows for which it was the most likely.
    pub foreseen: usize,
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

/// Measures chances, for each class one per row.
///
/// # Errors
/// [`Error::Empty`] without rows or classes, [`Error::Length`], [`Error::Value`] for a code without chances.
pub fn class_report(outcome: &[u32], chances: &[Vec<f64>]) -> Result<ClassReport, Error> {
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
    let mut confusion = vec![vec![0usize; count]; count];
    for (&came, foreseen) in outcome.iter().zip(most_likely(chances)) {
        confusion[came as usize][foreseen as usize] += 1;
    }
    let right = (0..count).map(|class| confusion[class][class]).sum::<usize>();
    let surprise = |(row, &class): (usize, &u32)| -chances[class as usize][row].max(f64::MIN_POSITIVE).ln();
    Ok(ClassReport {
        rows,
        accuracy: right as f64 / rows as f64,
        log_loss: outcome.iter().enumerate().map(surprise).sum::<f64>() / rows as f64,
        classes: (0..count).map(|class| measures(class, outcome, &chances[class], &confusion)).collect(),
        confusion,
    })
}

fn measures(class: usize, outcome: &[u32], chances: &[f64], confusion: &[Vec<usize>]) -> ClassMeasures {
    let own: Vec<f64> = outcome.iter().map(|&came| f64::from(u8::from(came as usize == class))).collect();
    let rows = confusion[class].iter().sum::<usize>();
    let foreseen = confusion.iter().map(|came| came[class]).sum::<usize>();
    let share = |all: usize| (all > 0).then(|| confusion[class][class] as f64 / all as f64);
    ClassMeasures {
        rows,
        foreseen,
        recall: share(rows),
        precision: share(foreseen),
        auc: auc(&own, chances).ok(),
    }
}
