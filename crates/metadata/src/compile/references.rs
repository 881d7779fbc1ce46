//! The third pass: everything that names fields and is named by none.

use expr::Expected;

use super::{at, check};
use crate::{
    Registry,
    definition::{DefinitionError, ObjectDef},
    kind::Kind,
    object::{Object, Origin, Rule},
};

/// Links that lead nowhere.
pub fn targets(registry: &Registry) -> Vec<DefinitionError> {
    let mut problems = Vec::new();
    for object in registry.objects() {
        for field in &object.fields {
            for to in field.kind.targets().iter().filter(|to| registry.object(to).is_none()) {
                let unknown = at(&object.name, &field.name, format!("there is no object `{to}`"));
                problems.push(unknown.nearest_to(to, registry.objects().map(|object| object.name.as_str())));
            }
        }
    }
    problems
}

pub fn resolve(
    registry: &mut Registry,
    definitions: &[(ObjectDef, Origin)],
    problems: &mut Vec<DefinitionError>,
) {
    for (definition, _) in definitions {
        let mut defaults = Vec::new();
        for field in &definition.fields {
            let Some(text) = &field.default else { continue };
            let expected = expected(registry, &definition.name, &field.name);
            match check(registry, &definition.name, &field.name, text, expected) {
                Ok(checked) => defaults.push((field.name.clone(), checked)),
                Err(problem) => problems.push(problem),
            }
        }
        let rules = rules(registry, definition, problems);
        if let Some(object) = registry.object(&definition.name) {
            names(object, definition, problems);
            problems.extend(views(registry, definition));
        }
        registry.set_checked(&definition.name, defaults, rules);
    }
}

/// What a default must be: of the field's own type.
fn expected(registry: &Registry, object: &str, field: &str) -> Expected {
    expr::Catalog::field(registry, object, field).map_or(Expected::Any, |field| Expected::Type(field.ty))
}

fn rules(registry: &Registry, definition: &ObjectDef, problems: &mut Vec<DefinitionError>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for rule in &definition.rules {
        match check(registry, &definition.name, &rule.name, &rule.require, Expected::Condition) {
            Ok(require) => rules.push(Rule {
                name: rule.name.clone(),
                require,
                field: rule.field.clone(),
                message: rule.message.clone(),
            }),
            Err(problem) => problems.push(problem),
        }
    }
    rules
}

/// Fields that layout, rules and dependent choices name.
fn names(object: &Object, definition: &ObjectDef, problems: &mut Vec<DefinitionError>) {
    let layout = &definition.layout;
    let mut named: Vec<(&str, &String)> = Vec::new();
    named.extend(layout.key.iter().chain(&layout.create).chain(&layout.path).map(|name| ("layout", name)));
    named.extend(
        layout.sections.iter().flat_map(|section| &section.fields).map(|name| ("layout.section", name)),
    );
    named.extend(definition.rules.iter().filter_map(|rule| Some((rule.name.as_str(), rule.field.as_ref()?))));
    for view in &definition.views {
        let fields = view.columns.iter().chain(&view.group).chain(&view.sum);
        named.extend(fields.map(|name| (view.name.as_str(), name)));
    }
    let dependent =
        object.fields.iter().filter_map(|field| Some((field, field.kind.choice()?.depends_on.as_ref()?)));
    named.extend(dependent.map(|(field, name)| (field.name.as_str(), name)));
    for (part, name) in named {
        let first = name.split('.').next().unwrap_or(name);
        if object.field(first).is_none() {
            let unknown = at(&object.name, part, format!("there is no field `{name}`"));
            problems.push(unknown.nearest_to(name, object.fields.iter().map(|field| field.name.as_str())));
        }
    }
}

/// Filters and orders of views, and related lists.
fn views(registry: &Registry, definition: &ObjectDef) -> Vec<DefinitionError> {
    let mut problems = Vec::new();
    for view in &definition.views {
        if let Some(filter) = &view.filter {
            problems.extend(check(registry, &definition.name, &view.name, filter, Expected::Condition).err());
        }
        let object = registry.object(&definition.name);
        for name in view.sort.iter().map(|sort| sort.trim_start_matches('-')) {
            if object.is_none_or(|object| object.field(name).is_none() && name != "title") {
                problems.push(at(
                    &definition.name,
                    &view.name,
                    format!("there is no field `{name}` to sort by"),
                ));
            }
        }
    }
    for (part, links) in
        [("layout.related", &definition.layout.related), ("layout.timeline", &definition.layout.timeline)]
    {
        let problem =
            |link: &String| at(&definition.name, part, format!("`{link}` is no link to this object"));
        problems.extend(links.iter().filter(|link| !leads_here(registry, definition, link)).map(problem));
    }
    problems
}

/// Whether `object.link` leads to the object that is defined.
fn leads_here(registry: &Registry, definition: &ObjectDef, named: &str) -> bool {
    let field = named.split_once('.').and_then(|(object, link)| registry.object(object)?.field(link));
    field.is_some_and(|field| {
        !matches!(field.kind, Kind::RollUp(_)) && field.kind.targets().contains(&definition.name)
    })
}
