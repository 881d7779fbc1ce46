//! How a warehouse stands.

use records::Principal;

use crate::{Error, Warehouse, manifest::TableEntry, writing};

/// How the warehouse stands.
#[derive(Clone, Debug)]
pub struct Status {
    /// Rows of the log that it does not know yet.
    pub behind: i64,
    /// Records whose latest state is in memory only.
    pub fresh: usize,
    pub generation: u64,
    pub tables: Vec<TableStatus>,
}

#[derive(Clone, Debug)]
pub struct TableStatus {
    pub name: String,
    pub records: u64,
    pub past_versions: u64,
    pub files: usize,
    pub bytes: u64,
}

impl Warehouse {
    /// How the warehouse stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn status(&self) -> Result<Status, Error> {
        let state = self.state();
        let end = self.engine.read(&Principal::system(), |reader| reader.log_end())?;
        let table = |(name, table): (&String, &TableEntry)| TableStatus {
            name: name.clone(),
            records: writing::count(table),
            past_versions: table
                .months
                .values()
                .filter_map(|month| month.past.as_ref())
                .map(|file| file.rows)
                .sum(),
            files: table.files().count(),
            bytes: table.files().map(|file| file.bytes).sum(),
        };
        Ok(Status {
            behind: (end - state.cursor).max(0),
            fresh: state.fresh_records(),
            generation: state.manifest.generation,
            tables: state.manifest.tables.iter().map(table).collect(),
        })
    }
}
