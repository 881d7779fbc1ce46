//! Columns typed on demand: numbers, days, categories, yes or no.

use std::collections::HashMap;

use kernel::written;

use super::derive::as_name;
use super::{Table, day};
use crate::failure::Failure;

/// What people write in a column of numbers where there is none.
const NO_NUMBER: [&str; 8] = ["NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-"];
/// What counts as yes, where nothing else is said.
const YES: [&str; 8] = ["1", "yes", "true", "y", "t", "won", "x", "1.0"];
/// What counts as no. What is blank does only where nothing else stands for no: marks set or not.
const NO: [&str; 7] = ["0", "no", "false", "n", "f", "lost", "0.0"];

/// Numbers from here on have no square, so no model can reckon with them.
const TOO_LARGE: f64 = 1e150;
/// Dates further than this from the middle one of their column are taken for marks (`9999-12-31`) or slips.
const FAR_DAYS: i32 = 36_525;

/// A column of categories.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    /// One per row; [`analytics::MISSING`] where there is none.
    pub codes: Vec<u32>,
    /// What the codes stand for, sorted: as numbers when all are, else by their letters.
    pub names: Vec<String>,
}

impl Table {
    /// The text of a cell, blanks around it taken off.
    pub fn text(&self, column: usize, row: usize) -> &str {
        self.columns[column].get(row).trim()
    }

    /// Whether a text stands for nothing.
    pub fn is_missing(&self, text: &str) -> bool {
        is_missing(text, &self.missing)
    }

    /// Where a cell is, for messages.
    pub fn place(&self, column: usize, row: usize) -> String {
        format!("row {}, column {}", self.places[row] + 1, self.names[column])
    }

    /// The number in a cell; NaN when it is missing.
    ///
    /// # Errors
    /// [`Failure::Input`] with row and column.
    pub fn number(&self, column: usize, row: usize) -> Result<f64, Failure> {
        let text = self.text(column, row);
        number_of(text).or_else(|| self.is_missing(text).then_some(f64::NAN)).ok_or_else(|| {
            let large = text.parse::<f64>().is_ok_and(|number| !number.is_nan());
            let what = match large {
                true => "is too large to reckon with",
                false => "is not a number",
            };
            let help = unread_amount(text).map_or(String::new(), |help| format!("; {help}"));
            Failure::Input(format!("{}: \"{text}\" {what}{help}", self.place(column, row)))
        })
    }

    /// A column of numbers, NaN where they are missing.
    ///
    /// # Errors
    /// [`Failure::Input`] with row and column of the first that is none.
    pub fn numbers(&self, column: usize) -> Result<Vec<f64>, Failure> {
        (0..self.len()).map(|row| self.number(column, row)).collect()
    }

    /// A column of numbers, none missing.
    ///
    /// # Errors
    /// As [`Table::numbers`], and for a gap.
    pub fn full_numbers(&self, column: usize) -> Result<Vec<f64>, Failure> {
        let full = |row| match self.number(column, row)? {
            number if number.is_nan() => Err(self.nothing(column, row, "no number")),
            number => Ok(number),
        };
        (0..self.len()).map(full).collect()
    }

    /// A column of numbers of zero or more, none missing; `what` says what the others are not.
    ///
    /// # Errors
    /// As [`Table::full_numbers`], and for a number below zero.
    pub fn amounts(&self, column: usize, what: &str) -> Result<Vec<f64>, Failure> {
        let numbers = self.full_numbers(column)?;
        match numbers.iter().position(|number| *number < 0.0) {
            Some(row) => {
                let place = self.place(column, row);
                Err(Failure::Input(format!("{place}: {} is not {what}", self.text(column, row))))
            }
            None => Ok(numbers),
        }
    }

    /// Why a column that is all numbers but for some cells is none: the first of those cells. Amounts in a form that is
    /// not understood are no names of kinds either.
    ///
    /// # Errors
    /// [`Failure::Input`] when nine cells of ten are numbers, or look like amounts.
    pub fn refuse_almost_numeric(&self, column: usize) -> Result<(), Failure> {
        let known = || (0..self.len()).filter(|&row| !self.is_missing(self.text(column, row)));
        let other = |row: &usize| number_of(self.text(column, *row)).is_none();
        let (all, others) = (known().count(), known().filter(other).count());
        let unread = |row: &usize| other(row) && looks_like_amount(self.text(column, *row));
        let amounts = others * 10 > all && (others - known().filter(unread).count()) * 10 <= all;
        if let Some(row) = known().find(unread).filter(|_| amounts) {
            let (text, name) = (self.text(column, row), &self.names[column]);
            let help = unread_amount(text).map_or(String::new(), |help| format!("{help}; "));
            return Err(Failure::Input(format!(
                "{}: \"{text}\" looks like an amount, but is not a number that can be read; {help}say --ignore {name}, or \
                 --categories {name} if it stands for a kind",
                self.place(column, row)
            )));
        }
        let Some(row) = known().find(other).filter(|_| others * 10 <= all) else { return Ok(()) };
        Err(Failure::Input(format!(
            "{}: \"{}\" is not a number, most others are; say --missing {1} if it stands for nothing, or --categories {} \
             if its numbers are names of kinds",
            self.place(column, row),
            self.text(column, row),
            self.names[column]
        )))
    }

