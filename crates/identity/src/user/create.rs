//! New users, and users who come and go.

use kernel::Id;
use records::{Draft, Engine, Error, Principal, Writer};

use super::find_by_email;
use crate::{event::Origin, one_time, password, role};

/// A user that is wanted.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    pub name: String,
    pub email: String,
    /// Without one the user gets a link to choose it.
    pub password: Option<String>,
    pub roles: Vec<RoleName>,
    pub team: Option<Id>,
    pub job_title: Option<String>,
}

/// How a role is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleName {
    Id(Id),
    /// The key of a shipped role, or a role's name.
    Named(String),
}

/// A user that was made.
#[derive(Clone, Debug)]
pub struct Created {
    pub user: Id,
    /// The address at which the user chooses a password, below the workspace's own; none where one was given.
    pub link: Option<String>,
}

/// Makes a user, for `who`.
///
/// # Errors
/// [`Error::Invalid`] with every problem: an address that is taken, a password that is refused, a role that is not there.
pub fn create(engine: &Engine, who: &Principal, new: &NewUser, origin: &Origin) -> Result<Created, Error> {
    if let Some(password) = &new.password {
        password::check(password, &new.email, &new.name)
            .map_err(|message| Error::invalid_field("password", message))?;
    }
    role::ensure(engine)?;
    let user = engine.write(who, |writer| save(writer, new))?;
    let link = match &new.password {
        Some(password) => {
            password::set(engine, user, password, None, origin)?;
            None
        }
        None => Some(one_time::reset_link(engine, user, who.me(), origin)?),
    };
    Ok(Created { user, link })
}

pub(crate) fn save(writer: &mut Writer<'_, '_>, new: &NewUser) -> Result<Id, Error> {
    let object = writer.object("user")?;
    let mut draft = Draft::new(&object)
        .with("name", new.name.as_str())
        .with("email", new.email.as_str())
        .with("team", new.team)
        .with("job_title", new.job_title.as_deref());
    let mut roles = Vec::new();
    for name in &new.roles {
        match name {
            RoleName::Id(id) => roles.push(*id),
            RoleName::Named(name) => match role::find(writer.tx(), name)? {
                Some(id) => roles.push(id),
                None => {
                    let message = kernel::Message::new("identity-no-role").with("name", name.as_str());
                    draft.add_problem(kernel::Problem::at("roles", message));
                }
            },
        }
    }
    if let Some(position) = object.position("roles") {
        draft.put_members(position, roles);
    }
    Ok(writer.save(draft)?.id)
}

/// Lets somebody in again, or no longer: then all their sessions end at once.
///
/// # Errors
/// [`Error::NotFound`] for an unknown address; [`Error::Invalid`] for the last administrator.
pub fn set_active(engine: &Engine, who: &Principal, email: &str, active: bool) -> Result<Id, Error> {
    let user = engine.db().read(|tx| find_by_email(tx, email))?.ok_or(Error::NotFound)?.id;
    engine.write(who, |writer| {
        let draft = Draft::change(&writer.object("user")?, user).with("active", active);
        writer.save(draft)
    })?;
    Ok(user)
}
