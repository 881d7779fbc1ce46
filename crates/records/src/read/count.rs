//! How many records, counted no further than anybody reads.

use std::sync::Arc;

use expr::sql::Sql;
use kernel::{ColumnType, limits};

use super::{ListQuery, Reader, list::used_fields};
use crate::Error;

/// A number of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Exactly(usize),
    /// At least this many: counting stopped there.
    Over(usize),
}

impl Reader<'_, '_> {
    /// Counts the records that a list would show over all its pages, up to [`limits::COUNT`].
    pub fn count(&mut self, query: &ListQuery) -> Result<Count, Error> {
        let counted = self.count_up_to(query, limits::COUNT + 1)?;
        Ok(if counted > limits::COUNT { Count::Over(limits::COUNT) } else { Count::Exactly(counted) })
    }

    /// Counts all of them, however long that takes.
    pub fn count_exactly(&mut self, query: &ListQuery) -> Result<usize, Error> {
        self.count_up_to(query, usize::MAX)
    }

    /// Counts them no further than to `max`.
    pub fn count_up_to(&mut self, query: &ListQuery, max: usize) -> Result<usize, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let mut sql = Sql::new("select count(*) from (select 1");
        asking.push_source(query, &used_fields(query), &mut sql)?;
        sql.push(" limit ").bind(i64::try_from(max).unwrap_or(i64::MAX), ColumnType::Int).push(") counted");
        let counted = self.tx.query_one(&sql, |row| row.int(0).unwrap_or(0))?;
        Ok(usize::try_from(counted).unwrap_or(0))
    }
}
