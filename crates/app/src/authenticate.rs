//! Who somebody is: the one door between HTTP and the feature that knows people.

use std::sync::Arc;

use kernel::{Id, Timestamp};
use records::{Error, Principal};
use ui::shell::Appearance;

use crate::Workspace;

/// What a request shows to say who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials<'a> {
    /// The content of the session cookie.
    Cookie(&'a str),
    /// The content of `Authorization: Bearer`.
    Bearer(&'a str),
    /// What somebody typed into a program that has no cookies; it counts as signing in.
    Password { email: &'a str, password: &'a str, address: Option<&'a str> },
}

/// Tells who somebody is. Blocking, where nothing else is said: called on a database thread.
pub trait Authenticator: Send + Sync {
    /// The session behind the credentials; `None` when they are unknown, expired or withdrawn.
    ///
    /// # Errors
    /// Only when something is broken.
    fn authenticate(
        &self,
        workspace: &Workspace,
        credentials: Credentials<'_>,
    ) -> Result<Option<Arc<Session>>, Error>;

    /// What [`Authenticator::authenticate`] answers, where that is known without waiting for anything: may be called on
    /// any thread. `None` where it has to be looked up.
    fn recall(&self, workspace: &Workspace, credentials: Credentials<'_>) -> Option<Arc<Session>> {
        let _ = (workspace, credentials);
        None
    }

    /// The rights of a user who is not here themselves, as they are now: for work that goes on without them. `None`
    /// for one who may not sign in.
    ///
    /// # Errors
    /// Only when something is broken.
    fn principal(&self, workspace: &Workspace, user: Id) -> Result<Option<Principal>, Error> {
        let _ = (workspace, user);
        Ok(None)
    }

    /// Whether the workspace still waits for its first administrator.
    ///
    /// # Errors
    /// Only when something is broken.
    fn needs_setup(&self, workspace: &Workspace) -> Result<bool, Error>;
}

/// Somebody signed in, or a program acting for them.
#[derive(Clone, Debug)]
pub struct Session {
    pub principal: Arc<Principal>,
    pub user: Id,
    pub name: String,
    pub email: String,
    pub locale: String,
    /// How they want it to look, on a browser that has not been told.
    pub appearance: Appearance,
    /// Names the session or token in logs; no secret.
    pub session: Id,
    pub expires_at: Option<Timestamp>,
    /// What a token is limited to: `read`, `write`, `deal:read`, …; everything for a person.
    pub scopes: Option<Vec<String>>,
}

impl Session {
    /// Whether the scopes allow to read, or to write, records of an object.
    pub fn allows(&self, object: &str, write: bool) -> bool {
        let Some(scopes) = &self.scopes else { return true };
        let verb = if write { "write" } else { "read" };
        scopes.iter().any(|scope| {
            let (of, may) = scope.split_once(':').unwrap_or(("*", scope));
            (of == "*" || of == object) && (may == verb || may == "write")
        })
    }
}
