//! Writing delimited text.

use std::io::{self, Write};

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
/// apostrophe in front, which spreadsheets do not show.
pub fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}
