//! The guide to definitions names every key and type there is, and its examples hold.

use metadata::{
    Origin,
    definition::{
        FieldChange, FieldDef, LayoutDef, ObjectDef, OptionDef, Overlay, RuleDef, SectionDef, TypeName,
        ViewDef, apply, parse_object, parse_overlay,
    },
};
use serde::{
    Deserialize,
    de::{
        IntoDeserializer,
        value::{Error, MapDeserializer},
    },
};

const GUIDE: &str = include_str!("../../../docs/metadata.md");

/// The names that a type takes: what it says it expected when it is given another one.
fn expected(error: &Error) -> Vec<String> {
    let said = error.to_string();
    let (_, names) = said.split_once(", expected ").unwrap_or_else(|| panic!("{said}"));
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The keys of a struct that refuses others.
fn keys<'de, T: Deserialize<'de>>() -> Vec<String> {
    let unknown = MapDeserializer::<_, Error>::new(std::iter::once(("no-such-key", "")));
    T::deserialize(unknown).err().map_or_else(Vec::new, |error| expected(&error))
}

/// The names of an enum.
fn variants<'de, T: Deserialize<'de>>() -> Vec<String> {
    let unknown: serde::de::value::StrDeserializer<'de, Error> = "no-such-name".into_deserializer();
    T::deserialize(unknown).err().map_or_else(Vec::new, |error| expected(&error))
}

fn examples() -> impl Iterator<Item = &'static str> {
    GUIDE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

fn is_object(example: &str) -> bool {
    example.starts_with("name =")
}

fn is_overlay(example: &str) -> bool {
    example.starts_with("object =")
}

#[test]
fn the_guide_explains_every_type_key_and_name() {
    let mut names = variants::<TypeName>();
    names.extend(variants::<metadata::Outcome>());
    names.extend(variants::<metadata::definition::Area>());
    names.extend(variants::<metadata::definition::ViewKind>());
    names.extend(variants::<metadata::definition::OnDestroy>());
    names.extend(variants::<metadata::definition::RollUpFunction>());
    for of in [
        keys::<ObjectDef>(),
        keys::<FieldDef>(),
        keys::<OptionDef>(),
        keys::<RuleDef>(),
        keys::<ViewDef>(),
        keys::<LayoutDef>(),
        keys::<SectionDef>(),
        keys::<Overlay>(),
        keys::<FieldChange>(),
    ] {
        assert!(of.len() > 2, "{of:?}");
        names.extend(of);
    }
    assert!(names.len() > 90, "{names:?}");
    let text: String = GUIDE.split("```").step_by(2).collect();
    let missing: Vec<_> = names.into_iter().filter(|name| !text.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_type_has_an_example() {
    let examples: String = examples().collect();
    let shown = |name: &String| examples.contains(&format!("type = \"{name}\""));
    let plain = ["long_text", "phone", "url", "integer", "boolean", "tags"];
    let missing: Vec<_> = variants::<TypeName>()
        .into_iter()
        .filter(|name| !shown(name) && !plain.contains(&name.as_str()))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_examples_of_the_guide_compile() {
    let mut definitions = crate::testing::definitions();
    let visit = examples().find(|example| is_object(example)).unwrap();
    let fields: Vec<&str> =
        examples().filter(|example| !is_object(example) && !is_overlay(example)).collect();
    let (head, rest) = visit.split_once("[[rule]]").unwrap();
    let whole = format!("{head}{}\n[[rule]]{rest}", fields.join("\n"));
    definitions.push(parse_object("docs/metadata.md", visit).unwrap());
    compile(&definitions);
    definitions.pop();
    definitions.push(parse_object("docs/metadata.md", &whole).unwrap());
    compile(&with_link_to_visit(definitions.clone()));

    for example in examples().filter(|example| is_overlay(example)) {
        lay_over(&mut definitions, example);
    }
    compile(&definitions);
}

/// The roll-ups of the guide count tasks that link to a visit, as another of its examples has them do.
fn with_link_to_visit(mut definitions: Vec<ObjectDef>) -> Vec<ObjectDef> {
    let tasks = examples().find(|example| example.contains("object = \"task\"")).unwrap();
    lay_over(&mut definitions, tasks);
    definitions
}

fn lay_over(definitions: &mut [ObjectDef], example: &str) {
    let overlay = parse_overlay("docs/metadata.md", example).unwrap();
    let object = definitions.iter_mut().find(|object| object.name == overlay.object).unwrap();
    apply(object, &overlay).unwrap();
}

fn compile(definitions: &[ObjectDef]) {
    let definitions: Vec<_> = definitions.iter().map(|object| (object.clone(), Origin::Shipped)).collect();
    if let Err(problems) = metadata::compile(&definitions) {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
