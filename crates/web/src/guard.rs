//! What holds for every request and every answer: where a request may come from, and what an answer may do.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Error, session_cookie};

/// Nothing from elsewhere, nothing inline, no frames.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Sets the headers that bind the browser.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", POLICY);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=(self)");
    set("cache-control", "no-store");
    response
}

/// Refuses what another site's page makes a browser send: a request that changes something must come from a page
/// of ours. Programs that show a token, and no cookie, have no browser that could be tricked.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`; those that do not, in `Origin`
/// (<https://www.w3.org/TR/fetch-metadata/>).
pub async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let by_token = headers.contains_key(header::AUTHORIZATION) && session_cookie(headers, false).is_none();
    if safe || by_token || is_own(headers) {
        next.run(request).await
    } else {
        Error::denied().into_response()
    }
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text("host")
        }
        // No browser in use leaves out both; a program without either carries nobody's cookie by accident.
        (None, None) => true,
    }
}
