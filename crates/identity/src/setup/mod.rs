//! The first administrator: until there is one, a workspace can be taken by whoever has the setup code.

pub(crate) mod web;

use kernel::{Id, Message, Problem, text::is_blank};
use records::{Engine, Error, Principal};

use crate::{
    event::{Happening, Note, Origin},
    one_time::{self, Purpose},
    password, role, secret,
    session::{self, Opened},
    sign_in::throttle::{self, Counted},
    user::{self, NewUser, RoleName},
};

/// What came of setting up.
#[derive(Debug)]
pub enum SetUp {
    Done(Opened),
    /// The code is wrong or too old.
    WrongCode,
    /// There is an administrator already.
    NotNeeded,
    /// Too many wrong codes: seconds to wait.
    Wait(i64),
}

/// Whether the workspace waits for its first administrator.
///
/// # Errors
/// Only when something is broken.
pub fn is_needed(engine: &Engine) -> Result<bool, Error> {
    Ok(!engine.db().read(|tx| role::is_administrator(tx, None))?)
}

/// Makes the code that the setup page asks for, to be shown where the server was started; none when there is an
/// administrator. Earlier codes stop working.
///
/// # Errors
/// Only when something is broken.
pub fn issue_code(engine: &Engine) -> Result<Option<String>, Error> {
    if !is_needed(engine)? {
        return Ok(None);
    }
    let now = engine.clock().now();
    Ok(Some(engine.db().write(|tx| one_time::put_setup_code(tx, now))?))
}

/// Makes the first administrator and signs them in.
///
/// # Errors
/// [`Error::Invalid`] with the problems of name, e-mail and password: the code stays good.
pub fn set_up(
    engine: &Engine,
    code: &str,
    name: &str,
    email: &str,
    new_password: &str,
    origin: &Origin,
) -> Result<SetUp, Error> {
    let now = engine.clock().now();
    let code = secret::clear_code(code);
    let counted = Counted::address(&format!("setup {}", origin.address.as_deref().unwrap_or_default()));
    if let Some(wait) =
        engine.db().write(|tx| throttle::take_turn(tx, std::slice::from_ref(&counted), now))?
    {
        return Ok(SetUp::Wait(wait.as_secs().max(1)));
    }
    let problems = problems(&code, name, email, new_password);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    role::ensure(engine)?;
    let hash = password::hash(new_password)?;
    let administrator = NewUser {
        name: name.to_owned(),
        email: email.to_owned(),
        roles: vec![RoleName::Named(role::ADMINISTRATOR.to_owned())],
        ..NewUser::default()
    };
    engine.write(&Principal::system(), |writer| {
        if role::is_administrator(writer.tx(), None)? {
            return Ok(SetUp::NotNeeded);
        }
        if !one_time::use_up(writer.tx(), Purpose::SetUp, &code, now)? {
            return Ok(SetUp::WrongCode);
        }
        let user = user::save(writer, &administrator)?;
        if !role::is_administrator(writer.tx(), Some(user))? {
            return Err(Error::invalid(Message::new("identity-no-administrator-role")));
        }
        let opened = open_door(writer.tx(), user, &hash, origin, now)?;
        throttle::succeed(writer.tx(), &counted, None)?;
        Ok(SetUp::Done(opened))
    })
}

/// What can be told before the code is looked at, all at once.
fn problems(code: &str, name: &str, email: &str, new_password: &str) -> Vec<Problem> {
    let needed = [("code", code), ("name", name), ("email", email)];
    let empty = needed.into_iter().filter(|(_, text)| is_blank(text));
    let mut problems: Vec<Problem> =
        empty.map(|(field, _)| Problem::at(field, Message::new("problem-required"))).collect();
    if let Err(message) = password::check(new_password, email, name) {
        problems.push(Problem::at("password", message));
    }
    problems
}

fn open_door(
    tx: &mut db::Tx<'_>,
    user: Id,
    hash: &str,
    origin: &Origin,
    now: jiff::Timestamp,
) -> Result<Opened, Error> {
    password::put(tx, user, &password::Credential { hash: hash.to_owned(), must_change: false }, now)?;
    Note::of(Happening::SetUp, now, origin).about(user).by(Some(user)).write(tx)?;
    let opened = session::open(tx, user, now, origin)?;
    Note::of(Happening::SignedIn, now, origin).about(user).write(tx)?;
    Ok(opened)
}
