//! What a grant says, before it is checked against the objects: from a record or from a shipped role.

use std::sync::Arc;

use db::Tx;
use expr::{Catalog, Checked, Expected, sql::Sql};
use kernel::{ColumnType, Id, Message, Value};
use metadata::{Object, Registry};
use records::{Action, Actions, FieldRights, Grant};
use serde::Deserialize;

use crate::text_list;

/// The object of a grant on everything that its role names nowhere else.
pub const EVERYTHING: &str = "*";

/// Objects that [`EVERYTHING`] leaves out: rights on them are given by name or not at all.
pub const BY_NAME_ONLY: [&str; 4] = ["user", "team", "role", "grant"];

/// One role's say on one object, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GrantSpec {
    pub object: String,
    pub actions: Vec<String>,
    pub rows: Option<String>,
    pub editable: Option<String>,
    pub hidden: Vec<String>,
    pub locked: Vec<String>,
}

/// Why a grant gives nothing: the field of the grant, and what is wrong in it.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantFault {
    pub field: &'static str,
    pub message: Message,
}

impl GrantSpec {
    pub fn covers_everything(&self) -> bool {
        self.object == EVERYTHING
    }

    /// The grant on `object`, checked.
    ///
    /// # Errors
    /// Everything that does not fit the object: rules that do not check, fields that are not there. A grant with a
    /// fault gives nothing.
    pub fn compile(&self, registry: &Registry, object: &Object) -> Result<Grant, Vec<GrantFault>> {
        let mut faults = Vec::new();
        let rows = rule(registry, object, "rows", self.rows.as_deref(), &mut faults);
        let editable = rule(registry, object, "editable", self.editable.as_deref(), &mut faults);
        let hidden = fields(object, "hidden", &self.hidden, &mut faults);
        let locked = fields(object, "locked", &self.locked, &mut faults);
        if faults.is_empty() {
            Ok(Grant { actions: self.actions(), rows, editable, fields: FieldRights { hidden, locked } })
        } else {
            Err(faults)
        }
    }

    /// The actions that are known.
    pub fn actions(&self) -> Actions {
        self.actions.iter().filter_map(|name| Action::parse(name)).collect()
    }
}

fn rule(
    registry: &Registry,
    object: &Object,
    field: &'static str,
    text: Option<&str>,
    faults: &mut Vec<GrantFault>,
) -> Option<Arc<Checked>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    match check_rule(registry, &object.name, text) {
        Ok(checked) => Some(Arc::new(checked)),
        Err(found) => {
            faults.extend(found.into_iter().map(|message| GrantFault { field, message }));
            None
        }
    }
}

/// Reads a row rule on records of `object`.
///
/// # Errors
/// What is wrong with it, one message each.
pub fn check_rule(registry: &dyn Catalog, object: &str, text: &str) -> Result<Checked, Vec<Message>> {
    expr::check(text, object, registry, &Expected::Condition)
        .map_err(|problems| problems.into_iter().map(|problem| problem.message).collect())
}

/// Fields by the names they have now: one that was renamed stays hidden.
fn fields(
    object: &Object,
    field: &'static str,
    names: &[String],
    faults: &mut Vec<GrantFault>,
) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        let renamed = || object.fields.iter().find(|field| field.renamed_from.as_ref() == Some(name));
        match object.field(name).or_else(renamed) {
            Some(field) => found.push(field.name.clone()),
            None => {
                let message = Message::new("identity-grant-no-field").with("name", name.as_str());
                faults.push(GrantFault { field, message });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// All grants that are not in the trash: id, role, and what they say.
pub(crate) fn read_all(tx: &mut Tx<'_>) -> Result<Vec<(Id, Id, GrantSpec)>, db::Error> {
    let sql = Sql::new(
        "select \"id\", \"role\", \"object\", \"rows\", \"editable\", \"actions\", \"hidden\", \"locked\" \
         from \"grant\" where \"deleted_at\" is null order by \"rid\"",
    );
    let list = |row: &db::Row<'_>, at: usize| match row.value(at, ColumnType::List) {
        Value::Null => Vec::new(),
        value => text_list(&value),
    };
    let text = |row: &db::Row<'_>, at: usize| row.text(at).map(str::to_owned);
    let grants = tx.query(&sql, |row| {
        let spec = GrantSpec {
            object: text(row, 2)?,
            rows: text(row, 3),
            editable: text(row, 4),
            actions: list(row, 5),
            hidden: list(row, 6),
            locked: list(row, 7),
        };
        Some((row.id(0)?, row.id(1)?, spec))
    })?;
    Ok(grants.into_iter().flatten().collect())
}
