//! What stands in the address, and what stands in a JSON body: refused as everything else is.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{StatusCode, request::Parts},
};
use bytes::Bytes;
use kernel::Message;
use serde::de::DeserializeOwned;

use crate::{Error, Kind};

/// The variable parts of an address. One that cannot be read, such as an id that is none, leads nowhere.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Path<T>, Error> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(content)| Path(content)).map_err(|_| Error::not_found())
    }
}

/// A body of JSON; what is wrong with it is said with its place.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Json<T>, Error> {
        let body = Bytes::from_request(request, state).await.map_err(|why| unread(&why))?;
        serde_json::from_slice(&body)
            .map(Json)
            .map_err(|error| Error::invalid(Message::new("error-json").with("reason", error.to_string())))
    }
}

/// Why a body did not come to its end.
pub(crate) fn unread(why: &BytesRejection) -> Error {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::new(Kind::TooLarge)
    } else {
        Error::invalid(Message::new("error-broken-off"))
    }
}
