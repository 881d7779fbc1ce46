//! Days and instants as files write them.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    fmt::strtime,
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// How days are written: in which order their numbers stand, or exactly how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum DateStyle {
    /// `2026-12-24`; others where they can mean one day only (`24.12.2026`, `24 Dec 2026`).
    #[default]
    Iso,
    /// `24/12/2026`
    DayFirst,
    /// `12/24/2026`
    MonthFirst,
    /// With `%d`, `%m`, `%Y` and so on, as strptime of C has them.
    Exactly(String),
}

impl From<String> for DateStyle {
    fn from(text: String) -> DateStyle {
        match text.as_str() {
            "" | "iso" | "ymd" => DateStyle::Iso,
            "dmy" => DateStyle::DayFirst,
            "mdy" => DateStyle::MonthFirst,
            _ => DateStyle::Exactly(text),
        }
    }
}

impl From<DateStyle> for String {
    fn from(style: DateStyle) -> String {
        match style {
            DateStyle::Iso => "ymd".to_owned(),
            DateStyle::DayFirst => "dmy".to_owned(),
            DateStyle::MonthFirst => "mdy".to_owned(),
            DateStyle::Exactly(text) => text,
        }
    }
}

impl DateStyle {
    /// The day of a cell; a time of day behind it is left out.
    pub fn day(&self, cell: &str) -> Option<Date> {
        if let DateStyle::Exactly(format) = self {
            return strtime::parse(format, cell).ok()?.to_date().ok();
        }
        if let Some(day) = iso(cell.as_bytes()) {
            return Some(day);
        }
        self.split(cell).map(|(day, _)| day)
    }

    /// The instant of a cell; a day alone is its first moment in `zone`.
    pub fn instant(&self, cell: &str, zone: &TimeZone) -> Option<Timestamp> {
        if let Ok(at) = cell.parse() {
            return Some(at);
        }
        let moment = match self {
            DateStyle::Exactly(format) => {
                let parsed = strtime::parse(format, cell).ok()?;
                parsed.to_datetime().or_else(|_| parsed.to_date().map(DateTime::from)).ok()?
            }
            _ => {
                let (day, time) = self.split(cell)?;
                day.to_datetime(time.unwrap_or_default())
            }
        };
        zone.to_ambiguous_timestamp(moment).compatible().ok()
    }

    /// Day and time of day of a cell.
    fn split(&self, cell: &str) -> Option<(Date, Option<Time>)> {
        let cell = cell.trim();
        if let Some(day) = self.bare(cell) {
            return Some((day, None));
        }
        // The time begins after a space or the T of ISO 8601; `Dec 24, 2026 5 pm` has several spaces.
        let cuts = cell.char_indices().filter(|(_, c)| matches!(c, ' ' | 'T' | 't'));
        cuts.rev().find_map(|(at, _)| {
            Some((self.bare(cell[..at].trim_end_matches([',', ' ']))?, Some(time(&cell[at + 1..])?)))
        })
    }

    fn bare(&self, text: &str) -> Option<Date> {
        iso(text.as_bytes()).or_else(|| self.numbers(text)).or_else(|| named_month(text))
    }

    fn numbers(&self, text: &str) -> Option<Date> {
        let separator = text.chars().find(|c| !c.is_ascii_digit())?;
        if !matches!(separator, '.' | '/' | '-') {
            return None;
        }
        let mut parts = text.split(separator);
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let [one, two, three]: [i16; 3] =
            [first.trim().parse().ok()?, second.trim().parse().ok()?, third.trim().parse().ok()?];
        if first.len() == 4 {
            return date(one, two, three);
        }
        let year = if third.trim().len() <= 2 { century(three) } else { three };
        match self {
            DateStyle::MonthFirst => date(year, one, two),
            DateStyle::DayFirst => date(year, two, one),
            // Points stand between day, month and year wherever they are used.
            _ if separator == '.' || one > 12 => date(year, two, one),
            _ if two > 12 => date(year, one, two),
            _ => None,
        }
    }
}

/// `2026-12-24`, and nothing behind it but a time.
fn iso(bytes: &[u8]) -> Option<Date> {
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        bytes[range]
            .iter()
            .try_fold(0_i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))
    };
    date(number(0..4)?, number(5..7)?, number(8..10)?)
}

fn named_month(text: &str) -> Option<Date> {
    if !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let plain = text.replace([',', '.'], " ").replace('-', " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    ["%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d %b %y", "%Y %b %d"]
        .iter()
        .find_map(|format| strtime::parse(format, &plain).ok()?.to_date().ok())
}

fn time(text: &str) -> Option<Time> {
    let lower = text.trim().trim_end_matches(['Z', 'z']).to_ascii_lowercase();
    let (clock, afternoon) = match (lower.strip_suffix("pm"), lower.strip_suffix("am")) {
        (Some(clock), _) => (clock, Some(true)),
        (_, Some(clock)) => (clock, Some(false)),
        _ => (lower.as_str(), None),
    };
    let clock = clock.trim().split('.').next()?;
    let mut parts = clock.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    let second: i8 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    if afternoon.is_none() && !clock.contains(':') {
        return None;
    }
    let hour = match afternoon {
        Some(late) => hour % 12 + if late { 12 } else { 0 },
        None => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Two digits of a year: those up to 68 are of this century (as strptime of C has it).
const fn century(year: i16) -> i16 {
    if year <= 68 { 2000 + year } else { 1900 + year }
}
