//! Stopping a query from another connection, as the protocol has it: by the number and the secret of the one that asks.
//!
//! What comes with the protocol stops a query while it is planned. Its rows are made as they are fetched: that is stopped
//! here.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use bytes::Bytes;
use datafusion_postgres::pgwire::{
    api::{ClientInfo, ConnectionManager, cancel::CancelHandler, results::Response},
    error::{PgWireError, PgWireResult},
    messages::{cancel::CancelRequest, data::DataRow},
};
use futures_util::{Stream, StreamExt, stream};
use parking_lot::Mutex;
use tokio::sync::watch;

/// The number and the secret of a connection.
type Key = (i32, Bytes);

/// The connections of a door.
pub struct Stops {
    planning: Arc<ConnectionManager>,
    connections: Mutex<HashMap<Key, watch::Sender<()>>>,
}

impl Stops {
    pub fn new(planning: &Arc<ConnectionManager>) -> Stops {
        Stops { planning: Arc::clone(planning), connections: Mutex::default() }
    }
}

#[async_trait]
impl CancelHandler for Stops {
    async fn on_cancel_request(&self, asked: CancelRequest) {
        self.planning.cancel(asked.pid, &asked.secret_key).await;
        let key = (asked.pid, asked.secret_key.to_bytes());
        if let Some(connection) = self.connections.lock().get(&key) {
            connection.send_replace(());
        }
    }
}

/// One connection, for as long as it lasts.
pub struct Stop {
    all: Arc<Stops>,
    key: OnceLock<Key>,
    sender: watch::Sender<()>,
}

impl Stop {
    pub fn new(all: &Arc<Stops>) -> Stop {
        Stop { all: Arc::clone(all), key: OnceLock::new(), sender: watch::Sender::new(()) }
    }

    /// Makes it known by the number and secret that its client has been told.
    pub fn know(&self, client: &impl ClientInfo) {
        let (number, secret) = client.pid_and_secret_key();
        let key = self.key.get_or_init(|| (number, secret.to_bytes()));
        self.all.connections.lock().insert(key.clone(), self.sender.clone());
    }

    /// The response, with rows that end when somebody stops them.
    pub fn stoppable(&self, response: Response) -> Response {
        match response {
            Response::Query(mut answer) => {
                let rows = std::mem::replace(&mut answer.data_rows, Box::pin(stream::empty()));
                answer.data_rows = Box::pin(until_stopped(rows, self.sender.subscribe()));
                Response::Query(answer)
            }
            other => other,
        }
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(key) = self.key.get() {
            self.all.connections.lock().remove(key);
        }
    }
}

fn until_stopped(
    rows: impl Stream<Item = PgWireResult<DataRow>> + Send + Unpin + 'static,
    stopped: watch::Receiver<()>,
) -> impl Stream<Item = PgWireResult<DataRow>> + Send + 'static {
    stream::unfold(Some((rows, stopped)), |state| async {
        let (mut rows, mut stopped) = state?;
        tokio::select! {
            biased;
            _ = stopped.changed() => Some((Err(PgWireError::QueryCanceled), None)),
            row = rows.next() => Some((row?, Some((rows, stopped)))),
        }
    })
}
