//! A token's scopes, as rights: `records` holds a program to them at every door.

use std::{collections::HashMap, sync::Arc};

use kernel::Channel;
use metadata::Registry;
use records::{Access, Action, Actions, Grant, Principal};

use super::directory::without_widening;
use crate::token::ADMIN_SCOPE;

/// The principal of a program that acts for somebody within scopes: never more than the person may.
pub fn limit(person: &Principal, scopes: &[String], registry: &Registry) -> Principal {
    let through_api = person.through(Channel::Api);
    let whole = scopes.iter().any(|scope| scope == "write");
    let admin = scopes.iter().any(|scope| scope == ADMIN_SCOPE);
    if person.access.administrator && whole && admin {
        return through_api;
    }
    let access = if person.access.administrator {
        everything_within(scopes, registry)
    } else {
        within(&person.access, scopes)
    };
    Principal { access: Arc::new(access), ..through_api }
}

/// The actions on an object that the scopes allow.
fn allowed(scopes: &[String], object: &str) -> Actions {
    let mut actions = Actions::default();
    for scope in scopes {
        let (of, verb) = scope.split_once(':').unwrap_or((object, scope));
        match verb {
            "write" if of == object => return Actions::ALL,
            "read" if of == object => actions = actions.with(Action::Read).with(Action::Export),
            _ => {}
        }
    }
    actions
}

fn both(one: Actions, other: Actions) -> Actions {
    Action::ALL.into_iter().filter(|action| one.has(*action) && other.has(*action)).collect()
}

fn within(access: &Access, scopes: &[String]) -> Access {
    let mut objects = HashMap::new();
    for (object, grants) in &access.objects {
        let allowed = allowed(scopes, object);
        let limited =
            grants.iter().map(|grant| Grant { actions: both(grant.actions, allowed), ..grant.clone() });
        objects.insert(object.clone(), limited.collect());
    }
    Access { administrator: false, objects }
}

/// An administrator's rights, limited: without the scope of administrators it gives nobody rights. Parts without a scope of their own follow what they are parts of.
fn everything_within(scopes: &[String], registry: &Registry) -> Access {
    let mut objects = HashMap::new();
    for object in registry.objects().filter(|object| object.part_of.is_none()) {
        let grant = Grant { actions: allowed(scopes, &object.name), ..Grant::everything() };
        objects.insert(object.name.clone(), vec![without_widening(&object.name, grant)]);
    }
    Access { administrator: false, objects }
}
