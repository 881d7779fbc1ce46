//! Where a page of a list ended: the sort keys of its last record, as an opaque text.

use kernel::Value;
use serde::{Deserialize, Serialize};

/// The place after a record in an order. Opaque to clients; of use only with the order it was made for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "k")]
    pub(crate) keys: Vec<Value>,
    #[serde(rename = "r")]
    pub(crate) rid: i64,
}

impl Cursor {
    /// After the only record with these keys, the last of which no two have.
    pub(super) fn at(keys: impl Into<Vec<Value>>) -> Cursor {
        Cursor { keys: keys.into(), rid: 0 }
    }

    /// The cursor as it goes into an address: hexadecimal, so that nothing has to be escaped.
    pub fn to_text(&self) -> String {
        use std::fmt::Write;
        let json = serde_json::to_vec(self).unwrap_or_default();
        json.iter().fold(String::with_capacity(json.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Reads what [`Cursor::to_text`] wrote; `None` for anything else.
    pub fn parse(text: &str) -> Option<Cursor> {
        if text.len() > 20_000 || !text.len().is_multiple_of(2) || !text.is_ascii() {
            return None;
        }
        let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
        let json: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
        serde_json::from_slice(&json?).ok()
    }
}
