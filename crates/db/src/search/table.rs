//! Where the words of a table's rows are kept.

use crate::Dialect;

/// SQLite keeps words in a table of their own, `{table}_search`, with `rowid` the record's `rid`, and shows them in
/// `{table}_words`; PostgreSQL in a column `search` of the table itself.
///
/// Words come cut and folded, so the simplest tokenizer does; positions are not kept, since nobody asks for
/// phrases. The lists of beginnings are for the question as it is typed. Words are gathered in memory up to 8 MB before
/// they are written, and pieces merged eight at a time, which spares a large import much merging.
pub fn create(dialect: Dialect, table: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!(
            "create virtual table \"{table}_search\" using fts5(words, content='', contentless_delete=1, \
             detail=none, prefix='2 3 4', tokenize='ascii');\n\
             insert into \"{table}_search\" (\"{table}_search\", rank) values ('hashsize', 8388608);\n\
             insert into \"{table}_search\" (\"{table}_search\", rank) values ('automerge', 8);\n\
             create virtual table \"{table}_words\" using fts5vocab(\"{table}_search\", 'row');\n"
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
        Dialect::Sqlite => {
            format!("drop table if exists \"{table}_words\";\ndrop table if exists \"{table}_search\";\n")
        }
        Dialect::Postgres => String::new(),
    }
}

pub fn rename(dialect: Dialect, table: &str, to: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!(
            "drop table \"{table}_words\";\n\
             alter table \"{table}_search\" rename to \"{to}_search\";\n\
             create virtual table \"{to}_words\" using fts5vocab(\"{to}_search\", 'row');\n"
        ),
        Dialect::Postgres => format!("alter index \"{table}_search\" rename to \"{to}_search\";\n"),
    }
}
