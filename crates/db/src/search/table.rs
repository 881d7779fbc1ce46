//! Where the words of a table's rows are kept.

use crate::Dialect;

/// SQLite keeps words in a table of their own, `{table}_search`, with `rowid` the record's `rid`; PostgreSQL in a
/// column `search` of the table itself.
pub fn create(dialect: Dialect, table: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!(
            "create virtual table \"{table}_search\" using fts5(words, content='', contentless_delete=1, \
             prefix='2 3 4', tokenize=\"unicode61 remove_diacritics 2\");\n"
        ),
        Dialect::Postgres => format!(
            "alter table \"{table}\" add column \"search\" tsvector;\n\
             create index \"{table}_search\" on \"{table}\" using gin (\"search\");\n"
        ),
    }
}

/// Dropping the table drops the rest on PostgreSQL.
pub fn drop(dialect: Dialect, table: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("drop table if exists \"{table}_search\";\n"),
        Dialect::Postgres => String::new(),
    }
}

pub fn rename(dialect: Dialect, table: &str, to: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("alter table \"{table}_search\" rename to \"{to}_search\";\n"),
        Dialect::Postgres => format!("alter index \"{table}_search\" rename to \"{to}_search\";\n"),
    }
}
