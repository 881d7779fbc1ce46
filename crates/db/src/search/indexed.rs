//! What the search index really holds, for comparing it with the rows.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use expr::sql::Sql;

use super::words;
use crate::{Dialect, Error, Tx};

/// For each `rid` of `table` that search finds: a [`digest`] of the words by which it does.
pub fn indexed(tx: &mut Tx<'_>, table: &str) -> Result<HashMap<i64, u64>, Error> {
    let mut digests: HashMap<i64, u64> = HashMap::new();
    let mut note = |row: &crate::Row<'_>| -> Result<(), Error> {
        if let (Some(rid), Some(word)) = (row.int(0), row.text(1)) {
            let digest = digests.entry(rid).or_default();
            *digest = digest.wrapping_add(hash(word));
        }
        Ok(())
    };
    match tx.dialect() {
        Dialect::Sqlite => {
            // The index tells its words only through a table of its own kind, which a reader may not make, not even
            // a temporary one, unless it is let.
            let guard = tx.query_one(&Sql::new("pragma query_only"), |row| row.int(0))?.unwrap_or(0);
            tx.analyze(&format!(
                "pragma query_only = 0; \
                 create virtual table temp.\"indexed\" using fts5vocab(main, '{table}_search', 'instance');"
            ))?;
            let read = tx.each(&Sql::new("select doc, term from temp.\"indexed\""), &mut note);
            tx.analyze(&format!("drop table temp.\"indexed\"; pragma query_only = {guard}"))?;
            read?;
        }
        Dialect::Postgres => {
            let mut sql = Sql::new("select t.\"rid\", w.word from ");
            sql.name(table).push(" t, unnest(tsvector_to_array(t.\"search\")) as w (word)");
            tx.each(&sql, &mut note)?;
        }
    }
    Ok(digests)
}

/// A figure for the words of a text, whatever their order; 0 when there are none.
pub fn digest(text: &str) -> u64 {
    words(text).iter().fold(0, |digest, word| digest.wrapping_add(hash(word)))
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
