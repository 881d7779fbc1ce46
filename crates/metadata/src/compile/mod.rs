//! From definitions to a [`Registry`]: names are checked, columns laid out, expressions checked.
//!
//! Three passes: every object with its plain fields ([`fields`]); formulas and roll-ups, as often as it takes
//! until each knows the fields it reads ([`computed`]); then what only reads fields: defaults, rules, layouts
//! ([`references`]). All problems found in a pass are reported together.

mod addresses;
mod computed;
mod fields;
mod references;
mod system;
mod warehouse;

use std::sync::Arc;

use kernel::Currency;

use crate::{
    Registry,
    definition::{DefinitionError, ObjectDef},
    object::Origin,
};

/// Checks definitions and makes them ready for use in a workspace whose own currency is the dollar.
///
/// # Errors
/// As [`compile_in`].
pub fn compile(definitions: &[(ObjectDef, Origin)]) -> Result<Registry, Vec<DefinitionError>> {
    compile_in(definitions, Currency::USD)
}

/// Checks definitions and makes them ready for use; `currency` is the workspace's own, which roll-ups of amounts have
/// where nothing says another.
///
/// # Errors
/// Every problem found, each with the object and field it is at.
pub fn compile_in(
    definitions: &[(ObjectDef, Origin)],
    currency: Currency,
) -> Result<Registry, Vec<DefinitionError>> {
    let mut problems = Vec::new();
    let mut registry = Registry::new(currency);
    for (definition, origin) in definitions {
        problems.extend(addresses::problem(&registry, definition));
        match fields::object(definition, *origin) {
            Ok(object) => registry.add(object),
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(references::targets(&registry));
    stop_at(&mut problems)?;
    computed::resolve(&mut registry, definitions, &mut problems);
    stop_at(&mut problems)?;
    references::resolve(&mut registry, definitions, &mut problems);
    stop_at(&mut problems)?;
    registry.finish();
    Ok(registry)
}

fn stop_at(problems: &mut Vec<DefinitionError>) -> Result<(), Vec<DefinitionError>> {
    if problems.is_empty() { Ok(()) } else { Err(std::mem::take(problems)) }
}

/// A problem with a part of an object: `deal.stage: …`.
fn at(object: &str, part: &str, message: impl std::fmt::Display) -> DefinitionError {
    DefinitionError::new(&format!("{object}.{part}"), message.to_string())
}

/// Checks an expression on an object.
fn check(
    registry: &Registry,
    object: &str,
    part: &str,
    text: &str,
    expected: expr::Expected,
) -> Result<Arc<expr::Checked>, DefinitionError> {
    expr::check(text, object, registry, &expected).map(Arc::new).map_err(|problems| {
        let messages: Vec<String> =
            problems.iter().map(|problem| problem.render(text, &problem.to_string())).collect();
        at(object, part, messages.join("; "))
    })
}
