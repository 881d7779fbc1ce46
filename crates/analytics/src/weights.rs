//! How much each row counts.

use crate::Error;
use crate::error::{check_values, same_length};

/// A weight per row; all rows count 1 when none are given. A weight of 2 is the row twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weights<'a>(Option<&'a [f64]>);

impl<'a> Weights<'a> {
    /// Takes the weights of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Value`] for a weight that is not above zero.
    pub fn new(weights: Option<&'a [f64]>, rows: usize) -> Result<Self, Error> {
        if let Some(weights) = weights {
            same_length("the column of weights", weights.len(), rows)?;
            check_values("weight", weights, "is not a positive number", |w| w > 0.0 && w.is_finite())?;
        }
        Ok(Weights(weights))
    }

    /// The weights, if there are any.
    pub fn given(self) -> Option<&'a [f64]> {
        self.0
    }

    /// The weight of a row.
    #[inline]
    pub fn of(self, row: usize) -> f64 {
        self.0.map_or(1.0, |weights| weights[row])
    }

    /// Σ weight over `rows` rows.
    pub fn total(self, rows: usize) -> f64 {
        self.0.map_or(rows as f64, |weights| weights.iter().sum())
    }

    /// Σ weight × value.
    pub fn sum(self, values: &[f64]) -> f64 {
        match self.0 {
            None => values.iter().sum(),
            Some(weights) => values.iter().zip(weights).map(|(value, weight)| value * weight).sum(),
        }
    }

    /// Mean and standard deviation (by Σ weight, not less 1) of a column.
    pub fn mean_and_deviation(self, values: &[f64]) -> (f64, f64) {
        let all = self.total(values.len());
        let mean = self.sum(values) / all;
        let squares: f64 = values.iter().enumerate().map(|(row, v)| self.of(row) * (v - mean).powi(2)).sum();
        (mean, (squares / all).sqrt())
    }
}

/// How much each row counts in a measure: 1, or its weight of zero or more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts<'a> {
    weights: Option<&'a [f64]>,
    rows: usize,
    total: f64,
}

impl<'a> Counts<'a> {
    /// # Errors
    /// [`Error::Length`], [`Error::Value`] for a weight below zero, [`Error::Empty`] when no row has one.
    pub fn new(weights: Option<&'a [f64]>, rows: usize) -> Result<Self, Error> {
        let Some(own) = weights else { return Ok(Counts { weights, rows, total: rows as f64 }) };
        same_length("the column of weights", own.len(), rows)?;
        check_values("weight", own, "is not a number of zero or more", |w| w >= 0.0 && w.is_finite())?;
        let total: f64 = own.iter().sum();
        if total > 0.0 { Ok(Counts { weights, rows, total }) } else { Err(Error::Empty) }
    }

    /// Of one row.
    pub fn of(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// Of all rows.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The mean of something about rows.
    pub fn mean(&self, of: impl Fn(usize) -> f64) -> f64 {
        (0..self.rows).map(|row| self.of(row) * of(row)).sum::<f64>() / self.total
    }
}
