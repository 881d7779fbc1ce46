//! Where the rest of the program meets the warehouse of a workspace.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::{Session, Workspace};
use tokio::net::TcpListener;

use crate::{Asking, Error, Options, Warehouse, query::Scope};

/// What a workspace keeps.
struct Kept(Arc<Warehouse>);

/// The warehouse of a workspace, opened when first asked for.
///
/// # Errors
/// [`Error::Files`] when its folder cannot be used.
pub fn of(workspace: &Workspace) -> Result<Arc<Warehouse>, Error> {
    let kept = workspace.keep(|| -> Result<Kept, Error> {
        let config = &workspace.config.analytics;
        let options = Options {
            store: config.store.clone(),
            sources: config.sources.clone(),
            zone: workspace.config.zone.clone(),
            fiscal_year_begins: config.fiscal_year_begins,
            memory: config.memory_mb << 20,
            disk: config.disk_mb << 20,
            patience: Duration::from_secs(config.query_seconds),
            ..Options::new(&config.folder)
        };
        Ok(Kept(Arc::new(Warehouse::open(&workspace.engine, options)?)))
    })?;
    Ok(Arc::clone(&kept.0))
}

impl Asking {
    /// Somebody signed in, within the scopes of their token.
    pub fn session(session: &Arc<Session>) -> Asking {
        let limited = session.scopes.is_some().then(|| {
            let session = Arc::clone(session);
            Arc::new(move |object: &str| session.allows(object, false)) as Scope
        });
        Asking { who: session.principal.clone(), scope: limited }
    }
}

/// Takes an address for a door.
///
/// # Errors
/// [`Error::Files`] when it cannot be had.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    let listener = TcpListener::bind(address).await?;
    if !listener.local_addr()?.ip().is_loopback() {
        tracing::warn!(%address, "passwords cross the network as they are: put a tunnel or proxy with TLS before it");
    }
    Ok(listener)
}
