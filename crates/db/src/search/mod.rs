//! Full-text search, kept in the same transaction as the rows it finds.
//!
//! Words are cut and folded here ([`words()`]), so that both databases find the same. SQLite keeps them in an FTS5
//! table, PostgreSQL in a `tsvector` column with a GIN index; neither parses text by itself.
//!
//! Writing: [`put`], [`remove`], and [`insert_rows`] for many new rows. Asking: [`Query`] made of what a person
//! typed, as a [`condition`] or as the [`source`] of a list. When nothing is found: [`suggest`]. Whether the index
//! agrees with the rows: [`indexed`] and [`digest`].

mod indexed;
mod suggest;
mod table;
mod words;

use expr::sql::Sql;
use kernel::{ColumnType, Value};

pub use indexed::{digest, indexed};
pub use suggest::suggest;
pub(crate) use table::{create, drop, rename};
pub use words::{fold, words};

use crate::{Dialect, Error, Tx};

/// Words of a question that are looked for; the rest is left out.
const QUERY_WORDS: usize = 12;

/// What a person typed, taken apart: every word must be there, the last one may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    words: Vec<String>,
    open: bool,
}

impl Query {
    /// A question as it is being typed: the last word counts as a beginning, unless something follows it.
    pub fn typed(text: &str) -> Query {
        let open = text.chars().next_back().is_some_and(char::is_alphanumeric);
        Query { open, ..Query::whole(text) }
    }

    /// A question of whole words.
    pub fn whole(text: &str) -> Query {
        let mut words = words(text);
        words.truncate(QUERY_WORDS);
        Query { words, open: false }
    }

    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether the last word is only a beginning.
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Whether there is nothing to look for. Such a question finds nothing.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// As FTS5 or `tsquery` reads it. Words are letters and digits only, so quoting them is safe.
    fn text(&self, dialect: Dialect) -> String {
        let (quote, and, prefix) = match dialect {
            Dialect::Sqlite => ('"', " AND ", " *"),
            Dialect::Postgres => ('\'', " & ", ":*"),
        };
        let mut text = String::new();
        for (at, word) in self.words.iter().enumerate() {
            if at > 0 {
                text.push_str(and);
            }
            text.push(quote);
            text.push_str(word);
            text.push(quote);
            if self.open && at + 1 == self.words.len() {
                text.push_str(prefix);
            }
        }
        text
    }
}

/// Whether the row `alias` of `table` answers the question; to stand in a `where`.
pub fn condition(dialect: Dialect, alias: &str, table: &str, query: &Query) -> Sql {
    let mut sql = Sql::default();
    if query.is_empty() {
        sql.push("(1 = 0)");
        return sql;
    }
    match dialect {
        Dialect::Sqlite => {
            let words = format!("{table}_search");
            sql.push("(").name(alias).push(".\"rid\" in (select rowid from ").name(&words).push(" where ");
            sql.name(&words).push(" match ").bind(query.text(dialect), ColumnType::Text).push("))");
        }
        Dialect::Postgres => {
            sql.push("(").name(alias).push(".\"search\" @@ ");
            sql.bind(query.text(dialect), ColumnType::Text).push("::text::tsquery)");
        }
    }
    sql
}

/// The rows of a table that answer a question, in parts of a statement.
pub struct Source {
    /// To stand after `from`.
    pub from: Sql,
    /// To stand in the `where`.
    pub condition: Sql,
    /// What grows with newer rows. SQLite finds rows in this order and in no other, so that a limit ends the search
    /// early.
    pub age: Sql,
}

/// The rows of `table` that answer the question, under `alias`. Unlike [`condition`] it lets SQLite hand out rows as it
/// finds them.
pub fn source(dialect: Dialect, alias: &str, table: &str, query: &Query) -> Source {
    let (mut from, mut age) = (Sql::default(), Sql::default());
    match dialect {
        Dialect::Sqlite if !query.is_empty() => {
            let (words, words_alias) = (format!("{table}_search"), format!("{alias}_search"));
            from.name(&words)
                .push(" as ")
                .name(&words_alias)
                .push(" cross join ")
                .name(table)
                .push(" as ")
                .name(alias);
            from.push(" on ").name(alias).push(".\"rid\" = ").name(&words_alias).push(".rowid");
            let mut found = Sql::new("(");
            // The column of that name in an FTS5 table means the table as a whole.
            found.name(&words_alias).push(".").name(&words).push(" match ");
            found.bind(query.text(dialect), ColumnType::Text).push(")");
            age.name(&words_alias).push(".rowid");
            Source { from, condition: found, age }
        }
        _ => {
            from.name(table).push(" as ").name(alias);
            age.name(alias).push(".\"rid\"");
            Source { from, condition: condition(dialect, alias, table, query), age }
        }
    }
}

