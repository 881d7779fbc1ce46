//! Numbers as people and files write them: with or without grouping, currency signs, percent signs, brackets for less than
//! zero.

use rust_decimal::Decimal;

use crate::Currency;

/// Signs that one currency alone has; `$` and `¥` are those of several.
const SIGNS: [(char, &str); 6] =
    [('€', "EUR"), ('£', "GBP"), ('₹', "INR"), ('₽', "RUB"), ('₩', "KRW"), ('₺', "TRY")];
/// What stands before a `$`, and whose it is then.
const DOLLARS: [(&str, &str); 9] = [
    ("US", "USD"),
    ("A", "AUD"),
    ("AU", "AUD"),
    ("C", "CAD"),
    ("CA", "CAD"),
    ("NZ", "NZD"),
    ("HK", "HKD"),
    ("S", "SGD"),
    ("R", "BRL"),
];

/// The currency that an amount names; none where it names none, or by a sign that several have.
///
/// # Errors
/// The letters that it names and that are no currency.
pub fn currency(cell: &str) -> Result<Option<Currency>, String> {
    let around = ends(cell);
    if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| around.iter().any(|end| end.contains(*sign))) {
        return Ok(code.parse().ok());
    }
    let letters: String =
        around.iter().flat_map(|end| end.chars()).filter(char::is_ascii_uppercase).collect();
    let dollar = DOLLARS.iter().find(|(before, _)| cell.contains('$') && letters == *before);
    let code = dollar.map_or(letters.as_str(), |(_, code)| code);
    match code.parse() {
        Ok(currency) => Ok(Some(currency)),
        Err(_) if letters.is_empty() => Ok(None),
        Err(_) => Err(letters),
    }
}

/// What stands before the first digit of a number and behind the last.
fn ends(text: &str) -> [&str; 2] {
    let is_digit = |c: char| c.is_ascii_digit();
    let first = text.find(is_digit).unwrap_or(text.len());
    let last = text.rfind(is_digit).map_or(first, |at| at + 1);
    [&text[..first], &text[last..]]
}

/// Which sign stands before the fraction for certain; none where grouping looks the same.
pub fn certain_mark(cell: &str) -> Option<char> {
    let count = |mark| cell.matches(mark).count();
    let behind = |mark| {
        let rest = cell.rsplit(mark).next().unwrap_or("");
        rest.bytes().take_while(u8::is_ascii_digit).count()
    };
    match (count('.'), count(',')) {
        (0, 0) => None,
        (1, 0) => (behind('.') != 3).then_some('.'),
        (0, 1) => (behind(',') != 3).then_some(','),
        (_, 0) => Some(','),
        (0, _) => Some('.'),
        _ => told(cell),
    }
}

/// The number that a cell means; `None` when it means none.
///
/// `mark` stands before the fraction. Without it, the last of `.` and `,` does when both are there; a single one that
/// three digits follow groups thousands only if it comes more than once.
pub fn parse(cell: &str, mark: Option<char>) -> Option<Decimal> {
    // What programs write, mostly.
    if mark != Some(',')
        && cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        && let Ok(number) = Decimal::from_str_exact(cell)
    {
        return Some(number);
    }
    let mut text = cell.trim();
    let in_brackets = text.starts_with('(') && text.ends_with(')');
    if in_brackets {
        text = &text[1..text.len() - 1];
    }
    if !names_no_size(text) {
        return None;
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '%' || is_currency(c));
    let (text, is_negative) = match text.strip_prefix(['-', '\u{2212}']).or_else(|| text.strip_suffix('-')) {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_currency(c));
    let mark = mark.or_else(|| told(text));
    let mut digits = String::with_capacity(text.len());
    let mut groups: Option<usize> = None;
    let mut in_fraction = false;
    for character in text.chars() {
        match character {
            '0'..='9' => {
                digits.push(character);
                groups = groups.map(|size| size + 1);
            }
            _ if Some(character) == mark && !in_fraction => {
                if groups.is_some_and(|size| size != 3) {
                    return None;
                }
                groups = None;
                in_fraction = true;
                digits.push('.');
            }
            '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' if !in_fraction && !digits.is_empty() => {
                // The first group may have any size, the others three (or two, as in India).
                if groups.is_some_and(|size| size != 3 && size != 2) {
                    return None;
                }
                groups = Some(0);
            }
            'e' | 'E' if !digits.is_empty() => return scientific(text, is_negative != in_brackets),
            _ => return None,
        }
    }
    if groups.is_some_and(|size| size != 3) || !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = Decimal::from_str_exact(digits.trim_end_matches('.')).ok()?;
    Some(if is_negative != in_brackets { -number } else { number })
}

