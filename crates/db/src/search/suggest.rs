//! Words that a person may have meant.

use expr::sql::Sql;
use kernel::ColumnType;

use super::{starts_with, words::fold};
use crate::{Dialect, Error, Tx};

/// Suggestions made at most.
const SUGGESTIONS: usize = 5;
/// PostgreSQL keeps no list of words: those of so many of the latest rows stand for all.
const SAMPLE: usize = 20_000;

/// Words that rows of `table` are found by and that differ from `word` in one or two letters, nearest and most
/// frequent first. The first letter is taken to be right. A second step, for when nothing was found: it reads
/// every word that begins so.
pub fn suggest(tx: &mut Tx<'_>, table: &str, word: &str) -> Result<Vec<String>, Error> {
    let word = fold(word);
    let Some(first) = word.chars().next().filter(|first| first.is_alphanumeric()) else {
        return Ok(Vec::new());
    };
    let allowed = if word.chars().count() < 6 { 1 } else { 2 };
    let mut near: Vec<(usize, i64, String)> = Vec::new();
    tx.each(&vocabulary(tx.dialect(), table, &first.to_string()), |row| -> Result<(), Error> {
        let (Some(term), Some(rows)) = (row.text(0), row.int(1)) else { return Ok(()) };
        if term.len().abs_diff(word.len()) > 4 * allowed {
            return Ok(());
        }
        let distance = strsim::damerau_levenshtein(term, &word);
        if (1..=allowed).contains(&distance) {
            near.push((distance, -rows, term.to_owned()));
        }
        Ok(())
    })?;
    near.sort();
    near.truncate(SUGGESTIONS);
    Ok(near.into_iter().map(|(_, _, term)| term).collect())
}

/// The words with that beginning, and how many rows have each.
fn vocabulary(dialect: Dialect, table: &str, beginning: &str) -> Sql {
    let mut sql = Sql::default();
    match dialect {
        Dialect::Sqlite => {
            sql.push("select term, doc from ").name(&format!("{table}_words")).push(" where ");
            sql.append(&starts_with(&Sql::new("term"), beginning));
        }
        Dialect::Postgres => {
            let mut sample = Sql::new("select \"search\" from ");
            sample
                .name(table)
                .push(&format!(" where \"search\" is not null order by \"rid\" desc limit {SAMPLE}"));
            sql.push("select word, ndoc::bigint from ts_stat(")
                .bind(sample.text(), ColumnType::Text)
                .push(") where ");
            sql.append(&starts_with(&Sql::new("word collate \"C\""), beginning));
        }
    }
    sql
}
