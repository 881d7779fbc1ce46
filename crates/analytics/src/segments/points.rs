//! Columns of numbers, kept row by row for the sake of distances.

use crate::Error;
use crate::error::{check_values, same_length};
use crate::weights::Counts;

/// Larger numbers have no finite square, or sums of them have none.
const LARGEST: f64 = 1e150;

/// Rows of numbers without gaps: `rows` × `columns`, each of which counts 1 unless it has a weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    values: Vec<f64>,
    columns: usize,
    weights: Option<Vec<f64>>,
}

/// Points in units of each column's standard deviation, and how to get back.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardised {
    /// (value − mean) / deviation.
    pub points: Points,
    /// Mean of each column.
    pub means: Vec<f64>,
    /// Standard deviation of each column, over n rows or their weight (not n − 1).
    pub deviations: Vec<f64>,
}

impl Points {
    /// Takes columns of equal length.
    ///
    /// # Errors
    /// [`Error::Empty`] without columns or rows, [`Error::Length`] when columns differ, [`Error::Value`] when one
    /// holds NaN or a number beyond ±1e150, whose square would overflow.
    pub fn from_columns(columns: &[&[f64]]) -> Result<Points, Error> {
        let rows = columns.first().map_or(0, |column| column.len());
        if rows == 0 {
            return Err(Error::Empty);
        }
        for (at, column) in columns.iter().enumerate() {
            same_length("a column", column.len(), rows)?;
            check_values(
                &format!("column {}", at + 1),
                column,
                "is not a number that can be squared",
                |v| v.abs() < LARGEST,
            )?;
        }
        let values = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        Ok(Points { values, columns: columns.len(), weights: None })
    }

    /// Lets each row count for so many, as [`Points::standardised`] and k-means do; a row of weight 0 counts for nothing,
    /// but has a group all the same.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Value`] for a weight below zero, [`Error::Empty`] when all are zero.
    pub fn weighed(self, weights: Vec<f64>) -> Result<Points, Error> {
        Counts::new(Some(&weights), self.len())?;
        Ok(Points { weights: Some(weights), ..self })
    }

    /// Other rows, as many, with the weights of these.
    pub(super) fn with_values(&self, values: Vec<f64>) -> Points {
        Points { values, columns: self.columns, weights: self.weights.clone() }
    }

    /// How much a row counts.
    #[inline]
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    /// The weights, if rows have any.
    pub(super) fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Never: points have a row at least.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The numbers of one row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// All rows in order.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.columns)
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The mean over the columns of their variances (n, not n − 1), each row once, as scikit-learn has it.
    pub(super) fn mean_variance(&self) -> f64 {
        let variance = |column: usize| {
            let values = || self.rows().map(move |row| row[column]);
            let mean = values().sum::<f64>() / self.len() as f64;
            values().map(|value| (value - mean).powi(2)).sum::<f64>() / self.len() as f64
        };
        (0..self.columns).map(variance).sum::<f64>() / self.columns as f64
    }

    /// The given rows only.
    pub fn take(&self, rows: &[usize]) -> Points {
        let values = rows.iter().flat_map(|&row| self.row(row)).copied().collect();
        let weights = self.weights.as_ref().map(|own| rows.iter().map(|&row| own[row]).collect());
        Points { values, columns: self.columns, weights }
    }

    /// Scales every column to mean 0 and standard deviation 1, by weight.
    ///
    /// # Errors
    /// [`Error::Constant`] for a column with one value.
    pub fn standardised(&self) -> Result<Standardised, Error> {
        let n: f64 = (0..self.len()).map(|row| self.weight(row)).sum();
        let mut means = vec![0.0; self.columns];
        for (at, row) in self.rows().enumerate() {
            let weight = self.weight(at);
            means.iter_mut().zip(row).for_each(|(mean, value)| *mean += weight * value / n);
        }
        let mut squares = vec![0.0; self.columns];
        for (at, row) in self.rows().enumerate() {
            let weight = self.weight(at);
            for ((square, value), mean) in squares.iter_mut().zip(row).zip(&means) {
                *square += weight * (value - mean).powi(2) / n;
            }
        }
        let deviations: Vec<f64> = squares.iter().map(|square| square.sqrt()).collect();
        for (at, deviation) in deviations.iter().enumerate() {
            if *deviation <= 1e-14 * means[at].abs() {
                return Err(Error::Constant { column: format!("column {}", at + 1) });
            }
        }
        let mut values = self.values.clone();
        for row in values.chunks_exact_mut(self.columns) {
            for ((value, mean), deviation) in row.iter_mut().zip(&means).zip(&deviations) {
                *value = (*value - mean) / deviation;
            }
        }
        Ok(Standardised { points: self.with_values(values), means, deviations })
    }
}

/// Squared Euclidean distance.
pub(super) fn squared(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}
