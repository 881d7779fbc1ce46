//! Making and dropping indexes.

use super::quoted;
use crate::Dialect;

/// An index to be made. Its name is unique in the database.
#[derive(Clone, Debug)]
pub struct Index<'a> {
    pub name: &'a str,
    pub table: &'a str,
    pub parts: &'a [Part<'a>],
    /// Whether two rows may not have the same content; rows with a null among it never count as the same.
    pub unique: bool,
    /// What all must hold of a row for it to be in the index.
    pub only: &'a [Only<'a>],
}

/// Which rows are in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only<'a> {
    /// Those without content in the column, such as `deleted_at`.
    Null(&'a str),
    /// Those with content in the column.
    Filled(&'a str),
}

/// What an index is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// The column as it is stored. Serves equality, ranges, and prefixes of text (see [`crate::search::starts_with`]).
    Column(&'a str),
    /// The column with empty content first, as lists are ordered on both databases.
    Listed(&'a str),
    /// A text column in the order of lists ([`Dialect::text_order`]).
    Text(&'a str),
}

pub fn create_index(dialect: Dialect, index: &Index<'_>) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| match (part, dialect) {
            // SQLite has empty content first by itself.
            (Part::Column(name), _) | (Part::Listed(name), Dialect::Sqlite) => quoted(name),
            (Part::Listed(name), Dialect::Postgres) => format!("{} nulls first", quoted(name)),
            (Part::Text(name), Dialect::Sqlite) => format!("{} collate nocase", quoted(name)),
            (Part::Text(name), Dialect::Postgres) => format!("lower({}) nulls first", quoted(name)),
        })
        .collect();
    let only = index.only.iter().map(|only| match only {
        Only::Null(name) => format!("{} is null", quoted(name)),
        Only::Filled(name) => format!("{} is not null", quoted(name)),
    });
    let only: Vec<String> = only.collect();
    format!(
        "create {}index {} on {} ({}){}{};\n",
        if index.unique { "unique " } else { "" },
        quoted(index.name),
        quoted(index.table),
        parts.join(", "),
        if only.is_empty() { "" } else { " where " },
        only.join(" and "),
    )
}

pub fn drop_index(_: Dialect, name: &str) -> String {
    format!("drop index {};\n", quoted(name))
}
