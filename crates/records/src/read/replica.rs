//! What a copy kept elsewhere, such as the warehouse, is made of: whole records, their log, and who may see them.
//!
//! Everything but [`Reader::sight`] is for Rapport itself and asks nobody for permission.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};
use metadata::Object;

use super::Reader;
use crate::{
    Action, Error,
    change_log::{self, Change},
    condition::Rows,
    engine::in_ids,
    record::FieldSet,
};

/// How far back in the log a row may turn up that was not committed when later ones were.
pub const LOOK_BACK: usize = 10_000;

/// Which records somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    All,
    Only(HashSet<Id>),
}

/// What somebody may see of an object.
#[derive(Clone, Debug)]
pub struct Sight {
    pub rows: Opened,
    /// The fields that may be seen, on some record at least.
    pub fields: FieldSet,
    /// Where that differs from record to record: which records each of somebody's roles opens, and the fields that
    /// it hides on them. Empty where all records show the same fields.
    pub masks: Vec<(Opened, FieldSet)>,
}

/// Which records somebody sees as members of many-to-many fields: none that are in the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenMembers {
    AllBut(HashSet<Id>),
    Only(HashSet<Id>),
}

impl Sight {
    /// The records on which a field shows; nothing when it shows on none.
    pub fn of_field(&self, position: usize) -> Option<Opened> {
        if !self.fields.has(position) {
            return None;
        }
        let mut shown: Option<HashSet<Id>> = None;
        for (rows, hidden) in &self.masks {
            match rows {
                _ if hidden.has(position) => {}
                Opened::All => return Some(Opened::All),
                Opened::Only(ids) => shown.get_or_insert_default().extend(ids),
            }
        }
        if self.masks.is_empty() {
            return Some(Opened::All);
        }
        shown.map(Opened::Only)
    }
}

impl SeenMembers {
    pub fn nobody() -> SeenMembers {
        SeenMembers::Only(HashSet::new())
    }
}

impl Opened {
    pub fn has(&self, id: Id) -> bool {
        match self {
            Opened::All => true,
            Opened::Only(ids) => ids.contains(&id),
        }
    }
}

impl Reader<'_, '_> {
    /// The stored columns, in the order of [`Object::columns`], and after them for each of [`Object::many_to_many`] the
    /// ids of its members as a list of texts in order, empty for none, of up to `limit` records whose id is greater than
    /// `after`, in the order of their ids; those in the trash too.
    pub fn whole_rows_after(
        &mut self,
        object: &Object,
        after: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, Error> {
        let mut sql = select(object);
        if let Some(after) = after {
            sql.push(" where t.\"id\" > ").bind(after, ColumnType::Id);
        }
        sql.push(" order by t.\"id\" limit ").bind(limit as i64, ColumnType::Int);
        self.whole_rows(object, &sql)
    }

    /// As [`Reader::whole_rows_after`], of these records, as far as they are still there.
    pub fn whole_rows_of(&mut self, object: &Object, ids: &[Id]) -> Result<Vec<Vec<Value>>, Error> {
        let mut sql = select(object);
        sql.push(" where ").append(&self.is_one_of("t.\"id\"", ids));
        self.whole_rows(object, &sql)
    }

    /// Everything the log knows of these records, in the order in which it happened.
    pub fn log_of(&mut self, object: &str, ids: &[Id]) -> Result<Vec<Change>, Error> {
        let mut sql = change_log::select();
        sql.push(" where ").append(&self.is_one_of("c.\"record\"", ids));
        sql.push(" and c.\"object\" = ").bind(object, ColumnType::Text).push(" order by c.\"seq\"");
        Ok(self.tx.query(&sql, change_log::read)?.into_iter().flatten().collect())
    }

    /// The number of the newest row of the log; 0 before the first.
    pub fn log_end(&mut self) -> Result<i64, Error> {
        let sql = Sql::new("select max(\"seq\") from \"change\"");
        Ok(self.tx.query_one(&sql, |row| row.int(0))?.unwrap_or(0))
    }

    /// Which numbers there are not among the last [`LOOK_BACK`] of the log that ends at `end`: rows that were never
    /// committed, or are about to be.
    pub fn log_holes(&mut self, end: i64) -> Result<Vec<i64>, Error> {
        let mut sql = Sql::new("select c.\"seq\" from \"change\" c where c.\"seq\" > ");
        sql.bind(end - LOOK_BACK as i64, ColumnType::Int)
            .push(" and c.\"seq\" <= ")
            .bind(end, ColumnType::Int);
        sql.push(" order by c.\"seq\"");
        let there: Vec<i64> = self.tx.query(&sql, |row| row.int(0))?.into_iter().flatten().collect();
        Ok(there.windows(2).flat_map(|pair| pair[0] + 1..pair[1]).collect())
    }

    /// Hands over the number and the cause of each row of the log after `after`, in order, and before them of those with
    /// the numbers `at` that have come.
    pub fn each_cause(
        &mut self,
        after: i64,
        at: &[i64],
        mut visit: impl FnMut(i64, Option<Id>),
    ) -> Result<(), Error> {
        let dialect = self.tx.dialect();
        let mut of = |condition: &Sql| {
            let mut sql = Sql::new("select c.\"seq\", c.\"cause\" from \"change\" c where ");
            sql.append(condition).push(" order by c.\"seq\"");
            self.tx.each(&sql, |row| {
                visit(row.int(0).unwrap_or_default(), row.id(1));
                Ok::<_, db::Error>(())
            })
        };
        if !at.is_empty() {
            of(&among(dialect, at))?;
        }
        let mut later = Sql::new("c.\"seq\" > ");
        later.bind(after, ColumnType::Int);
        Ok(of(&later)?)
    }

    /// The log after `seq`, oldest first, whatever may still be uncommitted between its rows: for those who come back
    /// for the numbers that are missing, with [`Reader::changes_at`], and so need not wait for other transactions.
    pub fn changes_since(&mut self, seq: i64, limit: usize) -> Result<Vec<Change>, Error> {
        let mut sql = change_log::select();
        sql.push(" where c.\"seq\" > ").bind(seq, ColumnType::Int);
        sql.push(" order by c.\"seq\" limit ").bind(limit as i64, ColumnType::Int);
        Ok(self.tx.query(&sql, change_log::read)?.into_iter().flatten().collect())
    }

    /// The rows of the log with these numbers, as far as they have come.
    pub fn changes_at(&mut self, seqs: &[i64]) -> Result<Vec<Change>, Error> {
        let mut sql = change_log::select();
        sql.push(" where ").append(&among(self.tx.dialect(), seqs));
        Ok(self.tx.query(&sql, change_log::read)?.into_iter().flatten().collect())
    }

    /// What whoever asks may see of an object: which records, those in the trash too, and which fields of them.
    ///
    /// # Errors
    /// [`Error::Denied`] when that is nothing, whatever they hold.
    pub fn sight(&mut self, object: &Arc<Object>) -> Result<Sight, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let rows = asking.rows(object, Action::Read, &FieldSet::default(), "t")?;
        let fields = asking.readable(object, Action::Read);
        let masks = asking.masks(object, Action::Read, "t");
        let rows = self.opened(object, &rows)?;
        let masks = masks.into_iter().map(|(rows, hidden)| Ok((self.opened(object, &rows)?, hidden)));
        Ok(Sight { rows, fields, masks: masks.collect::<Result<_, Error>>()? })
    }

