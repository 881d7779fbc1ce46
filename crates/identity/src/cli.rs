//! What the command line does with users: plain functions, in the trust of whoever may start the program.

use app::Workspace;
use jiff::SignedDuration;
use kernel::{Id, Timestamp};
use records::{Engine, Error, Principal};

use crate::{
    event::{self, Origin},
    one_time, password, role, setup,
    token::{self, ApiToken, NewToken},
    user::{self, Created, NewUser},
};

/// A user as the command line lists them.
#[derive(Clone, Debug, PartialEq)]
pub struct UserLine {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub active: bool,
    pub administrator: bool,
    pub last_sign_in: Option<Timestamp>,
}

/// Makes what a new workspace starts with: the shipped roles. To be called after each start; does nothing later.
///
/// # Errors
/// As saving.
pub fn prepare(workspace: &Workspace) -> Result<(), Error> {
    role::ensure(&workspace.engine)
}

/// The code that the setup page asks for, while there is no administrator: to be printed at start.
///
/// # Errors
/// Only when something is broken.
pub fn setup_code(workspace: &Workspace) -> Result<Option<String>, Error> {
    setup::issue_code(&workspace.engine)
}

/// Makes a user; without a password, tells the address at which they choose one.
///
/// # Errors
/// As [`user::create`].
pub fn create_user(workspace: &Workspace, new: &NewUser) -> Result<Created, Error> {
    user::create(&workspace.engine, &Principal::system(), new, &from_here())
}

/// All users that are not in the trash.
///
/// # Errors
/// Only when something is broken.
pub fn list_users(workspace: &Workspace) -> Result<Vec<UserLine>, Error> {
    workspace.engine.db().read(|tx| {
        let users = user::all(tx)?;
        let ids: Vec<Id> = users.iter().map(|user| user.id).collect();
        let sign_ins = event::last_sign_ins(tx, &ids)?;
        let mut lines = Vec::new();
        for user in users {
            lines.push(UserLine {
                administrator: role::holds_administrator_role(tx, user.id)?,
                last_sign_in: sign_ins.iter().find(|(id, _)| *id == user.id).map(|(_, at)| *at),
                id: user.id,
                name: user.name,
                email: user.email,
                active: user.active,
            });
        }
        Ok(lines)
    })
}

/// The address, below the workspace's own, at which the user chooses a new password, once.
///
/// # Errors
/// [`Error::NotFound`] when nobody who may sign in has that address of e-mail.
pub fn reset_link(workspace: &Workspace, email: &str) -> Result<String, Error> {
    let user = known(&workspace.engine, email)?;
    one_time::reset_link(&workspace.engine, user, None, &from_here())
}

/// Sets a user's password; ends their sessions.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address; [`Error::Invalid`] when the password is refused.
pub fn set_password(workspace: &Workspace, email: &str, new: &str) -> Result<(), Error> {
    let user = known(&workspace.engine, email)?;
    password::set(&workspace.engine, user, new, None, &from_here())
}

/// Lets a user sign in again, or no longer.
///
/// # Errors
/// As [`user::set_active`].
pub fn set_active(workspace: &Workspace, email: &str, active: bool) -> Result<(), Error> {
    user::set_active(&workspace.engine, &Principal::system(), email, active).map(drop)
}

/// The user with that address of e-mail.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address.
pub fn find_user(workspace: &Workspace, email: &str) -> Result<Id, Error> {
    known(&workspace.engine, email)
}

/// Makes a token for a user; its text is told this once.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address; as [`token::create`].
pub fn create_token(
    workspace: &Workspace,
    email: &str,
    name: &str,
    scopes: &[String],
    days: Option<u16>,
) -> Result<String, Error> {
    let user = known(&workspace.engine, email)?;
    let now = workspace.engine.clock().now();
    let expires_at = days.map(|days| now + SignedDuration::from_hours(24 * i64::from(days)));
    let new = NewToken { name: name.to_owned(), scopes: scopes.to_vec(), expires_at };
    token::create(&workspace.engine, user, &new, &from_here()).map(|(_, text)| text)
}

/// The tokens of a user, with those that no longer work.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address.
pub fn list_tokens(workspace: &Workspace, email: &str) -> Result<Vec<ApiToken>, Error> {
    let user = known(&workspace.engine, email)?;
    Ok(workspace.engine.db().read(|tx| token::list(tx, user))?)
}

/// Withdraws a token.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address or token.
pub fn revoke_token(workspace: &Workspace, email: &str, token: Id) -> Result<(), Error> {
    let user = known(&workspace.engine, email)?;
    token::revoke(&workspace.engine, user, token, None, &from_here())
}

fn known(engine: &Engine, email: &str) -> Result<Id, Error> {
    Ok(engine.db().read(|tx| user::find_by_email(tx, email))?.ok_or(Error::NotFound)?.id)
}

fn from_here() -> Origin {
    Origin { address: None, agent: Some("rapport".to_owned()) }
}
