//! Stopping a query from another connection, as the protocol has it: by the number and the secret of the one that asks.
//!
//! What comes with the protocol stops a query only while it waits for something. Parsing and planning wait for nothing, and
//! rows are made as they are fetched: a statement is stopped here from when it begins ([`Begun`]) to its last row.

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
    /// Sees what stops the statement whose messages come in; nothing while the client thinks about its next.
    current: Mutex<Option<watch::Receiver<()>>>,
}

impl Stop {
    pub fn new(all: &Arc<Stops>) -> Stop {
        Stop {
            all: Arc::clone(all),
            key: OnceLock::new(),
            sender: watch::Sender::new(()),
            current: Mutex::default(),
        }
    }

    /// Makes it known by the number and secret that its client has been told.
    pub fn know(&self, client: &impl ClientInfo) {
        let (number, secret) = client.pid_and_secret_key();
        let key = self.key.get_or_init(|| (number, secret.to_bytes()));
        self.all.connections.lock().insert(key.clone(), self.sender.clone());
    }

    /// A statement begins that comes in one message.
    pub fn begin(&self) -> Begun {
        Begun(self.sender.subscribe())
    }

    /// A statement begins or goes on that comes in several: it is parsed, bound and run, until [`Stop::end`].
    pub fn go_on(&self) -> Begun {
        Begun(self.current.lock().get_or_insert_with(|| self.sender.subscribe()).clone())
    }

    /// Its messages have ended: what stops it from now on comes too late.
    pub fn end(&self) {
        *self.current.lock() = None;
    }
}

/// A statement that has begun: sees whether somebody stops it from then on.
pub struct Begun(watch::Receiver<()>);

impl Begun {
    /// # Errors
    /// [`PgWireError::QueryCanceled`] when somebody has stopped it.
    pub fn check(&self) -> PgWireResult<()> {
        let stopped = self.0.has_changed().unwrap_or(true);
        if stopped { Err(PgWireError::QueryCanceled) } else { Ok(()) }
    }

    /// The response, with rows that end when somebody stops them, or has since the statement began.
    pub fn stoppable(self, response: Response) -> Response {
        match response {
            Response::Query(mut answer) => {
                let rows = std::mem::replace(&mut answer.data_rows, Box::pin(stream::empty()));
                answer.data_rows = Box::pin(until_stopped(rows, self.0));
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

#[cfg(test)]
mod tests {
    use datafusion_postgres::pgwire::api::results::QueryResponse;

    use super::*;

    fn stop() -> Stop {
        Stop::new(&Arc::new(Stops::new(&Arc::new(ConnectionManager::new()))))
    }

    async fn first_row(begun: Begun) -> PgWireResult<DataRow> {
        let rows = Box::pin(stream::iter([Ok(DataRow::default())]));
        let response = begun.stoppable(Response::Query(QueryResponse::new(Arc::default(), rows)));
        let Response::Query(mut answer) = response else { panic!("it is still a query") };
        answer.data_rows.next().await.expect("a row, or why there is none")
    }

    #[tokio::test]
    async fn what_is_stopped_while_it_is_planned_gives_no_rows() {
        let stop = stop();
        let (whole, parsed) = (stop.begin(), stop.go_on());
        parsed.check().expect("nobody has stopped it");
        stop.sender.send_replace(());
        assert!(matches!(parsed.check(), Err(PgWireError::QueryCanceled)));
        // Running goes on with the statement that was parsed.
        for begun in [whole, stop.go_on()] {
            assert!(matches!(first_row(begun).await, Err(PgWireError::QueryCanceled)));
        }
    }

    #[tokio::test]
    async fn what_comes_between_statements_stops_none() {
        let stop = stop();
        stop.go_on().check().expect("nobody has stopped it");
        stop.end();
        stop.sender.send_replace(());
        for begun in [stop.begin(), stop.go_on()] {
            begun.check().expect("it came before the statement");
            first_row(begun).await.expect("a row");
        }
    }
}
