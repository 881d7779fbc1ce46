//! All roles and teams of a workspace, ready to make principals of.

use std::{collections::HashMap, sync::Arc};

use db::Tx;
use expr::sql::Sql;
use jiff::Timestamp;
use kernel::{Id, Message};
use metadata::Registry;
use parking_lot::Mutex;
use records::{Access, Action, Grant};

use crate::{
    grant::{BY_NAME_ONLY, GrantFault, GrantSpec, spec},
    role::shipped::everybody,
    team::TeamTree,
};

/// Roles and teams at one moment, for the objects of one registry.
#[derive(Debug)]
pub struct Directory {
    pub registry: Arc<Registry>,
    pub roles: HashMap<Id, RoleRights>,
    pub teams: TeamTree,
    /// What everybody may do.
    pub everybody: Vec<RoleGrant>,
    /// Grants that give nothing, because something in them is no longer right.
    pub faults: Vec<Fault>,
    pub(super) stamp: Stamp,
    /// Rights by the roles that somebody holds.
    accesses: Mutex<HashMap<Vec<Id>, Arc<Access>>>,
}

/// What one role gives.
#[derive(Clone, Debug)]
pub struct RoleRights {
    pub id: Id,
    pub name: String,
    pub administrator: bool,
    pub grants: Vec<RoleGrant>,
}

/// A grant that stands, on one object.
#[derive(Clone, Debug)]
pub struct RoleGrant {
    pub object: String,
    /// The record it comes from; none for what everybody may do.
    pub id: Option<Id>,
    /// As it is written; its object may be `*`.
    pub spec: Arc<GrantSpec>,
    pub grant: Grant,
}

/// A grant that gives nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub role: Id,
    pub role_name: String,
    pub grant: Id,
    pub object: String,
    pub field: &'static str,
    pub message: Message,
}

/// What tells whether roles, grants and teams are still the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp(Vec<(i64, i64, Option<Timestamp>)>);

impl Directory {
    /// Reads and checks everything; what is wrong with a grant goes into [`Directory::faults`] and into the log.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn load(tx: &mut Tx<'_>, registry: &Arc<Registry>) -> Result<Directory, db::Error> {
        let stamp = Stamp::read(tx)?;
        let mut roles = read_roles(tx)?;
        let mut faults = Vec::new();
        for (grant, role, spec) in spec::read_all(tx)? {
            let Some(role) = roles.get_mut(&role) else { continue };
            let spec = Arc::new(spec);
            match compile(registry, grant, &spec) {
                Ok(grants) => role.grants.extend(grants),
                Err(found) => faults.extend(found.into_iter().map(|fault| Fault {
                    role: role.id,
                    role_name: role.name.clone(),
                    grant,
                    object: spec.object.clone(),
                    field: fault.field,
                    message: fault.message,
                })),
            }
        }
        roles.values_mut().for_each(|role| spread(registry, role));
        for Fault { role_name, object, field, message, .. } in &faults {
            tracing::warn!(role = role_name, object, field, problem = %message.id, "a grant gives nothing");
        }
        Ok(Directory {
            registry: Arc::clone(registry),
            roles,
            teams: TeamTree::load(tx)?,
            everybody: everybodys(registry),
            faults,
            stamp,
            accesses: Mutex::default(),
        })
    }

    /// The rights of somebody with these roles: they add up.
    pub fn access(&self, roles: &[Id]) -> Arc<Access> {
        let mut key = roles.to_vec();
        key.sort_unstable();
        Arc::clone(self.accesses.lock().entry(key).or_insert_with_key(|roles| Arc::new(self.add_up(roles))))
    }

    fn add_up(&self, roles: &[Id]) -> Access {
        let held: Vec<&RoleRights> = roles.iter().filter_map(|role| self.roles.get(role)).collect();
        if held.iter().any(|role| role.administrator) {
            return Access::everything();
        }
        let mut objects: HashMap<String, Vec<Grant>> = HashMap::new();
        for given in held.iter().flat_map(|role| &role.grants).chain(&self.everybody) {
            let grant = without_widening(&given.object, given.grant.clone());
            objects.entry(given.object.clone()).or_default().push(grant);
        }
        Access { administrator: false, objects }
    }
}

