//! Carrying notifications between the processes that share a database.
//!
//! Listeners of the same process are told at once. Others hear through `NOTIFY`, which a thread sends for all recent
//! commits together: a `NOTIFY` within each transaction would make PostgreSQL commit them one after another.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use ::postgres::fallible_iterator::FallibleIterator;
use crossbeam_channel as channel;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};
use sha2::{Digest, Sha256};

use super::{Connection, Pool};
use crate::{
    Error,
    notify::{Hub, Notice},
    schema::quoted,
};

/// Bytes that one notification can carry (8,000 in all); of a longer one only the topic is sent.
const PAYLOAD_BYTES: usize = 7_000;
/// Notifications sent together at most.
const TOGETHER: usize = 1_000;
/// The topic of changes of tables, which no feature can name.
const TABLES: &str = "\u{1}tables";
const LOOK_UP: Duration = Duration::from_millis(250);
const RECONNECT: Duration = Duration::from_millis(500);

/// The two threads, each started when it is first needed.
pub struct Exchange {
    pool: Arc<Pool>,
    hub: Arc<Hub>,
    /// Tells our own notifications from others'.
    origin: String,
    channel: String,
    sender: OnceLock<(channel::Sender<Notice>, Option<JoinHandle<()>>)>,
    listening: OnceLock<()>,
    stopped: Arc<AtomicBool>,
}

impl Exchange {
    pub fn new(pool: Arc<Pool>, hub: Arc<Hub>) -> Exchange {
        let digest = Sha256::digest(pool.schema());
        let name: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Exchange {
            pool,
            hub,
            origin: Id::generate().to_string(),
            channel: format!("rapport_{name}"),
            sender: OnceLock::new(),
            listening: OnceLock::new(),
            stopped: Arc::default(),
        }
    }

    /// Sends what has been committed.
    pub fn send(&self, notice: Notice) {
        let (sender, _) = self.sender.get_or_init(|| {
            let (sender, receiver) = channel::unbounded();
            let (pool, origin, channel) = (self.pool.clone(), self.origin.clone(), self.channel.clone());
            (sender, spawn("db-notify", move || send_all(&pool, &origin, &channel, &receiver)))
        });
        // Fails only when the thread could not be started; the listeners look for themselves now and then.
        let _ = sender.send(notice);
    }

    /// Lets other processes know that statements prepared so far may not fit any more.
    pub fn send_tables_have_changed(&self) {
        self.send(Notice { topic: TABLES.to_owned(), payload: "".into() });
    }

    /// Hands what other processes send to the listeners of this one, from now on.
    pub fn listen(&self) {
        self.listening.get_or_init(|| {
            let (ready, is_ready) = channel::bounded(1);
            let (pool, hub, origin) = (self.pool.clone(), self.hub.clone(), self.origin.clone());
            let (channel, stopped) = (self.channel.clone(), self.stopped.clone());
            spawn("db-listen", move || listen_always(&pool, &hub, &origin, &channel, &stopped, &ready));
            // A listener must not miss what is committed after it was made.
            let _ = is_ready.recv_timeout(Duration::from_secs(5));
        });
    }
}

impl Drop for Exchange {
    /// Sends what is still to be sent.
    fn drop(&mut self) {
        self.stopped.store(true, Relaxed);
        if let Some((sender, thread)) = self.sender.take() {
            drop(sender);
            let _ = thread.map(JoinHandle::join);
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Option<JoinHandle<()>> {
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.inspect_err(|error| tracing::error!(%error, name, "a thread could not be started")).ok()
}

fn send_all(pool: &Pool, origin: &str, channel: &str, receiver: &channel::Receiver<Notice>) {
    let mut connection = None;
    while let Ok(first) = receiver.recv() {
        let rest = receiver.try_iter().take(TOGETHER - 1);
        let messages: Vec<Value> =
            std::iter::once(first).chain(rest).map(|notice| message(origin, &notice).into()).collect();
        let mut sql = Sql::new("select pg_notify(");
        sql.bind(channel, ColumnType::Text).push(", message) from unnest(");
        sql.bind(messages, ColumnType::Text).push(") as message");
        // Once more on a new connection if the old one has died.
        let sent = send(&mut connection, pool, &sql).or_else(|_| send(&mut connection, pool, &sql));
        if let Err(error) = sent {
            tracing::warn!(%error, "other processes could not be told of a commit");
        }
    }
}

fn send(connection: &mut Option<Connection>, pool: &Pool, sql: &Sql) -> Result<(), Error> {
    let mut open = match connection.take() {
        Some(open) => open,
        None => pool.connect()?,
    };
    open.execute(sql)?;
    *connection = Some(open);
    Ok(())
}

fn listen_always(
    pool: &Pool,
    hub: &Hub,
    origin: &str,
    channel: &str,
    stopped: &AtomicBool,
    ready: &channel::Sender<()>,
) {
    let mut was_connected = false;
    // What hinders for an hour is told once, not with every try.
    let mut told = None;
    while !stopped.load(Relaxed) {
        let ended = pool.connect().and_then(|mut connection| {
            connection.execute_script(&format!("listen {}", quoted(channel)))?;
            if was_connected {
                hub.deliver_missed();
            }
            was_connected = true;
            told = None;
            let _ = ready.try_send(());
            listen(&mut connection, pool, hub, origin, stopped)
        });
        if let Err(error) = ended {
            if told.as_ref() != Some(&error) {
                tracing::warn!(%error, "not hearing of other processes' commits until the database answers again");
            }
            told = Some(error);
            thread::sleep(RECONNECT);
        }
    }
}

fn listen(
    connection: &mut Connection,
    pool: &Pool,
    hub: &Hub,
    origin: &str,
    stopped: &AtomicBool,
) -> Result<(), Error> {
    while !stopped.load(Relaxed) {
        let mut failure = None;
        {
            let mut notifications = connection.client.notifications();
            let mut arriving = notifications.timeout_iter(LOOK_UP);
            loop {
                match arriving.next() {
                    Ok(Some(notification)) => deliver(pool, hub, origin, notification.payload()),
                    Ok(None) => break,
                    Err(error) => {
                        failure = Some(error);
                        break;
                    }
                }
            }
        }
        if let Some(failure) = failure {
            return Err(connection.failed(&failure));
        }
        if connection.client.is_closed() {
            return Err(Error::Unavailable("the connection was closed".to_owned()));
        }
    }
    Ok(())
}

/// The origin, the topic and, unless it is too long, the payload, a line each.
fn message(origin: &str, notice: &Notice) -> String {
    match notice.payload.len() {
        0..=PAYLOAD_BYTES => format!("{origin}\n{}\n{}", notice.topic, notice.payload),
        _ => format!("{origin}\n{}", notice.topic),
    }
}

fn deliver(pool: &Pool, hub: &Hub, origin: &str, message: &str) {
    let mut lines = message.splitn(3, '\n');
    let (Some(from), Some(topic)) = (lines.next(), lines.next()) else { return };
    if from == origin {
        return;
    }
    match lines.next() {
        _ if topic == TABLES => pool.tables_have_changed(),
        Some(payload) => hub.deliver(&Notice { topic: topic.to_owned(), payload: payload.into() }),
        None => hub.deliver_missed(),
    }
}
