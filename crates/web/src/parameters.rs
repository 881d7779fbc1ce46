//! What may stand behind the `?` of addresses that programs ask: anything else is refused, since a misspelt parameter would
//! otherwise be overlooked, and a filter that is overlooked shows everything.

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::Method,
    middleware::{Next, from_fn},
    response::Response,
};
use kernel::Message;

use crate::{Error, Fields};

/// A request by its method and its address as it is routed, and the parameters that it takes.
pub type Taken = (Method, &'static str, &'static [&'static str]);

/// These addresses, which take the parameters that are named, and no other of them takes any.
pub fn parameters<S: Clone + Send + Sync + 'static>(
    addresses: Router<S>,
    taken: &'static [Taken],
) -> Router<S> {
    addresses.layer(from_fn(move |address: MatchedPath, request: Request, next: Next| async move {
        check(taken, &address, &request)?;
        Ok::<Response, Error>(next.run(request).await)
    }))
}

fn check(taken: &[Taken], address: &MatchedPath, request: &Request) -> Result<(), Error> {
    let Some(query) = request.uri().query() else { return Ok(()) };
    // No address takes these: that is said rather than what is wrong with their parameters.
    if matches!(*request.method(), Method::TRACE | Method::OPTIONS | Method::CONNECT) {
        return Ok(());
    }
    // What can be read can be asked about, too (RFC 9110, 9.3.2).
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let own = taken.iter().find(|(known, path, _)| known == method && *path == address.as_str());
    let known = own.map_or(&[][..], |(_, _, names)| names);
    match Fields::parse(query).0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => {
            Err(Error::invalid(Message::new("error-unknown-parameter").with("name", name.as_str())))
        }
        None => Ok(()),
    }
}
