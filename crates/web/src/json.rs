//! What is sent as JSON: the one door that every such body comes through.
//!
//! A body has to say that it is JSON (else 415, RFC 9110 §15.5.16), be it, and name each key of an object once.

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use kernel::{
    Message,
    json::{self, Unread},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, Kind, path::unread};

/// A body of JSON as a type; what is wrong with it is said with its place.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Json<T>, Error> {
        let body = JsonBody::from_request(request, state).await?;
        body.read()?;
        serde_json::from_slice(&body.bytes).map(Json).map_err(|error| broken(&error))
    }
}

/// A body that is read as JSON once it is known that whoever sends it may do what they want, and kept as it was sent.
#[derive(Clone, Debug)]
pub struct JsonBody {
    bytes: Bytes,
    /// What it says it is.
    media_type: Option<String>,
}

impl JsonBody {
    /// The body as it was sent.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it says.
    ///
    /// # Errors
    /// When it does not say that it is JSON, is none, or has a key twice.
    pub fn read(&self) -> Result<Value, Error> {
        let message = match self.media_type.as_deref() {
            Some(given) if is_json(given) => return parse(&self.bytes),
            Some(given) => Message::new("error-media-type").with("given", given),
            None => Message::new("error-media-type-none"),
        };
        Err(Error { message: Some(message), ..Error::new(Kind::Unsupported) })
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<JsonBody, Error> {
        let media_type = media_type(request.headers());
        let bytes = Bytes::from_request(request, state).await.map_err(|why| unread(&why))?;
        Ok(JsonBody { bytes, media_type })
    }
}

/// What a body says it is, without parameters such as the character set: JSON is UTF-8 always.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(said.split(';').next().unwrap_or("").trim().to_ascii_lowercase())
}

/// `application/json`, or a type that builds on it (RFC 6839 §3.1).
fn is_json(media_type: &str) -> bool {
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn parse(text: &[u8]) -> Result<Value, Error> {
    json::parse(text).map_err(|unread| match unread {
        Unread::Twice(place) => Error::invalid(Message::new("error-json-twice").with("place", place)),
        Unread::Broken(error) => broken(&error),
    })
}

fn broken(error: &serde_json::Error) -> Error {
    Error::invalid(Message::new("error-json").with("reason", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn what_says_it_is_json_is_json_and_nothing_else_is() {
        for (given, expected) in [
            ("application/json", true),
            ("application/merge-patch+json", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("text/html+json", false),
            ("", false),
        ] {
            assert_eq!(is_json(given), expected, "{given}");
        }
    }
}
