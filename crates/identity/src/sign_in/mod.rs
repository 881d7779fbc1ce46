//! Signing in with e-mail and password.
//!
//! Whoever fails learns nothing: a wrong password, an unknown address and a user who is switched off take the same
//! time and get the same answer. The audit tells them apart.

#[cfg(test)]
mod tests;
pub(crate) mod throttle;
pub(crate) mod web;

use db::Tx;
use jiff::Timestamp;
use records::{Engine, Error};

use crate::{
    event::{self, Happening, Note, Origin},
    one_time,
    password::{self, Credential},
    session::{self, Opened},
    user::{self, UserRow},
};
use throttle::Counted;

/// Somebody who wants in.
#[derive(Clone)]
pub struct Attempt<'a> {
    pub email: &'a str,
    pub password: &'a str,
    pub origin: &'a Origin,
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    In(Opened),
    /// The password is right and has to be replaced: at this address, at once.
    MustChange(String),
    /// Address or password is wrong, or the user may not sign in.
    Refused,
    /// Too many attempts: seconds to wait.
    Wait(i64),
}

/// Signs in.
///
/// # Errors
/// Only when something is broken.
pub fn sign_in(engine: &Engine, attempt: &Attempt<'_>) -> Result<Answer, Error> {
    let now = engine.clock().now();
    let email = user::fold_email(attempt.email);
    let account = Counted::account(&email);
    let address = attempt.origin.address.as_deref().map(Counted::address);
    let counted: Vec<Counted> = std::iter::once(account.clone()).chain(address.clone()).collect();
    let wait = engine.db().write(|tx| -> Result<_, Error> {
        let wait = throttle::take_turn(tx, &counted, now)?;
        if wait.is_some() {
            Note::of(Happening::Throttled, now, attempt.origin).email(&email).write(tx)?;
        }
        Ok(wait)
    })?;
    if let Some(wait) = wait {
        return Ok(Answer::Wait(wait.as_secs().max(1)));
    }
    let found = engine.db().read(|tx| -> Result<_, Error> {
        let Some(row) = user::find_by_email(tx, &email)? else { return Ok(None) };
        let credential = password::find(tx, row.id)?;
        Ok(Some((row, credential)))
    })?;
    let hash =
        found.as_ref().and_then(|(_, credential)| credential.as_ref()).map(|known| known.hash.as_str());
    let right = password::verify(attempt.password, hash);
    let fresh = match hash {
        Some(hash) if right && password::is_outdated(hash) => Some(password::hash(attempt.password)?),
        _ => None,
    };
    engine.db().write(|tx| match &found {
        Some((row, Some(credential))) if right && row.active => {
            throttle::succeed(tx, &account, address.as_ref())?;
            event::purge(tx, now)?;
            let_in(tx, row, credential, fresh.as_deref(), attempt.origin, now)
        }
        _ => {
            let happening = match &found {
                None => Happening::UnknownEmail,
                Some((row, _)) if !row.active => Happening::Inactive,
                Some(_) => Happening::WrongPassword,
            };
            let note = Note::of(happening, now, attempt.origin).email(&email);
            let known = found.as_ref().map(|(row, _)| row.id);
            known.map_or(note.clone(), |user| note.about(user)).write(tx)?;
            Ok(Answer::Refused)
        }
    })
}

fn let_in(
    tx: &mut Tx<'_>,
    row: &UserRow,
    credential: &Credential,
    fresh: Option<&str>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Answer, Error> {
    if credential.must_change {
        Note::of(Happening::MustChange, now, origin).about(row.id).email(&row.email).write(tx)?;
        return Ok(Answer::MustChange(one_time::put_link(tx, row.id, now)?));
    }
    if let Some(hash) = fresh {
        password::put(tx, row.id, &Credential { hash: hash.to_owned(), must_change: false }, now)?;
    }
    Note::of(Happening::SignedIn, now, origin).about(row.id).email(&row.email).write(tx)?;
    Ok(Answer::In(session::open(tx, row.id, now, origin)?))
}
