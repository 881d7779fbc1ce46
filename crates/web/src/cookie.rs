//! Reading and writing cookies.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookie that holds the session.
pub const SESSION_COOKIE: &str = "rapport_session";

/// The value of a cookie of the request.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie that scripts cannot read and other sites cannot send along, for `seconds`.
///
/// # Panics
/// When name or value hold what no header may: a fault of the program.
pub fn set_cookie(name: &str, value: &str, seconds: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).expect("cookies are made of plain characters")
}

pub fn expired_cookie(name: &str) -> HeaderValue {
    set_cookie(name, "", 0, false)
}
