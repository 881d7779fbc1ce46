//! Telling those who watch that something was saved: screens, workers, other processes.
//!
//! An event is a hint: what happened stands in the change log.

use std::time::Duration;

use db::{Db, Tx};
use kernel::Id;

/// The topic on which changes of records are announced.
const TOPIC: &str = "records";

/// Ids that an event names; beyond that it only names the object.
pub(crate) const NAMED: usize = 50;

/// Something was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Records of an object; without ids: many, or which ones is not known.
    Saved { object: String, ids: Vec<Id> },
    /// Some events were lost: anything may have changed.
    Missed,
}

pub(crate) fn announce(tx: &mut Tx<'_>, object: &str, ids: &[Id]) {
    let mut payload = object.to_owned();
    if ids.len() <= NAMED {
        for id in ids {
            payload.push(' ');
            payload.push_str(&id.to_string());
        }
    }
    tx.notify(TOPIC, &payload);
}

/// A listener to events; dropping it ends the listening.
pub struct Events(db::Receiver);

impl Events {
    pub fn of(db: &Db) -> Events {
        Events(db.listen(TOPIC))
    }

    /// Waits for the next event; `None` when none came in time.
    pub fn receive(&self, timeout: Duration) -> Option<Event> {
        Some(match self.0.receive(timeout)? {
            db::Signal::Missed => Event::Missed,
            db::Signal::Payload(payload) => {
                let mut words = payload.split(' ');
                let object = words.next().unwrap_or_default().to_owned();
                Event::Saved { object, ids: words.filter_map(|id| id.parse().ok()).collect() }
            }
        })
    }
}
