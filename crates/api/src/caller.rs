//! Who calls, and what their token allows.

use std::sync::Arc;

use app::App;
use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use kernel::{Channel, Message};
use metadata::Object;
use records::{Principal, Reader, Writer};
use serde_json::json;
use web::{Ctx, Error, Kind};

/// Somebody who calls the API: the rights of a person, within the scopes of the token.
pub struct Caller {
    pub ctx: Ctx,
    principal: Arc<Principal>,
}

/// What a request does to records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Read,
    Write,
}

impl Caller {
    /// The object behind an address, if the token allows this with it.
    ///
    /// # Errors
    /// Not found, or the scope that is missing.
    pub fn object(&self, plural: &str, verb: Verb) -> Result<Arc<Object>, Error> {
        let object = self.ctx.object(plural)?;
        self.allow(&object.name, verb)?;
        Ok(object)
    }

    /// # Errors
    /// When the token does not allow this with records of the object.
    pub fn allow(&self, object: &str, verb: Verb) -> Result<(), Error> {
        if self.ctx.session.allows(object, verb == Verb::Write) {
            return Ok(());
        }
        let verb = if verb == Verb::Write { "write" } else { "read" };
        let message = Message::new("api-scope").with("verb", verb).with("object", object);
        Err(Error { message: Some(message), ..Error::new(Kind::Denied) })
    }

    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Reads on a thread that may block.
    ///
    /// # Errors
    /// As `work`.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Reader<'_, '_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let principal = Arc::clone(&self.principal);
        self.ctx.blocking(move |ctx| ctx.workspace.engine.read(&principal, work)).await
    }

    /// Saves on a thread that may block. `work` may run more than once.
    ///
    /// # Errors
    /// As `work`.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Writer<'_, '_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.ctx.write_as(Arc::clone(&self.principal), work).await
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Caller, Error> {
        let ctx = <Ctx as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let principal = Arc::new(ctx.principal().through(Channel::Api));
        Ok(Caller { ctx, principal })
    }
}

/// `GET /api/v1/me`: who the token stands for.
pub async fn me(caller: Caller) -> Response {
    let session = &caller.ctx.session;
    axum::Json(json!({
        "id": session.user.to_string(),
        "name": session.name,
        "email": session.email,
        "locale": session.locale,
        "administrator": session.principal.access.administrator,
        "scopes": session.scopes,
    }))
    .into_response()
}
