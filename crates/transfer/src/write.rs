//! Writing delimited text.

use std::{
    borrow::Cow,
    io::{self, Write},
};

/// Writes one line (RFC 4180); cells are quoted where they must be.
pub fn csv_line(to: &mut dyn Write, cells: impl IntoIterator<Item = impl AsRef<str>>) -> io::Result<()> {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            to.write_all(b",")?;
        }
        let cell = cell.as_ref();
        let bare = !cell.contains(['"', ',', ';', '\n', '\r', '\t']) && cell.trim().len() == cell.len();
        if bare {
            to.write_all(cell.as_bytes())?;
        } else {
            write!(to, "\"{}\"", cell.replace('"', "\"\""))?;
        }
    }
    to.write_all(b"\r\n")
}

/// A text that no spreadsheet takes for a formula (OWASP, CSV Injection): one that begins like a formula gets an
/// apostrophe in front, which spreadsheets do not show. [`meant`] takes it away again.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_like_a_formula(text.trim_start_matches('\'')) { format!("'{text}").into() } else { text.into() }
}

/// What a text was before [`harmless`].
pub fn meant(text: &str) -> &str {
    let bare = text.strip_prefix('\'').filter(|rest| is_like_a_formula(rest.trim_start_matches('\'')));
    bare.unwrap_or(text)
}

/// Also the wide forms of East Asia, which spreadsheets there take for the narrow ones. A sign before nothing but digits
/// begins a number.
fn is_like_a_formula(text: &str) -> bool {
    let mut rest = text.chars();
    match rest.next() {
        Some('+' | '-') => !rest.all(|char| char.is_ascii_digit() || matches!(char, '.' | ',' | ' ')),
        Some(first) => matches!(first, '=' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{harmless, meant};

    #[test]
    fn what_begins_like_a_formula_does_so_no_longer() {
        for text in [
            "=cmd|' /C calc'!A1",
            "@SUM(1+1)",
            "+1+cmd|' /C calc'!A1",
            "-2+3",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
        ] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "-5", "-1,234.50", "+49 30 1234567", "a=b", "'", "O'Neill", " =1"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn what_was_made_harmless_is_read_as_it_was() {
        for text in ["=1", "'=1", "''@x", "'quoted'", "-5", "-5+1", "plain", "'-5"] {
            assert_eq!(meant(&harmless(text)), text);
        }
    }
}
