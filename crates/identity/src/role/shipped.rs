//! The roles that a new workspace starts with, and the rights of everybody.

use std::sync::LazyLock;

use kernel::Value;
use records::{Draft, Engine, Error, Principal, Writer};
use serde::Deserialize;

use crate::grant::GrantSpec;

/// A shipped role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedRole {
    /// How code and command line name it; kept in the record's `external_id`.
    pub key: String,
    pub name: String,
    pub description: String,
    #[serde(default)]
    pub administrator: bool,
    #[serde(rename = "grant", default)]
    pub grants: Vec<GrantSpec>,
}

#[derive(Deserialize)]
struct RolesFile {
    role: Vec<ShippedRole>,
}

#[derive(Deserialize)]
struct GrantsFile {
    grant: Vec<GrantSpec>,
}

/// The role that may do everything.
pub const ADMINISTRATOR: &str = "administrator";

static SHIPPED: LazyLock<Vec<ShippedRole>> = LazyLock::new(|| {
    let file: RolesFile = toml::from_str(include_str!("shipped.toml")).expect("the shipped roles are sound");
    file.role
});

static EVERYBODY: LazyLock<Vec<GrantSpec>> = LazyLock::new(|| {
    let file: GrantsFile =
        toml::from_str(include_str!("everybody.toml")).expect("everybody's grants are sound");
    file.grant
});

pub fn shipped() -> &'static [ShippedRole] {
    &SHIPPED
}

/// What everybody who is signed in may do.
pub fn everybody() -> &'static [GrantSpec] {
    &EVERYBODY
}

/// Makes the shipped roles in a workspace that never had a role. Later calls do nothing.
///
/// # Errors
/// As saving.
pub fn ensure(engine: &Engine) -> Result<(), Error> {
    if engine.db().read(super::any_role)? {
        return Ok(());
    }
    engine.write(&Principal::system(), |writer| {
        if !super::any_role(writer.tx())? {
            shipped().iter().try_for_each(|role| make(writer, role))?;
        }
        Ok(())
    })
}

fn make(writer: &mut Writer<'_, '_>, role: &ShippedRole) -> Result<(), Error> {
    let registry = std::sync::Arc::clone(writer.registry());
    let draft = Draft::new(&writer.object("role")?)
        .with("external_id", role.key.as_str())
        .with("name", role.name.as_str())
        .with("description", role.description.as_str())
        .with("administrator", role.administrator);
    let id = writer.save(draft)?.id;
    for grant in &role.grants {
        if !grant.covers_everything() && registry.object(&grant.object).is_none() {
            continue;
        }
        let list = |names: &[String]| Value::List(names.iter().map(|name| name.as_str().into()).collect());
        let draft = Draft::new(&writer.object("grant")?)
            .with("role", id)
            .with("object", grant.object.as_str())
            .with("actions", list(&grant.actions))
            .with("rows", grant.rows.as_deref())
            .with("editable", grant.editable.as_deref())
            .with("hidden", list(&grant.hidden))
            .with("locked", list(&grant.locked));
        writer.save(draft)?;
    }
    Ok(())
}
