//! The one log of what happened: a row for every committed change, written in the same transaction.
//!
//! Timeline, audit, undo, revert, live screens and the warehouse read it, each with its own cursor. Rows are never
//! changed; the privacy feature alone may blank what they say.

use db::Tx;
use expr::sql::Sql;
use kernel::{Actor, Channel, ColumnType, Id, Timestamp, Value};
use serde_json::{Map, Value as Json};

use crate::{Error, plain};

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happening {
    Create,
    Update,
    /// Into the trash.
    Delete,
    /// Out of the trash.
    Restore,
    /// Gone for good.
    Destroy,
}

impl Happening {
    pub const fn as_str(self) -> &'static str {
        match self {
            Happening::Create => "create",
            Happening::Update => "update",
            Happening::Delete => "delete",
            Happening::Restore => "restore",
            Happening::Destroy => "destroy",
        }
    }

    fn parse(text: &str) -> Option<Happening> {
        [Happening::Create, Happening::Update, Happening::Delete, Happening::Restore, Happening::Destroy]
            .into_iter()
            .find(|happening| happening.as_str() == text)
    }
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Grows with every row; rows of one record in the order in which they happened.
    pub seq: i64,
    pub at: Timestamp,
    pub actor: Actor,
    pub object: String,
    pub record: Id,
    /// The version of the record that this change made.
    pub version: i64,
    pub happening: Happening,
    /// What it belongs to: an import, a bulk change, a conversion.
    pub cause: Option<Id>,
    /// By column (or many-to-many field): before and after, as plain JSON.
    pub fields: Vec<FieldChange>,
}

/// One column before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    pub column: String,
    pub before: Json,
    pub after: Json,
}

/// The columns of the log, in the order in which rows are written.
const COLUMNS: [(&str, ColumnType); 9] = [
    ("at", ColumnType::Instant),
    ("actor", ColumnType::Id),
    ("channel", ColumnType::Text),
    ("object", ColumnType::Text),
    ("record", ColumnType::Id),
    ("version", ColumnType::Int),
    ("happening", ColumnType::Text),
    ("cause", ColumnType::Id),
    ("fields", ColumnType::Json),
];

/// A change on its way into the log.
pub(crate) struct NewChange<'a> {
    pub object: &'a str,
    pub record: Id,
    pub version: i64,
    pub happening: Happening,
    pub fields: NewFields,
}

/// What a change did, as the text that the log keeps: `{"column": [before, after], …}`.
pub(crate) struct NewFields(String);

impl NewFields {
    pub fn new() -> NewFields {
        NewFields("{".to_owned())
    }

    /// Adds one column. Its name is one of a definition: nothing in it has to be escaped.
    pub fn note(&mut self, column: &str, before: &Value, after: &Value) {
        let json = &mut self.0;
        json.push_str(if json.len() == 1 { "\"" } else { ",\"" });
        json.push_str(column);
        json.push_str("\":[");
        plain::write_json(before, json);
        json.push(',');
        plain::write_json(after, json);
        json.push(']');
    }

    fn into_text(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Appends to the log.
pub(crate) fn append<'a>(
    tx: &mut Tx<'_>,
    at: Timestamp,
    actor: Actor,
    cause: Option<Id>,
    changes: impl IntoIterator<Item = NewChange<'a>>,
) -> Result<(), Error> {
    let rows = changes.into_iter().map(|change| {
        [
            at.into(),
            actor.user.into(),
            actor.channel.as_str().into(),
            change.object.into(),
            change.record.into(),
            change.version.into(),
            change.happening.as_str().into(),
            cause.into(),
            change.fields.into_text().into(),
        ]
    });
    tx.insert_rows("change", &COLUMNS, rows)?;
    Ok(())
}

/// ` from "change" c` with the columns that [`read`] needs before it.
pub(crate) fn select() -> Sql {
    let mut sql = Sql::new("select c.\"seq\"");
    for (name, _) in COLUMNS {
        sql.push(", c.").name(name);
    }
    sql.push(" from \"change\" c");
    sql
}

/// The change in a row of [`select`].
pub(crate) fn read(row: &db::Row<'_>) -> Option<Change> {
    let fields = match row.value(9, ColumnType::Json) {
        Value::Json(Json::Object(fields)) => fields,
        _ => Map::new(),
    };
    let field = |(column, pair): (String, Json)| {
        let Json::Array(pair) = pair else { return None };
        let mut pair = pair.into_iter();
        Some(FieldChange { column, before: pair.next()?, after: pair.next()? })
    };
    Some(Change {
        seq: row.int(0)?,
        at: row.instant(1)?,
        actor: Actor { user: row.id(2), channel: Channel::parse(row.text(3)?)? },
        object: row.text(4)?.to_owned(),
        record: row.id(5)?,
        version: row.int(6)?,
        happening: Happening::parse(row.text(7)?)?,
        cause: row.id(8),
        fields: fields.into_iter().filter_map(field).collect(),
    })
}
