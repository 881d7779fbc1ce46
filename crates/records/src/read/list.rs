//! Many records: filtered, ordered, a page at a time.
//!
//! Pages go by key: the next page begins after the sort keys of the last record, so that the thousandth page
//! costs as much as the first and nothing is shown twice when records come and go. Empty content sorts first,
//! in descending order last, on both databases.

use std::sync::Arc;

use expr::{Checked, sql::Sql};
use kernel::{ColumnType, Message, Value, limits};
use metadata::{Kind, Object};

use super::{
    Cursor, Reader,
    load::has_members,
    row::{ALIAS, Selection},
};
use crate::{
    Action, Engine, Error, Principal, Record,
    condition::{Asking, Rows, named_fields},
    plain,
    record::FieldSet,
};

/// What is asked of a list.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub object: Arc<Object>,
    /// Positions of the fields to read; id, version and title always come along.
    pub fields: FieldSet,
    pub filter: Option<Arc<Checked>>,
    /// Words to be found by full-text search.
    pub words: Option<String>,
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

/// One key of an order: a field that can be sorted by, `title` or `id`.
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
            words: None,
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
        if let Some(words) = &query.words {
            let words = db::search::Query::typed(words);
            sql.push(" and ").append(&db::search::condition(self.dialect, ALIAS, object.table(), &words));
            sql.append(&self.seen_words(object, query.action, &words));
        }
        for condition in &rows {
            if let Rows::Where(condition) = condition {
                sql.push(" and ").append(condition);
            }
        }
        Ok(())
    }
}

/// The fields whose content decides which records come: whoever may not see one of them must not learn from it.
pub(super) fn used_fields(query: &ListQuery) -> FieldSet {
    let mut used = query
        .filter
        .as_ref()
        .map_or_else(FieldSet::default, |filter| named_fields(&query.object, filter.fields()));
    if query.words.is_some() {
        query.object.title.iter().for_each(|position| used.insert(*position));
    }
    used
}

/// One key of the order as SQL.
pub(super) struct Key {
    sql: Sql,
    column: ColumnType,
    descending: bool,
    /// Whether the content may be missing.
    optional: bool,
    /// The fields that the order tells of.
    positions: Vec<usize>,
}

pub(super) fn keys(asking: &Asking<'_>, object: &Object, sort: &[Sort]) -> Result<Vec<Key>, Error> {
    sort.iter().map(|sort| key(asking, object, sort)).collect()
}

fn key(asking: &Asking<'_>, object: &Object, sort: &Sort) -> Result<Key, Error> {
    let unsortable = || Error::invalid(Message::new("problem-sort").with("name", sort.field.as_str()));
    let key = |sql, column, optional, positions: &[usize]| Key {
        sql,
        column,
        descending: sort.descending,
        optional,
        positions: positions.to_vec(),
    };
    if sort.field == "title" {
        return Ok(key(Sql::new("t.\"title_key\""), ColumnType::Text, false, &object.title));
    }
    if sort.field == "id" {
        return Ok(key(Sql::new("t.\"id\""), ColumnType::Id, false, &[]));
    }
    let position = object.position(&sort.field).ok_or_else(unsortable)?;
    let field = &object.fields[position];
    if object.title == [position] {
        return Ok(key(Sql::new("t.\"title_key\""), ColumnType::Text, false, &object.title));
    }
    let (sql, column) = match &field.kind {
        Kind::Json | Kind::MultiChoice(_) | Kind::Tags | Kind::LinkMany { .. } | Kind::File => {
            return Err(unsortable());
        }
        Kind::Formula { column: None } => {
            computed_key(asking, field.formula.as_ref().ok_or_else(unsortable)?)
        }
        Kind::Choice(choice) => (rank(choice, &field.name), ColumnType::Int),
        Kind::Link(link) => (linked_key(asking, &link.to, &field.name), ColumnType::Text),
        Kind::PersonName => (name_key(asking.dialect, &field.name), ColumnType::Text),
        _ => {
            let stored = object.columns.get(field.columns.start).ok_or_else(unsortable)?;
            let mut sql = Sql::new("t.");
            sql.name(&stored.name);
            let is_text = stored.column == ColumnType::Text;
            (if is_text { asking.dialect.text_order(&sql) } else { sql }, stored.column)
        }
    };
    let optional = !field.required && !matches!(sort.field.as_str(), "created_at" | "updated_at");
    Ok(key(sql, column, optional, &[position]))
}

