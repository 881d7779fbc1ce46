//! Many records: filtered, ordered, a page at a time.
//!
//! Pages go by key: the next page begins after the sort keys of the last record, so that the thousandth page
//! costs as much as the first and nothing is shown twice when records come and go. Empty content sorts first,
//! in descending order last, on both databases.

use std::sync::Arc;

use expr::{Checked, sql::Sql};
use kernel::{ColumnType, Id, limits};
use metadata::{Field, Kind, Object, Registry};

use super::{
    Cursor, Reader,
    load::has_members,
    order::{Key, after, keys, push_order},
    row::{ALIAS, Selection},
};
use crate::{
    Action, Engine, Error, Principal, Record,
    condition::{Asking, Rows, named_fields},
    record::FieldSet,
};

/// What is asked of a list.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub object: Arc<Object>,
    /// Positions of the fields to read; id, version and title always come along.
    pub fields: FieldSet,
    pub filter: Option<Arc<Checked>>,
    /// Only what leads to one record, or to what belongs to it.
    pub around: Option<Around>,
    /// Words to be found by full-text search.
    pub words: Option<String>,
    /// Only what was made or changed together with this cause: an import, a bulk change.
    pub cause: Option<Id>,
    pub sort: Vec<Sort>,
    pub trash: Trash,
    /// At most [`limits::PAGE_RECORDS`].
    pub limit: usize,
    pub after: Option<Cursor>,
    /// What may be done with the records: `Read` for looking, `Export` for taking away.
    pub action: Action,
    /// Whether to read the titles of linked records.
    pub labels: bool,
}

/// Records from which a link leads to a record, or to one of those that belong to it.
#[derive(Clone, Debug)]
pub struct Around {
    /// The position of the link, to one or to any of several kinds.
    pub link: usize,
    pub record: (Arc<Object>, Id),
    /// Further records that the link may lead to.
    pub belonging: Vec<ListQuery>,
}

/// One key of an order: a field that can be sorted by, `title`, `id`, or `moment`: when what it describes happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    pub field: String,
    pub descending: bool,
}

/// Which records: those in use, or those in the trash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trash {
    #[default]
    Without,
    Only,
    /// Both, for synchronising and reverting.
    Included,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub records: Vec<Record>,
    /// Where the next page begins; none on the last.
    pub next: Option<Cursor>,
}

impl ListQuery {
    /// All records with all fields, in the order in which they were made.
    pub fn new(object: &Arc<Object>) -> ListQuery {
        ListQuery {
            object: Arc::clone(object),
            fields: (0..object.fields.len()).collect(),
            filter: None,
            around: None,
            words: None,
            cause: None,
            sort: Vec::new(),
            trash: Trash::Without,
            limit: 50,
            after: None,
            action: Action::Read,
            labels: true,
        }
    }

    #[must_use]
    pub fn fields<'f>(mut self, names: impl IntoIterator<Item = &'f str>) -> ListQuery {
        self.fields = names.into_iter().filter_map(|name| self.object.position(name)).collect();
        self
    }

    #[must_use]
    pub fn filter(mut self, filter: Option<Arc<Checked>>) -> ListQuery {
        self.filter = filter;
        self
    }

    /// Only records that lead to `record` by `link`, of whichever kind of link it is; instead of another filter.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is no link of theirs.
    pub fn leading_to(self, registry: &Registry, link: &Field, record: Id) -> Result<ListQuery, Error> {
        let leads = if matches!(link.kind, Kind::LinkMany { .. }) { "contains" } else { "=" };
        let text = format!("{} {leads} \"{record}\"", link.name);
        let checked = expr::check(&text, &self.object.name, registry, &expr::Expected::Condition)
            .map_err(|problems| Error::invalid(problems[0].message.clone()))?;
        Ok(self.filter(Some(Arc::new(checked))))
    }

    #[must_use]
    pub fn sort(mut self, sort: Vec<Sort>) -> ListQuery {
        self.sort = sort;
        self
    }

    #[must_use]
    pub const fn limit(mut self, limit: usize) -> ListQuery {
        self.limit = limit;
        self
    }
}

impl Sort {
    /// Reads `field` or `-field`.
    pub fn parse(text: &str) -> Sort {
        match text.strip_prefix('-') {
            Some(field) => Sort { field: field.to_owned(), descending: true },
            None => Sort { field: text.to_owned(), descending: false },
        }
    }
}

impl Reader<'_, '_> {
    /// One page of records.
    ///
    /// # Errors
    /// [`Error::Denied`] when whoever asks may see no record of the object with the fields that the filter and
    /// the order use; [`Error::Invalid`] for an order or cursor that makes no sense.
    pub fn list(&mut self, query: &ListQuery) -> Result<Page, Error> {
        let registry = Arc::clone(&self.registry);
        let plan = Plan::new(&self.asking(&registry), query)?;
        let mut page = plan.page(|sql, map| self.tx.query(sql, map))?;
        self.fill_members(&mut page.records)?;
        Ok(page)
    }
}

impl Engine {
    /// As [`Reader::list`] in a transaction of its own, which one statement needs not open.
    ///
    /// # Errors
    /// As [`Reader::list`].
    pub fn list(&self, who: &Principal, query: &ListQuery) -> Result<Page, Error> {
        let shown = query.fields.iter().map(|position| &query.object.fields[position]);
        if has_members(shown) {
            return self.read(who, |reader| reader.list(query));
        }
        let registry = self.registry();
        let plan = Plan::new(&self.asking(&registry, who), query)?;
        plan.page(|sql, map| self.db().query(sql, map))
    }
}

