//! Tables and indexes, described once and written for either database.
//!
//! Every function is pure: it returns the text of one or more statements for [`crate::Tx::execute_script`].
//! Names must come from definitions that were checked; they are quoted, never interpreted.
//!
//! | column | SQLite (strict tables) | PostgreSQL |
//! |---|---|---|
//! | Bool, Int | INTEGER | boolean, bigint |
//! | Decimal | INTEGER, scaled by 10^scale | numeric(20, scale) |
//! | Text | TEXT, compared by bytes | text collate "C" |
//! | Date | INTEGER, days since 1970-01-01 | date |
//! | Instant | INTEGER, microseconds since 1970 | timestamptz |
//! | Id | BLOB of 16 bytes | uuid |
//! | List, Json | TEXT | jsonb |

mod index;
mod table;

pub use index::{Index, Only, Part, create_index, drop_index};
pub use table::{
    Column, Key, Table, add_column, create_record_table, create_table, drop_column, drop_table,
    rename_column, rename_table,
};

/// The name in double quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) fn quoted_list(names: &[&str]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// A text in single quotes.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
