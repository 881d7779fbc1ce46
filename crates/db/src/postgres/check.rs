//! Looking whether a schema is sound, as far as PostgreSQL can tell without help from its machine.

use super::{
    Pool, archive,
    catalogue::{Catalogue, rows},
    transaction,
};
use crate::{
    Error,
    schema::{literal, quoted},
};

const UNUSABLE: &str = "select format('the index %s cannot be used', i.relname) from pg_index x \
    join pg_class i on i.oid = x.indexrelid \
    where i.relnamespace = current_schema()::regnamespace and not x.indisvalid";
const UNCHECKED: &str = "select format('the rule %s of %s was never checked', k.conname, c.relname) from pg_constraint k \
    join pg_class c on c.oid = k.conrelid where c.relnamespace = current_schema()::regnamespace and not k.convalidated";
const TREES: &str = "select i.relname::text from pg_index x join pg_class i on i.oid = x.indexrelid \
    join pg_am a on a.oid = i.relam where i.relnamespace = current_schema()::regnamespace and a.amname = 'btree'";
const EXTENSION: &str = "select n.nspname::text from pg_extension e join pg_namespace n on n.oid = e.extnamespace \
    where e.extname = 'amcheck'";

/// Reads every row, so that the server checks each page it stands on; looks for indexes and rules that do not hold;
/// and has the extension `amcheck`, where it is installed, compare indexes with their tables.
pub fn check(pool: &Pool) -> Result<Vec<String>, Error> {
    let mut problems = Vec::new();
    let read = |query: &str| -> Result<Vec<String>, Error> {
        transaction::read(pool, |connection| Ok(rows(connection, query, 1)?.into_iter().flatten().collect()))
    };
    problems.extend(read(UNUSABLE)?);
    problems.extend(read(UNCHECKED)?);
    let catalogue = transaction::read(pool, Catalogue::read)?;
    for table in &catalogue.tables {
        let copy = format!("copy {} to stdout binary", quoted(&table.name));
        let whole = transaction::read(pool, |connection| archive::copy_out(connection, &copy, |_| Ok(())));
        note(&mut problems, &table.name, whole)?;
    }
    if let Some(extension) = read(EXTENSION)?.first() {
        for index in read(TREES)? {
            let call = format!(
                "select {}.bt_index_check({}::regclass)::text",
                quoted(extension),
                literal(&quoted(&index))
            );
            note(&mut problems, &index, read(&call).map(|_| ()))?;
        }
    }
    Ok(problems)
}

/// Damage is an answer; that the server cannot be asked is an error.
fn note(problems: &mut Vec<String>, what: &str, outcome: Result<(), Error>) -> Result<(), Error> {
    match outcome {
        Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
        Err(error) => problems.push(format!("{what}: {error}")),
        Ok(()) => {}
    }
    Ok(())
}