/// Whether a text column begins with `prefix`, byte by byte; an index on the column serves it.
pub fn starts_with(column: &Sql, prefix: &str) -> Sql {
    let mut sql = Sql::new("(");
    sql.append(column).push(" >= ").bind(prefix, ColumnType::Text);
    sql.push(" and ").append(column).push(" < ");
    // No text of UTF-8 has a greater character than this.
    sql.bind(format!("{prefix}\u{10ffff}"), ColumnType::Text).push(")");
    sql
}

/// Lets the row `rid` of `table` be found by the words of `text` from now on, and by no others.
pub fn put(tx: &mut Tx<'_>, table: &str, rid: i64, text: &str) -> Result<(), Error> {
    put_rows(tx, table, [(rid, text)])
}

/// [`put`] for many rows that are there already.
pub fn put_rows<T: AsRef<str>>(
    tx: &mut Tx<'_>,
    table: &str,
    rows: impl IntoIterator<Item = (i64, T)>,
) -> Result<(), Error> {
    let joined = rows.into_iter().map(|(rid, text)| (rid, words(text.as_ref()).join(" ")));
    match tx.dialect() {
        Dialect::Sqlite => insert_words(tx, "insert or replace into ", table, joined)?,
        Dialect::Postgres => {
            let (rids, texts): (Vec<Value>, Vec<Value>) =
                joined.map(|(rid, words)| (Value::from(rid), Value::from(words))).unzip();
            let mut sql = Sql::new("update ");
            sql.name(table)
                .push(" as row set \"search\" = array_to_tsvector(string_to_array(put.words, ' '))");
            sql.push(" from (select unnest(").bind(rids, ColumnType::Int).push(") as rid, unnest(");
            sql.bind(texts, ColumnType::Text).push(") as words) as put where row.\"rid\" = put.rid");
            tx.execute(&sql)?;
        }
    }
    Ok(())
}

/// Puts words into SQLite's table of them, with a statement that begins with `verb`.
fn insert_words(
    tx: &mut Tx<'_>,
    verb: &str,
    table: &str,
    rows: impl IntoIterator<Item = (i64, String)>,
) -> Result<(), Error> {
    let search = format!("{table}_search");
    let mut statement = Sql::new(verb);
    statement.name(&search).push(" (rowid, words)");
    let rows = rows.into_iter().map(|(rid, words)| [rid.into(), words.into()]);
    tx.insert_with(&search, statement.text(), &[ColumnType::Int, ColumnType::Text], rows)?;
    Ok(())
}

/// Inserts new rows of records, each with the text that finds it. `columns` must begin with `rid`
/// (see [`Tx::next_rids`]).
pub fn insert_rows<R: AsRef<[Value]>, T: AsRef<str>>(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[(&str, ColumnType)],
    rows: &[(R, T)],
) -> Result<u64, Error> {
    if columns.first().is_none_or(|(name, _)| *name != "rid") {
        return Err(Error::Other(format!("the first column of new rows of {table} must be rid")));
    }
    match tx.dialect() {
        Dialect::Sqlite => {
            let count = tx.insert_rows(table, columns, rows.iter().map(|(row, _)| row))?;
            let rid = |row: &R| row.as_ref().first().and_then(Value::as_int).unwrap_or_default();
            let joined = rows.iter().map(|(row, text)| (rid(row), words(text.as_ref()).join(" ")));
            insert_words(tx, "insert into ", table, joined)?;
            Ok(count)
        }
        Dialect::Postgres => tx.insert_rows_with_words(table, columns, rows),
    }
}

/// Lets the row be found no more. Rows of a dropped table and, on PostgreSQL, deleted rows need no call.
pub fn remove(tx: &mut Tx<'_>, table: &str, rid: i64) -> Result<(), Error> {
    let mut sql = Sql::default();
    match tx.dialect() {
        Dialect::Sqlite => sql.push("delete from ").name(&format!("{table}_search")).push(" where rowid = "),
        Dialect::Postgres => sql.push("update ").name(table).push(" set \"search\" = null where \"rid\" = "),
    };
    sql.bind(rid, ColumnType::Int);
    tx.execute(&sql)?;
    Ok(())
}
