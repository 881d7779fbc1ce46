//! Days and instants, read as people type them.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use kernel::Message;

use crate::{
    Reader,
    formats::{DateOrder, digit_of},
    number::is_mark,
};

impl Reader {
    /// Reads a day: in digits by locale (`24.12.2026`, `12/24/2026`, `24.12.`), ISO (`2026-12-24`), with the month's
    /// name (`24 Dec 2026`), or from today (`today`, `tomorrow`, `friday`, `next week`, `in 3 days`, `+2w`).
    ///
    /// A bare weekday is the first from today on, `next friday` the first after today; `next week` is its Monday,
    /// `next month` its first day. A day without a year is in the present year.
    ///
    /// # Errors
    ///
    /// When it is no day.
    pub fn parse_date(&self, typed: &str) -> Result<Date, Message> {
        let text = normal(typed);
        self.read_date(&text).ok_or_else(|| self.no_date(typed))
    }

    /// Reads an instant: a day as in [`Reader::parse_date`] and a time of day (`14:30`, `2:30 pm`, `2pm`), in the
    /// reader's zone; or a time alone, today; or RFC 3339 with its own offset; or `now`.
    ///
    /// # Errors
    ///
    /// When it is no day and time. A day alone is not enough.
    pub fn parse_date_time(&self, typed: &str) -> Result<Timestamp, Message> {
        if let Ok(at) = typed.trim().parse::<Timestamp>() {
            return Ok(at);
        }
        let text = normal(typed);
        if self.words("parse-now").contains(&text) {
            return Ok(self.now());
        }
        self.read_date_time(&text).ok_or_else(|| self.no_date_time(typed))
    }

    fn read_date_time(&self, text: &str) -> Option<Timestamp> {
        let text = match text.split_once('t') {
            Some((day, time)) if read_iso(day).is_some() => format!("{day} {time}"),
            _ => text.replace(',', " "),
        };
        let parts: Vec<&str> = text.split_whitespace().collect();
        // The time stands last and has one or two words: `14:30`, `2:30 pm`.
        for words in 1..=2.min(parts.len()) {
            let (day, time) = parts.split_at(parts.len() - words);
            let Some(time) = self.read_time(&time.join(" ")) else { continue };
            let date = if day.is_empty() { Some(self.today()) } else { self.read_date(&day.join(" ")) };
            if let Some(date) = date {
                return self.instant(date, time);
            }
        }
        None
    }

    /// The instant of a day and time in the reader's zone; in a gap of the clock, the time after it.
    pub fn instant(&self, date: Date, time: Time) -> Option<Timestamp> {
        let zone: &TimeZone = self.zone();
        zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()
    }

