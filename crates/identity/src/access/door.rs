//! The door of one workspace: from a secret to whoever carries it, mostly without asking the database.
//!
//! What was found is believed for [`FRESH`], and not one moment longer than this process, or with PostgreSQL any
//! other, has saved a user, role, grant or team, ended a session, or changed what objects there are: each look
//! first drains what was announced. After that time one small query asks whether everything still holds.

use std::{collections::HashMap, sync::Arc, time::Duration};

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::Id;
use metadata::Registry;
use parking_lot::Mutex;
use records::{Engine, Error, Event, Events, Principal};

use super::{Defaults, Directory, Person, directory::Stamp, scope};
use crate::{secret::Digest, session, token, user};

/// How long something is believed without asking again.
const FRESH: SignedDuration = SignedDuration::from_secs(5);
/// Carriers that are remembered; beyond it all are forgotten.
const MOST: usize = 10_000;

/// Remembers who carries which secret.
pub struct Door {
    defaults: Defaults,
    known: Mutex<Known>,
}

struct Known {
    records: Events,
    endings: db::Receiver,
    /// Counts what made things forgotten: an answer that is older than this is not remembered.
    generation: u64,
    directory: Option<(Timestamp, Arc<Directory>)>,
    carriers: HashMap<(Kind, Digest), (Timestamp, Arc<SignedIn>)>,
}

/// Which of the two was shown: one is never taken for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Session,
    Token,
}

/// What somebody shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret<'a> {
    /// The content of the session's cookie.
    Session(&'a str),
    /// An API token.
    Token(&'a str),
}

/// Somebody who came through the door.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub person: Arc<Person>,
    /// With a token: within its scopes.
    pub principal: Arc<Principal>,
    /// The session or token.
    pub id: Id,
    pub expires_at: Option<Timestamp>,
    /// Without being used it ends then.
    pub idle_at: Option<Timestamp>,
    pub scopes: Option<Vec<String>>,
}

impl SignedIn {
    fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end) && self.idle_at.is_none_or(|end| now < end)
    }
}

impl Door {
    /// Begins to listen: make it once for each workspace and keep it.
    pub fn new(engine: &Engine, defaults: Defaults) -> Door {
        let known = Known {
            records: Events::of(engine.db()),
            endings: engine.db().listen(session::TOPIC),
            generation: 0,
            directory: None,
            carriers: HashMap::new(),
        };
        Door { defaults, known: Mutex::new(known) }
    }

    /// Whoever carries the secret; nobody when it is unknown, has ended, or its user may not sign in.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn open(&self, engine: &Engine, secret: Secret<'_>) -> Result<Option<Arc<SignedIn>>, Error> {
        let now = engine.clock().now();
        let registry = engine.registry();
        let key = key(secret);
        let generation = {
            let mut known = self.known.lock();
            if let Some(carrier) = known.carrier(&registry, &key, now) {
                return Ok(Some(carrier));
            }
            known.generation
        };
        let directory = self.directory(engine)?;
        let found = self.find(engine, &directory, &key, now)?;
        let mut known = self.known.lock();
        known.catch_up(&registry);
        match &found {
            Some(carrier) if known.generation == generation => {
                if known.carriers.len() >= MOST {
                    known.carriers.clear();
                }
                known.carriers.insert(key, (now, Arc::clone(carrier)));
            }
            _ => {
                known.carriers.remove(&key);
            }
        }
        Ok(found)
    }

    /// As [`Door::open`], from memory alone: nobody where that does not tell, or somebody else is looking.
    pub fn recall(&self, engine: &Engine, secret: Secret<'_>) -> Option<Arc<SignedIn>> {
        self.known.try_lock()?.carrier(&engine.registry(), &key(secret), engine.clock().now())
    }

    /// All roles and teams as they are now.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn directory(&self, engine: &Engine) -> Result<Arc<Directory>, Error> {
        let now = engine.clock().now();
        let registry = engine.registry();
        let (generation, old) = {
            let mut known = self.known.lock();
            known.catch_up(&registry);
            match &known.directory {
                Some((at, directory)) if is_fresh(*at, now) => return Ok(Arc::clone(directory)),
                old => (known.generation, old.as_ref().map(|(_, directory)| Arc::clone(directory))),
            }
        };
        let directory = engine.db().read(|tx| current(tx, old.as_ref(), &registry))?;
        let mut known = self.known.lock();
        known.catch_up(&registry);
        if known.generation == generation {
            if old.is_some_and(|old| !Arc::ptr_eq(&old, &directory)) {
                known.carriers.clear();
            }
            known.directory = Some((now, Arc::clone(&directory)));
        }
        Ok(directory)
    }

    /// The user with their rights, signed in or not; nobody who may not sign in.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn person(&self, engine: &Engine, user: Id) -> Result<Option<Person>, Error> {
        let directory = self.directory(engine)?;
        let row = engine.db().read(|tx| user::find_row(tx, user))?;
        Ok(row.filter(|row| row.active).map(|row| Person::new(&directory, &row, &self.defaults)))
    }

    fn find(
        &self,
        engine: &Engine,
        directory: &Directory,
        (kind, digest): &(Kind, Digest),
        now: Timestamp,
    ) -> Result<Option<Arc<SignedIn>>, Error> {
        let person = |row| Arc::new(Person::new(directory, &row, &self.defaults));
        let found = match kind {
            Kind::Session => {
                let found = engine.db().read(|tx| {
                    let found = session::find(tx, digest)?;
                    owner_of(tx, found, |one| one.user)
                })?;
                let Some((session, row)) = found.filter(|(session, _)| session.is_alive(now)) else {
                    return Ok(None);
                };
                session::note_use(engine, &session, now);
                let person = person(row);
                SignedIn {
                    principal: Arc::new(person.principal.clone()),
                    person,
                    id: session.id,
                    expires_at: Some(session.expires_at),
                    idle_at: Some(session.seen_at + session::IDLE),
                    scopes: None,
                }
            }
            Kind::Token => {
                let found = engine.db().read(|tx| {
                    let found = token::find(tx, digest)?;
                    owner_of(tx, found, |one| one.user)
                })?;
                let Some((token, row)) = found.filter(|(token, _)| token.is_alive(now)) else {
                    return Ok(None);
                };
                token::note_use(engine, &token, now);
                let person = person(row);
                SignedIn {
                    principal: Arc::new(scope::limit(&person.principal, &token.scopes, &directory.registry)),
                    person,
                    id: token.id,
                    expires_at: token.expires_at,
                    idle_at: None,
                    scopes: Some(token.scopes),
                }
            }
        };
        Ok(Some(Arc::new(found)))
    }
}

