//! API tokens: a program acts for a user, within scopes, until the token expires or is withdrawn.
//!
//! The token is shown once, when it is made; what stays is its digest and the beginning, to know it by.

#[cfg(test)]
mod tests;

use db::Tx;
use expr::sql::Sql;
use jiff::{SignedDuration, Timestamp};
use kernel::{ColumnType, Id, Message, Problem, Value, limits, text::is_blank};
use metadata::Registry;
use records::{Engine, Error};

use crate::{
    event::{Happening, Note, Origin},
    secret::{self, Digest},
    session, text_list,
};

/// What every token begins with, so that one is known when it turns up where it should not.
pub const PREFIX: &str = "rapport_";
/// Characters of a token that are shown later.
const SHOWN: usize = PREFIX.len() + 6;
/// How exactly the time of last use is kept.
const USED_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// Tokens of one user at most.
const MOST: usize = 100;
/// The scope that lets a program do what administrators may; the user must be one.
pub const ADMIN_SCOPE: &str = "admin";

/// A token that is wanted.
#[derive(Clone, Debug, Default)]
pub struct NewToken {
    pub name: String,
    /// `read`, `write` (which includes reading), `deal:read`, `deal:write`, `admin`.
    pub scopes: Vec<String>,
    pub expires_at: Option<Timestamp>,
}

/// A token as its user sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiToken {
    pub id: Id,
    pub user: Id,
    pub name: String,
    /// The beginning of the token.
    pub prefix: String,
    pub scopes: Vec<String>,
    pub made_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it still opens anything.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

/// Makes a token for a user; the text is told this once.
///
/// # Errors
/// [`Error::Invalid`] for a missing name, unknown scopes, an expiry that is past, or too many tokens.
pub fn create(
    engine: &Engine,
    user: Id,
    new: &NewToken,
    origin: &Origin,
) -> Result<(ApiToken, String), Error> {
    let now = engine.clock().now();
    let problems = problems(&engine.registry(), new, now);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let text = format!("{PREFIX}{}", secret::generate());
    let token = ApiToken {
        id: Id::generate(),
        user,
        name: new.name.trim().to_owned(),
        prefix: text[..SHOWN].to_owned(),
        scopes: new.scopes.clone(),
        made_at: now,
        expires_at: new.expires_at,
        used_at: None,
        revoked_at: None,
    };
    engine.db().write(|tx| -> Result<(), Error> {
        if list(tx, user)?.iter().filter(|token| token.is_alive(now)).count() >= MOST {
            return Err(Error::invalid(Message::new("identity-too-many-tokens").with("max", MOST)));
        }
        insert(tx, &token, &text)?;
        Note::of(Happening::TokenMade, now, origin)
            .about(user)
            .by(Some(user))
            .detail(&token.name)
            .write(tx)?;
        Ok(())
    })?;
    Ok((token, text))
}

/// Withdraws a token of the user.
///
/// # Errors
/// [`Error::NotFound`] when they have none such.
pub fn revoke(engine: &Engine, user: Id, token: Id, by: Option<Id>, origin: &Origin) -> Result<(), Error> {
    let now = engine.clock().now();
    let mut sql = Sql::new("update \"identity_api_token\" set \"revoked_at\" = ");
    sql.bind(now, ColumnType::Instant).push(" where \"id\" = ").bind(token, ColumnType::Id);
    sql.push(" and \"user_id\" = ").bind(user, ColumnType::Id).push(" and \"revoked_at\" is null");
    engine.db().write(|tx| {
        let known = list(tx, user)?.into_iter().find(|known| known.id == token).ok_or(Error::NotFound)?;
        if tx.execute(&sql)? > 0 {
            session::announce(tx);
            Note::of(Happening::TokenRevoked, now, origin)
                .about(user)
                .by(by)
                .detail(&known.name)
                .write(tx)?;
        }
        Ok(())
    })
}

