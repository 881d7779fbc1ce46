//! Columns that describe customers: numbers or categories, with gaps.

use crate::Error;
use crate::error::{check_values, same_length};

/// The code of a category that is not known.
pub const MISSING: u32 = u32::MAX;

/// A named column.
#[derive(Clone, Copy, Debug)]
pub struct Feature<'a> {
    /// Its name, as people read it.
    pub name: &'a str,
    /// Its values, one per row.
    pub values: Values<'a>,
}

/// Values of a column.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// Numbers; NaN where there is none.
    Numbers(&'a [f64]),
    /// Codes into names; [`MISSING`] where there is none.
    Categories { codes: &'a [u32], names: &'a [&'a str] },
}

impl<'a> Feature<'a> {
    /// A column of numbers.
    pub fn numbers(name: &'a str, values: &'a [f64]) -> Self {
        Feature { name, values: Values::Numbers(values) }
    }

    /// A column of categories.
    pub fn categories(name: &'a str, codes: &'a [u32], names: &'a [&'a str]) -> Self {
        Feature { name, values: Values::Categories { codes, names } }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self.values {
            Values::Numbers(values) => values.len(),
            Values::Categories { codes, .. } => codes.len(),
        }
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row in words, such as `24`, `web` or `unknown`.
    pub fn words(&self, row: usize) -> String {
        match self.values {
            Values::Numbers(values) if values[row].is_nan() => "unknown".to_owned(),
            Values::Numbers(values) => rounded(values[row]),
            Values::Categories { codes, .. } if codes[row] == MISSING => "unknown".to_owned(),
            Values::Categories { codes, names } => {
                names.get(codes[row] as usize).map_or_else(|| codes[row].to_string(), |&name| name.to_owned())
            }
        }
    }

    /// Checks the column against the number of rows of the others.
    ///
    /// # Errors
    /// [`Error::Length`] when it has another number of rows, [`Error::Value`] for an infinite number or a code
    /// without a name.
    pub fn check(&self, rows: usize) -> Result<(), Error> {
        same_length("a column", self.len(), rows)?;
        match self.values {
            Values::Numbers(values) => check_values(self.name, values, "is infinite", |v| !v.is_infinite()),
            Values::Categories { codes, names } => {
                match codes.iter().position(|&code| code != MISSING && code as usize >= names.len()) {
                    None => Ok(()),
                    Some(row) => Err(Error::Value {
                        column: self.name.to_owned(),
                        row,
                        problem: "has a code without a name",
                    }),
                }
            }
        }
    }
}

/// A number with at most four digits after the point, and no zeros at its end.
pub(crate) fn rounded(value: f64) -> String {
    let digits = if value.abs() >= 1_000.0 {
        0
    } else if value.abs() >= 10.0 {
        2
    } else {
        4
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Values of any subset of rows, owned, so that a [`Feature`] can look at them again.
#[derive(Clone, Debug)]
pub enum Taken {
    /// Numbers of the rows.
    Numbers(Vec<f64>),
    /// Codes of the rows.
    Codes(Vec<u32>),
}

impl Taken {
    /// Takes the given rows of a feature.
    pub fn rows(feature: &Feature, rows: &[usize]) -> Taken {
        match feature.values {
            Values::Numbers(values) => Taken::Numbers(rows.iter().map(|&row| values[row]).collect()),
            Values::Categories { codes, .. } => Taken::Codes(rows.iter().map(|&row| codes[row]).collect()),
        }
    }

    /// The feature with these values instead of its own.
    pub fn like<'a>(&'a self, feature: &Feature<'a>) -> Feature<'a> {
        let values = match (self, feature.values) {
            (Taken::Codes(codes), Values::Categories { names, .. }) => Values::Categories { codes, names },
            (Taken::Numbers(values), _) => Values::Numbers(values),
            (Taken::Codes(codes), Values::Numbers(_)) => Values::Categories { codes, names: &[] },
        };
        Feature { name: feature.name, values }
    }
}
