//! Who asks, and in which workspace: what a handler is given.

use std::{convert::Infallible, sync::Arc};

use app::{App, Credentials, Session, Workspace};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use i18n::Reader;
use kernel::Message;
use records::{Principal, Writer};
use tokio::sync::oneshot;
use ui::shell::Appearance;

use crate::{Error, Kind, cookie, error::is_of_api, line, session_cookie};

/// A request of somebody signed in.
#[derive(Clone)]
pub struct Ctx {
    pub app: Arc<App>,
    pub workspace: Arc<Workspace>,
    pub session: Arc<Session>,
    /// The person's language, locale and zone.
    pub look: Reader,
    pub appearance: Appearance,
    /// The request comes from a script of the page and wants a piece of it.
    pub partial: bool,
    /// The answer is shown over the page.
    pub overlay: bool,
    /// Path and query, for coming back.
    pub here: String,
}

/// A request of nobody in particular.
#[derive(Clone)]
pub struct Visitor {
    pub app: Arc<App>,
    pub workspace: Arc<Workspace>,
    pub look: Reader,
    pub appearance: Appearance,
    pub headers: HeaderMap,
    pub here: String,
}

impl Ctx {
    pub fn principal(&self) -> &Principal {
        &self.session.principal
    }

    /// Reads records on a thread that may block.
    ///
    /// # Errors
    /// As `work`.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut records::Reader<'_, '_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<records::Error> + Send + 'static,
    {
        let (workspace, session) = (Arc::clone(&self.workspace), Arc::clone(&self.session));
        blocking(move || workspace.engine.read(&session.principal, work)).await
    }

    /// Saves records on a thread that may block. `work` may run more than once.
    ///
    /// # Errors
    /// As `work`.
    pub async fn write<T, E>(
        &self,
        work: impl FnMut(&mut Writer<'_, '_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<records::Error> + Send + 'static,
    {
        self.write_as(Arc::clone(&self.session.principal), work).await
    }

    /// As [`Ctx::write`], by somebody with other rights: the person's through a program.
    ///
    /// # Errors
    /// As `work`.
    pub async fn write_as<T, E>(
        &self,
        principal: Arc<Principal>,
        work: impl FnMut(&mut Writer<'_, '_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<records::Error> + Send + 'static,
    {
        let turn = line::turn(&self.workspace).await?;
        if !self.workspace.db().shares_commits() {
            let workspace = Arc::clone(&self.workspace);
            return blocking(move || {
                let answer = workspace.engine.write(&principal, work);
                drop(turn);
                answer
            })
            .await;
        }
        let (told, hears) = oneshot::channel();
        let errand = self.workspace.engine.errand(principal, work, move |answer| {
            drop(turn);
            // Whoever asked may have gone.
            let _ = told.send(answer);
        });
        line::hand_over(&self.workspace, errand);
        match hears.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => panic!("the program is stopping"),
        }
    }

    /// Runs what blocks, such as reading files, away from the threads that serve others.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Ctx) -> T + Send + 'static) -> T {
        let ctx = self.clone();
        blocking(move || work(&ctx)).await
    }
}

impl Visitor {
    /// Runs what blocks away from the threads that serve others.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Visitor) -> T + Send + 'static) -> T {
        let visitor = self.clone();
        blocking(move || work(&visitor)).await
    }

    /// Who it is at this moment: nobody without a session or token, or once it has ended. Blocks.
    ///
    /// # Errors
    /// Only when something is broken.
    pub(crate) fn session(&self) -> Result<Option<Arc<Session>>, records::Error> {
        let session = session_cookie(&self.headers, self.workspace.config.https);
        match (self.app.authenticator(), credentials(bearer(&self.headers), session)) {
            (Some(authenticator), Some(credentials)) => {
                authenticator.authenticate(&self.workspace, credentials)
            }
            _ => Ok(None),
        }
    }
}

/// Runs `work` on a thread that may block; its panic goes on here.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => panic!("the program is stopping"),
        },
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Visitor, Error> {
        let app = Arc::<App>::from_ref(state);
        let mut hosts = parts.headers.get_all(header::HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or("");
        // Of two, a server in front might have looked at the other.
        if hosts.next().is_some() {
            return Err(Error::not_found());
        }
        let workspace = app.workspace(host).ok_or_else(Error::not_found)?;
        let locale = preferred_locale(&parts.headers).unwrap_or(&workspace.config.locale).to_owned();
        let now = workspace.engine.clock().now();
        let look = workspace.texts.reader(&locale, workspace.config.zone.clone(), now);
        let appearance = appearance(&parts.headers);
        let here = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        Ok(Visitor { app, workspace, look, appearance, headers: parts.headers.clone(), here })
    }
}

impl<S> FromRequestParts<S> for Ctx
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Ctx, Error> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        let session = authenticate(&visitor).await?;
        let Visitor { app, workspace, appearance, headers, here, .. } = visitor;
        let now = workspace.engine.clock().now();
        let look = workspace.texts.reader(&session.locale, session.principal.zone.clone(), now);
        let appearance = cookie(&headers, Appearance::COOKIE).map_or(session.appearance, |_| appearance);
        let (partial, overlay) = (headers.contains_key("hx-request"), headers.contains_key("x-overlay"));
        Ok(Ctx { app, workspace, session, look, appearance, partial, overlay, here })
    }
}

/// Who sends the request: by cookie, or by `Authorization: Bearer`.
async fn authenticate(visitor: &Visitor) -> Result<Arc<Session>, Error> {
    let authenticator = visitor.app.authenticator().ok_or_else(Error::signed_out)?;
    let bearer = bearer(&visitor.headers);
    let session = session_cookie(&visitor.headers, visitor.workspace.config.https);
    let because = |id| Error { message: Some(Message::new(id)), ..Error::new(Kind::SignedOut) };
    let refused = match bearer {
        Some(_) => because("error-token"),
        None if session.is_none() && is_of_api(&visitor.here) => because("error-no-token"),
        None => Error::signed_out(),
    };
    let Some(credentials) = credentials(bearer, session) else { return Err(refused) };
    if let Some(session) = authenticator.recall(&visitor.workspace, credentials) {
        return Ok(session);
    }
    visitor.blocking(Visitor::session).await?.ok_or(refused)
}

/// The token that a request shows.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok().and_then(token)
}

/// What stands behind the scheme, whose case says nothing (RFC 9110 §11.1).
fn token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

fn credentials<'a>(bearer: Option<&'a str>, session: Option<&'a str>) -> Option<Credentials<'a>> {
    bearer.map(Credentials::Bearer).or_else(|| session.map(Credentials::Cookie))
}

fn appearance(headers: &HeaderMap) -> Appearance {
    cookie(headers, Appearance::COOKIE).map(Appearance::parse).unwrap_or_default()
}

/// The first language of `Accept-Language`.
fn preferred_locale(headers: &HeaderMap) -> Option<&str> {
    let languages = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let first = languages.split(',').next()?.split(';').next()?.trim();
    (!first.is_empty() && first != "*" && first.len() < 36).then_some(first)
}

/// Never fails: for pages that are the same for everybody.
impl<S> axum::extract::OptionalFromRequestParts<S> for Ctx
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Ctx>, Infallible> {
        Ok(<Ctx as FromRequestParts<S>>::from_request_parts(parts, state).await.ok())
    }
}
