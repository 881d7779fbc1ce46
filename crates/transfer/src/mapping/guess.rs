//! What kind of field a column would make.

use kernel::limits;
use metadata::definition::TypeName;

use crate::cell::{DateStyle, boolean, certain_mark, parse_number};

/// Different contents at most that are taken for options of a choice.
const OPTIONS: usize = 30;

/// What all cells seen so far could be.
#[derive(Clone, Debug)]
pub struct Guess {
    integer: bool,
    number: bool,
    boolean: bool,
    email: bool,
    url: bool,
    iso: bool,
    day_first: bool,
    month_first: bool,
    timed: bool,
    longest: usize,
    lines: bool,
    any: bool,
    /// Whether some number has a point before its fraction for certain, or a comma.
    point: bool,
    comma: bool,
}

impl Default for Guess {
    fn default() -> Guess {
        Guess {
            integer: true,
            number: true,
            boolean: true,
            email: true,
            url: true,
            iso: true,
            day_first: true,
            month_first: true,
            timed: false,
            longest: 0,
            lines: false,
            any: false,
            point: false,
            comma: false,
        }
    }
}

impl Guess {
    /// Takes a cell that is not empty into account.
    pub fn see(&mut self, cell: &str) {
        self.any = true;
        self.longest = self.longest.max(cell.chars().count());
        self.lines |= cell.contains('\n');
        self.boolean = self.boolean && boolean(cell).is_some();
        self.integer = self.integer && cell.parse::<i64>().is_ok() && !has_leading_zero(cell);
        self.number = self.number && parse_number(cell, None).is_some() && !has_leading_zero(cell);
        if let Some(mark) = certain_mark(cell)
            && parse_number(cell, Some(mark)).is_some()
        {
            self.point |= mark == '.';
            self.comma |= mark == ',';
        }
        self.email = self.email && cell.contains('@') && !cell.contains(' ');
        self.url = self.url && (cell.starts_with("http://") || cell.starts_with("https://"));
        let digits = cell.bytes().any(|byte| byte.is_ascii_digit());
        let day = |style: &DateStyle| digits && style.day(cell).is_some();
        self.iso = self.iso && day(&DateStyle::Iso);
        self.day_first = self.day_first && (self.iso || day(&DateStyle::DayFirst));
        self.month_first = self.month_first && (self.iso || day(&DateStyle::MonthFirst));
        self.timed |= cell.contains(':');
    }

    /// The type of a field for the column; `different` contents in `filled` cells.
    pub fn type_name(&self, different: usize, filled: u64) -> TypeName {
        if !self.any {
            return TypeName::Text;
        }
        if self.boolean && (!self.integer || different == 2 && self.longest == 1) {
            return TypeName::Boolean;
        }
        if self.integer {
            return TypeName::Integer;
        }
        if self.number {
            return TypeName::Decimal;
        }
        if self.is_date() {
            return if self.timed { TypeName::DateTime } else { TypeName::Date };
        }
        if self.email {
            return TypeName::Email;
        }
        if self.url {
            return TypeName::Url;
        }
        if self.longest > limits::TEXT_CHARS || self.lines {
            return TypeName::LongText;
        }
        if different <= OPTIONS && self.longest <= 80 && filled >= 5 * different as u64 && filled >= 20 {
            return TypeName::Choice;
        }
        TypeName::Text
    }

    /// Whether some number has that sign before its fraction, and cannot be meant otherwise.
    pub const fn has_mark(&self, mark: char) -> bool {
        if mark == ',' { self.comma } else { self.point }
    }

    pub const fn is_date(&self) -> bool {
        self.any && (self.iso || self.day_first || self.month_first) && !self.number
    }

    /// How days are written, when the cells tell; the reader's way where they do not.
    pub const fn dates(&self, month_first: bool) -> Option<DateStyle> {
        match (self.iso, self.day_first, self.month_first) {
            (true, ..) => None,
            (_, true, false) => Some(DateStyle::DayFirst),
            (_, false, true) => Some(DateStyle::MonthFirst),
            (_, true, true) if month_first => Some(DateStyle::MonthFirst),
            (_, true, true) => Some(DateStyle::DayFirst),
            _ => None,
        }
    }
}

/// `007` and `0123` are numbers of something, not counts.
fn has_leading_zero(cell: &str) -> bool {
    cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0.") && !cell.starts_with("0,")
}
