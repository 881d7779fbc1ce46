//! Numbers as files write them: with or without grouping, currency signs, percent signs, brackets for less than zero.

use kernel::Decimal;

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
