//! Arrow Flight SQL: columns as columns, for ADBC, pyarrow and whoever speaks gRPC.
//!
//! Signed in by a handshake with e-mail address and password, or by an API token in `authorization: Bearer`. A ticket
//! is the statement itself: fetching it plans it anew, with the rights of that moment. The header `database` names the
//! host of a workspace, where a process serves several.

mod keys;
mod metadata;
mod service;
mod sessions;
mod statements;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::App;
use arrow_flight::flight_service_server::FlightServiceServer;
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;

use crate::{Error, doors::Server};

/// Calls of one connection at once.
const CALLS: usize = 32;
/// Bytes of a message that comes in: a statement, or a row of parameters.
const MESSAGE: usize = 1 << 20;
/// How long a caller may say nothing at all before they count as gone.
const SILENCE: Duration = Duration::from_secs(30);

/// Opens the door.
///
/// # Errors
/// [`Error::Files`] when the address cannot be had.
pub fn serve(app: &Arc<App>, address: SocketAddr) -> Result<Server, Error> {
    let service = service::Door::new(app).map_err(|error| Error::Files(error.to_string()))?;
    Server::start("warehouse-flight", address, |listener| listen(listener, service))
}

async fn listen(listener: TcpListener, service: service::Door) {
    let service = FlightServiceServer::new(service).max_decoding_message_size(MESSAGE);
    let serving = tonic::transport::Server::builder()
        .concurrency_limit_per_connection(CALLS)
        .http2_keepalive_interval(Some(SILENCE))
        .add_service(service)
        .serve_with_incoming(TcpIncoming::from(listener));
    if let Err(error) = serving.await {
        tracing::error!(%error, "the warehouse's Flight SQL has ended");
    }
}
