//! PostgreSQL's wire protocol: psql, drivers and other people's tools ask the warehouse as they ask any server.
//!
//! Each connection signs in as a user, by e-mail address, with their password or an API token in its place. It has a
//! session of its own with the tables that they see; what they may see is asked anew with every statement. The name of
//! the database is the host of a workspace, where a process serves several.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use app::{App, Credentials, Session, Workspace};
use async_trait::async_trait;
use datafusion::{
    common::ParamValues,
    execution::context::SQLOptions,
    logical_expr::LogicalPlan,
    prelude::SessionContext,
    sql::{
        parser::Statement as Parsed,
        sqlparser::ast::{Set, Statement},
    },
};
use datafusion_postgres::{
    DfSessionService, QueryHook,
    datafusion_pg_catalog::{pg_catalog::context::EmptyContextProvider, setup_pg_catalog},
    hooks::{HookClient, set_show::SetShowHook, transactions::TransactionStatementHook},
    pgwire::{
        api::{
            ClientInfo, ConnectionManager, PgWireServerHandlers,
            auth::{
                AuthSource, DefaultServerParameterProvider, LoginInfo, Password, StartupHandler,
                cleartext::CleartextPasswordAuthStartupHandler,
            },
            cancel::{CancelHandler, DefaultCancelHandler},
            query::{ExtendedQueryHandler, SimpleQueryHandler},
            results::Response,
        },
        error::{ErrorInfo, PgWireError, PgWireResult},
        messages::{PgWireBackendMessage, PgWireFrontendMessage, startup::PasswordMessageFamily},
        tokio::process_socket,
    },
};
use futures_util::Sink;
use parking_lot::Mutex;
use records::Principal;
use tokio::{net::TcpListener, runtime::Runtime};

use crate::{Asking, Error, Warehouse, catalog::Catalog, doors, guard, query::CATALOG};

/// Connections at once.
const CONNECTIONS: usize = 100;

/// The open door; closed when dropped.
pub struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Listens, on threads of its own.
    ///
    /// # Errors
    /// [`Error::Files`] when the address cannot be had.
    pub fn start(app: &Arc<App>, address: SocketAddr) -> Result<Server, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8))
            .thread_name("warehouse-postgres")
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            tracing::warn!(%address, "passwords cross the network as they are: put a tunnel or proxy with TLS before it");
        }
        runtime.spawn(listen(listener, Arc::clone(app)));
        Ok(Server { address, runtime: Some(runtime) })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn listen(listener: TcpListener, app: Arc<App>) {
    let connections = Arc::new(ConnectionManager::new());
    let places = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS));
    loop {
        let (socket, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tracing::warn!(%from, "too many connections to the warehouse");
            continue;
        };
        let connection = Arc::new(Connection::new(&app, &connections, from));
        tokio::spawn(async move {
            if let Err(error) = process_socket(socket, None, connection).await {
                tracing::debug!(%error, %from, "a connection to the warehouse ended");
            }
            drop(place);
        });
    }
}

/// One connection: who it is, once they have signed in, and what answers them.
struct Connection {
    app: Arc<App>,
    manager: Arc<ConnectionManager>,
    from: SocketAddr,
    guest: Arc<OnceLock<Guest>>,
    /// Empty until somebody has signed in; then it gets their session's state.
    context: Arc<SessionContext>,
    service: Arc<DfSessionService>,
}

/// Somebody who has signed in.
struct Guest {
    app: Arc<App>,
    workspace: Arc<Workspace>,
    warehouse: Arc<Warehouse>,
    session: Arc<Session>,
    /// The token, when it was one: it may be withdrawn.
    token: Option<String>,
    tables: Arc<Catalog>,
}

impl Connection {
    fn new(app: &Arc<App>, manager: &Arc<ConnectionManager>, from: SocketAddr) -> Connection {
        let guest: Arc<OnceLock<Guest>> = Arc::default();
        let context = Arc::new(SessionContext::new());
        let hooks: Vec<Arc<dyn QueryHook>> = vec![
            Arc::new(Reading(Arc::clone(&guest))),
            Arc::new(SetShowHook),
            Arc::new(TransactionStatementHook),
        ];
        let service = Arc::new(DfSessionService::new_with_hooks(Arc::clone(&context), hooks));
        Connection { app: Arc::clone(app), manager: Arc::clone(manager), from, guest, context, service }
    }
}

impl PgWireServerHandlers for Connection {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.service)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.service)
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        let given: Arc<Mutex<Vec<u8>>> = Arc::default();
        let inner = CleartextPasswordAuthStartupHandler::new(
            Verified(Arc::clone(&given)),
            DefaultServerParameterProvider::default(),
        );
        Arc::new(SignIn {
            app: Arc::clone(&self.app),
            from: self.from,
            guest: Arc::clone(&self.guest),
            context: Arc::clone(&self.context),
            given,
            inner: inner.with_connection_manager(Arc::clone(&self.manager)),
        })
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::new(DefaultCancelHandler::new(Arc::clone(&self.manager)))
    }
}

/// Signs in, then lets the protocol go its way.
struct SignIn {
    app: Arc<App>,
    from: SocketAddr,
    guest: Arc<OnceLock<Guest>>,
    context: Arc<SessionContext>,
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
        self.inner.on_startup(client, message).await
    }
}

