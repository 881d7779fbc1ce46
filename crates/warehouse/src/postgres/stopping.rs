//! Stopping a query from another connection, as the protocol has it: by the number and the secret of the one that asks.
//!
//! What comes with the protocol stops a query only while it waits for something. Parsing and planning wait for nothing, and
//! rows are made as they are fetched: a statement is stopped here from when it begins ([`Begun`]) to its last row.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use datafusion_postgres::pgwire::{
    api::{
        ClientInfo, ConnectionManager, RandomPidSecretKeyGenerator, cancel::CancelHandler, results::Response,
    },
    error::{PgWireError, PgWireResult},
    messages::{cancel::CancelRequest, data::DataRow, startup::SecretKey},
};
use futures_util::{Stream, StreamExt, stream};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::{
    activity::{Connected, Running},
    reading::in_our_words,
};

/// The connections of a door.
pub struct Stops {
    pub manager: Arc<ConnectionManager>,
    /// What gives each connection a number of its own.
    pub numbers: Arc<RandomPidSecretKeyGenerator>,
    connections: Mutex<BTreeMap<i32, Arc<Known>>>,
}

/// A connection whose client has been told its number and secret.
pub struct Known {
    pub number: i32,
    pub connected: Connected,
    secret: SecretKey,
    stop: watch::Sender<()>,
    end: watch::Sender<()>,
}

impl Stops {
    pub fn new() -> Stops {
        Stops {
            manager: Arc::new(ConnectionManager::new()),
            numbers: Arc::default(),
            connections: Mutex::default(),
        }
    }

    /// All of them, by their numbers.
    pub fn connections(&self) -> Vec<Arc<Known>> {
        self.connections.lock().values().cloned().collect()
    }

    pub fn find(&self, number: i32) -> Option<Arc<Known>> {
        self.connections.lock().get(&number).cloned()
    }

    /// Stops what a connection asks now, if anything.
    pub async fn stop(&self, known: &Known) {
        self.manager.cancel(known.number, &known.secret).await;
        known.stop.send_replace(());
    }
}

impl Known {
    /// Ends the connection.
    pub fn end(&self) {
        self.end.send_replace(());
    }
}

#[async_trait]
impl CancelHandler for Stops {
    async fn on_cancel_request(&self, asked: CancelRequest) {
        let known =
            self.find(asked.pid).filter(|known| known.secret.to_bytes() == asked.secret_key.to_bytes());
        if let Some(known) = known {
            self.stop(&known).await;
        }
    }
}

/// One connection, for as long as it lasts.
pub struct Stop {
    pub all: Arc<Stops>,
    known: OnceLock<Arc<Known>>,
    sender: watch::Sender<()>,
    end: watch::Sender<()>,
    /// What has come in one message last.
    heard: Mutex<String>,
    /// Sees what stops the statement whose messages come in; nothing while the client thinks about its next.
    current: Mutex<Option<watch::Receiver<()>>>,
}

impl Stop {
    pub fn new(all: &Arc<Stops>) -> Stop {
        Stop {
            all: Arc::clone(all),
            known: OnceLock::new(),
            sender: watch::Sender::new(()),
            end: watch::Sender::new(()),
            heard: Mutex::default(),
            current: Mutex::default(),
        }
    }

    /// Makes it known by the number and secret that its client has been told.
    pub fn know(&self, client: &impl ClientInfo, connected: impl FnOnce() -> Connected) {
        let (number, secret) = client.pid_and_secret_key();
        let known = self.known.get_or_init(|| {
            let (stop, end) = (self.sender.clone(), self.end.clone());
            Arc::new(Known { number, connected: connected(), secret, stop, end })
        });
        self.all.connections.lock().insert(known.number, Arc::clone(known));
    }

    /// What is known of it once somebody has signed in.
    pub fn known(&self) -> Option<&Arc<Known>> {
        self.known.get()
    }

    /// Waits until somebody ends the connection.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut end = self.end.subscribe();
        async move {
            // Nobody ends it any more when it is gone.
            if end.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// A message comes with the text of one or more statements.
    pub fn hear(&self, text: &str) {
        text.clone_into(&mut self.heard.lock());
    }

    /// A statement begins that came in one message.
    pub fn begin(&self) -> Begun {
        self.begun(self.sender.subscribe(), &self.heard.lock())
    }

    /// A statement begins or goes on that comes in several: it is parsed, bound and run, until [`Stop::end`].
    pub fn go_on(&self, text: &str) -> Begun {
        let stopped = self.current.lock().get_or_insert_with(|| self.sender.subscribe()).clone();
        self.begun(stopped, text)
    }

    fn begun(&self, stopped: watch::Receiver<()>, text: &str) -> Begun {
        let _running = self.known().map(|known| Running::of(known, text));
        Begun { stopped, _running }
    }

    /// Its messages have ended: what stops it from now on comes too late.
    pub fn end(&self) {
        *self.current.lock() = None;
    }
}

/// A statement that has begun: sees whether somebody stops it from then on.
pub struct Begun {
    stopped: watch::Receiver<()>,
    /// Until this is dropped it is shown as being answered.
    _running: Option<Running>,
}

impl Begun {
    /// # Errors
    /// [`PgWireError::QueryCanceled`] when somebody has stopped it.
    pub fn check(&self) -> PgWireResult<()> {
        let stopped = self.stopped.has_changed().unwrap_or(true);
        if stopped { Err(PgWireError::QueryCanceled) } else { Ok(()) }
    }

    /// The response, with rows that end when somebody stops them, or has since the statement began.
    pub fn stoppable(self, response: Response) -> Response {
        match response {
            Response::Query(mut answer) => {
                let rows = std::mem::replace(&mut answer.data_rows, Box::pin(stream::empty()));
                answer.data_rows = Box::pin(until_stopped(rows, self));
                Response::Query(answer)
            }
            other => other,
        }
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(known) = self.known.get() {
            self.all.connections.lock().remove(&known.number);
        }
    }
}

fn until_stopped(
    rows: impl Stream<Item = PgWireResult<DataRow>> + Send + Unpin + 'static,
    begun: Begun,
) -> impl Stream<Item = PgWireResult<DataRow>> + Send + 'static {
    stream::unfold(Some((rows, begun)), |state| async {
        let (mut rows, mut begun) = state?;
        tokio::select! {
            biased;
            _ = begun.stopped.changed() => Some((Err(PgWireError::QueryCanceled), None)),
            row = rows.next() => Some((row?.map_err(in_our_words), Some((rows, begun)))),
        }
    })
}

#[cfg(test)]
mod tests {
    use datafusion_postgres::pgwire::api::results::QueryResponse;

    use super::*;

    fn stop() -> Stop {
        Stop::new(&Arc::new(Stops::new()))
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
        let (whole, parsed) = (stop.begin(), stop.go_on("select 1"));
        parsed.check().expect("nobody has stopped it");
        stop.sender.send_replace(());
        assert!(matches!(parsed.check(), Err(PgWireError::QueryCanceled)));
        // Running goes on with the statement that was parsed.
        for begun in [whole, stop.go_on("select 1")] {
            assert!(matches!(first_row(begun).await, Err(PgWireError::QueryCanceled)));
        }
    }

    #[tokio::test]
    async fn what_comes_between_statements_stops_none() {
        let stop = stop();
        stop.go_on("select 1").check().expect("nobody has stopped it");
        stop.end();
        stop.sender.send_replace(());
        for begun in [stop.begin(), stop.go_on("select 1")] {
            begun.check().expect("it came before the statement");
            first_row(begun).await.expect("a row");
        }
    }
}
