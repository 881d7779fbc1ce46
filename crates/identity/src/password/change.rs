//! New passwords: by their owner, by a one-time link, by an administrator or the command line.

use db::Tx;
use kernel::{Id, Timestamp};
use records::{Engine, Error};

use super::{Credential, check, find, hash, put, verify};
use crate::{
    event::{Happening, Note, Origin},
    one_time::{self, Purpose},
    session::{self, Opened},
    sign_in::throttle::{self, Counted},
    user,
};

/// What came of a change.
#[derive(Debug)]
pub enum Changed {
    /// All sessions have ended; this one goes on under a new secret.
    Done(Opened),
    /// The old password was wrong.
    WrongPassword,
    /// Too many wrong ones: seconds to wait.
    Wait(i64),
}

/// What came of replacing a password by a link.
#[derive(Debug)]
pub enum Replaced {
    /// The owner is signed in.
    Done(Opened),
    /// The link is unknown, used or too old, or its user may not sign in.
    NoSuchLink,
}

/// Changes the own password; asks for the old one.
///
/// # Errors
/// [`Error::Invalid`] at `password` when the new one is refused; [`Error::NotFound`] when the user is gone.
pub fn change(engine: &Engine, user: Id, old: &str, new: &str, origin: &Origin) -> Result<Changed, Error> {
    let now = engine.clock().now();
    let row =
        engine.db().read(|tx| user::find_row(tx, user))?.filter(|row| row.active).ok_or(Error::NotFound)?;
    check(new, &row.email, &row.name).map_err(|message| Error::invalid_field("password", message))?;
    let account = Counted::account(&row.email);
    if let Some(wait) =
        engine.db().write(|tx| throttle::take_turn(tx, std::slice::from_ref(&account), now))?
    {
        return Ok(Changed::Wait(wait.as_secs().max(1)));
    }
    let known = engine.db().read(|tx| find(tx, user))?;
    if !verify(old, known.as_ref().map(|known| known.hash.as_str())) {
        return Ok(Changed::WrongPassword);
    }
    let new = Credential { hash: hash(new)?, must_change: false };
    engine.db().write(|tx| {
        throttle::succeed(tx, &account, None)?;
        store(tx, user, &new, now)?;
        Note::of(Happening::PasswordChanged, now, origin).about(user).by(Some(user)).write(tx)?;
        Ok(Changed::Done(session::open(tx, user, now, origin)?))
    })
}

/// Sets a new password by a link that [`one_time`] made, and signs its owner in.
///
/// # Errors
/// [`Error::Invalid`] at `password` when the new one is refused: the link stays good.
pub fn replace_by_link(engine: &Engine, secret: &str, new: &str, origin: &Origin) -> Result<Replaced, Error> {
    let now = engine.clock().now();
    let Some(row) = engine.db().read(|tx| one_time::owner(tx, secret, now))? else {
        return Ok(Replaced::NoSuchLink);
    };
    check(new, &row.email, &row.name).map_err(|message| Error::invalid_field("password", message))?;
    let credential = Credential { hash: hash(new)?, must_change: false };
    engine.db().write(|tx| {
        // Two may have come with the same link.
        if !one_time::use_up(tx, Purpose::Reset, secret, now)? {
            return Ok(Replaced::NoSuchLink);
        }
        throttle::succeed(tx, &Counted::account(&row.email), None)?;
        store(tx, row.id, &credential, now)?;
        Note::of(Happening::PasswordReset, now, origin).about(row.id).by(Some(row.id)).write(tx)?;
        let opened = session::open(tx, row.id, now, origin)?;
        Note::of(Happening::SignedIn, now, origin).about(row.id).email(&row.email).write(tx)?;
        Ok(Replaced::Done(opened))
    })
}

/// Sets somebody's password: it has to be replaced at the first sign-in when `by` is somebody else.
///
/// # Errors
/// As [`change`].
pub fn set(engine: &Engine, user: Id, new: &str, by: Option<Id>, origin: &Origin) -> Result<(), Error> {
    let now = engine.clock().now();
    let row = engine.db().read(|tx| user::find_row(tx, user))?.ok_or(Error::NotFound)?;
    check(new, &row.email, &row.name).map_err(|message| Error::invalid_field("password", message))?;
    let credential = Credential { hash: hash(new)?, must_change: by.is_some() };
    engine.db().write(|tx| {
        throttle::succeed(tx, &Counted::account(&row.email), None)?;
        store(tx, user, &credential, now)?;
        Note::of(Happening::PasswordReset, now, origin).about(user).by(by).write(tx)?;
        Ok(())
    })
}

/// A new password ends all sessions and links that the old one may have led to.
fn store(tx: &mut Tx<'_>, user: Id, credential: &Credential, now: Timestamp) -> Result<(), db::Error> {
    put(tx, user, credential, now)?;
    one_time::forget(tx, user)?;
    session::end_all(tx, user, None)
}
