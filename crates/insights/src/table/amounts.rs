//! Columns of numbers as people write them: `$1,234.50`, `12 €`, `(5.00)`, `1.234,56`.

use kernel::written;

use super::{Table, Texts, column::stands_for_nothing, decimal_comma};

/// What stands before the fraction of the numbers of a file, where that was said.
pub(super) type Mark = Option<char>;

impl Table {
    /// Writes numbers as all others read them: columns of amounts, and with a decimal comma each number that has one. What
    /// is none stays as it is.
    pub(super) fn read_written_numbers(&mut self, mark: Mark) {
        for column in &mut self.columns {
            if let Some(numbers) = amounts(column, mark, &self.missing) {
                *column = numbers;
            } else if mark == Some(',') {
                *column = decimal_comma::with_points(column);
            }
        }
    }
}

/// A column of which every cell is a number and some are amounts, in plain numbers. A column is read as a whole or not at
/// all: all amounts are in one currency, and what their points and commas mean is certain, by the `mark` or by a cell.
fn amounts(column: &Texts, mark: Mark, missing: &[String]) -> Option<Texts> {
    let cells = || column.iter().map(str::trim);
    let is_nothing = |cell: &str| stands_for_nothing(cell, missing);
    let mut currency = None;
    let mut some = false;
    for cell in cells().filter(|cell| !is_plain(cell) && !is_nothing(cell)) {
        if mark != Some(',') || !decimal_comma::is_number(cell) {
            let named = amount(cell)?;
            if named.is_some() && currency.replace(named.clone()).is_some_and(|other| other != named) {
                return None;
            }
            some = true;
        }
    }
    if !some {
        return None;
    }
    let mark = mark.or_else(|| common_mark(cells()))?;
    let mut numbers = Texts::default();
    for cell in cells() {
        match is_nothing(cell) {
            true => numbers.push(cell),
            false => numbers.push(&written::parse(cell, Some(mark))?.to_string()),
        }
    }
    Some(numbers)
}

/// What every program writes.
fn is_plain(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit() || b".+-eE".contains(&byte))
}

/// The currency that an amount names, if any, by its code or a sign that several have; none where a text is no amount: one of
/// blanks between digits alone is a number of a telephone rather, and one of percent may be a hundredth.
fn amount(cell: &str) -> Option<Option<String>> {
    let currency = written::currency(cell).ok()?.map(|currency| currency.code().to_owned());
    let currency = currency.or_else(|| cell.chars().find(|sign| "$¥".contains(*sign)).map(String::from));
    let is_one = currency.is_some() || cell.contains([',', '\'', '’', '(', '\u{a0}', '\u{202f}', '\u{2212}']);
    (is_one && !cell.contains(['%', '¢']) && written::parse(cell, None).is_some()).then_some(currency)
}

/// The sign before the fraction of which some cell is certain and no other denies it; a point where none has either sign. A
/// decimal comma is never taken from the cells alone.
fn common_mark<'t>(cells: impl Iterator<Item = &'t str>) -> Option<char> {
    let (mut certain, mut doubtful) = (false, false);
    for cell in cells {
        match written::certain_mark(cell) {
            Some('.') => certain = true,
            Some(_) => return None,
            None => doubtful |= !is_plain(cell) && cell.contains(['.', ',']),
        }
    }
    (certain || !doubtful).then_some('.')
}

#[cfg(test)]
mod tests {
    use super::{Mark, Texts, amounts};

    fn read(cells: &[&str], mark: Mark) -> Option<Vec<String>> {
        let mut column = Texts::default();
        cells.iter().for_each(|cell| column.push(cell));
        amounts(&column, mark, &["?".to_owned()]).map(|read| read.iter().map(str::to_owned).collect())
    }

    #[track_caller]
    fn check(cells: &[&str], mark: Mark, expected: &[&str]) {
        assert_eq!(
            read(cells, mark).as_deref(),
            Some(expected.iter().map(|&cell| cell.into()).collect::<Vec<String>>()).as_deref()
        );
    }

    #[test]
    fn a_column_of_amounts_is_one_of_numbers() {
        check(&["$12.00", "-$3.5", "$1,234", "", "?", "NA"], None, &["12.00", "-3.5", "1234", "", "?", "NA"]);
        check(&["12 €", "EUR 7", "5"], None, &["12", "7", "5"]);
        check(&["(5.00)", "8.25"], None, &["-5.00", "8.25"]);
        check(&["1,234", "0.5"], None, &["1234", "0.5"]);
        check(&["1,234,567", "1,234"], None, &["1234567", "1234"]);
        check(&["1'234.50", "12"], None, &["1234.50", "12"]);
        check(&["1,234", "2,500"], Some('.'), &["1234", "2500"]);
        check(&["1.234,50 €", "12,5", "7", "1.000"], Some(','), &["1234.50", "12.5", "7", "1000"]);
    }

    #[test]
    fn what_could_mean_two_things_is_not_read() {
        for cells in [
            &["1,234", "2,500"][..],
            &["$1.234", "$2"],
            &["12,50 €", "3 €"],
            &["1,234.5", "1.234,5"],
            &["$5", "7 €"],
            &["$5", "¥5"],
            &["$5", "many"],
            &["12 %", "5 %"],
            &["SKU 100", "SKU 200"],
            &["170 123 456", "170 123 457"],
            &["$5", "2024-05-31"],
            &["1.5", "2"],
            &["2024-05-31", "2024-06-01"],
            &["", ""],
        ] {
            assert_eq!(read(cells, None), None, "{cells:?}");
        }
        assert_eq!(read(&["12,5", "1.234,56"], Some(',')), None, "bare numbers are read one by one");
    }
}
