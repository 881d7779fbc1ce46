//! PostgreSQL's wire protocol: psql, drivers and other people's tools ask the warehouse as they ask any server.
//!
//! Each connection signs in as a user, by e-mail address, with their password or an API token in its place. It has a
//! session of its own with the tables that they see; what they may see is asked anew with every statement. The name of
//! the database is the host of a workspace, where a process serves several.

mod activity;
mod catalogue;
mod dialect;
mod headings;
mod intervals;
mod keys;
mod naming;
mod parameters;
mod patterns;
mod reading;
mod savepoints;
mod settings;
mod sign_in;
mod simple;
mod stopping;

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use app::App;
use datafusion::prelude::SessionContext;
use datafusion_postgres::{
    DfSessionService, QueryHook,
    hooks::{set_show::SetShowHook, transactions::TransactionStatementHook},
    pgwire::{
        api::{
            PgWireServerHandlers,
            auth::StartupHandler,
            cancel::CancelHandler,
            query::{ExtendedQueryHandler, SimpleQueryHandler},
        },
        tokio::process_socket,
    },
};
use tokio::net::TcpListener;

pub(crate) use self::activity::Connected;
use self::stopping::{Stop, Stops};
use crate::{Error, doors::Server, guest::Guest};

/// Connections at once.
const CONNECTIONS: usize = 100;

/// Opens the door.
///
/// # Errors
/// [`Error::Files`] when the address cannot be had.
pub fn serve(app: &Arc<App>, address: SocketAddr) -> Result<Server, Error> {
    Server::start("warehouse-postgres", address, |listener| listen(listener, Arc::clone(app)))
}

async fn listen(listener: TcpListener, app: Arc<App>) {
    let stops = Arc::new(Stops::new());
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
        let connection = Arc::new(Connection::new(&app, &stops, from));
        let ended = connection.stop.ended();
        tokio::spawn(async move {
            tokio::select! {
                served = process_socket(socket, None, connection) => if let Err(error) = served {
                    tracing::debug!(%error, %from, "a connection to the warehouse ended");
                },
                () = ended => tracing::debug!(%from, "a connection to the warehouse was ended by another"),
            }
            drop(place);
        });
    }
}

/// One connection: who it is, once they have signed in, and what answers them.
struct Connection {
    app: Arc<App>,
    stops: Arc<Stops>,
    stop: Arc<Stop>,
    from: SocketAddr,
    guest: Arc<OnceLock<Guest>>,
    /// Empty until somebody has signed in; then it gets their session's state.
    context: Arc<SessionContext>,
    service: Arc<DfSessionService>,
    reading: Arc<reading::Reading>,
}

impl Connection {
    fn new(app: &Arc<App>, stops: &Arc<Stops>, from: SocketAddr) -> Connection {
        let guest: Arc<OnceLock<Guest>> = Arc::default();
        let context = Arc::new(SessionContext::new());
        let stop = Arc::new(Stop::new(stops));
        let reading = Arc::new(reading::Reading { guest: Arc::clone(&guest), stop: Arc::clone(&stop) });
        let hooks: Vec<Arc<dyn QueryHook>> = vec![
            Arc::clone(&reading) as _,
            Arc::new(settings::Settings),
            Arc::new(SetShowHook),
            Arc::new(savepoints::Savepoints),
            Arc::new(TransactionStatementHook),
        ];
        let service = Arc::new(DfSessionService::new_with_hooks(Arc::clone(&context), hooks));
        let (app, stops) = (Arc::clone(app), Arc::clone(stops));
        Connection { app, stops, stop, from, guest, context, service, reading }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(guest) = self.guest.get() {
            catalogue::remove(&guest.context);
        }
    }
}

impl PgWireServerHandlers for Connection {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::new(simple::Simple { service: Arc::clone(&self.service), stop: Arc::clone(&self.stop) })
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::new(parameters::Typed::new(&self.service, &self.reading))
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::new(sign_in::SignIn::new(self))
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::clone(&self.stops)
    }
}