/// Takes out of a grant what would let its holder give rights, to themselves above all: that is for administrators.
pub(super) fn without_widening(object: &str, mut grant: Grant) -> Grant {
    match object {
        "role" | "grant" => {
            let kept = [Action::Read, Action::Export].into_iter().filter(|action| grant.actions.has(*action));
            grant.actions = kept.collect();
        }
        "user" => grant.fields.locked.push("roles".to_owned()),
        _ => {}
    }
    grant
}

impl Stamp {
    /// Counts and versions of the three small tables that rights are made of.
    pub(super) fn read(tx: &mut Tx<'_>) -> Result<Stamp, db::Error> {
        let table = |name: &str| {
            format!(
                "select count(*), cast(coalesce(sum(\"version\"), 0) as bigint), max(\"updated_at\") from \"{name}\""
            )
        };
        let sql = ["role", "grant", "team"].map(table).join(" union all ");
        let rows = tx.query(&Sql::new(sql), |row| Some((row.int(0)?, row.int(1)?, row.instant(2))))?;
        let mut rows: Vec<_> = rows.into_iter().flatten().collect();
        rows.sort_unstable();
        Ok(Stamp(rows))
    }
}

/// The grant, checked on the object that it names; one on everything is spread later.
fn compile(registry: &Registry, id: Id, spec: &Arc<GrantSpec>) -> Result<Vec<RoleGrant>, Vec<GrantFault>> {
    if spec.covers_everything() {
        let grant = Grant { actions: spec.actions(), ..Grant::everything() };
        return Ok(vec![RoleGrant {
            object: spec.object.clone(),
            id: Some(id),
            spec: Arc::clone(spec),
            grant,
        }]);
    }
    let Some(object) = registry.object(&spec.object) else {
        let message = Message::new("identity-grant-no-object").with("name", spec.object.as_str());
        return Err(vec![GrantFault { field: "object", message }]);
    };
    let grant = spec.compile(registry, object)?;
    Ok(vec![RoleGrant { object: object.name.clone(), id: Some(id), spec: Arc::clone(spec), grant }])
}

/// Puts grants on each object that it covers in the place of a grant on everything.
///
/// Left out are objects that the role names itself, parts (which follow what they are parts of), those that are given
/// by name only, and those that the rule does not fit: nothing opens by accident.
fn spread(registry: &Registry, role: &mut RoleRights) {
    let (everything, named): (Vec<RoleGrant>, Vec<RoleGrant>) =
        std::mem::take(&mut role.grants).into_iter().partition(|given| given.spec.covers_everything());
    let is_named = |object: &str| named.iter().any(|given| given.object == object);
    let mut grants = Vec::new();
    for given in everything {
        for object in registry.objects() {
            let covered = object.part_of.is_none()
                && !BY_NAME_ONLY.contains(&object.name.as_str())
                && !is_named(&object.name);
            if let (true, Ok(grant)) = (covered, given.spec.compile(registry, object)) {
                grants.push(RoleGrant { object: object.name.clone(), grant, ..given.clone() });
            }
        }
    }
    grants.extend(named);
    role.grants = grants;
}

fn everybodys(registry: &Registry) -> Vec<RoleGrant> {
    let mut grants = Vec::new();
    for spec in everybody() {
        let Some(object) = registry.object(&spec.object) else { continue };
        match spec.compile(registry, object) {
            Ok(grant) => {
                grants.push(RoleGrant {
                    object: object.name.clone(),
                    id: None,
                    spec: Arc::new(spec.clone()),
                    grant,
                });
            }
            Err(faults) => {
                tracing::error!(object = spec.object, ?faults, "a grant of everybody gives nothing")
            }
        }
    }
    grants
}

fn read_roles(tx: &mut Tx<'_>) -> Result<HashMap<Id, RoleRights>, db::Error> {
    let sql =
        Sql::new("select \"id\", \"name\", \"administrator\" from \"role\" where \"deleted_at\" is null");
    let roles = tx.query(&sql, |row| {
        Some(RoleRights {
            id: row.id(0)?,
            name: row.text(1).unwrap_or_default().to_owned(),
            administrator: row.bool(2) == Some(true),
            grants: Vec::new(),
        })
    })?;
    Ok(roles.into_iter().flatten().map(|role| (role.id, role)).collect())
}
