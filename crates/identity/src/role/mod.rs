//! A role: a named set of grants, or the right to everything. A person may hold many; rights add up.
//!
//! [`shipped`] makes the roles that a workspace starts with; the rules of `behaviour` keep anybody but an
//! administrator from changing what roles give, and the last administrator from going.

mod behaviour;
pub mod shipped;
#[cfg(test)]
mod tests;
mod view;
pub(crate) mod web;

use std::collections::HashMap;

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Value};
use records::{Error, Writer};

use crate::grant::{GrantSpec, spec};

pub use behaviour::RoleBehaviour;
pub use shipped::{ADMINISTRATOR, ensure};

pub const OBJECT: (&str, &str) = ("crates/identity/src/role/object.toml", include_str!("object.toml"));

/// Whether the workspace ever had a role.
pub(crate) fn any_role(tx: &mut Tx<'_>) -> Result<bool, db::Error> {
    Ok(tx.query_optional(&Sql::new("select 1 from \"role\" limit 1"), |_| ())?.is_some())
}

/// Whether the role has another grant than `grant` on the object.
pub(crate) fn has_other_grant(
    tx: &mut Tx<'_>,
    role: Option<Id>,
    object: &str,
    grant: Id,
) -> Result<bool, db::Error> {
    let mut sql = Sql::new("select 1 from \"grant\" where \"role\" = ");
    sql.bind(role, ColumnType::Id).push(" and \"object\" = ").bind(object, ColumnType::Text);
    sql.push(" and \"id\" <> ").bind(grant, ColumnType::Id).push(" and \"deleted_at\" is null limit 1");
    Ok(tx.query_optional(&sql, |_| ())?.is_some())
}

/// The grants of a role, in the order in which they were made.
pub(crate) fn grants(tx: &mut Tx<'_>, role: Id) -> Result<Vec<(Id, GrantSpec)>, db::Error> {
    let all = spec::read_all(tx)?;
    Ok(all.into_iter().filter(|(_, of, _)| *of == role).map(|(id, _, spec)| (id, spec)).collect())
}

/// How many users who are not in the trash hold each role.
pub(crate) fn holders(tx: &mut Tx<'_>) -> Result<HashMap<Id, i64>, db::Error> {
    let sql = Sql::new(
        "select m.\"other_id\", count(*) from \"user__roles\" m join \"user\" u on u.\"id\" = m.\"this_id\" \
         where u.\"deleted_at\" is null group by m.\"other_id\"",
    );
    Ok(tx.query(&sql, |row| Some((row.id(0)?, row.int(1)?)))?.into_iter().flatten().collect())
}

/// The role of that name or key.
pub(crate) fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<Id>, db::Error> {
    let mut sql =
        Sql::new("select \"id\" from \"role\" where \"deleted_at\" is null and (\"external_id\" = ");
    sql.bind(name, ColumnType::Text).push(" or \"name\" = ").bind(name, ColumnType::Text);
    sql.push(") order by \"rid\" limit 1");
    Ok(tx.query_optional(&sql, |row| row.id(0))?.flatten())
}

/// Whether the user is active and holds a role that may do everything; whether anybody is, for `None`.
pub(crate) fn is_administrator(tx: &mut Tx<'_>, user: Option<Id>) -> Result<bool, db::Error> {
    let mut sql = Sql::new(
        "select 1 from \"user\" u join \"user__roles\" m on m.\"this_id\" = u.\"id\" \
         join \"role\" r on r.\"id\" = m.\"other_id\" where u.\"active\" and u.\"deleted_at\" is null \
         and r.\"administrator\" and r.\"deleted_at\" is null",
    );
    if let Some(user) = user {
        sql.push(" and u.\"id\" = ").bind(user, ColumnType::Id);
    }
    sql.push(" limit 1");
    Ok(tx.query_optional(&sql, |_| ())?.is_some())
}

/// Refuses unless an administrator, or Rapport itself, acts: whatever grants say, nobody widens the own rights.
///
/// # Errors
/// [`Error::Denied`].
pub(crate) fn only_for_administrators(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    match writer.who().me() {
        Some(user) if !is_administrator(writer.tx(), Some(user))? => {
            Err(Error::Denied(Message::new("identity-only-administrators")))
        }
        _ => Ok(()),
    }
}

/// Refuses to leave the workspace without an administrator.
///
/// # Errors
/// [`Error::Invalid`].
pub(crate) fn keep_an_administrator(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    if is_administrator(writer.tx(), None)? {
        return Ok(());
    }
    Err(Error::invalid(Message::new("identity-last-administrator")))
}

/// Whether the user, active or not, holds a role that may do everything.
pub(crate) fn holds_administrator_role(tx: &mut Tx<'_>, user: Id) -> Result<bool, db::Error> {
    let mut sql = Sql::new(
        "select 1 from \"user__roles\" m join \"role\" r on r.\"id\" = m.\"other_id\" \
         where r.\"administrator\" and r.\"deleted_at\" is null and m.\"this_id\" = ",
    );
    sql.bind(user, ColumnType::Id).push(" limit 1");
    Ok(tx.query_optional(&sql, |_| ())?.is_some())
}

/// The roles of a user before and after a save.
pub(crate) struct RolesChange {
    pub before: Vec<Id>,
    pub after: Vec<Id>,
}

/// The roles that a user had before the save of that version and has after it, by what the log says: a behaviour does
/// not see the members of a field. None when the save left them.
pub(crate) fn logged_roles(
    tx: &mut Tx<'_>,
    user: Id,
    version: i64,
) -> Result<Option<RolesChange>, db::Error> {
    let mut sql = Sql::new("select \"fields\" from \"change\" where \"object\" = 'user' and \"record\" = ");
    sql.bind(user, ColumnType::Id).push(" and \"version\" = ").bind(version, ColumnType::Int);
    let rows = tx.query(&sql, |row| row.value(0, ColumnType::Json))?;
    let change = rows.iter().find_map(|fields| match fields {
        Value::Json(fields) => fields.get("roles"),
        _ => None,
    });
    Ok(change.map(|change| RolesChange { before: ids_in(change.get(0)), after: ids_in(change.get(1)) }))
}

fn ids_in(json: Option<&serde_json::Value>) -> Vec<Id> {
    let entries = json.and_then(serde_json::Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.as_str()?.parse().ok()).collect()
}

/// Whether one of the roles may do everything.
pub(crate) fn any_administrator(tx: &mut Tx<'_>, roles: &[Id]) -> Result<bool, db::Error> {
    let sql = Sql::new("select \"id\" from \"role\" where \"administrator\"");
    let all: Vec<Id> = tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
    Ok(roles.iter().any(|role| all.contains(role)))
}
