//! One box over all objects.

use std::sync::Arc;

use db::search::Query;
use expr::sql::Sql;
use kernel::{ColumnType, Id};
use metadata::Object;

use super::{Reader, row::ALIAS};
use crate::{
    Action, Error,
    condition::{Asking, Rows},
    record::FieldSet,
};

/// The title with a space for the marks that most often part words in it.
const TITLE_WORDS: &str =
    "replace(replace(replace(replace(t.\"title_key\", '-', ' '), '.', ' '), ',', ' '), '@', ' ')";

/// A record that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub object: Arc<str>,
    pub id: Id,
    pub title: String,
}

impl Reader<'_, '_> {
    /// Finds the records of `object` whose text has all words, the last one perhaps unfinished: those whose title
    /// begins with what was typed first, then the newest. At most `limit`, and only what may be seen.
    pub fn search(&mut self, object: &Arc<Object>, words: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let key = db::search::fold(words);
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let mut hits = self.search_titles(object, &key, limit)?;
        if hits.len() < limit {
            for hit in self.search_text(object, words, limit)? {
                if hits.len() < limit && hits.iter().all(|known| known.id != hit.id) {
                    hits.push(hit);
                }
            }
        }
        Ok(hits)
    }

    /// By the beginning of the title.
    fn search_titles(&mut self, object: &Arc<Object>, key: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let mut from = Sql::default();
        from.name(object.table()).push(" t");
        let condition = db::search::starts_with(&Sql::new("t.\"title_key\""), key);
        let order = Sql::new("t.\"title_key\" nulls first, t.\"rid\"");
        self.hits(object, &from, &condition, &order, limit)
    }

    fn search_text(&mut self, object: &Arc<Object>, words: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let query = Query::typed(words);
        let found = db::search::source(asking.dialect, ALIAS, object.table(), &query);
        let (from, mut condition, mut order) = (found.from, found.condition, found.age);
        condition.append(&asking.seen_words(object, Action::Read, &query));
        order.push(" desc");
        self.hits(object, &from, &condition, &order, limit)
    }

    fn hits(
        &mut self,
        object: &Arc<Object>,
        from: &Sql,
        condition: &Sql,
        order: &Sql,
        limit: usize,
    ) -> Result<Vec<Hit>, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let title: FieldSet = object.title.iter().copied().collect();
        let rows = match asking.rows(object, Action::Read, &title, ALIAS) {
            Ok(rows) => rows,
            Err(Error::Denied(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut sql = Sql::new("select t.\"id\", t.\"title\" from ");
        sql.append(from).push(" where ").append(condition).push(" and t.\"deleted_at\" is null");
        if let Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        sql.push(" order by ").append(order).push(" limit ").bind(limit as i64, ColumnType::Int);
        let name: Arc<str> = object.name.as_str().into();
        let hit = |row: &db::Row<'_>| {
            Some(Hit {
                object: Arc::clone(&name),
                id: row.id(0)?,
                title: row.text(1).unwrap_or("").to_owned(),
            })
        };
        Ok(self.tx.query(&sql, hit)?.into_iter().flatten().collect())
    }
}

impl Asking<'_> {
    /// Whoever may not see every field that search reads finds by the title alone: ` and …` that narrows to it.
    ///
    /// The condition is one on the title that implies the search's own, so that nothing but the title decides.
    pub(super) fn seen_words(&self, object: &Object, action: Action, query: &Query) -> Sql {
        let sees_all = [Action::Read, action].into_iter().all(|action| {
            let readable = self.readable(object, action);
            object.search.iter().all(|position| readable.has(*position))
                && self.masks(object, action, ALIAS).is_empty()
        });
        let mut narrowed = Sql::default();
        if sees_all {
            return narrowed;
        }
        let last = query.words().len().saturating_sub(1);
        for (at, word) in query.words().iter().enumerate() {
            let end = if query.is_open() && at == last { "%" } else { " %" };
            narrowed.push(" and ' ' || ").push(TITLE_WORDS).push(" || ' ' like ");
            narrowed.bind(format!("% {word}{end}"), ColumnType::Text);
        }
        narrowed
    }
}
