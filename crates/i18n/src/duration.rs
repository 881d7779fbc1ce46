//! Lengths of time, shown and read. The unit is the second.

use kernel::Message;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{Reader, number::read_number};

const UNITS: [(&str, &str, i64); 5] = [
    ("duration-weeks", "parse-week", 604_800),
    ("duration-days", "parse-day", 86_400),
    ("duration-hours", "parse-hour", 3_600),
    ("duration-minutes", "parse-minute", 60),
    ("duration-seconds", "parse-second", 1),
];

impl Reader {
    /// A length of time in hours, minutes and seconds, without the parts that are zero: `1h 30m`; days from two on.
    pub fn duration(&self, seconds: i64) -> String {
        let mut rest = seconds.unsigned_abs();
        let mut parts = Vec::new();
        for (id, _, unit) in &UNITS[1..] {
            let unit = unit.unsigned_abs();
            if unit == 86_400 && rest < 2 * unit {
                continue;
            }
            if rest >= unit {
                let count = i64::try_from(rest / unit).unwrap_or(i64::MAX);
                parts.push(self.text_with(&Message::new(id).with("count", count)));
                rest %= unit;
            }
        }
        if parts.is_empty() {
            parts.push(self.text_with(&Message::new("duration-minutes").with("count", 0_i64)));
        }
        let minus = if seconds < 0 { "-" } else { "" };
        format!("{minus}{}", parts.join(" "))
    }

    /// Reads a length of time in seconds: `1h 30m`, `1:30`, `90` (minutes), `1.5 hours`, `2 days`.
    ///
    /// # Errors
    ///
    /// When it is no length of time, or longer than a century.
    pub fn parse_duration(&self, typed: &str) -> Result<i64, Message> {
        let seconds = self.read_clock(typed).or_else(|| self.read_units(typed));
        seconds.filter(|seconds| seconds.abs() < 3_155_760_000).ok_or_else(|| self.no_duration(typed))
    }

    /// `1:30` is an hour and a half, `0:01:30` a minute and a half.
    fn read_clock(&self, typed: &str) -> Option<i64> {
        if !typed.contains(':') {
            return None;
        }
        let parts: Vec<i64> = typed
            .trim()
            .split(':')
            .map(|part| part.trim().parse::<u32>().map(i64::from))
            .collect::<Result<_, _>>()
            .ok()?;
        match parts[..] {
            [hours, minutes] if minutes < 60 => Some(hours * 3_600 + minutes * 60),
            [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
                Some(hours * 3_600 + minutes * 60 + seconds)
            }
            _ => None,
        }
    }

    fn read_units(&self, typed: &str) -> Option<i64> {
        let mut seconds = Decimal::ZERO;
        let mut rest = typed.trim();
        let negative = rest.starts_with('-');
        rest = rest.trim_start_matches('-');
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let letters = rest.find(char::is_alphabetic).unwrap_or(rest.len());
            let number = read_number(&rest[..letters], &self.formats.symbols)?;
            let word_end = rest[letters..]
                .find(|c: char| !c.is_alphabetic() && c != '.')
                .map_or(rest.len(), |end| letters + end);
            seconds += number.checked_mul(self.unit(&rest[letters..word_end])?)?;
            rest = rest[word_end..].trim_start_matches([' ', ',', '\u{a0}']);
        }
        let seconds = seconds.round().to_i64()?;
        Some(if negative { -seconds } else { seconds })
    }

    /// The seconds of a unit; a bare number is minutes.
    fn unit(&self, word: &str) -> Option<Decimal> {
        let word = word.trim_end_matches('.').to_lowercase();
        if word.is_empty() {
            return Some(Decimal::from(60));
        }
        UNITS
            .iter()
            .find(|(_, id, _)| self.words(id).contains(&word))
            .map(|(_, _, unit)| Decimal::from(*unit))
    }
}
