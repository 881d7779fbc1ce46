//! Who is let in: processes of the same cluster and the same version.
//!
//! Ballista's doors know nobody. Behind them lie customers' data, and whoever may hand in a plan reads any file of the
//! warehouse, so every call of every process shows a key that they share. It travels with the name of the program, which
//! is what all clients that Ballista makes can be given; it crosses the network as it is, like everything that follows it.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header::USER_AGENT},
    middleware::Next,
    response::Response,
    serve::{Listener, ListenerExt},
};
use ballista_core::extension::EndpointOverrideFn;
use tokio::net::TcpListener;
use tonic::{Status, transport::Endpoint};

use crate::Error;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Characters that a key has at least.
const SHORTEST: usize = 16;
/// Bytes of a plan or an answer's piece that one message may have.
pub const MESSAGE: usize = 256 << 20;

/// What all processes of a cluster know.
#[derive(Clone)]
pub struct Key(Arc<str>);

impl Key {
    /// The key in a file, which is made, for its owner's eyes only, when it is not there.
    ///
    /// # Errors
    /// [`Error::Cluster`] when the file cannot be read or made, or holds no key.
    pub fn in_file(path: &Path) -> Result<Key, Error> {
        let failed = |error: std::io::Error| {
            Error::Cluster(format!("the cluster's key {} cannot be used: {error}", path.display()))
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut file) => {
                let key = format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>());
                file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
                return Ok(Key(key.into()));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let key = text.trim();
        if key.len() < SHORTEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let path = path.display();
            return Err(Error::Cluster(format!(
                "the cluster's key {path} must be at least {SHORTEST} letters and digits without spaces"
            )));
        }
        Ok(Key(key.into()))
    }

    /// Has a client show the key with every call.
    pub fn shown(&self) -> EndpointOverrideFn {
        let name = format!("rapport/{VERSION} {}", self.0);
        Arc::new(move |endpoint: Endpoint| Ok(endpoint.user_agent(name.clone())?))
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Status> {
        let shown = headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
        let mut words = shown.split(' ');
        let version = words.next().and_then(|name| name.strip_prefix("rapport/"));
        if !words.next().is_some_and(|key| same(key, &self.0)) {
            return Err(Status::unauthenticated(
                "the cluster's key was not shown: is the key file the same?",
            ));
        }
        match version {
            Some(VERSION) => Ok(()),
            other => Err(Status::failed_precondition(format!(
                "this process of the cluster is Rapport {VERSION}, the caller {}: all must be the same",
                other.unwrap_or("of no known version")
            ))),
        }
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
    one.len() == other.len() && differing == 0
}

/// Takes an address for services. What is said there is sent at once: the other side waits for it.
///
/// # Errors
/// When the address cannot be had.
pub async fn listen(at: SocketAddr) -> std::io::Result<(SocketAddr, impl Listener<Addr = SocketAddr>)> {
    let listener = TcpListener::bind(at).await?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "the cluster's key and rows cross the network as they are: let no others use it");
    }
    let at_once = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection may wait before it sends");
        }
    });
    Ok((address, at_once))
}

/// Says of the path of a call why it cannot be answered now.
type Obstacle = Arc<dyn Fn(&str) -> Option<Status> + Send + Sync>;

/// What stands before the services of a process.
#[derive(Clone)]
pub struct Guard {
    pub key: Key,
    /// What keeps a call of that path from being answered now, for whoever holds the key.
    pub obstacle: Obstacle,
}

pub async fn let_in(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let checked = guard.key.check(request.headers());
    match checked.err().or_else(|| (guard.obstacle)(request.uri().path())) {
        Some(status) => status.into_http(),
        None => next.run(request).await,
    }
}
