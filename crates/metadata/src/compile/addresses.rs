//! The words by which pages and the API know objects: `/deals`, `/api/v1/deals`.

use super::{at, fields::name_problem};
use crate::{
    Registry,
    definition::{DefinitionError, ObjectDef},
};

/// First words of addresses that belong to no object, on pages or under `/api/v1`; `cargo xtask tidy` holds them
/// against what is routed.
const TAKEN: [&str; 29] = [
    "api",
    "appearance",
    "assets",
    "audit",
    "events",
    "export",
    "files",
    "healthz",
    "import",
    "imports",
    "jobs",
    "lookup",
    "me",
    "metrics",
    "objects",
    "palette",
    "people-and-teams",
    "profile",
    "query",
    "reset",
    "search",
    "setup",
    "sign-in",
    "sign-ins",
    "sign-out",
    "tokens",
    "undo",
    "warehouse",
    "why",
];

/// The plural of an object makes an address that no other has: `registry` holds the objects before it.
pub fn problem(registry: &Registry, definition: &ObjectDef) -> Option<DefinitionError> {
    let (name, plural) = (&definition.name, &definition.plural);
    if TAKEN.contains(&plural.as_str()) {
        let told = format!(
            "the address /{plural} is Rapport's own; take another plural, such as `{name}_records`, and call it \
             whatever you like by `plural_label`"
        );
        return Some(at(name, "plural", told));
    }
    match registry.by_plural(plural) {
        Some(other) if other.name != *name => {
            Some(at(name, "plural", format!("`{plural}` is the plural of `{}` already", other.name)))
        }
        // An address may have hyphens where a name has underscores.
        _ => name_problem(name, "plural", &plural.replace('-', "_")),
    }
}
