//! Where a request comes from, and whether the way to the browser is encrypted.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use app::App;
use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use web::{SECURE_SESSION_COOKIE, SESSION_COOKIE, expired_cookie, set_cookie};

use crate::{
    event::Origin,
    session::{LONGEST, Opened},
};

/// The sender of a request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub origin: Origin,
    /// The browser sees `https`: cookies never go another way.
    pub secure: bool,
    /// The request comes from a script of the page.
    pub partial: bool,
    /// The name by which the browser reaches this server, with its port; empty when it does not say.
    host: String,
}

impl Caller {
    /// The whole address of a page of ours, as the sender reaches it.
    pub fn address_of(&self, path: &str) -> String {
        if self.host.is_empty() {
            return path.to_owned();
        }
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.host)
    }

    /// Sends the browser on, with a new session.
    pub fn let_in(&self, opened: &Opened, to: &str) -> Response {
        let name = if self.secure { SECURE_SESSION_COOKIE } else { SESSION_COOKIE };
        self.go_with(to, [set_cookie(name, &opened.token, LONGEST.as_secs(), self.secure)])
    }

    /// Sends the browser on, without a session.
    pub fn let_out(&self, to: &str) -> Response {
        self.go_with(to, [SECURE_SESSION_COOKIE, SESSION_COOKIE].map(expired_cookie))
    }

    /// Sends the browser to another page.
    pub fn go(&self, to: &str) -> Response {
        if !self.partial {
            return Redirect::to(to).into_response();
        }
        let mut response = ().into_response();
        if let Ok(to) = HeaderValue::from_str(to) {
            response.headers_mut().insert("hx-redirect", to);
        }
        response
    }

    fn go_with(&self, to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
        let mut response = self.go(to);
        for cookie in cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// The address to go to after signing in: a path of ours, whatever was sent.
pub fn own_path(asked: Option<&str>) -> &str {
    let is_own = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    asked.filter(is_own).unwrap_or("/")
}

impl<S> FromRequestParts<S> for Caller
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Caller, Infallible> {
        let workspace = Arc::<App>::from_ref(state).workspace(text(&parts.headers, "host").unwrap_or(""));
        let configured = workspace.is_some_and(|workspace| workspace.config.https);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        // A proxy on the same machine tells whom it speaks for; anybody else could say anything.
        let proxied = peer.is_some_and(|peer| peer.is_loopback());
        let headers = &parts.headers;
        let forwarded = text(headers, "x-forwarded-for").filter(|_| proxied);
        let forwarded = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
        let address = forwarded.map(str::to_owned).or_else(|| peer.map(|peer| peer.to_string()));
        let encrypted = proxied && text(headers, "x-forwarded-proto") == Some("https");
        let from_https = text(headers, "origin").is_some_and(|origin| origin.starts_with("https://"));
        Ok(Caller {
            origin: Origin::new(address.as_deref(), text(headers, "user-agent")),
            secure: configured || encrypted || from_https,
            partial: headers.contains_key("hx-request"),
            host: text(headers, "host").unwrap_or("").to_owned(),
        })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::{Caller, own_path};

    #[test]
    fn a_link_is_whole_where_the_browser_said_whom_it_asked() {
        let caller =
            Caller { secure: true, host: "crm.company.example:8443".to_owned(), ..Caller::default() };
        assert_eq!(caller.address_of("/reset/x"), "https://crm.company.example:8443/reset/x");
        assert_eq!(Caller::default().address_of("/reset/x"), "/reset/x");
    }

    #[test]
    fn after_signing_in_nobody_is_sent_elsewhere() {
        assert_eq!(own_path(Some("/deals?filter=x%20y")), "/deals?filter=x%20y");
        for foreign in
            [None, Some("https://evil.example"), Some("//evil.example"), Some("/\\evil"), Some("/a\nb")]
        {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }
}