/// The statement of a page, and how its rows become records.
struct Plan {
    selection: Selection,
    keys: Vec<Key>,
    sql: Sql,
    limit: usize,
}

impl Plan {
    fn new(asking: &Asking<'_>, query: &ListQuery) -> Result<Plan, Error> {
        let keys = keys(asking, &query.object, &query.sort)?;
        let mut used = used_fields(query);
        keys.iter().flat_map(|key| &key.positions).for_each(|position| used.insert(*position));

        let mut sql = Sql::new("select ");
        let selection =
            Selection::new(asking, &query.object, &query.fields, query.action, query.labels, &mut sql);
        for key in &keys {
            sql.push(", ").append(&key.sql);
        }
        sql.push(", t.\"rid\"");
        asking.push_source(query, &used, &mut sql)?;
        if let Some(cursor) = &query.after {
            sql.push(" and ").append(&after(&keys, cursor)?);
        }
        push_order(&keys, &mut sql);
        let limit = query.limit.clamp(1, limits::PAGE_RECORDS);
        // One more tells whether there is a next page.
        sql.push(" limit ").bind(limit as i64 + 1, ColumnType::Int);
        Ok(Plan { selection, keys, sql, limit })
    }

    fn page(
        &self,
        run: impl FnOnce(&Sql, &mut dyn FnMut(&db::Row<'_>) -> Record) -> Result<Vec<Record>, db::Error>,
    ) -> Result<Page, Error> {
        let (mut read, mut last) = (0, None);
        let mut records = run(&self.sql, &mut |row| {
            read += 1;
            if read == self.limit {
                last = Some(self.place(row));
            }
            self.selection.record(row)
        })?;
        let more = records.len() > self.limit;
        records.truncate(self.limit);
        Ok(Page { records, next: last.filter(|_| more) })
    }

    /// The place in the order after a row.
    fn place(&self, row: &db::Row<'_>) -> Cursor {
        let width = self.selection.width();
        let key = |(at, key): (usize, &Key)| row.value(width + at, key.column);
        Cursor {
            keys: self.keys.iter().enumerate().map(key).collect(),
            rid: row.int(width + self.keys.len()).unwrap_or(0),
        }
    }
}

impl Asking<'_> {
    /// ` from … where …`: the records that the query is about and that may be seen.
    pub(super) fn push_source(&self, query: &ListQuery, used: &FieldSet, sql: &mut Sql) -> Result<(), Error> {
        let object = &query.object;
        let mut rows = vec![self.rows(object, Action::Read, used, ALIAS)?];
        if query.action != Action::Read {
            rows.push(self.rows(object, query.action, used, ALIAS)?);
            rows.dedup();
        }
        sql.push(" from ").name(object.table()).push(" ").push(ALIAS).push(" where ");
        sql.push(match query.trash {
            Trash::Without => "t.\"deleted_at\" is null",
            Trash::Only => "t.\"deleted_at\" is not null",
            Trash::Included => "true",
        });
        if let Some(filter) = &query.filter {
            sql.push(" and ").append(&self.compile_guarded(filter, ALIAS));
        }
        if let Some(around) = &query.around {
            sql.push(" and ").append(&self.leads_around(object, around)?);
        }
        if let Some(words) = &query.words {
            let words = db::search::Query::typed(words);
            sql.push(" and ").append(&db::search::condition(self.dialect, ALIAS, object.table(), &words));
            sql.append(&self.seen_words(object, query.action, &words));
        }
        if let Some(cause) = query.cause {
            sql.push(" and t.\"id\" in (select c.\"record\" from \"change\" c where c.\"cause\" = ");
            sql.bind(cause, ColumnType::Id).push(" and c.\"object\" = ");
            sql.bind(object.name.as_str(), ColumnType::Text).push(")");
        }
        for condition in &rows {
            if let Rows::Where(condition) = condition {
                sql.push(" and ").append(condition);
            }
        }
        Ok(())
    }

    /// The ids that the link may lead to are found first: both databases then look them up in its index.
    fn leads_around(&self, object: &Object, around: &Around) -> Result<Sql, Error> {
        let columns = &object.columns[object.fields[around.link].columns.clone()];
        let Some(column) = columns.iter().find(|column| column.column == ColumnType::Id) else {
            return Ok(Sql::new("false"));
        };
        let (kind, id) = &around.record;
        let mut sql = Sql::new("t.");
        sql.name(&column.name).push(" in (select t.\"id\" from ").name(kind.table());
        sql.push(" t where t.\"id\" = ").bind(*id, ColumnType::Id);
        for belonging in &around.belonging {
            let mut found = Sql::new(" union all select t.\"id\"");
            match self.push_source(belonging, &used_fields(belonging), &mut found) {
                Ok(()) => _ = sql.append(&found),
                // Who may see none of them learns nothing of what is about them.
                Err(Error::Denied(_)) => {}
                Err(error) => return Err(error),
            }
        }
        sql.push(")");
        Ok(sql)
    }
}

/// The fields whose content decides which records come: whoever may not see one of them must not learn from it.
pub(super) fn used_fields(query: &ListQuery) -> FieldSet {
    let mut used = query
        .filter
        .as_ref()
        .map_or_else(FieldSet::default, |filter| named_fields(&query.object, filter.fields()));
    if let Some(around) = &query.around {
        used.insert(around.link);
    }
    if query.words.is_some() {
        query.object.title.iter().for_each(|position| used.insert(*position));
    }
    used
}