/// Whether letters around a number can be those of a currency: `5 K` and `5 M` are other numbers than 5.
fn names_no_size(text: &str) -> bool {
    let is_code = |end: &str| {
        let letters = end.chars().filter(char::is_ascii_uppercase).count();
        matches!(letters, 0 | 3) || end.contains('$')
    };
    ends(text).into_iter().all(is_code)
}

fn scientific(text: &str, is_negative: bool) -> Option<Decimal> {
    let number = Decimal::from_scientific(text).ok()?;
    Some(if is_negative { -number } else { number })
}

/// Which sign stands before the fraction, as far as the number itself tells.
fn told(text: &str) -> Option<char> {
    match (text.rfind('.'), text.rfind(',')) {
        (Some(point), Some(comma)) => Some(if point > comma { '.' } else { ',' }),
        (Some(_), None) => (text.matches('.').count() == 1).then_some('.'),
        (None, Some(comma)) => {
            let once = text.matches(',').count() == 1;
            (once && text.len() - comma != 4).then_some(',')
        }
        (None, None) => None,
    }
}

const fn is_currency(character: char) -> bool {
    matches!(character, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩' | '₺' | '¢' | 'A'..='Z')
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{certain_mark, currency, parse};

    fn number(cell: &str, mark: Option<char>) -> Option<String> {
        parse(cell, mark).map(|number| number.normalize().to_string())
    }

    #[test]
    fn numbers_are_read_with_and_without_grouping_and_signs() {
        let read = |cell| number(cell, None);
        assert_eq!(read("1100.04").as_deref(), Some("1100.04"));
        assert_eq!(read("1,234.50").as_deref(), Some("1234.5"));
        assert_eq!(read("1.234,50").as_deref(), Some("1234.5"));
        assert_eq!(read("$1,234").as_deref(), Some("1234"));
        assert_eq!(read("1 234 567").as_deref(), Some("1234567"));
        assert_eq!(read("12,5").as_deref(), Some("12.5"));
        assert_eq!(read("(300)").as_deref(), Some("-300"));
        assert_eq!(read("45 %").as_deref(), Some("45"));
        assert_eq!(read("1.5E3").as_deref(), Some("1500"));
        assert_eq!(read("EUR 12"), Some(Decimal::from(12).to_string()));
        for wrong in ["", "abc", "1.2.3", "12a", "--3", "1,23,4"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_comma_before_three_digits_groups_unless_the_file_says_otherwise() {
        assert_eq!(number("1,234", None).as_deref(), Some("1234"));
        assert_eq!(number("1,234", Some(',')).as_deref(), Some("1.234"));
        assert_eq!(number("1.234", Some(',')).as_deref(), Some("1234"));
    }

    #[test]
    fn a_letter_that_makes_a_number_larger_is_not_overlooked() {
        for cell in ["5K", "5 M", "M 5", "1.5B"] {
            assert_eq!(number(cell, None), None, "{cell}");
        }
        for cell in ["5 EUR", "CHF 5", "US$ 5", "R$5", "5 €", "($5)"] {
            assert!(number(cell, None).is_some_and(|number| number.ends_with('5')), "{cell}");
        }
    }

    #[test]
    fn an_amount_names_its_currency_by_code_or_by_a_sign_of_its_own() {
        let named = |cell| currency(cell).unwrap().map(|currency| currency.code().to_owned());
        for (cell, code) in [
            ("1.234,50 €", Some("EUR")),
            ("GBP 5", Some("GBP")),
            ("-5 CHF", Some("CHF")),
            ("US$5", Some("USD")),
            ("$5", None),
            ("¥5", None),
            ("5", None),
            ("1E5", None),
        ] {
            assert_eq!(named(cell).as_deref(), code, "{cell}");
        }
        assert_eq!(currency("XYZ 5"), Err("XYZ".to_owned()));
    }

    #[test]
    fn the_sign_before_the_fraction_is_certain_unless_grouping_looks_the_same() {
        for (cell, mark) in [
            ("1.234,5", Some(',')),
            ("1,234.5", Some('.')),
            ("12,50 €", Some(',')),
            ("0.5", Some('.')),
            ("1.234", None),
            ("1,234", None),
            ("1.234.567", Some(',')),
            ("1,234,567", Some('.')),
            ("1234", None),
        ] {
            assert_eq!(certain_mark(cell), mark, "{cell}");
        }
    }
}