    fn read_time(&self, text: &str) -> Option<Time> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
        let (clock, half) = match compact.strip_suffix("pm") {
            Some(clock) => (clock, Some(12)),
            None => match compact.strip_suffix("am") {
                Some(clock) => (clock, Some(0)),
                None => (compact.as_str(), None),
            },
        };
        let mut parts = clock.split([':', 'h']).filter(|part| !part.is_empty());
        let hour: i8 = parts.next()?.parse().ok()?;
        let minute: Option<i8> = parts.next().map(|part| part.parse().ok()).unwrap_or(Some(0));
        let second: Option<i8> = parts.next().map(|part| part.parse().ok()).unwrap_or(Some(0));
        if half.is_none() && !clock.contains([':', 'h']) || parts.next().is_some() {
            return None;
        }
        let hour = match half {
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(half) => hour % 12 + half,
            None => hour,
        };
        Time::new(hour, minute?, second?, 0).ok()
    }

    fn read_date(&self, text: &str) -> Option<Date> {
        read_iso(text)
            .or_else(|| self.read_words(text))
            .or_else(|| self.read_offset(text))
            .or_else(|| self.read_digits(text))
            .or_else(|| self.read_month_name(text))
    }

    fn is(&self, id: &str, word: &str) -> bool {
        self.words(id).iter().any(|known| known == word)
    }

    fn read_words(&self, text: &str) -> Option<Date> {
        let today = self.today();
        if self.is("parse-today", text) {
            return Some(today);
        }
        if self.is("parse-tomorrow", text) {
            return today.checked_add(1.day()).ok();
        }
        if self.is("parse-yesterday", text) {
            return today.checked_sub(1.day()).ok();
        }
        if self.is("parse-end-of-month", text) {
            return Some(today.last_of_month());
        }
        if let Some(weekday) = self.read_weekday(text) {
            return if weekday == today.weekday() { Some(today) } else { today.nth_weekday(1, weekday).ok() };
        }
        let (first, second) = text.split_once(' ')?;
        if self.is("parse-next", first) {
            return self.counted_from_today(second, 1);
        }
        if self.is("parse-last", first) {
            return self.counted_from_today(second, -1);
        }
        None
    }

    /// `next friday`, `next week`, `last month`: `step` is 1 or -1.
    fn counted_from_today(&self, what: &str, step: i32) -> Option<Date> {
        let today = self.today();
        if let Some(weekday) = self.read_weekday(what) {
            return today.nth_weekday(step, weekday).ok();
        }
        if self.is("parse-week", what) {
            let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
            return monday.checked_add((7 * i64::from(step)).days()).ok();
        }
        if self.is("parse-month", what) {
            return today.first_of_month().checked_add(i64::from(step).months()).ok();
        }
        if self.is("parse-year", what) {
            return today.first_of_year().checked_add(i64::from(step).years()).ok();
        }
        None
    }

    /// `in 3 days`, `2 weeks ago`, `+3d`, `-1m`.
    fn read_offset(&self, text: &str) -> Option<Date> {
        let signed = text.starts_with(['+', '-', '\u{2212}']);
        let mut negative = signed && !text.starts_with('+');
        let mut words: Vec<&str> =
            text.trim_start_matches(['+', '-', '\u{2212}']).split_whitespace().collect();
        let mut marked = signed;
        if words.len() > 1 && self.is("parse-in", words[0]) {
            words.remove(0);
            marked = true;
        } else if words.len() > 1 && self.is("parse-ago", words[words.len() - 1]) {
            words.pop();
            (negative, marked) = (true, true);
        }
        let text = words.join("");
        let letters = text.find(|character| digit_of(character).is_none())?;
        let count: i64 = plain_digits(&text[..letters])?.parse().ok().filter(|count| *count < 40_000)?;
        let count = if negative { -count } else { count };
        let unit = &text[letters..];
        if !marked {
            return None;
        }
        let span = if self.is("parse-day", unit) {
            count.days()
        } else if self.is("parse-week", unit) {
            count.weeks()
        } else if self.is("parse-month", unit) {
            months(count)?
        } else if self.is("parse-year", unit) {
            months(count)?.checked_mul(12).ok()?
        } else {
            return None;
        };
        self.today().checked_add(span).ok()
    }

    /// `24.12.2026`, `24.12.26`, `24.12.`, `12/24/2026`, `2026/12/24`.
    fn read_digits(&self, text: &str) -> Option<Date> {
        let text: String = text.chars().filter(|character| !is_mark(*character)).collect();
        let mut parts = text.split(['.', '/', '-', '年', '月', '日', ' ']).filter(|part| !part.is_empty());
        let first = plain_digits(parts.next()?)?;
        let second = plain_digits(parts.next()?)?;
        let third = parts.next().map(plain_digits);
        if parts.next().is_some() {
            return None;
        }
        let year_first = first.len() == 4;
        let (year, month, day) = match (self.formats.date_order, third) {
            (_, Some(third)) if year_first => (Some(first), second, third?),
            (DateOrder::YearMonthDay, Some(third)) => (Some(first), second, third?),
            (DateOrder::DayMonthYear, Some(third)) => (Some(third?), second, first),
            (DateOrder::MonthDayYear, Some(third)) => (Some(third?), first, second),
            (DateOrder::DayMonthYear, None) => (None, second, first),
            (_, None) => (None, first, second),
        };
        let year = match year {
            Some(year) => full_year(&year)?,
            None => self.today().year(),
        };
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    }

    /// `24 december 2026`, `dec 24, 2026`, `24 dec`.
    fn read_month_name(&self, text: &str) -> Option<Date> {
        let spaced = text.replace([',', '.'], " ");
        let (mut month, mut numbers) = (None, Vec::new());
        for word in spaced.split_whitespace() {
            let ordinal = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
            if let Some(number) = plain_digits(word).or_else(|| plain_digits(ordinal)) {
                numbers.push(number);
            } else if let Some(found) = self.month_named(word) {
                if month.replace(found).is_some() {
                    return None;
                }
            } else if !self.is("parse-of", word) {
                return None;
            }
        }
        let year = match numbers.len() {
            1 => self.today().year(),
            2 => full_year(&numbers[1])?,
            _ => return None,
        };
        Date::new(year, month?, numbers[0].parse().ok()?).ok()
    }

    fn month_named(&self, word: &str) -> Option<i8> {
        let place = self.formats.months.iter().position(|names| names.iter().any(|name| name == word))?;
        i8::try_from(place + 1).ok()
    }

    fn read_weekday(&self, word: &str) -> Option<Weekday> {
        let word = word.trim_end_matches('.');
        let place = self.formats.weekdays.iter().position(|names| names.iter().any(|name| name == word))?;
        Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()
    }
}

fn months(count: i64) -> Option<jiff::Span> {
    jiff::Span::new().try_months(count).ok()
}

fn normal(typed: &str) -> String {
    let text: String = typed.trim().chars().filter(|character| !is_mark(*character)).take(80).collect();
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `2026-12-24`, whatever the locale.
fn read_iso(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    (bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-').then(|| text.parse().ok())?
}

/// The digits of any script as those of ASCII; `None` when something else is between them or there is none.
fn plain_digits(text: &str) -> Option<String> {
    let digits: Option<String> =
        text.chars().map(|c| digit_of(c).map(|digit| (b'0' + digit) as char)).collect();
    digits.filter(|digits| !digits.is_empty() && digits.len() <= 9)
}

/// Two digits are of 1970 to 2069.
fn full_year(digits: &str) -> Option<i16> {
    let year: i16 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(year),
        1 | 2 => Some(if year < 70 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}
