//! A measure of a cube: `NAME = sum(COLUMN)` and the like.

use std::collections::HashSet;

use analytics::MISSING;

use crate::failure::Failure;
use crate::table::Table;

/// What is measured in each cell.
pub struct Measure {
    pub name: String,
    kind: Kind,
}

enum Kind {
    Rows,
    Number { how: How, values: Vec<f64> },
    Distinct(Vec<u32>),
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    Sum,
    Mean,
    Least,
    Most,
    Filled,
    Median,
}

impl Measure {
    /// Reads `NAME = FUNCTION(COLUMN)`.
    ///
    /// # Errors
    /// [`Failure::Usage`] when it is not of that form, [`Failure::Input`] for a column that is not there or holds no
    /// numbers.
    pub fn read(table: &Table, text: &str) -> Result<Measure, Failure> {
        let wrong = || {
            Failure::Usage(format!(
                "--measure \"{text}\": write NAME = FUNCTION(COLUMN) with sum, mean, median, min, max, count or distinct"
            ))
        };
        let (name, call) = text.split_once('=').ok_or_else(wrong)?;
        let (function, column) =
            call.trim().strip_suffix(')').and_then(|call| call.split_once('(')).ok_or_else(wrong)?;
        let (function, column) = (function.trim().to_lowercase(), column.trim());
        let number = |how| -> Result<Kind, Failure> {
            Ok(Kind::Number { how, values: table.numbers(table.position(column)?)? })
        };
        let kind = match function.as_str() {
            "count" if column.is_empty() => Kind::Rows,
            "count" => {
                let codes = table.codes(table.position(column)?).codes;
                let filled = |code: &u32| if *code == MISSING { f64::NAN } else { 1.0 };
                Kind::Number { how: How::Filled, values: codes.iter().map(filled).collect() }
            }
            "distinct" => Kind::Distinct(table.codes(table.position(column)?).codes),
            "sum" => number(How::Sum)?,
            "mean" | "avg" | "average" => number(How::Mean)?,
            "median" => number(How::Median)?,
            "min" => number(How::Least)?,
            "max" => number(How::Most)?,
            _ => return Err(wrong()),
        };
        Ok(Measure { name: name.trim().to_owned(), kind })
    }

    /// The measure over some rows; NaN where there is nothing to measure. What is missing does not count.
    pub fn of(&self, rows: &[u32]) -> f64 {
        match &self.kind {
            Kind::Rows => rows.len() as f64,
            Kind::Distinct(codes) => {
                let all: HashSet<u32> =
                    rows.iter().map(|&row| codes[row as usize]).filter(|&code| code != MISSING).collect();
                all.len() as f64
            }
            Kind::Number { how, values } => {
                let known = rows.iter().map(|&row| values[row as usize]).filter(|value| !value.is_nan());
                of_numbers(*how, known)
            }
        }
    }

    /// Whether it counts something.
    pub fn is_whole(&self) -> bool {
        matches!(self.kind, Kind::Rows | Kind::Distinct(_) | Kind::Number { how: How::Filled, .. })
    }
}

fn of_numbers(how: How, known: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = known.clone().count();
    match how {
        How::Filled => count as f64,
        How::Sum => sum(known),
        _ if count == 0 => f64::NAN,
        How::Mean => sum(known) / count as f64,
        How::Least => known.fold(f64::INFINITY, f64::min),
        How::Most => known.fold(f64::NEG_INFINITY, f64::max),
        How::Median => {
            let mut all: Vec<f64> = known.collect();
            all.sort_unstable_by(f64::total_cmp);
            0.5 * (all[(count - 1) / 2] + all[count / 2])
        }
    }
}

/// A sum that keeps what rounding loses (Neumaier 1974): cents of millions of rows add up.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    sum + lost
}
