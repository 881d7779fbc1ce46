//! Where the rest of the program meets the warehouse of a workspace, and other people's tools meet all of them.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::{Session, Workspace};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::{Asking, Error, Options, Warehouse, cores, query::Scope};

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
            name: config.name.clone(),
            cluster: config.cluster.clone(),
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
        Asking { who: (*session.principal).clone(), scope: limited }
    }
}

/// An open door for other people's tools; closed when dropped.
pub struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Listens at an address and has `serve` answer there, on threads of its own that carry a name.
    ///
    /// # Errors
    /// [`Error::Files`] when the address cannot be had.
    pub(crate) fn start<S>(
        name: &str,
        address: SocketAddr,
        serve: impl FnOnce(TcpListener) -> S,
    ) -> Result<Server, Error>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let runtime = cores::runtime(name)?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            tracing::warn!(%address, "passwords cross the network as they are: put a tunnel or proxy with TLS before it");
        }
        runtime.spawn(serve(listener));
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