impl SignIn {
    /// Opens a session for whoever the secret shows to be the user; nothing when it does not.
    fn sign_in(&self, email: &str, database: &str, secret: &str) -> Result<Option<()>, Error> {
        let Some(workspace) = self.app.workspace(database) else { return Ok(None) };
        let Some(authenticator) = self.app.authenticator() else { return Ok(None) };
        let address = self.from.ip().to_string();
        let token = authenticator.authenticate(&workspace, Credentials::Bearer(secret))?;
        let (session, token) = match token.filter(|session| session.email.eq_ignore_ascii_case(email)) {
            Some(session) => (session, Some(secret.to_owned())),
            None => {
                let credentials = Credentials::Password { email, password: secret, address: Some(&address) };
                let Some(session) = authenticator.authenticate(&workspace, credentials)? else {
                    return Ok(None);
                };
                (session, None)
            }
        };
        let warehouse = doors::of(&workspace)?;
        let (context, tables) = warehouse.session(&Asking::session(&session));
        setup_pg_catalog(&context, CATALOG, EmptyContextProvider).map_err(|error| Error::from(*error))?;
        let guest = Guest { app: Arc::clone(&self.app), workspace, warehouse, session, token, tables };
        if self.guest.set(guest).is_err() {
            return Ok(None);
        }
        *self.context.state_ref().write() = context.state();
        Ok(Some(()))
    }
}

impl Guest {
    /// Asks again who they are and what they may see, and what there is to see.
    fn renew(&self) -> Result<(), Error> {
        let refused = || Error::Query("you may not sign in any more".to_owned());
        let authenticator = self.app.authenticator().ok_or_else(refused)?;
        let (who, session): (Principal, Arc<Session>) = match &self.token {
            Some(token) => {
                let session = authenticator
                    .authenticate(&self.workspace, Credentials::Bearer(token))?
                    .ok_or_else(refused)?;
                (session.principal.clone(), session)
            }
            None => {
                let who = authenticator.principal(&self.workspace, self.session.user)?.ok_or_else(refused)?;
                (who, Arc::clone(&self.session))
            }
        };
        self.warehouse.freshen()?;
        self.tables.look_again(Asking { who, ..Asking::session(&session) });
        Ok(())
    }
}

/// Lets statements through that read, each upon what there is now.
struct Reading(Arc<OnceLock<Guest>>);

impl Reading {
    fn begin(&self, statement: &Statement) -> PgWireResult<()> {
        let guest = self.0.get().ok_or_else(|| refused("sign in first"))?;
        if !is_reading(statement) {
            return Err(refused("the warehouse is only read: this statement does something else"));
        }
        tokio::task::block_in_place(|| guest.renew()).map_err(|error| failed(&error))
    }
}

/// Whether a statement reads, or says how it wants to be answered.
fn is_reading(statement: &Statement) -> bool {
    match statement {
        Statement::Query(_)
        | Statement::ShowVariable { .. }
        | Statement::ShowStatus { .. }
        | Statement::ShowCatalogs { .. }
        | Statement::ShowTables { .. }
        | Statement::ShowColumns { .. }
        | Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Rollback { .. } => true,
        Statement::Set(Set::SingleAssignment { variable, .. }) => {
            !variable.to_string().to_ascii_lowercase().starts_with("datafusion")
        }
        Statement::Set(_) => true,
        Statement::Explain { statement, .. } => is_reading(statement),
        _ => false,
    }
}

#[async_trait]
impl QueryHook for Reading {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Err(error) = self.begin(statement) {
            return Some(Err(error));
        }
        match statement {
            Statement::Query(_) | Statement::Explain { .. } => plan(statement, context).await.err().map(Err),
            _ => None,
        }
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        if let Err(error) = self.begin(statement) {
            return Some(Err(error));
        }
        match statement {
            Statement::Query(_) | Statement::Explain { .. } => Some(plan(statement, context).await),
            _ => None,
        }
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        _: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        (!is_reading(statement)).then(|| Err(refused("the warehouse is only read")))
    }
}

/// What a statement means, if it does nothing but read.
async fn plan(statement: &Statement, context: &SessionContext) -> PgWireResult<LogicalPlan> {
    let parsed = Parsed::Statement(Box::new(statement.clone()));
    let planned = context.state().statement_to_plan(parsed).await;
    let plan = planned.map_err(|error| failed(&Error::from(error)))?;
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reading.verify_plan(&plan).map_err(|error| failed(&Error::from(error)))?;
    guard::check(&plan).map_err(|error| failed(&error))?;
    Ok(plan)
}

fn refused(why: &str) -> PgWireError {
    // 25006: read_only_sql_transaction.
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".to_owned(), "25006".to_owned(), why.to_owned())))
}

fn failed(error: &Error) -> PgWireError {
    let code = match error {
        Error::Query(_) => "42601",
        Error::Limit(_) | Error::Memory => "53000",
        Error::Cancelled => "57014",
        Error::Records(_) | Error::Damaged { .. } | Error::Busy | Error::Files(_) => "58000",
    };
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".to_owned(), code.to_owned(), error.to_string())))
}