/// A formula that no column holds, as something to order by, and what a cursor keeps of it.
fn computed_key(asking: &Asking<'_>, formula: &Checked) -> (Sql, ColumnType) {
    let sql = asking.compile_sort_key(formula, ALIAS);
    match formula.column_type() {
        ColumnType::Text => (asking.dialect.text_order(&sql), ColumnType::Text),
        // What a formula only looks up is in order as it is stored.
        ColumnType::Int | ColumnType::Decimal { .. } if sql.text().starts_with("rp_sort_key(") => {
            (sql, asking.dialect.number_key())
        }
        column => (sql, column),
    }
}

/// Choices sort in the order of their options.
fn rank(choice: &metadata::Choice, name: &str) -> Sql {
    let mut sql = Sql::new("case t.");
    sql.name(name);
    for (rank, option) in choice.options.iter().enumerate() {
        sql.push(" when '").push(&option.name.replace('\'', "''")).push("' then ").push(&rank.to_string());
    }
    sql.push(" end");
    sql
}

/// Links sort by the titles they show: one that may not be seen sorts as empty.
fn linked_key(asking: &Asking<'_>, to: &str, name: &str) -> Sql {
    // PostgreSQL orders by no bare constant.
    let nothing = || Sql::new("cast(null as text)");
    let Some(linked) = asking.registry.object(to) else { return nothing() };
    let title = linked.title.iter().copied().collect();
    let Ok(rows) = asking.rows(linked, Action::Read, &title, "l") else { return nothing() };
    let mut sql = Sql::new("(select l.\"title_key\" from ");
    sql.name(linked.table()).push(" l where l.\"id\" = t.").name(name);
    if let Rows::Where(condition) = rows {
        sql.push(" and ").append(&condition);
    }
    sql.push(")");
    sql
}

/// Names sort by the last name, then the first.
fn name_key(dialect: db::Dialect, name: &str) -> Sql {
    let mut joined = Sql::new("(coalesce(t.");
    joined.name(&format!("{name}_last")).push(", '') || ' ' || coalesce(t.").name(&format!("{name}_first"));
    joined.push(", ''))");
    dialect.text_order(&joined)
}

/// What can be nowhere empty says so too: an index serves an order only if the two say the same.
fn push_order(keys: &[Key], sql: &mut Sql) {
    sql.push(" order by ");
    for key in keys {
        sql.append(&key.sql);
        sql.push(if key.descending { " desc nulls last, " } else { " asc nulls first, " });
    }
    let descending = keys.last().is_some_and(|key| key.descending);
    sql.push(if descending { "t.\"rid\" desc" } else { "t.\"rid\"" });
}

/// The records after a cursor: by the first key, or equal there and after it by the next, … and at last by rid.
fn after(keys: &[Key], cursor: &Cursor) -> Result<Sql, Error> {
    let fits = |(key, value): (&Key, &Value)| value.is_null() || plain::fits(value, key.column);
    if keys.len() != cursor.keys.len() || !keys.iter().zip(&cursor.keys).all(fits) {
        return Err(Error::invalid(Message::new("problem-cursor")));
    }
    let descending = keys.last().is_some_and(|key| key.descending);
    let mut condition = Sql::new("t.\"rid\" ");
    condition.push(if descending { "< " } else { "> " }).bind(cursor.rid, ColumnType::Int);
    for (key, value) in keys.iter().zip(&cursor.keys).rev() {
        condition = after_key(key, value, &condition);
    }
    Ok(condition)
}

fn after_key(key: &Key, value: &Value, rest: &Sql) -> Sql {
    let mut sql = Sql::new("(");
    match (value.is_null(), key.descending) {
        (true, true) => sql.append(&key.sql).push(" is null and ").append(rest),
        (true, false) => sql
            .append(&key.sql)
            .push(" is not null or (")
            .append(&key.sql)
            .push(" is null and ")
            .append(rest)
            .push(")"),
        (false, descending) => {
            let sign = if descending { " < " } else { " > " };
            sql.append(&key.sql).push(sign).bind(value.clone(), key.column);
            sql.push(" or (").append(&key.sql).push(" = ").bind(value.clone(), key.column);
            sql.push(" and ").append(rest).push(")");
            if descending && key.optional {
                sql.push(" or ").append(&key.sql).push(" is null");
            }
            &mut sql
        }
    };
    // The bound that an index can start from; the rest only sorts out its edge.
    let mut bounded = Sql::default();
    let nulls_follow = key.descending && key.optional;
    if !value.is_null() && !nulls_follow {
        let sign = if key.descending { " <= " } else { " >= " };
        bounded.append(&key.sql).push(sign).bind(value.clone(), key.column).push(" and ");
    }
    bounded.append(&sql).push(")");
    bounded
}
