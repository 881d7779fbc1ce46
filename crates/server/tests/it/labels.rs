//! Everything that is shipped has a name, an icon, a title and somebody who may see it.

use std::collections::HashSet;

use fluent_syntax::ast::Entry;
use metadata::{Field, Object, definition::ObjectDef};
use testkit::TestApp;

/// Every object of the workspace with its shipped definition.
fn objects(app: &TestApp) -> Vec<ObjectDef> {
    app.app.shipped().to_vec()
}

#[test]
fn every_object_field_option_view_and_rule_has_a_text() {
    let app = TestApp::sqlite();
    let reader = app.app.texts().reader("en", jiff::tz::TimeZone::UTC, app.workspace.engine.clock().now());
    let mut missing = Vec::new();
    let mut want = |id: String| {
        if reader.find(&id).is_none() {
            missing.push(id);
        }
    };
    for object in objects(&app) {
        let name = &object.name;
        want(format!("object-{name}"));
        for field in &object.fields {
            want(format!("{name}--{}", field.name));
            for option in &field.options {
                want(format!("{name}--{}--{}", field.name, option.name));
            }
        }
        for view in &object.views {
            want(format!("{name}-view-{}", view.name));
        }
        for rule in &object.rules {
            want(format!("{name}-rule-{}", rule.name));
        }
        for section in &object.layout.sections {
            want(format!("{name}-section-{}", section.name));
        }
        if object.layout.start.is_some() {
            want(format!("object-{name}-start"));
            want(format!("object-{name}-start-hint"));
        }
        if object.layout.first_step.is_some() {
            want(format!("object-{name}-first"));
            want(format!("object-{name}-first-hint"));
        }
        for action in app.app.actions(name) {
            want(format!("{name}-action-{}", action.name));
        }
    }
    assert!(missing.is_empty(), "no catalogue has: {missing:#?}");
}

/// The ids of a catalogue, with attributes as `id.attribute`.
fn ids(catalogue: &str) -> Vec<String> {
    let resource = fluent_syntax::parser::parse(catalogue)
        .unwrap_or_else(|(_, problems)| panic!("a catalogue is broken: {problems:?}"));
    let mut ids = Vec::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let of = message.id.name;
        ids.extend(message.attributes.iter().map(|attribute| format!("{of}.{}", attribute.id.name)));
        ids.push(of.to_owned());
    }
    ids
}

#[test]
fn the_catalogues_say_everything_once_and_name_nothing_that_is_not_there() {
    let app = TestApp::sqlite();
    let registry = app.workspace.engine.registry();
    let mut said = HashSet::new();
    for id in server::features().iter().flat_map(|feature| ids(feature.texts)) {
        assert!(said.insert(id.clone()), "{id} is there twice");
        let Some((object, rest)) = id.split('.').next().and_then(|id| id.split_once("--")) else { continue };
        let (field, option) =
            rest.split_once("--").map_or((rest, None), |(field, option)| (field, Some(option)));
        let kind = registry
            .object(object)
            .and_then(|object| object.field(field).map(|field| field.kind.clone()))
            .unwrap_or_else(|| panic!("{id} names no field"));
        let has = |name| kind.choice().is_some_and(|options| options.option(name).is_some());
        assert!(option.is_none_or(has), "{id} names no option");
    }
    for object in registry.objects() {
        assert!(said.contains(&format!("object-{}.plural", object.name)), "{} has no plural", object.name);
    }
}

/// The fields that an object has of its own: those of every object are named elsewhere.
fn own_fields(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().take_while(|field| !matches!(field.name.as_str(), "owner" | "external_id"))
}

#[test]
fn what_people_work_with_has_views_a_layout_and_shows_every_field() {
    let app = TestApp::sqlite();
    let registry = app.workspace.engine.registry();
    for (file, _) in sales::objects().iter().chain(&activities::objects()) {
        let name = file.split('/').next().unwrap_or(file);
        let object = registry.object(name).unwrap_or_else(|| panic!("no object is called {name}"));
        assert!(!object.layout.key.is_empty() && !object.layout.sections.is_empty(), "{name} has no layout");
        assert!(!object.layout.create.is_empty(), "{name} asks for nothing");
        assert!(!object.views.is_empty(), "{name} has no view");
        let shown: HashSet<&String> =
            object.layout.sections.iter().flat_map(|section| &section.fields).collect();
        let is_hidden = |field: &&Field| field.is_writable() && !shown.contains(&field.name);
        let hidden: Vec<_> = own_fields(object).filter(is_hidden).map(|field| &field.name).collect();
        assert!(hidden.is_empty(), "{name}: no section shows {hidden:?}");
    }
}

#[test]
fn every_kind_of_job_has_a_name() {
    let app = TestApp::sqlite();
    let reader = app.app.texts().reader("en", jiff::tz::TimeZone::UTC, app.workspace.engine.clock().now());
    let registry = app.app.job_registry();
    let names = registry.kinds().map(|name| format!("job-name-{}", name.replace('/', "-")));
    let missing: Vec<String> = names.filter(|id| reader.find(id).is_none()).collect();
    assert!(missing.is_empty(), "no catalogue has: {missing:#?}");
}

#[test]
fn the_lists_of_one_record_have_different_names() {
    let app = TestApp::sqlite();
    let reader = app.app.texts().reader("en", jiff::tz::TimeZone::UTC, app.workspace.engine.clock().now());
    for object in objects(&app) {
        let mut names: Vec<String> = object
            .layout
            .related
            .iter()
            .filter_map(|list| list.split_once('.'))
            .map(|(from, link)| reader.related(from, link, None))
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{} has {:?} as {names:?}", object.name, object.layout.related);
    }
}

#[test]
fn every_icon_exists() {
    let app = TestApp::sqlite();
    for object in objects(&app) {
        assert!(ui::icon::exists(&object.icon), "{} has the icon {}", object.name, object.icon);
        for action in app.app.actions(&object.name) {
            assert!(ui::icon::exists(action.icon), "{} has the icon {}", action.name, action.icon);
        }
    }
}

#[test]
fn every_object_has_a_title_and_somebody_who_may_see_it() {
    let app = TestApp::sqlite();
    let granted: Vec<String> = identity::role::shipped::shipped()
        .iter()
        .flat_map(|role| &role.grants)
        .chain(identity::role::shipped::everybody())
        .map(|grant| grant.object.clone())
        .collect();
    for object in objects(&app) {
        assert!(!object.title.is_empty(), "{} has no title", object.name);
        let seen = granted.iter().any(|of| *of == object.name || of == "*") || object.part_of.is_some();
        assert!(seen, "no role sees {}", object.name);
    }
}

#[test]
fn no_text_is_missing_after_a_walk_through_all_pages() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    let registry = app.workspace.engine.registry();
    for object in registry.objects() {
        ada.get(&format!("/{}", object.plural));
        ada.get(&format!("/{}/new", object.plural));
        ada.get(&format!("/{}?trash=1", object.plural));
        for view in &object.views {
            ada.get(&format!("/{}?view={}", object.plural, view.name)).ok();
        }
    }
    for page in ["/", "/search?q=a", "/search", "/profile", "/sign-ins", "/palette?q=a", "/no-such-page"] {
        ada.get(page);
    }
    let told = app.app.texts().missing();
    assert!(told.is_empty(), "no catalogue has: {told:?}");
}
