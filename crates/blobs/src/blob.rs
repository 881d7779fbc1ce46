//! What is known about a file.

use db::{Row, Tx};
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp};

use crate::{Error, media, name};

/// A file that is kept. Its content never changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Blob {
    pub id: Id,
    /// Safe as the name of a file on any system.
    pub name: String,
    /// Told from the content.
    pub media_type: String,
    pub size_bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
    pub purpose: Purpose,
    pub created_at: Timestamp,
    pub created_by: Option<Id>,
    /// When it goes by itself.
    pub expires_at: Option<Timestamp>,
    /// The record that it belongs to, once it does.
    pub record: Option<Id>,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Belongs to a record.
    Attachment,
    /// Came to be imported.
    Import,
    /// Was made to be downloaded.
    Export,
}

impl Purpose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Attachment => "attachment",
            Purpose::Import => "import",
            Purpose::Export => "export",
        }
    }

    pub fn parse(text: &str) -> Option<Purpose> {
        [Purpose::Attachment, Purpose::Import, Purpose::Export]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }
}

impl Blob {
    /// Whether a browser may show it within a page: pictures and PDF, which cannot run scripts there.
    pub fn is_inline(&self) -> bool {
        media::is_inline(&self.media_type)
    }

    /// The header `Content-Disposition` that this file must be served with (RFC 6266).
    pub fn content_disposition(&self) -> String {
        name::disposition(self.is_inline(), &self.name)
    }
}

/// The blob of that id, if there is one.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Blob>, Error> {
    let mut sql = Sql::new(
        "select id, name, media_type, size_bytes, sha256, purpose, created_at, created_by, expires_at, record \
         from blob where id = ",
    );
    sql.bind(id, ColumnType::Id);
    Ok(tx.query_optional(&sql, blob)?.flatten())
}

/// Has the blob go by itself at an instant.
///
/// # Errors
/// [`Error::NotFound`] when there is no such blob.
pub fn expire(tx: &mut Tx<'_>, id: Id, at: Timestamp) -> Result<(), Error> {
    set_expiry(tx, id, Some(at))
}

/// Keeps a blob that was to go by itself, such as an upload whose form is now saved.
///
/// # Errors
/// [`Error::NotFound`] when there is no such blob: it has gone already.
pub fn retain(tx: &mut Tx<'_>, id: Id) -> Result<(), Error> {
    set_expiry(tx, id, None)
}

/// Gives a blob to a record: it stays for as long as the record does.
///
/// # Errors
/// [`Error::NotFound`] when there is no such blob: it has gone already.
pub fn claim(tx: &mut Tx<'_>, id: Id, object: &str, record: Id) -> Result<(), Error> {
    let mut sql = Sql::new("update blob set expires_at = ");
    sql.bind(None::<Timestamp>, ColumnType::Instant).push(", object = ").bind(object, ColumnType::Text);
    sql.push(", record = ").bind(record, ColumnType::Id).push(" where id = ").bind(id, ColumnType::Id);
    found(tx.execute(&sql)?)
}

/// Blobs that belong to records, by id after `after`: blob, object, record.
pub fn claimed(tx: &mut Tx<'_>, after: Option<Id>, limit: usize) -> Result<Vec<(Id, String, Id)>, Error> {
    let mut sql = Sql::new("select id, object, record from blob where record is not null");
    if let Some(after) = after {
        sql.push(" and id > ").bind(after, ColumnType::Id);
    }
    sql.push(" order by id limit ").bind(i64::try_from(limit).unwrap_or(i64::MAX), ColumnType::Int);
    let rows = tx.query(&sql, |row| Some((row.id(0)?, row.text(1)?.to_owned(), row.id(2)?)))?;
    Ok(rows.into_iter().flatten().collect())
}

/// Forgets a blob; its file goes with a later sweep.
///
/// # Errors
/// [`Error::NotFound`] when there is no such blob.
pub fn remove(tx: &mut Tx<'_>, id: Id) -> Result<(), Error> {
    let mut sql = Sql::new("delete from blob where id = ");
    sql.bind(id, ColumnType::Id);
    found(tx.execute(&sql)?)
}

pub(crate) fn insert(tx: &mut Tx<'_>, blob: &Blob) -> Result<(), Error> {
    let size = i64::try_from(blob.size_bytes).unwrap_or(i64::MAX);
    let mut sql = Sql::new(
        "insert into blob (id, name, media_type, size_bytes, sha256, purpose, created_at, created_by, expires_at) \
         values (",
    );
    sql.bind(blob.id, ColumnType::Id).push(", ").bind(blob.name.as_str(), ColumnType::Text).push(", ");
    sql.bind(blob.media_type.as_str(), ColumnType::Text).push(", ").bind(size, ColumnType::Int).push(", ");
    sql.bind(blob.sha256.as_str(), ColumnType::Text).push(", ");
    sql.bind(blob.purpose.as_str(), ColumnType::Text).push(", ");
    sql.bind(blob.created_at, ColumnType::Instant)
        .push(", ")
        .bind(blob.created_by, ColumnType::Id)
        .push(", ");
    sql.bind(blob.expires_at, ColumnType::Instant).push(")");
    tx.execute(&sql)?;
    Ok(())
}

fn set_expiry(tx: &mut Tx<'_>, id: Id, at: Option<Timestamp>) -> Result<(), Error> {
    let mut sql = Sql::new("update blob set expires_at = ");
    sql.bind(at, ColumnType::Instant).push(" where id = ").bind(id, ColumnType::Id);
    found(tx.execute(&sql)?)
}

const fn found(rows: u64) -> Result<(), Error> {
    if rows == 0 { Err(Error::NotFound) } else { Ok(()) }
}

fn blob(row: &Row<'_>) -> Option<Blob> {
    Some(Blob {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        media_type: row.text(2)?.to_owned(),
        size_bytes: row.int(3)?.unsigned_abs(),
        sha256: row.text(4)?.to_owned(),
        purpose: Purpose::parse(row.text(5)?)?,
        created_at: row.instant(6)?,
        created_by: row.id(7),
        expires_at: row.instant(8),
        record: row.id(9),
    })
}
