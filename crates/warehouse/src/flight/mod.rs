//! Arrow Flight SQL: columns as columns, for ADBC, pyarrow and whoever speaks gRPC.
//!
//! Signed in by a handshake with e-mail address and password, or by an API token in `authorization: Bearer`. A ticket
//! is the statement itself: fetching it plans it anew, with the rights of that moment. The header `database` names the
//! host of a workspace, where a process serves several.

mod metadata;
mod service;
mod sessions;
mod statements;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::App;
use arrow_flight::flight_service_server::FlightServiceServer;
use tokio::runtime::Runtime;
use tonic::transport::server::TcpIncoming;

use crate::{Error, doors};

/// Calls of one connection at once.
const CALLS: usize = 32;
/// Bytes of a message that comes in: a statement, or a row of parameters.
const MESSAGE: usize = 1 << 20;
/// How long a caller may say nothing at all before they count as gone.
const SILENCE: Duration = Duration::from_secs(30);

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
        let runtime = crate::cores::runtime("warehouse-flight")?;
        let listener = runtime.block_on(doors::listen(address))?;
        let address = listener.local_addr()?;
        let service = service::Door::new(app).map_err(|error| Error::Files(error.to_string()))?;
        let service = FlightServiceServer::new(service).max_decoding_message_size(MESSAGE);
        runtime.spawn(async move {
            let serving = tonic::transport::Server::builder()
                .concurrency_limit_per_connection(CALLS)
                .http2_keepalive_interval(Some(SILENCE))
                .add_service(service)
                .serve_with_incoming(TcpIncoming::from(listener));
            if let Err(error) = serving.await {
                tracing::error!(%error, "the warehouse's Flight SQL has ended");
            }
        });
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
