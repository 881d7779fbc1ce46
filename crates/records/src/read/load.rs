//! One record by its id.

use std::sync::Arc;

use expr::sql::Sql;
use kernel::{ColumnType, Id};
use metadata::{Field, Kind, Object};

use super::{
    Reader,
    row::{ALIAS, Selection},
};
use crate::{
    Action, Engine, Error, Principal, Record,
    condition::{Asking, Rows},
    record::{FieldSet, Member},
};

impl Reader<'_, '_> {
    /// The record with all its fields and the titles of what it links to, also from the trash.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or none that may be seen.
    pub fn load(&mut self, object: &Arc<Object>, id: Id) -> Result<Record, Error> {
        self.find(object, id)?.ok_or(Error::NotFound)
    }

    /// As [`Reader::load`]; `None` when there is none that may be seen.
    pub fn find(&mut self, object: &Arc<Object>, id: Id) -> Result<Option<Record>, Error> {
        let registry = Arc::clone(&self.registry);
        let Some((selection, sql)) = one_record(&self.asking(&registry), object, id)? else {
            return Ok(None);
        };
        let found = self.tx.query_optional(&sql, |row| selection.record(row))?;
        let Some(mut record) = found else { return Ok(None) };
        self.fill_members(std::slice::from_mut(&mut record))?;
        Ok(Some(record))
    }

    /// Reads the members of the many-to-many fields that the records show.
    pub(crate) fn fill_members(&mut self, records: &mut [Record]) -> Result<(), Error> {
        let Some(first) = records.first() else { return Ok(()) };
        let object = Arc::clone(&first.object);
        for (position, field) in object.fields.iter().enumerate() {
            let Kind::LinkMany { to } = &field.kind else { continue };
            let target = self.object(to)?;
            let table = object.link_table(field);
            for record in records.iter_mut().filter(|record| record.shown.has(position)) {
                let members = self.members(&target, &table, record.id())?;
                record.members.push((position, members));
            }
        }
        Ok(())
    }

    fn members(&mut self, target: &Arc<Object>, table: &str, id: Id) -> Result<Vec<Member>, Error> {
        let registry = Arc::clone(&self.registry);
        let title = target.title.iter().copied().collect();
        let rows = match self.asking(&registry).rows(target, Action::Read, &title, "l") {
            Ok(rows) => rows,
            Err(Error::Denied(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut sql = Sql::new("select l.\"id\", l.\"title\" from ");
        sql.name(table)
            .push(" m join ")
            .name(target.table())
            .push(" l on l.\"id\" = m.\"other_id\" where m.\"this_id\" = ");
        sql.bind(id, ColumnType::Id).push(" and l.\"deleted_at\" is null");
        if let Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        sql.push(" order by l.\"title_key\", l.\"rid\"");
        let member =
            |row: &db::Row<'_>| Some(Member { id: row.id(0)?, title: row.text(1).unwrap_or("").to_owned() });
        Ok(self.tx.query(&sql, member)?.into_iter().flatten().collect())
    }
}

impl Engine {
    /// As [`Reader::load`] in a transaction of its own, which one statement needs not open.
    ///
    /// # Errors
    /// As [`Reader::load`].
    pub fn load(&self, who: &Principal, object: &Arc<Object>, id: Id) -> Result<Record, Error> {
        if has_members(&object.fields) {
            return self.read(who, |reader| reader.load(object, id));
        }
        let registry = self.registry();
        let Some((selection, sql)) = one_record(&self.asking(&registry, who), object, id)? else {
            return Err(Error::NotFound);
        };
        self.db().query(&sql, |row| selection.record(row))?.pop().ok_or(Error::NotFound)
    }
}

/// The statement that reads one record with all its fields; none for who may see no record of the object: they learn
/// nothing about any one of them.
fn one_record(asking: &Asking<'_>, object: &Arc<Object>, id: Id) -> Result<Option<(Selection, Sql)>, Error> {
    let rows = match asking.rows(object, Action::Read, &FieldSet::default(), ALIAS) {
        Ok(rows) => rows,
        Err(Error::Denied(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let all = (0..object.fields.len()).collect();
    let mut sql = Sql::new("select ");
    let selection = Selection::new(asking, object, &all, Action::Read, true, &mut sql);
    sql.push(" from ").name(object.table()).push(" ").push(ALIAS);
    sql.push(" where ").push(ALIAS).push(".\"id\" = ").bind(id, ColumnType::Id);
    if let Rows::Where(condition) = rows {
        sql.push(" and ").append(&condition);
    }
    Ok(Some((selection, sql)))
}

/// Whether records with these fields take further statements to read.
pub(super) fn has_members<'f>(fields: impl IntoIterator<Item = &'f Field>) -> bool {
    fields.into_iter().any(|field| matches!(field.kind, Kind::LinkMany { .. }))
}