    /// A model's refusal with the number that a row has in the file, instead of the one among `rows` (or all).
    pub fn located(&self, rows: Option<&[usize]>, error: analytics::Error) -> Failure {
        match error {
            analytics::Error::Value { column, row, problem } => {
                let row = rows.map_or(Some(row), |rows| rows.get(row).copied());
                let row = row.and_then(|row| self.places.get(row)).map_or(0, |place| *place as usize);
                analytics::Error::Value { column, row, problem }.into()
            }
            error => error.into(),
        }
    }

    /// Whether every cell that is not missing is a number, and at least one is.
    pub fn is_numeric(&self, column: usize) -> bool {
        let mut some = false;
        let all = (0..self.len()).all(|row| {
            let text = self.text(column, row);
            let number = number_of(text).is_some_and(|number| !number.is_nan());
            some |= number;
            number || number_of(text).is_some() || self.is_missing(text)
        });
        all && some
    }

    /// Days since 1970-01-01 with their part of the day; NaN where missing.
    ///
    /// # Errors
    /// [`Failure::Input`] with row and column of the first that is no date.
    pub fn times(&self, column: usize) -> Result<Vec<f64>, Failure> {
        let mut known: HashMap<&str, f64> = HashMap::new();
        (0..self.len())
            .map(|row| {
                let text = self.text(column, row);
                if self.is_missing(text) {
                    return Ok(f64::NAN);
                }
                if let Some(time) = known.get(text) {
                    return Ok(*time);
                }
                let time = self.time_of(text).ok_or_else(|| {
                    let place = self.place(column, row);
                    Failure::Input(format!(
                        "{place}: \"{text}\" is not a date; tell its form with --date-format"
                    ))
                })?;
                known.insert(text, time);
                Ok(time)
            })
            .collect()
    }

    /// As [`Table::times`], none missing.
    ///
    /// # Errors
    /// As [`Table::times`], and for a gap.
    pub fn full_times(&self, column: usize) -> Result<Vec<f64>, Failure> {
        let times = self.times(column)?;
        match times.iter().position(|time| time.is_nan()) {
            Some(row) => Err(self.nothing(column, row, "no date")),
            None => Ok(times),
        }
    }

    /// As [`Table::times`], none a century and more from the middle one.
    ///
    /// # Errors
    /// As [`Table::times`], and for one that is.
    pub fn near_times(&self, column: usize) -> Result<Vec<f64>, Failure> {
        let times = self.times(column)?;
        let there: Vec<usize> = (0..times.len()).filter(|row| !times[*row].is_nan()).collect();
        let days: Vec<i32> = there.iter().map(|row| times[*row].floor() as i32).collect();
        match far_from_the_others(&days) {
            None => Ok(times),
            Some(at) => Err(self.too_far(column, there[at])),
        }
    }

    /// Whole days since 1970-01-01, none missing.
    ///
    /// # Errors
    /// As [`Table::times`], and for a gap.
    pub fn days(&self, column: usize) -> Result<Vec<i32>, Failure> {
        let times = self.full_times(column)?;
        let days: Vec<i32> = times.iter().map(|time| time.floor() as i32).collect();
        match far_from_the_others(&days) {
            None => Ok(days),
            Some(row) => Err(self.too_far(column, row)),
        }
    }

    /// A date a century and more from the others is a mark or a slip, and would stretch all times.
    fn too_far(&self, column: usize, row: usize) -> Failure {
        Failure::Input(format!(
            "{}: {} is more than a hundred years from the other dates; mend it, or leave it out with --where",
            self.place(column, row),
            self.text(column, row)
        ))
    }

    /// A date of the command line, in the form of the file's or any usual one.
    ///
    /// # Errors
    /// [`Failure::Usage`].
    pub fn day_option(&self, option: &str, text: &str) -> Result<i32, Failure> {
        let time = day::parse(text, None).or_else(|| self.time_of(text));
        time.map(|time| time.floor() as i32)
            .ok_or_else(|| Failure::Usage(format!("{option} \"{text}\": give a date such as 2024-05-31")))
    }

    /// Days since 1970 that a text says, with the time of day as a fraction.
    pub fn time_of(&self, text: &str) -> Option<f64> {
        day::parse(text, self.date_format.as_deref())
    }

    /// A column of categories.
    pub fn codes(&self, column: usize) -> Codes {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut names: Vec<&str> = Vec::new();
        let mut codes = Vec::with_capacity(self.len());
        for row in 0..self.len() {
            let text = self.text(column, row);
            codes.push(if self.is_missing(text) {
                analytics::MISSING
            } else {
                *known.entry(text).or_insert_with(|| {
                    names.push(text);
                    names.len() as u32 - 1
                })
            });
        }
        sorted_codes(codes, &names)
    }

