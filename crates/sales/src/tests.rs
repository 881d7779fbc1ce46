//! What holds for all objects of the crate, and the workspace that the tests of its folders run in.

mod guide;

use std::collections::HashSet;

use metadata::{
    Object, Origin, Registry,
    definition::{ObjectDef, parse_object},
};

/// The objects of sales, of activities, and as much of users and teams as the others need.
pub fn definitions() -> Vec<ObjectDef> {
    let identity = [("user/object.toml", USER), ("team/object.toml", TEAM)];
    let files = identity.into_iter().chain(crate::objects()).chain(activities::objects());
    files.map(|(file, text)| parse_object(file, text).unwrap_or_else(|error| panic!("{error}"))).collect()
}

const USER: &str = r#"
name = "user"
plural = "users"
title = ["name"]
owned = false
field = [
    { name = "name", type = "text", required = true },
    { name = "email", type = "email" },
    { name = "team", type = "link", to = ["team"] },
]
"#;

const TEAM: &str = r#"
name = "team"
plural = "teams"
title = ["name"]
owned = false
field = [{ name = "name", type = "text", required = true }, { name = "parent", type = "link", to = ["team"] }]
"#;

fn registry() -> Registry {
    let definitions: Vec<_> = definitions().into_iter().map(|object| (object, Origin::Shipped)).collect();
    metadata::compile(&definitions).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

fn shipped_here(registry: &Registry) -> impl Iterator<Item = &Object> {
    let own: HashSet<String> =
        crate::objects().iter().map(|(file, _)| file.split('/').next().unwrap_or(file).to_owned()).collect();
    registry.objects().map(AsRef::as_ref).filter(move |object| own.contains(&object.name))
}

/// Every id that the catalogue has, with attributes as `id.attribute`.
fn catalogue(text: &str) -> HashSet<String> {
    let resource = fluent_syntax::parser::parse(text)
        .unwrap_or_else(|(_, problems)| panic!("the catalogue is broken: {problems:?}"));
    let mut ids = HashSet::new();
    for entry in resource.body {
        let fluent_syntax::ast::Entry::Message(message) = entry else { continue };
        for attribute in message.attributes {
            ids.insert(format!("{}.{}", message.id.name, attribute.id.name));
        }
        assert!(ids.insert(message.id.name.to_owned()), "{} is there twice", message.id.name);
    }
    ids
}

/// The fields that an object has of its own: those of every object are named elsewhere.
fn own_fields(object: &Object) -> impl Iterator<Item = &metadata::Field> {
    object.fields.iter().take_while(|field| !matches!(field.name.as_str(), "owner" | "external_id"))
}

#[test]
fn the_definitions_of_sales_and_activities_compile_together() {
    assert_eq!(registry().objects().count(), 2 + 7 + 4);
}

#[test]
fn everything_that_people_read_is_in_the_catalogue() {
    let registry = registry();
    let ids = catalogue(crate::texts());
    let mut wanted = Vec::new();
    for object in shipped_here(&registry) {
        let name = &object.name;
        wanted.extend([format!("object-{name}"), format!("object-{name}.plural")]);
        for field in own_fields(object) {
            wanted.push(format!("{name}--{}", field.name));
            let options = field.kind.choice().map_or(&[][..], |choice| &choice.options);
            wanted.extend(options.iter().map(|option| format!("{name}--{}--{}", field.name, option.name)));
        }
        wanted.extend(object.rules.iter().map(|rule| format!("{name}-rule-{}", rule.name)));
        wanted.extend(object.views.iter().map(|view| format!("{name}-view-{}", view.name)));
        wanted
            .extend(object.layout.sections.iter().map(|section| format!("{name}-section-{}", section.name)));
    }
    let missing: Vec<_> = wanted.into_iter().filter(|id| !ids.contains(id)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_catalogue_names_nothing_that_is_not_there() {
    let registry = registry();
    for id in catalogue(crate::texts()) {
        let id = id.split('.').next().unwrap_or(&id);
        if let Some(object) = id.strip_prefix("object-") {
            assert!(registry.object(object).is_some(), "{id}");
        } else if let Some((object, rest)) = id.split_once("--") {
            let field = rest.split("--").next().unwrap_or(rest);
            let object = registry.object(object).unwrap_or_else(|| panic!("{id}"));
            let field = object.field(field).unwrap_or_else(|| panic!("{id}"));
            if let Some((_, option)) = rest.split_once("--") {
                assert!(field.kind.choice().and_then(|choice| choice.option(option)).is_some(), "{id}");
            }
        }
    }
}

#[test]
fn every_object_that_people_go_to_has_views_a_layout_and_the_fields_it_asks_for() {
    let registry = registry();
    for object in shipped_here(&registry) {
        let name = &object.name;
        assert!(!object.layout.key.is_empty() && !object.layout.sections.is_empty(), "{name} has no layout");
        assert!(!object.layout.create.is_empty(), "{name} asks for nothing");
        assert!(!object.views.is_empty(), "{name} has no view");
        let shown: HashSet<&String> =
            object.layout.sections.iter().flat_map(|section| &section.fields).collect();
        let hidden: Vec<_> = own_fields(object)
            .filter(|field| field.is_writable() && !shown.contains(&field.name))
            .map(|field| &field.name)
            .collect();
        assert!(hidden.is_empty(), "{name}: no section shows {hidden:?}");
    }
}
