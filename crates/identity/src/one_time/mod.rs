//! Links and codes that open one door once: to a new password, and to a new workspace.

pub(crate) mod web;

use db::Tx;
use expr::sql::Sql;
use jiff::{SignedDuration, Timestamp};
use kernel::{ColumnType, Id, Value};
use records::{Engine, Error};

use crate::{
    event::{Happening, Note, Origin},
    secret::{self, Digest},
    user::{self, UserRow},
};

/// How long a link to a new password is good.
pub const LINK_LIVES: SignedDuration = SignedDuration::from_hours(72);
/// How long a setup code is good: it is made anew at each start.
const CODE_LIVES: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Reset,
    SetUp,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Purpose::Reset => "reset",
            Purpose::SetUp => "set-up",
        }
    }
}

/// Makes a link with which the user chooses a new password, once. Earlier ones stop working.
///
/// # Errors
/// [`Error::NotFound`] when there is no such user who may sign in.
pub fn reset_link(engine: &Engine, user: Id, by: Option<Id>, origin: &Origin) -> Result<String, Error> {
    let now = engine.clock().now();
    engine.db().write(|tx| {
        user::find_row(tx, user)?.filter(|row| row.active).ok_or(Error::NotFound)?;
        forget(tx, user)?;
        let secret = secret::generate();
        put(tx, Purpose::Reset, &secret, Some(user), now, LINK_LIVES)?;
        Note::of(Happening::ResetLinkMade, now, origin).about(user).by(by).write(tx)?;
        Ok(path_of(&secret))
    })
}

/// The address of a link, below the workspace's own.
pub(crate) fn path_of(secret: &str) -> String {
    format!("/reset/{secret}")
}

/// Makes a link without a trail of its own: for a password that has to be replaced at sign-in.
pub(crate) fn put_link(tx: &mut Tx<'_>, user: Id, now: Timestamp) -> Result<String, db::Error> {
    let secret = secret::generate();
    put(tx, Purpose::Reset, &secret, Some(user), now, SignedDuration::from_mins(15))?;
    Ok(path_of(&secret))
}

/// Makes the code that opens the setup page; earlier ones stop working.
pub(crate) fn put_setup_code(tx: &mut Tx<'_>, now: Timestamp) -> Result<String, db::Error> {
    tx.execute(&Sql::new("delete from \"identity_one_time\" where \"purpose\" = 'set-up'"))?;
    let code = secret::generate_code();
    put(tx, Purpose::SetUp, &code, None, now, CODE_LIVES)?;
    Ok(code)
}

/// The user whom a link to a new password is for, while it is good and they may sign in.
///
/// # Errors
/// Only when something is broken.
pub fn owner(tx: &mut Tx<'_>, secret: &str, now: Timestamp) -> Result<Option<UserRow>, db::Error> {
    let sql = good(Purpose::Reset, secret, now, "select \"user_id\" from");
    let Some(user) = tx.query_optional(&sql, |row| row.id(0))?.flatten() else { return Ok(None) };
    Ok(user::find_row(tx, user)?.filter(|row| row.active))
}

/// Uses it up; tells whether it was good.
pub(crate) fn use_up(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let used = tx.execute(&good(purpose, secret, now, "delete from"))?;
    Ok(used > 0)
}

/// Forgets the links of a user.
pub(crate) fn forget(tx: &mut Tx<'_>, user: Id) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"identity_one_time\" where \"user_id\" = ");
    sql.bind(user, ColumnType::Id);
    tx.execute(&sql)?;
    Ok(())
}

fn good(purpose: Purpose, secret: &str, now: Timestamp, verb: &str) -> Sql {
    let mut sql = Sql::new(verb);
    sql.push(" \"identity_one_time\" where \"hash\" = ").bind(Digest::of(secret).as_str(), ColumnType::Text);
    sql.push(" and \"purpose\" = ").bind(purpose.as_str(), ColumnType::Text);
    sql.push(" and \"expires_at\" > ").bind(now, ColumnType::Instant);
    sql
}

fn put(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    secret: &str,
    user: Option<Id>,
    now: Timestamp,
    lives: SignedDuration,
) -> Result<(), db::Error> {
    let mut old = Sql::new("delete from \"identity_one_time\" where \"expires_at\" <= ");
    old.bind(now, ColumnType::Instant);
    tx.execute(&old)?;
    let columns = [
        ("hash", ColumnType::Text),
        ("purpose", ColumnType::Text),
        ("user_id", ColumnType::Id),
        ("made_at", ColumnType::Instant),
        ("expires_at", ColumnType::Instant),
    ];
    let row: [Value; 5] = [
        Digest::of(secret).as_str().into(),
        purpose.as_str().into(),
        user.into(),
        now.into(),
        (now + lives).into(),
    ];
    tx.insert_rows("identity_one_time", &columns, [row])?;
    Ok(())
}