/// The tokens of a user, the newest first, with those that no longer work.
///
/// # Errors
/// Only when something is broken.
pub fn list(tx: &mut Tx<'_>, user: Id) -> Result<Vec<ApiToken>, db::Error> {
    let mut sql = select();
    sql.push(" where \"user_id\" = ")
        .bind(user, ColumnType::Id)
        .push(" order by \"made_at\" desc, \"id\" desc");
    Ok(tx.query(&sql, read)?.into_iter().flatten().collect())
}

/// The token behind a digest, alive or not.
pub(crate) fn find(tx: &mut Tx<'_>, digest: &Digest) -> Result<Option<ApiToken>, db::Error> {
    let mut sql = select();
    sql.push(" where \"hash\" = ").bind(digest.as_str(), ColumnType::Text);
    Ok(tx.query_optional(&sql, read)?.flatten())
}

/// Notes that the token is in use, if that has not been noted for a while.
pub(crate) fn note_use(engine: &Engine, token: &ApiToken, now: Timestamp) {
    if token.used_at.is_some_and(|used_at| now < used_at + USED_EVERY) {
        return;
    }
    let mut sql = Sql::new("update \"identity_api_token\" set \"used_at\" = ");
    sql.bind(now, ColumnType::Instant).push(" where \"id\" = ").bind(token.id, ColumnType::Id);
    session::note(engine, &sql);
}

fn problems(registry: &Registry, new: &NewToken, now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = new.name.trim();
    if is_blank(name) {
        problems.push(Problem::at("name", Message::new("problem-required")));
    } else if name.chars().count() > limits::TEXT_CHARS {
        let message = Message::new("problem-too-long")
            .with("max", limits::TEXT_CHARS)
            .with("length", name.chars().count());
        problems.push(Problem::at("name", message));
    }
    if new.scopes.is_empty() {
        problems.push(Problem::at("scopes", Message::new("problem-required")));
    }
    if let Some(unknown) = new.scopes.iter().find(|scope| !is_scope(registry, scope)) {
        problems
            .push(Problem::at("scopes", Message::new("identity-no-scope").with("name", unknown.as_str())));
    }
    if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
        problems.push(Problem::at("expires_at", Message::new("identity-expiry-past")));
    }
    problems
}

fn is_scope(registry: &Registry, scope: &str) -> bool {
    match scope.split_once(':') {
        None => matches!(scope, "read" | "write" | ADMIN_SCOPE),
        Some((object, verb)) => matches!(verb, "read" | "write") && registry.object(object).is_some(),
    }
}

fn insert(tx: &mut Tx<'_>, token: &ApiToken, text: &str) -> Result<(), db::Error> {
    let columns = [
        ("id", ColumnType::Id),
        ("hash", ColumnType::Text),
        ("prefix", ColumnType::Text),
        ("name", ColumnType::Text),
        ("user_id", ColumnType::Id),
        ("scopes", ColumnType::List),
        ("made_at", ColumnType::Instant),
        ("expires_at", ColumnType::Instant),
    ];
    let row: [Value; 8] = [
        token.id.into(),
        Digest::of(text).as_str().into(),
        token.prefix.as_str().into(),
        token.name.as_str().into(),
        token.user.into(),
        Value::List(token.scopes.iter().map(|scope| scope.as_str().into()).collect()),
        token.made_at.into(),
        token.expires_at.into(),
    ];
    tx.insert_rows("identity_api_token", &columns, [row])?;
    Ok(())
}

fn select() -> Sql {
    Sql::new(
        "select \"id\", \"user_id\", \"name\", \"prefix\", \"scopes\", \"made_at\", \"expires_at\", \"used_at\", \
         \"revoked_at\" from \"identity_api_token\"",
    )
}

fn read(row: &db::Row<'_>) -> Option<ApiToken> {
    Some(ApiToken {
        id: row.id(0)?,
        user: row.id(1)?,
        name: row.text(2)?.to_owned(),
        prefix: row.text(3)?.to_owned(),
        scopes: text_list(&row.value(4, ColumnType::List)),
        made_at: row.instant(5)?,
        expires_at: row.instant(6),
        used_at: row.instant(7),
        revoked_at: row.instant(8),
    })
}
