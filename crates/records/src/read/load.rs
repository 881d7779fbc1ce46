//! One record by its id.

use std::sync::Arc;

use expr::sql::Sql;
use kernel::{ColumnType, Id};
use metadata::{Kind, Object};

use super::{
    Reader,
    row::{ALIAS, Selection},
};
use crate::{
    Action, Error, Record,
    condition::Rows,
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
        let all = (0..object.fields.len()).collect();
        let Some(mut record) = self.find_fields(object, id, &all)? else { return Ok(None) };
        self.fill_members(std::slice::from_mut(&mut record))?;
        Ok(Some(record))
    }

    fn find_fields(
        &mut self,
        object: &Arc<Object>,
        id: Id,
        fields: &FieldSet,
    ) -> Result<Option<Record>, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let rows = match asking.rows(object, Action::Read, &FieldSet::default(), ALIAS) {
            Ok(rows) => rows,
            // Whoever may see no record of an object learns nothing about any one of them.
            Err(Error::Denied(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut sql = Sql::new("select ");
        let selection = Selection::new(&asking, object, fields, Action::Read, true, &mut sql);
        sql.push(" from ")
            .name(object.table())
            .push(" ")
            .push(ALIAS)
            .push(" where ")
            .push(ALIAS)
            .push(".\"id\" = ");
        sql.bind(id, ColumnType::Id);
        if let Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        Ok(self.tx.query_optional(&sql, |row| selection.record(row))?)
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
