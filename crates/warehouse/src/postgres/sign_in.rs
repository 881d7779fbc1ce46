//! Signing in: the password that the protocol asks for goes to the program's own authenticator.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use app::App;
use async_trait::async_trait;
use datafusion::prelude::SessionContext;
use datafusion_postgres::pgwire::{
    api::{
        ClientInfo,
        auth::{
            AuthSource, DefaultServerParameterProvider, LoginInfo, Password, StartupHandler,
            cleartext::CleartextPasswordAuthStartupHandler,
        },
    },
    error::{PgWireError, PgWireResult},
    messages::{PgWireBackendMessage, PgWireFrontendMessage, startup::PasswordMessageFamily},
};
use futures_util::Sink;
use parking_lot::Mutex;

use super::{Connection, catalogue, reading::failed, stopping::Stop};
use crate::{
    Error,
    guest::{Guest, Shown},
};

/// Signs in, then lets the protocol go its way.
pub struct SignIn {
    app: Arc<App>,
    from: SocketAddr,
    guest: Arc<OnceLock<Guest>>,
    context: Arc<SessionContext>,
    stop: Arc<Stop>,
    /// The password that has been found right, for the protocol to compare with itself.
    given: Arc<Mutex<Vec<u8>>>,
    inner: CleartextPasswordAuthStartupHandler<Verified, DefaultServerParameterProvider>,
}

/// The password that was given, once it has been verified.
#[derive(Debug)]
struct Verified(Arc<Mutex<Vec<u8>>>);

#[async_trait]
impl AuthSource for Verified {
    async fn get_password(&self, _: &LoginInfo) -> PgWireResult<Password> {
        Ok(Password::new(None, self.0.lock().clone()))
    }
}

#[async_trait]
impl StartupHandler for SignIn {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let message = match message {
            PgWireFrontendMessage::PasswordMessageFamily(password) => {
                let password = password.into_password()?;
                let login = LoginInfo::from_client_info(client);
                let (user, database) = (
                    login.user().unwrap_or_default().to_owned(),
                    login.database().unwrap_or_default().to_owned(),
                );
                let secret = password.password.clone();
                let signed_in = tokio::task::block_in_place(|| self.sign_in(&user, &database, &secret));
                signed_in
                    .map_err(|error| failed(&error))?
                    .ok_or_else(|| PgWireError::InvalidPassword(user))?;
                *self.given.lock() = secret.into_bytes();
                PgWireFrontendMessage::PasswordMessageFamily(PasswordMessageFamily::Password(password))
            }
            other => other,
        };
        self.inner.on_startup(client, message).await?;
        if let Some(guest) = self.guest.get() {
            let application = client.metadata().get("application_name").cloned().unwrap_or_default();
            self.stop.know(client, || guest.connected(&application, self.from));
        }
        Ok(())
    }
}

impl SignIn {
    /// For a connection, which gets its guest and the state of their session.
    pub fn new(connection: &Connection) -> SignIn {
        let given: Arc<Mutex<Vec<u8>>> = Arc::default();
        let mut parameters = DefaultServerParameterProvider::default();
        parameters.server_version = catalogue::NUMBER.to_owned();
        let inner = CleartextPasswordAuthStartupHandler::new(Verified(Arc::clone(&given)), parameters);
        SignIn {
            app: Arc::clone(&connection.app),
            from: connection.from,
            guest: Arc::clone(&connection.guest),
            context: Arc::clone(&connection.context),
            stop: Arc::clone(&connection.stop),
            given,
            inner: inner
                .with_connection_manager(Arc::clone(&connection.stops.manager))
                .with_pid_secret_key_generator(Arc::clone(&connection.stops.numbers) as _),
        }
    }

    /// Opens a session for whoever the secret shows to be the user; nothing when it does not.
    fn sign_in(&self, email: &str, database: &str, secret: &str) -> Result<Option<()>, Error> {
        let shown = Shown { host: database, email: Some(email), secret, from: self.from.ip() };
        let Some(guest) = Guest::sign_in(&self.app, shown)? else { return Ok(None) };
        tokio::runtime::Handle::current().block_on(catalogue::add(
            &guest.context,
            &guest.tables,
            &self.stop,
        ))?;
        let state = guest.context.state();
        if self.guest.set(guest).is_err() {
            return Ok(None);
        }
        *self.context.state_ref().write() = state;
        Ok(Some(()))
    }
}
