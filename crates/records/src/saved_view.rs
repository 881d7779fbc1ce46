//! Views of lists that people keep, for themselves or for everybody. What a view holds is the screen's matter.

use db::{
    Dialect, Tx,
    schema::{Column, Index, Key, Part, Table, create_index, create_table},
};
use expr::sql::Sql;
use kernel::{
    ColumnType::{Bool, Id as IdColumn, Instant, Text},
    Id, Message,
};

use crate::{Error, Reader, Writer};

/// Views of one object that somebody keeps at most, shared ones with them.
const KEPT: usize = 50;
/// Views of one object that all people together share at most. With it and [`KEPT`], everything is listed at once.
const SHARED: usize = 200;

/// A kept view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub id: Id,
    /// The object's name.
    pub object: String,
    pub owner: Id,
    /// Whether others see it too.
    pub shared: bool,
    pub name: String,
    /// What the list is asked for, as it stands in an address.
    pub query: String,
}

/// The table of kept views.
pub(crate) fn table(dialect: Dialect) -> Vec<String> {
    let columns = vec![
        Column::new("id", IdColumn).required(),
        Column::new("object", Text).required(),
        Column::new("owner", IdColumn).required(),
        Column::new("shared", Bool).required(),
        Column::new("name", Text).required(),
        Column::new("query", Text).required(),
        Column::new("changed_at", Instant).required(),
    ];
    let parts = [Part::Column("object"), Part::Column("name")];
    let index =
        Index { name: "saved_view_by_object", table: "saved_view", parts: &parts, unique: false, only: &[] };
    let table = Table { name: "saved_view", key: Key::Columns(&["id"]), columns };
    vec![create_table(dialect, &table), create_index(dialect, &index)]
}

impl Reader<'_, '_> {
    /// All views of an object that are somebody's own or shared, by name: [`KEPT`] and [`SHARED`] at most.
    pub fn saved_views(&mut self, object: &str) -> Result<Vec<SavedView>, Error> {
        let mut sql = select();
        sql.push(" where \"object\" = ").bind(object, Text).push(" and (\"shared\" = ").bind(true, Bool);
        if let Some(me) = self.who.me() {
            sql.push(" or \"owner\" = ").bind(me, IdColumn);
        }
        sql.push(") order by \"name\", \"id\"");
        Ok(self.tx.query(&sql, read)?.into_iter().flatten().collect())
    }

    /// One view.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is somebody else's own.
    pub fn saved_view(&mut self, id: Id) -> Result<SavedView, Error> {
        let found = find(self.tx, id)?;
        found.filter(|view| view.shared || self.who.me() == Some(view.owner)).ok_or(Error::NotFound)
    }

    /// Whether somebody may change a view: their own; what is shared, as an administrator.
    pub fn may_change_view(&self, view: &SavedView) -> bool {
        self.who.me() == Some(view.owner) || view.shared && self.who.access.administrator
    }
}

impl Writer<'_, '_> {
    /// Keeps a view, in the place of the one with its id.
    ///
    /// # Errors
    /// [`Error::Denied`] when that one is not one's own to change; [`Error::Invalid`] for too many.
    pub fn keep_view(&mut self, view: &SavedView) -> Result<(), Error> {
        let standing = find(self.tx(), view.id)?;
        if standing.as_ref().is_some_and(|standing| !self.may_change_view(standing)) {
            return Err(denied_view());
        }
        self.has_room_for(view, standing.as_ref())?;
        if standing.is_some() {
            self.forget_view(view.id)?;
        }
        let columns = [
            ("id", IdColumn),
            ("object", Text),
            ("owner", IdColumn),
            ("shared", Bool),
            ("name", Text),
            ("query", Text),
            ("changed_at", Instant),
        ];
        let row = [
            view.id.into(),
            view.object.as_str().into(),
            view.owner.into(),
            view.shared.into(),
            view.name.as_str().into(),
            view.query.as_str().into(),
            self.now().into(),
        ];
        self.tx().insert_rows("saved_view", &columns, [row])?;
        Ok(())
    }

    /// Whether one more may be kept, or shared.
    fn has_room_for(&mut self, view: &SavedView, standing: Option<&SavedView>) -> Result<(), Error> {
        let known = self.saved_views(&view.object)?;
        let others = || known.iter().filter(move |other| other.id != view.id);
        let own = others().filter(|other| other.owner == view.owner).count();
        if standing.is_none() && own >= KEPT {
            return Err(Error::invalid(Message::new("problem-views-kept").with("max", KEPT)));
        }
        let was_shared = standing.is_some_and(|standing| standing.shared);
        if view.shared && !was_shared && others().filter(|other| other.shared).count() >= SHARED {
            return Err(Error::invalid(Message::new("problem-views-shared").with("max", SHARED)));
        }
        Ok(())
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::Denied`] when it is not one's own to change.
    pub fn forget_view(&mut self, id: Id) -> Result<(), Error> {
        let view = self.saved_view(id)?;
        if !self.may_change_view(&view) {
            return Err(denied_view());
        }
        let mut sql = Sql::new("delete from \"saved_view\" where \"id\" = ");
        sql.bind(id, IdColumn);
        self.tx().execute(&sql)?;
        Ok(())
    }
}

fn denied_view() -> Error {
    Error::Denied(Message::new("problem-denied").with("action", "update").with("object", "saved_view"))
}

fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<SavedView>, db::Error> {
    let mut sql = select();
    sql.push(" where \"id\" = ").bind(id, IdColumn);
    Ok(tx.query_optional(&sql, read)?.flatten())
}

fn select() -> Sql {
    Sql::new("select \"id\", \"object\", \"owner\", \"shared\", \"name\", \"query\" from \"saved_view\"")
}

fn read(row: &db::Row<'_>) -> Option<SavedView> {
    Some(SavedView {
        id: row.id(0)?,
        object: row.text(1)?.to_owned(),
        owner: row.id(2)?,
        shared: row.bool(3)?,
        name: row.text(4)?.to_owned(),
        query: row.text(5)?.to_owned(),
    })
}
