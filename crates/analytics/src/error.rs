//! Why a model refused its data: one small enum for the whole crate, each case with a plain message.

use std::fmt;

/// A model refused its data or its parameters.
///
/// Numbers are never returned in place of a reason: a fit that cannot be trusted ends in one of these.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// There are no rows at all.
    Empty,
    /// Two columns that belong together differ in length (rows).
    Length { what: &'static str, have: usize, want: usize },
    /// Fewer rows, events or groups than the method needs.
    TooFew { what: &'static str, have: usize, need: usize },
    /// The outcome takes only one value, so there is nothing to tell apart.
    OneClass,
    /// A column has the same value in every row.
    Constant { column: String },
    /// Columns repeat one another (one is a linear combination of others).
    Collinear { column: String },
    /// A column predicts the outcome perfectly; its coefficient would be infinite.
    Separated { column: String },
    /// A value is NaN, infinite or outside what the column may hold; `row` counts from zero.
    Value { column: String, row: usize, problem: &'static str },
    /// A parameter of the call is outside its range.
    Parameter { name: &'static str, problem: &'static str },
    /// The search for the best parameters did not settle.
    NotConverged { model: &'static str, steps: usize },
    /// Whoever watched the fit asked it to stop.
    Stopped,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => write!(f, "there are no rows to work on"),
            Error::Length { what, have, want } => {
                write!(f, "{what} has {have} rows, but {want} are needed to match the others")
            }
            Error::TooFew { what, have, need } => {
                write!(f, "too few {what}: {have}, at least {need} are needed")
            }
            Error::OneClass => {
                write!(f, "the outcome is the same in every row, so nothing can be told apart")
            }
            Error::Constant { column } => {
                write!(f, "{column} is the same in every row, so nothing can be learnt from it")
            }
            Error::Collinear { column } => write!(f, "{column} repeats other columns; leave it out"),
            Error::Separated { column } => {
                write!(f, "{column} predicts the outcome perfectly, so its effect has no finite estimate")
            }
            Error::Value { column, row, problem } => write!(f, "{column}, row {}: {problem}", row + 1),
            Error::Parameter { name, problem } => write!(f, "{name} {problem}"),
            Error::NotConverged { model, steps } => write!(f, "{model} did not settle in {steps} steps"),
            Error::Stopped => write!(f, "stopped before the end"),
        }
    }
}

impl std::error::Error for Error {}

/// Checks that `have` rows match `want` rows.
///
/// # Errors
/// [`Error::Length`] when they differ.
pub fn same_length(what: &'static str, have: usize, want: usize) -> Result<(), Error> {
    if have == want { Ok(()) } else { Err(Error::Length { what, have, want }) }
}

/// Checks every value of a column; `problem` says what is wrong with one that fails.
///
/// # Errors
/// [`Error::Value`] with the first row that fails.
pub fn check_values(
    column: &str,
    values: &[f64],
    problem: &'static str,
    holds: impl Fn(f64) -> bool,
) -> Result<(), Error> {
    match values.iter().position(|&value| !holds(value)) {
        None => Ok(()),
        Some(row) => Err(Error::Value { column: column.to_owned(), row, problem }),
    }
}
