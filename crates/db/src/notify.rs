//! Waking those who wait for something to be committed.
//!
//! A notification is a hint, not a record: a listener that falls behind or loses its connection is told
//! [`Signal::Missed`] and looks for itself. What must not be lost stands in a table.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
    sync::{Arc, Weak},
    time::Duration,
};

use crossbeam_channel as channel;
use parking_lot::Mutex;

/// Notifications that wait for one listener; beyond it they melt into one [`Signal::Missed`].
const BACKLOG: usize = 1024;

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Somebody committed a [`crate::Tx::notify`] with this payload.
    Payload(Arc<str>),
    /// Some were lost: look at the tables.
    Missed,
}

/// One listener's end of a topic; dropping it ends the listening.
#[derive(Debug)]
pub struct Receiver {
    receiver: channel::Receiver<Arc<str>>,
    missed: Arc<AtomicBool>,
    _alive: Arc<()>,
}

impl Receiver {
    /// Waits for the next signal; `None` when none came in time.
    pub fn receive(&self, timeout: Duration) -> Option<Signal> {
        // Without a wait nobody spins for one.
        let come = self.try_receive();
        if come.is_some() || timeout.is_zero() {
            return come;
        }
        match self.receiver.recv_timeout(timeout) {
            // An empty poke accompanies `missed`.
            Ok(_) if self.missed.swap(false, Ordering::SeqCst) => Some(Signal::Missed),
            Ok(payload) => Some(Signal::Payload(payload)),
            Err(_) => None,
        }
    }

    /// The next signal if one has come already.
    pub fn try_receive(&self) -> Option<Signal> {
        if self.missed.swap(false, Ordering::SeqCst) {
            while self.receiver.try_recv().is_ok() {}
            return Some(Signal::Missed);
        }
        self.receiver.try_recv().ok().map(Signal::Payload)
    }
}

/// A notification on its way.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub topic: String,
    pub payload: Arc<str>,
}

/// The listeners of this process, by topic.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    topics: Mutex<HashMap<String, Vec<Listener>>>,
}

#[derive(Debug)]
struct Listener {
    sender: channel::Sender<Arc<str>>,
    missed: Arc<AtomicBool>,
    alive: Weak<()>,
}

impl Hub {
    pub fn listen(&self, topic: &str) -> Receiver {
        let (sender, receiver) = channel::bounded(BACKLOG);
        let missed = Arc::new(AtomicBool::new(false));
        let alive = Arc::new(());
        let listener = Listener { sender, missed: missed.clone(), alive: Arc::downgrade(&alive) };
        let mut topics = self.topics.lock();
        let listeners = topics.entry(topic.to_owned()).or_default();
        listeners.retain(|listener| listener.alive.strong_count() > 0);
        listeners.push(listener);
        Receiver { receiver, missed, _alive: alive }
    }

    pub fn deliver(&self, notice: &Notice) {
        let topics = self.topics.lock();
        for listener in topics.get(&notice.topic).into_iter().flatten() {
            if listener.alive.strong_count() > 0 && listener.sender.try_send(notice.payload.clone()).is_err()
            {
                listener.missed.store(true, Ordering::SeqCst);
            }
        }
    }

    /// Tells every listener that something may have been lost.
    pub fn deliver_missed(&self) {
        for listener in self.topics.lock().values().flatten() {
            listener.missed.store(true, Ordering::SeqCst);
            // Wakes one that is waiting; a full queue wakes it anyway.
            let _ = listener.sender.try_send("".into());
        }
    }
}
