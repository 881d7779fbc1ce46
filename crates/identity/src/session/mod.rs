//! A session: somebody signed in at one browser. The cookie holds the secret, the table its digest.
//!
//! A session ends when it is signed out, when it has not been used for [`IDLE`], and after [`LONGEST`] at the latest.
//! Whatever ends a session is announced on [`TOPIC`], so that no cache lets it live on.

use db::Tx;
use expr::sql::Sql;
use jiff::{SignedDuration, Timestamp};
use kernel::{ColumnType, Id, Value};
use records::{Engine, Error};

use crate::{
    event::{Happening, Note, Origin},
    secret::{self, Digest},
};

/// How long a session lives without being used.
pub const IDLE: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How long a session lives at most.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How exactly the time of last use is kept: a write at most this often.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// Sessions of one user at most; beyond it the oldest end.
const MOST: usize = 50;
/// The topic on which the end of sessions and tokens is announced.
pub(crate) const TOPIC: &str = "identity";

/// A session that was just opened: the one moment in which its secret is known.
#[derive(Clone, Debug)]
pub struct Opened {
    pub token: String,
    pub session: Id,
    pub user: Id,
    pub expires_at: Timestamp,
}

/// A session as its user sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenSession {
    pub id: Id,
    pub user: Id,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub origin: Origin,
}

impl OpenSession {
    /// Whether it still lets somebody in.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.expires_at && now < self.seen_at + IDLE
    }
}

/// Opens a session, under a new secret each time.
pub(crate) fn open(tx: &mut Tx<'_>, user: Id, now: Timestamp, origin: &Origin) -> Result<Opened, db::Error> {
    purge(tx, user, now)?;
    let opened =
        Opened { token: secret::generate(), session: Id::generate(), user, expires_at: now + LONGEST };
    let columns = [
        ("hash", ColumnType::Text),
        ("id", ColumnType::Id),
        ("user_id", ColumnType::Id),
        ("opened_at", ColumnType::Instant),
        ("seen_at", ColumnType::Instant),
        ("expires_at", ColumnType::Instant),
        ("address", ColumnType::Text),
        ("agent", ColumnType::Text),
    ];
    let row: [Value; 8] = [
        Digest::of(&opened.token).as_str().into(),
        opened.session.into(),
        user.into(),
        now.into(),
        now.into(),
        opened.expires_at.into(),
        origin.address.clone().into(),
        origin.agent.clone().into(),
    ];
    tx.insert_rows("identity_session", &columns, [row])?;
    Ok(opened)
}

/// The session behind a digest, alive or not.
pub(crate) fn find(tx: &mut Tx<'_>, digest: &Digest) -> Result<Option<OpenSession>, db::Error> {
    let mut sql = select();
    sql.push(" where \"hash\" = ").bind(digest.as_str(), ColumnType::Text);
    Ok(tx.query_optional(&sql, read)?.flatten())
}

/// The sessions of a user that are alive, the one used last first.
///
/// # Errors
/// Only when something is broken.
pub fn list(tx: &mut Tx<'_>, user: Id, now: Timestamp) -> Result<Vec<OpenSession>, db::Error> {
    let mut sql = select();
    sql.push(" where \"user_id\" = ").bind(user, ColumnType::Id).push(" order by \"seen_at\" desc");
    let mut sessions: Vec<OpenSession> = tx.query(&sql, read)?.into_iter().flatten().collect();
    sessions.retain(|session| session.is_alive(now));
    Ok(sessions)
}

/// Notes that the session is in use, if that has not been noted for a while.
pub(crate) fn note_use(engine: &Engine, session: &OpenSession, now: Timestamp) {
    if now < session.seen_at + SEEN_EVERY {
        return;
    }
    let mut sql = Sql::new("update \"identity_session\" set \"seen_at\" = ");
    sql.bind(now, ColumnType::Instant).push(" where \"id\" = ").bind(session.id, ColumnType::Id);
    note(engine, &sql);
}

/// Notes that something was used, unless others write just now: nobody waits for that, or is kept out because of it.
pub(crate) fn note(engine: &Engine, sql: &Sql) {
    if let Err(error) = engine.db().write_if_free(|tx| tx.execute(sql)) {
        tracing::warn!(%error, "a use could not be noted");
    }
}

/// Signs out.
///
/// # Errors
/// Only when something is broken; a session that has ended already is none.
pub fn sign_out(engine: &Engine, session: Id, origin: &Origin) -> Result<(), Error> {
    let now = engine.clock().now();
    let mut of = Sql::new("select \"user_id\" from \"identity_session\" where \"id\" = ");
    of.bind(session, ColumnType::Id);
    let mut delete = Sql::new("delete from \"identity_session\" where \"id\" = ");
    delete.bind(session, ColumnType::Id);
    engine.db().write(|tx| -> Result<(), Error> {
        if let Some(user) = tx.query_optional(&of, |row| row.id(0))?.flatten() {
            tx.execute(&delete)?;
            announce(tx);
            Note::of(Happening::SignedOut, now, origin).about(user).write(tx)?;
        }
        Ok(())
    })
}

/// Signs a user out everywhere, but for the session `except`.
///
/// # Errors
/// Only when something is broken.
pub fn sign_out_everywhere(
    engine: &Engine,
    user: Id,
    except: Option<Id>,
    by: Option<Id>,
    origin: &Origin,
) -> Result<(), Error> {
    let now = engine.clock().now();
    engine.db().write(|tx| -> Result<(), Error> {
        end_all(tx, user, except)?;
        Note::of(Happening::SignedOutEverywhere, now, origin).about(user).by(by).write(tx)?;
        Ok(())
    })
}

/// Ends all sessions of a user, but for one.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: Id, except: Option<Id>) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"identity_session\" where \"user_id\" = ");
    sql.bind(user, ColumnType::Id);
    if let Some(except) = except {
        sql.push(" and \"id\" <> ").bind(except, ColumnType::Id);
    }
    tx.execute(&sql)?;
    announce(tx);
    Ok(())
}

/// Tells every process that somebody may no longer be let in.
pub(crate) fn announce(tx: &mut Tx<'_>) {
    tx.notify(TOPIC, "");
}

/// Forgets the sessions of a user that have ended, and the oldest when there are too many.
fn purge(tx: &mut Tx<'_>, user: Id, now: Timestamp) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"identity_session\" where \"user_id\" = ");
    sql.bind(user, ColumnType::Id).push(" and (\"expires_at\" <= ").bind(now, ColumnType::Instant);
    sql.push(" or \"seen_at\" <= ").bind(now - IDLE, ColumnType::Instant);
    sql.push(" or \"id\" in (select \"id\" from \"identity_session\" where \"user_id\" = ")
        .bind(user, ColumnType::Id);
    sql.push(" order by \"seen_at\" desc limit 1000 offset ")
        .bind(MOST as i64 - 1, ColumnType::Int)
        .push("))");
    tx.execute(&sql)?;
    Ok(())
}

fn select() -> Sql {
    Sql::new(
        "select \"id\", \"user_id\", \"opened_at\", \"seen_at\", \"expires_at\", \"address\", \"agent\" \
         from \"identity_session\"",
    )
}

fn read(row: &db::Row<'_>) -> Option<OpenSession> {
    let text = |at: usize| row.text(at).map(str::to_owned);
    Some(OpenSession {
        id: row.id(0)?,
        user: row.id(1)?,
        opened_at: row.instant(2)?,
        seen_at: row.instant(3)?,
        expires_at: row.instant(4)?,
        origin: Origin { address: text(5), agent: text(6) },
    })
}
