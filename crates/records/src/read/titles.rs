//! What records are called.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Message, Value};
use metadata::{Field, Object};

use super::Reader;
use crate::{Action, Error, condition::Rows, engine::in_ids, record::FieldSet};

impl Reader<'_, '_> {
    /// The titles of these records, as far as they may be seen.
    pub fn titles(&mut self, object: &Arc<Object>, ids: &[Id]) -> Result<HashMap<Id, String>, Error> {
        let registry = Arc::clone(&self.registry);
        let fields: FieldSet = object.title.iter().copied().collect();
        let asking = self.asking(&registry);
        let Ok(rows) = asking.rows(object, Action::Read, &fields, "t") else { return Ok(HashMap::new()) };
        let mut sql = Sql::new("select t.\"id\", t.\"title\" from ");
        sql.name(object.table()).push(" t where ");
        sql.append(&in_ids(asking.dialect, "t.\"id\"", ids.iter().copied().map(Value::Id).collect()));
        if let Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        let titles = self.tx.query(&sql, |row| Some((row.id(0)?, row.text(1)?.to_owned())))?;
        Ok(titles.into_iter().flatten().collect())
    }

    /// Those of these records that may be seen, in their order.
    pub fn visible(&mut self, object: &Arc<Object>, ids: &[Id]) -> Result<Vec<Id>, Error> {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let Ok(rows) = asking.rows(object, Action::Read, &FieldSet::default(), "t") else {
            return Ok(Vec::new());
        };
        let mut sql = Sql::new("select t.\"id\" from ");
        sql.name(object.table()).push(" t where ");
        sql.append(&in_ids(asking.dialect, "t.\"id\"", ids.iter().copied().map(Value::Id).collect()));
        if let Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        let seen: HashSet<Id> = self.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
        Ok(ids.iter().filter(|id| seen.contains(id)).copied().collect())
    }

    /// The records, not deleted, whose field has one of these contents; for matching what files and people name.
    ///
    /// `field` is a stored field, compared by its first column and none of many entries, `id`, or `title`, which is compared without regard to case
    /// and accents.
    ///
    /// # Errors
    /// [`Error::Denied`] when whoever asks may see the field on no record; [`Error::Invalid`] for any other field.
    pub fn find_by(
        &mut self,
        object: &Arc<Object>,
        field: &str,
        contents: &[Value],
    ) -> Result<Vec<(Value, Id)>, Error> {
        let registry = Arc::clone(&self.registry);
        let (column, of, fields) = match object.field(field) {
            Some(found) if can_be_looked_up(object, found) => {
                let column = &object.columns[found.columns.start];
                (column.name.as_str(), column.column, object.position(field).into_iter().collect())
            }
            None if field == "title" => {
                ("title_key", ColumnType::Text, object.title.iter().copied().collect::<FieldSet>())
            }
            None if field == "id" => ("id", ColumnType::Id, FieldSet::default()),
            _ => return Err(Error::invalid(Message::new("problem-unknown-field").with("name", field))),
        };
        let asking = self.asking(&registry);
        let rows = asking.rows(object, Action::Read, &fields, "t")?;
        let folded = |value: &Value| match value {
            Value::Text(text) if column == "title_key" => Value::Text(db::search::fold(text)),
            other => other.clone(),
        };
        let mut wanted: Vec<Value> = contents.iter().map(folded).collect();
        dedup(&mut wanted);
        let mut sql = Sql::new("select t.");
        sql.name(column).push(", t.\"id\"");
        let living = Sql::new("t.\"deleted_at\" is null");
        sql.append(&asking.dialect.look_up(object.table(), "t", (column, of), wanted, &living));
        if let Rows::Where(condition) = rows {
            sql.push(" and ").append(&condition);
        }
        sql.push(" order by t.\"rid\"");
        let found = self.tx.query(&sql, |row| Some((row.value(0, of), row.id(1)?)))?;
        Ok(found.into_iter().flatten().collect())
    }
}

/// Whether the field has a column whose content is one thing.
fn can_be_looked_up(object: &Object, field: &Field) -> bool {
    let column = object.columns.get(field.columns.start).filter(|_| !field.columns.is_empty());
    column.is_some_and(|column| !matches!(column.column, ColumnType::List | ColumnType::Json))
}

/// Keeps each content once.
fn dedup(contents: &mut Vec<Value>) {
    let mut known: HashSet<String> = HashSet::with_capacity(contents.len());
    contents.retain(|content| match content {
        Value::Text(text) => known.insert(text.clone()),
        other => known.insert(format!("{other:?}")),
    });
}
