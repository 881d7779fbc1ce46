//! Where bytes from outside come in, a function for each: none may panic, whatever they are.
//!
//! The fuzzer calls these from `targets/`; `crates/server/tests/it/corpora.rs` calls them with everything in `corpus/`.

use axum::http::{HeaderMap, HeaderValue, header};

/// A door, by the name of its target and of its folder in `corpus/`.
pub type Door = (&'static str, fn(&[u8]));

pub const DOORS: [Door; 4] =
    [("expression", expression), ("form", form), ("cursor", cursor), ("cookie", cookie)];

/// An expression that can be read is printed as one that is read as the same.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(tree) = expr::parse(text) {
        let printed = expr::print(&tree);
        let again = expr::parse(&printed)
            .unwrap_or_else(|_| panic!("{text:?} is printed as {printed:?}, which cannot be read"));
        assert_eq!(expr::print(&again), printed);
    }
}

/// What a form sends, sent again, is the same.
pub fn form(bytes: &[u8]) {
    let fields = web::Fields::parse(&String::from_utf8_lossy(bytes));
    assert_eq!(web::Fields::parse(&fields.encode()), fields);
}

/// A place in a list that can be read is written as it was.
pub fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(cursor) = records::Cursor::parse(text) {
        assert!(records::Cursor::parse(&cursor.to_text()).is_some());
    }
}

pub fn cookie(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
    let _ = web::cookie(&headers, web::SESSION_COOKIE);
}