    /// The records of an object that whoever asks sees as members of many-to-many fields, as [`Reader::load`] gives them.
    ///
    /// # Errors
    /// [`Error::Denied`] when they may see no record of the object.
    pub fn seen_members(&mut self, object: &Arc<Object>) -> Result<SeenMembers, Error> {
        let rows = self.rows_of_members(object)?;
        let mut sql = Sql::new("select t.\"id\" from ");
        sql.name(object.table()).push(" t where t.\"deleted_at\" is ");
        match &rows {
            Rows::All => sql.push("not null"),
            Rows::Where(condition) => sql.push("null and ").append(condition),
        };
        let ids = self.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
        Ok(match rows {
            Rows::All => SeenMembers::AllBut(ids),
            Rows::Where(_) => SeenMembers::Only(ids),
        })
    }

    /// Whether there may be anything to see for [`Reader::seen_members`], whose records are not read for it.
    pub fn may_see_members(&self, object: &Arc<Object>) -> bool {
        self.rows_of_members(object).is_ok()
    }

    /// Those whose titles may be seen.
    fn rows_of_members(&self, object: &Object) -> Result<Rows, Error> {
        let title = object.title.iter().copied().collect();
        self.asking(&self.registry).rows(object, Action::Read, &title, "t")
    }

    fn opened(&mut self, object: &Object, rows: &Rows) -> Result<Opened, Error> {
        let Rows::Where(condition) = rows else { return Ok(Opened::All) };
        let mut sql = Sql::new("select t.\"id\" from ");
        sql.name(object.table()).push(" t where ").append(condition);
        Ok(Opened::Only(self.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect()))
    }

    fn whole_rows(&mut self, object: &Object, sql: &Sql) -> Result<Vec<Vec<Value>>, Error> {
        let mut rows: Vec<Vec<Value>> = self.tx.query(sql, |row| {
            let columns = object.columns.iter().enumerate();
            columns.map(|(at, column)| row.value(at, column.column)).collect()
        })?;
        for (_, field) in object.many_to_many() {
            self.add_members(&object.link_table(field), &mut rows)?;
        }
        Ok(rows)
    }

    /// Puts behind each row the members that a many-to-many field has there.
    fn add_members(&mut self, table: &str, rows: &mut [Vec<Value>]) -> Result<(), Error> {
        let ids: Vec<Id> = rows.iter().filter_map(|row| row[Object::ID].as_id()).collect();
        let mut sql = Sql::new("select m.\"this_id\", m.\"other_id\" from ");
        sql.name(table).push(" m where ").append(&self.is_one_of("m.\"this_id\"", &ids));
        let mut members: HashMap<Id, Vec<Id>> = HashMap::new();
        let pairs = self.tx.query(&sql, |row| row.id(0).zip(row.id(1)))?;
        pairs.into_iter().flatten().for_each(|(this, other)| members.entry(this).or_default().push(other));
        for row in rows {
            let of_row = row[Object::ID].as_id().and_then(|id| members.remove(&id));
            row.push(of_row.map_or(Value::Null, |mut ids| {
                ids.sort_unstable();
                Value::List(ids.iter().map(|id| id.to_string().into()).collect())
            }));
        }
        Ok(())
    }

    fn is_one_of(&self, column: &str, ids: &[Id]) -> Sql {
        in_ids(self.tx.dialect(), column, ids.iter().copied().map(Value::Id).collect())
    }
}

fn select(object: &Object) -> Sql {
    let mut sql = Sql::new("select ");
    for (at, column) in object.columns.iter().enumerate() {
        sql.push(if at == 0 { "t." } else { ", t." }).name(&column.name);
    }
    sql.push(" from ").name(object.table()).push(" t");
    sql
}

/// Whether a row of the log has one of these numbers.
fn among(dialect: db::Dialect, seqs: &[i64]) -> Sql {
    let seqs = seqs.iter().copied().map(Value::Int).collect();
    expr::sql::Dialect::in_list(&dialect, &Sql::new("c.\"seq\""), seqs, ColumnType::Int)
}
