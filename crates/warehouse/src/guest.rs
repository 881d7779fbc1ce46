//! Somebody who has signed in through one of the doors for other people's tools, and what they see.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use app::{App, Credentials, Session, Workspace};
use datafusion::prelude::SessionContext;

use crate::{Asking, Error, Warehouse, catalog::Catalog, doors, postgres::Connected};

/// Somebody who has signed in.
pub struct Guest {
    app: Arc<App>,
    workspace: Arc<Workspace>,
    warehouse: Arc<Warehouse>,
    session: Arc<Session>,
    /// The token, when it was one: it may be withdrawn.
    token: Option<String>,
    /// Where their statements are planned.
    pub context: SessionContext,
    pub tables: Arc<Catalog>,
}

/// What somebody shows to be let in.
#[derive(Clone, Copy)]
pub struct Shown<'s> {
    /// The name of the workspace: its host.
    pub host: &'s str,
    /// The e-mail address; a token may come without.
    pub email: Option<&'s str>,
    /// A password or an API token.
    pub secret: &'s str,
    /// Where from.
    pub from: IpAddr,
}

impl Guest {
    /// Lets in whoever the secret shows to be that user; nobody when it does not. Blocking.
    ///
    /// # Errors
    /// When the database or the warehouse cannot be used.
    pub fn sign_in(app: &Arc<App>, shown: Shown<'_>) -> Result<Option<Guest>, Error> {
        let (Some(workspace), Some(authenticator)) = (app.workspace(shown.host), app.authenticator()) else {
            return Ok(None);
        };
        let is_named = |session: &Arc<Session>| {
            shown.email.is_none_or(|email| session.email.eq_ignore_ascii_case(email))
        };
        let by_token = authenticator.authenticate(&workspace, Credentials::Bearer(shown.secret))?;
        let (session, token) = match (by_token.filter(is_named), shown.email) {
            (Some(session), _) => (session, Some(shown.secret.to_owned())),
            (None, None) => return Ok(None),
            (None, Some(email)) => {
                let address = shown.from.to_string();
                let credentials =
                    Credentials::Password { email, password: shown.secret, address: Some(&address) };
                match authenticator.authenticate(&workspace, credentials)? {
                    Some(session) => (session, None),
                    None => return Ok(None),
                }
            }
        };
        let warehouse = doors::of(&workspace)?;
        let (context, tables) = warehouse.session(&Asking::session(&session));
        Ok(Some(Guest { app: Arc::clone(app), workspace, warehouse, session, token, context, tables }))
    }

    /// What is told of a connection of theirs.
    pub fn connected(&self, application: &str, from: SocketAddr) -> Connected {
        let who = (self.session.user, self.session.email.as_str());
        Connected::new(Arc::clone(&self.workspace), who, application, from)
    }

    /// How long a query of theirs may take.
    pub fn patience(&self) -> Duration {
        self.warehouse.options.patience
    }

    /// Asks again who they are and what they may see, and what there is to see: before each statement. Blocking.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever may not sign in any more.
    pub fn renew(&self) -> Result<(), Error> {
        let authenticator = self.app.authenticator().ok_or(Error::Denied)?;
        let asking = match &self.token {
            Some(token) => {
                let session = authenticator.authenticate(&self.workspace, Credentials::Bearer(token))?;
                Asking::session(&session.ok_or(Error::Denied)?)
            }
            None => {
                let who = authenticator.principal(&self.workspace, self.session.user)?;
                Asking { who: who.ok_or(Error::Denied)?, ..Asking::session(&self.session) }
            }
        };
        self.warehouse.freshen()?;
        self.tables.look_again(asking);
        Ok(())
    }
}
