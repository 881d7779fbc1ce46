//! Numbers and percentages, shown and read.

use kernel::Message;
use rust_decimal::Decimal;

use crate::{
    Reader,
    formats::{Symbols, digit_of},
};

impl Reader {
    /// A number with grouping and as many digits after the point as it has: `1,234.5`.
    pub fn number(&self, number: Decimal) -> String {
        self.formats.number(number, None)
    }

    /// A number with exactly `digits` after the point, halves away from zero.
    pub fn number_fixed(&self, number: Decimal, digits: u32) -> String {
        self.formats.number(number, Some(digits))
    }

    pub fn integer(&self, number: i64) -> String {
        self.formats.number(number.into(), None)
    }

    /// A percentage: 50 is `50%`.
    pub fn percent(&self, percentage: Decimal) -> String {
        self.formats.percent.replace('0', &self.number(percentage))
    }

    /// A number in few characters: `950`, `12.5K`, `3.4M`.
    pub fn compact(&self, number: Decimal) -> String {
        const STEPS: [(i64, &str); 3] =
            [(1_000_000_000, "number-billions"), (1_000_000, "number-millions"), (1_000, "number-thousands")];
        let step = STEPS.into_iter().find(|(step, _)| number.abs() >= Decimal::from(*step));
        let Some((step, id)) = step else {
            return self
                .number(kernel::number::round(number, if number.abs() < Decimal::TEN { 2 } else { 0 }));
        };
        let scaled = number / Decimal::from(step);
        let digits = if scaled.abs() < Decimal::ONE_HUNDRED { 1 } else { 0 };
        let shown = self.number(kernel::number::round(scaled, digits));
        self.text_with(&Message::new(id).with("number", shown))
    }

    /// Reads a number as people of the locale type it: `1.234,5`, `1 234,5`, `-3`.
    ///
    /// # Errors
    ///
    /// When it is no number, or its separators stand where the locale would not put them: `1.5` in German is an
    /// error rather than 15.
    pub fn parse_number(&self, typed: &str) -> Result<Decimal, Message> {
        read_number(typed, &self.formats.symbols).ok_or_else(|| self.no_number(typed))
    }

    /// Reads a whole number.
    ///
    /// # Errors
    ///
    /// As [`Reader::parse_number`], and when it has digits after the point.
    pub fn parse_integer(&self, typed: &str) -> Result<i64, Message> {
        let number = self.parse_number(typed)?.normalize();
        if number.scale() > 0 {
            return Err(Message::new("problem-not-whole").with("typed", self.number(number)));
        }
        i64::try_from(number.mantissa()).map_err(|_| self.no_number(typed))
    }

    /// Reads a percentage with or without its sign: `50`, `50 %`.
    ///
    /// # Errors
    ///
    /// As [`Reader::parse_number`].
    pub fn parse_percent(&self, typed: &str) -> Result<Decimal, Message> {
        let bare: String =
            typed.chars().filter(|c| !matches!(c, '%' | '٪' | '\u{61c}' | '\u{200f}' | '\u{200e}')).collect();
        read_number(&bare, &self.formats.symbols).ok_or_else(|| self.no_number(typed))
    }

    /// Reads yes or no, true or false, 1 or 0, in the reader's language and in English.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub fn parse_bool(&self, typed: &str) -> Result<bool, Message> {
        let word = typed.trim().to_lowercase();
        if self.words("parse-yes").contains(&word) || matches!(word.as_str(), "true" | "yes" | "1" | "on") {
            Ok(true)
        } else if self.words("parse-no").contains(&word)
            || matches!(word.as_str(), "false" | "no" | "0" | "off")
        {
            Ok(false)
        } else {
            Err(self.no_yes(typed))
        }
    }

    /// The words of a message that lists them between commas.
    pub(crate) fn words(&self, id: &str) -> Vec<String> {
        let text: String = self.text(id).chars().filter(|character| !is_mark(*character)).collect();
        text.split([',', '،', '、']).map(|word| word.trim().to_lowercase()).collect()
    }
}

/// How a language writes a percentage, with `0` for the number (CLDR, percentFormats).
pub(crate) fn percent_pattern(language: &str) -> &'static str {
    match language {
        "de" | "fr" | "es" | "sv" | "nb" | "no" | "nn" | "da" | "fi" | "cs" | "sk" | "ru" | "uk" | "be"
        | "bg" | "ro" | "lt" | "hr" | "sl" | "is" | "hy" | "ca" | "gl" => "0\u{a0}%",
        "tr" => "%0",
        "eu" => "%\u{a0}0",
        "ar" => "0\u{200e}%\u{200e}",
        _ => "0%",
    }
}

/// The number that `typed` means with these symbols; `None` when it means none.
pub(crate) fn read_number(typed: &str, symbols: &Symbols) -> Option<Decimal> {
    let typed = typed.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let (negative, typed) = match typed.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, typed.strip_prefix('+').unwrap_or(typed)),
    };
    let (whole, fraction) = match typed.rsplit_once(symbols.decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (typed, None),
    };
    let mut digits = whole_digits(whole, symbols)?;
    if let Some(fraction) = fraction {
        digits.push('.');
        for character in fraction.chars() {
            digits.push((b'0' + digit_of(character)?) as char);
        }
    }
    if digits.is_empty() || digits == "." {
        return None;
    }
    let number: Decimal = digits.trim_end_matches('.').parse().ok()?;
    Some(if negative { -number } else { number }.normalize())
}

/// The digits before the point, without their grouping, which must stand where it may.
fn whole_digits(whole: &str, symbols: &Symbols) -> Option<String> {
    let mut digits = String::with_capacity(whole.len() + 1);
    let mut group: Option<(char, usize)> = None;
    let mut sizes = Vec::new();
    for character in whole.trim().chars() {
        if let Some(digit) = digit_of(character) {
            digits.push((b'0' + digit) as char);
            group = group.map(|(sign, size)| (sign, size + 1));
            continue;
        }
        let sign = if is_space(character) || is_apostrophe(character) { ' ' } else { character };
        if sign != ' ' && Some(character) != symbols.grouping || digits.is_empty() {
            return None;
        }
        match group {
            Some((known, size)) if known == sign => sizes.push(size),
            Some(_) => return None,
            None => {}
        }
        group = Some((sign, 0));
    }
    if let Some((_, last)) = group {
        // Groups of three; of two before the last three, as in India.
        if last != 3 || !sizes.iter().all(|size| *size == 3) && !sizes.iter().all(|size| *size == 2) {
            return None;
        }
    }
    Some(digits)
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '_')
}

/// Marks of direction, which carry no meaning of their own.
pub(crate) fn is_mark(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2066}'..='\u{2069}')
}
