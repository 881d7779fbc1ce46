//! Ridge regression of a number on columns of numbers (Hoerl and Kennard 1970).

use crate::optimise::Cholesky;
use crate::{Error, check_values, same_length};

/// A fitted line.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// The answer where all columns are 0.
    pub intercept: f64,
    /// What one unit of each column adds.
    pub coefficients: Vec<f64>,
}

/// Minimises Σ (y − intercept − x·w)² + `ridge` · Σ w²; 0 is least squares.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for a number that is not finite, [`Error::Parameter`] for a ridge
/// below 0, [`Error::Collinear`] when without a ridge a column repeats others.
pub fn linear(columns: &[&[f64]], outcome: &[f64], ridge: f64) -> Result<Linear, Error> {
    let (rows, d) = (outcome.len(), columns.len());
    if rows == 0 {
        return Err(Error::Empty);
    }
    if !(ridge >= 0.0 && ridge.is_finite()) {
        return Err(Error::Parameter { name: "ridge", problem: "must be a number of zero or more" });
    }
    check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
    for (at, column) in columns.iter().enumerate() {
        same_length("a column", column.len(), rows)?;
        check_values(&format!("column {}", at + 1), column, "is not a finite number", f64::is_finite)?;
    }
    // About their means the intercept falls out.
    let mean = |values: &[f64]| values.iter().sum::<f64>() / rows as f64;
    let centred = |values: &[f64]| {
        let middle = mean(values);
        values.iter().map(|value| value - middle).collect::<Vec<f64>>()
    };
    let (own, y): (Vec<Vec<f64>>, Vec<f64>) =
        (columns.iter().map(|column| centred(column)).collect(), centred(outcome));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut products = vec![0.0; d * d];
    for i in 0..d {
        for j in 0..=i {
            products[i * d + j] = dot(&own[i], &own[j]) + if i == j { ridge } else { 0.0 };
            products[j * d + i] = products[i * d + j];
        }
    }
    let factor = Cholesky::new(&products, d)
        .map_err(|at| Error::Collinear { column: format!("column {}", at + 1) })?;
    let right: Vec<f64> = own.iter().map(|column| dot(column, &y)).collect();
    let coefficients = factor.solve(&right);
    let shift: f64 = coefficients.iter().zip(columns).map(|(w, column)| w * mean(column)).sum();
    Ok(Linear { intercept: mean(outcome) - shift, coefficients })
}

impl Linear {
    /// The answer for each row of the same columns.
    ///
    /// # Errors
    /// [`Error::Length`] for another number of columns, or columns of different lengths.
    pub fn predict(&self, columns: &[&[f64]]) -> Result<Vec<f64>, Error> {
        same_length("the list of columns", columns.len(), self.coefficients.len())?;
        let rows = columns.first().map_or(0, |column| column.len());
        let mut answers = vec![self.intercept; rows];
        for (column, weight) in columns.iter().zip(&self.coefficients) {
            same_length("a column", column.len(), rows)?;
            answers.iter_mut().zip(*column).for_each(|(answer, value)| *answer += weight * value);
        }
        Ok(answers)
    }
}