impl Known {
    /// Whoever carries a secret, if that was looked up a moment ago and nothing has happened since.
    fn carrier(
        &mut self,
        registry: &Arc<Registry>,
        key: &(Kind, Digest),
        now: Timestamp,
    ) -> Option<Arc<SignedIn>> {
        self.catch_up(registry);
        let (at, carrier) = self.carriers.get(key)?;
        (is_fresh(*at, now) && carrier.is_alive(now)).then(|| Arc::clone(carrier))
    }

    /// Forgets what may no longer be true.
    fn catch_up(&mut self, registry: &Arc<Registry>) {
        let mut stale =
            self.directory.as_ref().is_some_and(|(_, known)| !Arc::ptr_eq(&known.registry, registry));
        while let Some(event) = self.records.receive(Duration::ZERO) {
            stale |= match event {
                Event::Saved { object, .. } => matches!(object.as_str(), "user" | "role" | "grant" | "team"),
                Event::Missed => true,
            };
        }
        let mut ended = false;
        while self.endings.try_receive().is_some() {
            ended = true;
        }
        if stale {
            self.directory = None;
        }
        if stale || ended {
            self.generation += 1;
            self.carriers.clear();
        }
    }
}

fn key(secret: Secret<'_>) -> (Kind, Digest) {
    match secret {
        Secret::Session(text) => (Kind::Session, Digest::of(text)),
        Secret::Token(text) => (Kind::Token, Digest::of(text)),
    }
}

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now < at + FRESH
}

/// The old directory when nothing has changed since, else a new one.
fn current(
    tx: &mut Tx<'_>,
    old: Option<&Arc<Directory>>,
    registry: &Arc<Registry>,
) -> Result<Arc<Directory>, db::Error> {
    if let Some(old) = old
        && Arc::ptr_eq(&old.registry, registry)
        && Stamp::read(tx)? == old.stamp
    {
        return Ok(Arc::clone(old));
    }
    Ok(Arc::new(Directory::load(tx, registry)?))
}

/// Whatever was found, with its user, if they may sign in.
fn owner_of<T>(
    tx: &mut Tx<'_>,
    found: Option<T>,
    user_of: impl Fn(&T) -> Id,
) -> Result<Option<(T, user::UserRow)>, db::Error> {
    let Some(found) = found else { return Ok(None) };
    let row = user::find_row(tx, user_of(&found))?;
    Ok(row.filter(|row| row.active).map(|row| (found, row)))
}
