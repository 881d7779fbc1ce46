//! What stands in the address: refused as everything else is.

use axum::{
    extract::{FromRequestParts, rejection::BytesRejection},
    http::{StatusCode, request::Parts},
};
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

/// Why a body did not come to its end.
pub(crate) fn unread(why: &BytesRejection) -> Error {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::new(Kind::TooLarge)
    } else {
        Error::invalid(Message::new("error-broken-off"))
    }
}
