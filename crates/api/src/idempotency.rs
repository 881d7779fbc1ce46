//! Doing a request once, however often it is sent: `Idempotency-Key`.
//!
//! The key and the answer are kept in the transaction that does the work, so that a repetition after a broken
//! connection gets the first answer, and never does anything twice. Keys are forgotten after a day.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use db::{
    Dialect, Migration,
    schema::{Column, Key, Table, create_table},
};
use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Value};
use records::Writer;
use sha2::{Digest, Sha256};
use web::{Error, Fields, Kind};

use crate::{
    caller::Caller,
    list::json_response,
    record::{only, with_etag},
};

/// Characters of a key at most.
pub const KEY_CHARS: usize = 200;
/// How long a key is remembered.
const DAY_MICROSECONDS: i64 = 86_400_000_000;

pub const MIGRATIONS: &[Migration] = &[Migration { name: "api/1-idempotency", statements: tables }];

fn tables(dialect: Dialect) -> Vec<String> {
    let text = |name| Column::new(name, ColumnType::Text).required();
    vec![create_table(
        dialect,
        &Table {
            name: "idempotency",
            key: Key::Columns(&["user", "key"]),
            columns: vec![
                Column::new("user", ColumnType::Id).required(),
                text("key"),
                text("digest"),
                Column::new("at", ColumnType::Instant).required(),
                Column::new("status", ColumnType::Int).required(),
                text("body"),
                Column::new("location", ColumnType::Text),
                Column::new("version", ColumnType::Int),
            ],
        },
    )]
}

/// What a request is answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub location: Option<String>,
    pub version: Option<i64>,
}

/// Does the work in one transaction; with a key, only if it was not done before.
///
/// # Errors
/// As `work`; a conflict when the key was used for another request.
pub async fn once(
    caller: &Caller,
    headers: &HeaderMap,
    body: &[u8],
    mut work: impl FnMut(&mut Writer<'_, '_>) -> Result<Answer, Error> + Send + 'static,
) -> Result<Response, Error> {
    let key = only(headers, "Idempotency-Key")?.map(str::to_owned);
    let user = caller.ctx.session.user;
    // The same body to another address is another request.
    let digest =
        hex(&Sha256::new().chain_update(&caller.ctx.here).chain_update([0]).chain_update(body).finalize());
    let answer = caller
        .write(move |writer| {
            let Some(key) = &key else { return work(writer) };
            if key.is_empty() || key.len() > KEY_CHARS {
                return Err(Fields::wrong("Idempotency-Key", key));
            }
            if let Some((earlier, answer)) = find(writer, user, key)? {
                if earlier == digest {
                    return Ok(answer);
                }
                let message = Message::new("api-idempotency");
                return Err(Error { message: Some(message), ..Error::new(Kind::Conflict) });
            }
            let answer = work(writer)?;
            keep(writer, user, key, &digest, &answer)?;
            Ok(answer)
        })
        .await?;
    Ok(respond(answer))
}

fn respond(answer: Answer) -> Response {
    let mut response = json_response(answer.body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    if let Some(location) = answer.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    match answer.version {
        Some(version) => with_etag(response, version),
        None => response,
    }
}

fn find(writer: &mut Writer<'_, '_>, user: Id, key: &str) -> Result<Option<(String, Answer)>, Error> {
    let mut sql = Sql::new(
        "select \"digest\", \"status\", \"body\", \"location\", \"version\" from \"idempotency\" where \"user\" = ",
    );
    sql.bind(user, ColumnType::Id).push(" and \"key\" = ").bind(key, ColumnType::Text);
    let found = writer.tx().query_optional(&sql, |row| {
        let answer = Answer {
            status: row.int(1).and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
            body: row.text(2).unwrap_or_default().to_owned(),
            location: row.text(3).map(str::to_owned),
            version: row.int(4),
        };
        (row.text(0).unwrap_or_default().to_owned(), answer)
    });
    found.map_err(|error| records::Error::from(error).into())
}

fn keep(
    writer: &mut Writer<'_, '_>,
    user: Id,
    key: &str,
    digest: &str,
    answer: &Answer,
) -> Result<(), Error> {
    const COLUMNS: [(&str, ColumnType); 8] = [
        ("user", ColumnType::Id),
        ("key", ColumnType::Text),
        ("digest", ColumnType::Text),
        ("at", ColumnType::Instant),
        ("status", ColumnType::Int),
        ("body", ColumnType::Text),
        ("location", ColumnType::Text),
        ("version", ColumnType::Int),
    ];
    let now = writer.now();
    let row: [Value; 8] = [
        user.into(),
        key.into(),
        digest.into(),
        now.into(),
        i64::from(answer.status).into(),
        answer.body.as_str().into(),
        answer.location.clone().into(),
        answer.version.into(),
    ];
    let mut forget = Sql::new("delete from \"idempotency\" where \"at\" < ");
    let yesterday =
        kernel::Timestamp::from_microsecond(now.as_microsecond() - DAY_MICROSECONDS).unwrap_or(now);
    forget.bind(yesterday, ColumnType::Instant);
    let tx = writer.tx();
    tx.execute(&forget).map_err(records::Error::from)?;
    // Of two that come at once one meets the other's row here. It is not in the one's snapshot, so PostgreSQL has that
    // transaction begin anew, in which the row is found.
    let mut sql = Sql::new("insert into \"idempotency\" (");
    for (at, (name, _)) in COLUMNS.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).name(name);
    }
    sql.push(") values (");
    for (at, (value, (_, column))) in row.into_iter().zip(COLUMNS).enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).bind(value, column);
    }
    sql.push(") on conflict (\"user\", \"key\") do nothing");
    tx.execute(&sql).map_err(records::Error::from)?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
