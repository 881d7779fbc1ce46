//! The stored hash of a user's password.

use db::Tx;
use expr::sql::Sql;
use jiff::Timestamp;
use kernel::{ColumnType, Id};

pub struct Credential {
    pub hash: String,
    /// Somebody else has set it: it opens nothing but the page where it is replaced.
    pub must_change: bool,
}

pub fn find(tx: &mut Tx<'_>, user: Id) -> Result<Option<Credential>, db::Error> {
    let mut sql =
        Sql::new("select \"hash\", \"must_change\" from \"identity_credential\" where \"user_id\" = ");
    sql.bind(user, ColumnType::Id);
    let read = |row: &db::Row<'_>| {
        Some(Credential { hash: row.text(0)?.to_owned(), must_change: row.bool(1).unwrap_or(false) })
    };
    Ok(tx.query_optional(&sql, read)?.flatten())
}

pub fn put(tx: &mut Tx<'_>, user: Id, credential: &Credential, now: Timestamp) -> Result<(), db::Error> {
    let mut sql = Sql::new(
        "insert into \"identity_credential\" (\"user_id\", \"hash\", \"changed_at\", \"must_change\") values (",
    );
    sql.bind(user, ColumnType::Id).push(", ").bind(credential.hash.as_str(), ColumnType::Text);
    sql.push(", ").bind(now, ColumnType::Instant).push(", ").bind(credential.must_change, ColumnType::Bool);
    sql.push(
        ") on conflict (\"user_id\") do update set \"hash\" = excluded.\"hash\", \
         \"changed_at\" = excluded.\"changed_at\", \"must_change\" = excluded.\"must_change\"",
    );
    tx.execute(&sql)?;
    Ok(())
}
