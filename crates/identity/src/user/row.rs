//! What signing in and rights need of a user, read without the engine: nobody is signed in yet.

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id};

/// A user as far as identity is concerned.
#[derive(Clone, Debug, PartialEq)]
pub struct UserRow {
    pub id: Id,
    pub version: i64,
    pub name: String,
    pub email: String,
    /// May sign in: neither switched off nor in the trash.
    pub active: bool,
    pub team: Option<Id>,
    pub locale: Option<String>,
    pub zone: Option<String>,
    pub theme: String,
    pub density: String,
    pub roles: Vec<Id>,
}

/// An e-mail address as it is kept and compared.
pub fn fold_email(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// The user, also one who may not sign in.
pub fn find_row(tx: &mut Tx<'_>, id: Id) -> Result<Option<UserRow>, db::Error> {
    let mut condition = Sql::new("\"id\" = ");
    condition.bind(id, ColumnType::Id);
    find(tx, &condition)
}

/// The user with that address who is not in the trash.
pub fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<UserRow>, db::Error> {
    let mut condition = Sql::new("\"email\" = ");
    condition.bind(fold_email(email), ColumnType::Text).push(" and \"deleted_at\" is null");
    find(tx, &condition)
}

fn find(tx: &mut Tx<'_>, condition: &Sql) -> Result<Option<UserRow>, db::Error> {
    let mut sql = select();
    sql.push(" where ").append(condition);
    let Some(mut user) = tx.query_optional(&sql, read)?.flatten() else { return Ok(None) };
    let mut sql = Sql::new("select \"other_id\" from \"user__roles\" where \"this_id\" = ");
    sql.bind(user.id, ColumnType::Id).push(" order by \"other_id\"");
    user.roles = tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
    Ok(Some(user))
}

/// All users that are not in the trash, by name, without their roles.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<UserRow>, db::Error> {
    let mut sql = select();
    sql.push(" where \"deleted_at\" is null order by \"title_key\", \"rid\"");
    Ok(tx.query(&sql, read)?.into_iter().flatten().collect())
}

fn select() -> Sql {
    Sql::new(
        "select \"id\", \"version\", \"name\", \"email\", \"active\", \"deleted_at\", \"team\", \"locale\", \"zone\", \
         \"theme\", \"density\" from \"user\"",
    )
}

fn read(row: &db::Row<'_>) -> Option<UserRow> {
    let text = |at: usize| row.text(at).map(str::to_owned);
    Some(UserRow {
        id: row.id(0)?,
        version: row.int(1)?,
        name: text(2).unwrap_or_default(),
        email: text(3).unwrap_or_default(),
        active: row.bool(4) == Some(true) && row.is_null(5),
        team: row.id(6),
        locale: text(7),
        zone: text(8),
        theme: text(9).unwrap_or_default(),
        density: text(10).unwrap_or_default(),
        roles: Vec::new(),
    })
}
