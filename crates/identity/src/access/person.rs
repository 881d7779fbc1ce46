//! One user as the rest of the program knows them.

use jiff::tz::TimeZone;
use kernel::{Actor, Channel, Id};
use records::Principal;

use super::Directory;
use crate::user::UserRow;

/// What people have who have not chosen: the workspace's own.
#[derive(Clone, Debug)]
pub struct Defaults {
    pub locale: String,
    pub zone: TimeZone,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults { locale: "en".to_owned(), zone: TimeZone::UTC }
    }
}

/// A user with their rights.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub locale: String,
    pub theme: String,
    pub density: String,
    pub principal: Principal,
}

impl Person {
    pub(crate) fn new(directory: &Directory, row: &UserRow, defaults: &Defaults) -> Person {
        let zone = row.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let principal = Principal {
            actor: Actor { user: Some(row.id), channel: Channel::User },
            team: row.team,
            teams: directory.teams.teams_of(row.id, row.team),
            access: directory.access(&row.roles),
            zone: zone.unwrap_or_else(|| defaults.zone.clone()),
        };
        Person {
            id: row.id,
            name: row.name.clone(),
            email: row.email.clone(),
            locale: row.locale.clone().unwrap_or_else(|| defaults.locale.clone()),
            theme: row.theme.clone(),
            density: row.density.clone(),
            principal,
        }
    }
}
