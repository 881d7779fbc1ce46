//! Numbers as much of Europe writes them: `1.234,56`, `1 234,56` or `12,5`.

use super::Texts;

/// The column with its numbers as all others read them; what is none stays as it is.
pub(super) fn with_points(column: &Texts) -> Texts {
    let mut read = Texts::default();
    column.iter().for_each(|text| match with_point(text.trim()) {
        Some(number) => read.push(&number),
        None => read.push(text),
    });
    read
}

/// Whether a text is a number where commas stand before fractions.
pub(super) fn is_number(text: &str) -> bool {
    with_point(text).is_some()
}

/// The number with a decimal point and nothing between thousands; `None` when the text is no such number.
fn with_point(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = if text.starts_with('-') { "-" } else { "" };
    let (whole, part) = digits.split_once(',').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if part.is_some_and(|part| !all_digits(part)) {
        return None;
    }
    let mut groups = whole.split(['.', ' ', '\u{a0}', '\u{202f}']);
    let first = groups.next().filter(|first| all_digits(first))?;
    let mut number = format!("{sign}{first}");
    for group in groups {
        if first.len() > 3 || group.len() != 3 || !all_digits(group) {
            return None;
        }
        number.push_str(group);
    }
    if let Some(part) = part {
        number.push('.');
        number.push_str(part);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::with_point;

    #[test]
    fn numbers_with_commas_get_points_and_nothing_else_changes() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(with_point(text).as_deref(), expected, "{text}");
        };
        check("12,5", Some("12.5"));
        check("-1.234,56", Some("-1234.56"));
        check("1.234.567", Some("1234567"));
        check("1\u{202f}234,5", Some("1234.5"));
        check("+7", Some("7"));
        check("12345,6", Some("12345.6"));
        check("31.5.2024", None);
        check("1234.567,8", None);
        check("1.23", None);
        check("1,2,3", None);
        check("1e5", None);
        check("1,", None);
        check("", None);
        check("A 1,5", None);
    }
}
