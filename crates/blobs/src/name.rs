//! Names of files, which come from anywhere and go anywhere.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;

/// Bytes of a name: fewer than the 255 that file systems allow, to leave room for " (2)".
const NAME_BYTES: usize = 200;
/// Bytes of an ending that is kept when a name is cut.
const ENDING_BYTES: usize = 16;

/// A name that is safe on every system and hides nothing: no folders, no control characters, none that turn the
/// direction of writing (which make `exe.fdp` of a name that ends in `pdf.exe`), none that shells or Windows
/// interpret, no dots or blanks at its ends, not too long.
pub fn sanitise(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = name.nfc().filter(|character| !is_invisible(*character)).map(tamed).collect();
    let trimmed = cleaned.trim_matches(|character: char| character == '.' || character.is_whitespace());
    let name = shortened(trimmed);
    match name {
        name if name.is_empty() => "file".to_owned(),
        name if is_device(&name) => format!("_{name}"),
        name => name,
    }
}

/// The header `Content-Disposition` (RFC 6266 §4, RFC 8187 §3.2).
pub(crate) fn disposition(inline: bool, name: &str) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|character| match character {
            '"' | '\\' | '%' => '_',
            ' '..='~' => character,
            _ => '_',
        })
        .collect();
    let mut header = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        header.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                    header.push(byte.into())
                }
                _ => {
                    let _ = write!(header, "%{byte:02X}");
                }
            }
        }
    }
    header
}

/// Control and formatting characters that are not seen: Unicode's Cc, Bidi_Control, zero widths, tags. The joiners
/// U+200C and U+200D stay: Persian, Hindi and others are written with them.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn tamed(character: char) -> char {
    match character {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        other if other.is_whitespace() => ' ',
        other => other,
    }
}

/// Cuts the middle out of a long name, so that its ending stays.
fn shortened(name: &str) -> String {
    if name.len() <= NAME_BYTES {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.len() <= ENDING_BYTES { ending } else { "" };
    let mut cut = NAME_BYTES - ending.len();
    while !name.is_char_boundary(cut) {
        cut -= 1;
    }
    name[..cut].trim_end().to_owned() + ending
}

/// Names that Windows takes for devices, whatever their ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered =
        |port: &str| stem.strip_prefix(port).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}
