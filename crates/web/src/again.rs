//! What a person sent with a form, kept for sending it again: what could not be saved for the moment need not be typed
//! once more.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{Method, header},
};
use i18n::Reader;
use maud::{Markup, html};

use crate::Fields;

/// Larger forms are not kept.
const KEPT_BYTES: usize = 1 << 20;

/// A form as it was sent.
pub struct Sent {
    to: String,
    fields: Bytes,
}

impl Sent {
    /// Keeps the form of a request, if it is one; the request goes on as it came.
    pub async fn keep(request: Request) -> (Request, Option<Sent>) {
        if !is_kept(&request) {
            return (request, None);
        }
        let to = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let (parts, body) = request.into_parts();
        // A body that breaks off is as good as none: whoever sent it is gone.
        let fields = to_bytes(body, KEPT_BYTES).await.unwrap_or_default();
        (Request::from_parts(parts, Body::from(fields.clone())), Some(Sent { to, fields }))
    }

    /// A button that sends it again; none for what must not be shown again, such as a password.
    pub fn button(&self, look: &Reader) -> Option<Markup> {
        let fields = Fields::parse(&String::from_utf8_lossy(&self.fields));
        if fields.0.iter().any(|(name, _)| name.contains("password") || name.contains("code")) {
            return None;
        }
        Some(html! {
            form method="post" action=(self.to) class="empty-actions" {
                @for (name, value) in &fields.0 { input type="hidden" name=(name) value=(value); }
                button class="btn btn-primary" type="submit" { (look.text("error-again")) }
            }
        })
    }
}

fn is_kept(request: &Request) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_form = header(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let length: Option<usize> = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    request.method() == Method::POST && is_form && length.is_some_and(|length| length <= KEPT_BYTES)
}