    /// A column of categories, none missing.
    ///
    /// # Errors
    /// [`Failure::Input`] with row and column of the first gap.
    pub fn full_codes(&self, column: usize) -> Result<Codes, Failure> {
        let codes = self.codes(column);
        match codes.codes.iter().position(|&code| code == analytics::MISSING) {
            Some(row) => Err(self.nothing(column, row, "nothing")),
            None => Ok(codes),
        }
    }

    /// Why a column with a gap cannot be taken, and how to leave such rows out.
    fn nothing(&self, column: usize, row: usize, what: &str) -> Failure {
        let (place, name) = (self.place(column, row), as_name(&self.names()[column]));
        Failure::Input(format!(
            "{place}: there is {what}; --where \"{name} is not empty\" leaves such rows out"
        ))
    }

    /// A column of yes (1) and no (0). Without `yes`, the usual words are understood; blank cells count as no when all
    /// others count as yes, and are missing where anything else says no.
    ///
    /// # Errors
    /// [`Failure::Input`] with row and column of the first that is neither.
    pub fn flags(&self, column: usize, yes: Option<&str>) -> Result<Vec<f64>, Failure> {
        let says_yes = |text: &str| match yes {
            Some(yes) => text == yes,
            None => YES.contains(&text.to_lowercase().as_str()),
        };
        let known =
            || (0..self.len()).map(|row| self.text(column, row)).filter(|text| !self.is_missing(text));
        let marks = known().next().is_some() && known().all(says_yes);
        (0..self.len())
            .map(|row| {
                let text = self.text(column, row);
                match yes {
                    _ if says_yes(text) => Ok(1.0),
                    _ if self.is_missing(text) && marks => Ok(0.0),
                    _ if self.is_missing(text) => Err(self.nothing(column, row, "nothing")),
                    Some(_) => Ok(0.0),
                    None if NO.contains(&text.to_lowercase().as_str()) => Ok(0.0),
                    None => Err(Failure::Input(format!(
                        "{}: \"{text}\" is neither yes nor no; tell with --yes which value counts as yes",
                        self.place(column, row)
                    ))),
                }
            })
            .collect()
    }
}

/// The first of some days that is [`FAR_DAYS`] and more from the middle one.
fn far_from_the_others(days: &[i32]) -> Option<usize> {
    let mut sorted = days.to_vec();
    sorted.sort_unstable();
    let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
    days.iter().position(|day| (day - middle).abs() > FAR_DAYS)
}

fn is_missing(text: &str, missing: &[String]) -> bool {
    text.is_empty() || missing.iter().any(|missing| missing == text)
}

/// Whether a text in a column of numbers says that there is none.
pub(super) fn stands_for_nothing(text: &str, missing: &[String]) -> bool {
    is_missing(text, missing) || NO_NUMBER.contains(&text)
}

fn number_of(text: &str) -> Option<f64> {
    if NO_NUMBER.contains(&text) {
        return Some(f64::NAN);
    }
    text.parse::<f64>().ok().filter(|number| number.abs() < TOO_LARGE)
}

/// Whether a text is a number with a currency, a percent sign, signs between thousands or a decimal comma, or beyond
/// what can be reckoned with.
fn looks_like_amount(text: &str) -> bool {
    let is_number = text.parse::<f64>().is_ok_and(|number| !number.is_nan());
    is_number || written::parse(text, None).is_some() && written::currency(text).is_ok()
}

/// What can be done about a text that looks like an amount and was not read as one.
fn unread_amount(text: &str) -> Option<&'static str> {
    if text.parse::<f64>().is_ok() || !looks_like_amount(text) {
        return None;
    }
    Some(match text.contains(',') && written::certain_mark(text) != Some('.') {
        true => "--decimal-comma reads 1.234,56, --decimal-point 1,234.56",
        false => {
            "amounts are read where all of a column are in one currency and their points and commas can mean one thing alone"
        }
    })
}

/// Codes numbered anew in the order of their names: as numbers when all are, else by their letters.
pub fn sorted_codes(codes: Vec<u32>, names: &[&str]) -> Codes {
    let mut order: Vec<usize> = (0..names.len()).collect();
    match names.iter().map(|name| name.parse::<f64>().ok()).collect::<Option<Vec<f64>>>() {
        Some(numbers) => {
            order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]).then_with(|| names[a].cmp(names[b])))
        }
        None => order.sort_by_key(|&at| names[at]),
    }
    let mut rank = vec![0; names.len()];
    order.iter().enumerate().for_each(|(place, &at)| rank[at] = place as u32);
    let place = |code: u32| if code == analytics::MISSING { code } else { rank[code as usize] };
    Codes {
        codes: codes.into_iter().map(place).collect(),
        names: order.into_iter().map(|at| names[at].to_owned()).collect(),
    }
}
