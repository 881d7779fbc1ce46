//! Reading and writing cookies.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookie that holds the session where the way to the browser is not encrypted.
pub const SESSION_COOKIE: &str = "rapport_session";
/// The cookie that holds the session over https: the prefix has browsers keep it to this very host, and refuse one that
/// another host of the domain or an unencrypted page has set (RFC 6265bis §4.1.3.2).
pub const SECURE_SESSION_COOKIE: &str = "__Host-rapport_session";

/// The session that a request shows.
pub fn session_cookie(headers: &HeaderMap, https_only: bool) -> Option<&str> {
    let plain = || cookie(headers, SESSION_COOKIE).filter(|_| !https_only);
    cookie(headers, SECURE_SESSION_COOKIE).or_else(plain)
}

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
    set_cookie(name, "", 0, name.starts_with("__Host-"))
}
