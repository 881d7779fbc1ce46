//! Definitions from text to tables, and what is said when they cannot be used.

use kernel::ColumnType;

use crate::{
    Kind, Origin, Registry, compile,
    definition::{FieldChange, ObjectDef, OptionDef, Overlay, apply, parse_object},
    schema::{Schema, SchemaChange, diff},
};

const USER: &str = "name = 'user'\nplural = 'users'\nowned = false\ntitle = ['name']\nfield = [{ name = 'name', type = 'text' }]";

fn object(text: &str) -> ObjectDef {
    parse_object("thing.toml", text).unwrap()
}

fn thing(fields: &str) -> ObjectDef {
    object(&format!(
        "name = 'thing'\nplural = 'things'\nowned = false\ntitle = ['name']\n[[field]]\nname = 'name'\ntype = 'text'\n{fields}"
    ))
}

fn registry(thing: &ObjectDef) -> Result<Registry, String> {
    let definitions = [(object(USER), Origin::Shipped), (thing.clone(), Origin::Custom)];
    compile(&definitions)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

#[track_caller]
fn refused(fields: &str, said: &str) {
    let problem = registry(&thing(fields)).expect_err("it was taken");
    assert!(problem.contains(said), "{problem}");
}

#[test]
fn an_object_has_an_address_of_its_own() {
    for (given, said) in [
        ("events", "thing.plural: the address /events is Rapport's own"),
        ("users", "thing.plural: `users` is the plural of `user` already"),
        ("my/things", "thing.plural: a name is lower case letters"),
    ] {
        let problem =
            registry(&ObjectDef { plural: given.to_owned(), ..thing("") }).expect_err("it was taken");
        assert!(problem.contains(said), "{problem}");
    }
}

#[test]
fn an_unknown_key_is_refused_with_line_and_nearest_name() {
    let error =
        parse_object("deal.toml", "name = 'deal'\nplural = 'deals'\ntitle = ['name']\nicno = 'box'\n")
            .unwrap_err();
    assert_eq!(error.to_string(), "deal.toml:4: unknown field `icno` – did you mean `icon`?");
}

#[test]
fn what_cannot_be_meant_is_told_with_its_field() {
    refused(
        "[[field]]\nname = 'to'\ntype = 'link'\nto = ['usr']",
        "thing.to: there is no object `usr` – did you mean `user`?",
    );
    refused("[[field]]\nname = 'a'\ntype = 'date'\nmax = 5", "`max` says nothing on a field of type date");
    refused("[[field]]\nname = 'Name'\ntype = 'text'", "a name is lower case letters");
    refused("[[field]]\nname = 'version'\ntype = 'text'", "the name is taken");
    refused("[[field]]\nname = 'b'\ntype = 'choice'", "a choice needs at least one `option`");
    refused("[[field]]\nname = 'c'\ntype = 'formula'\nformula = 'nmae & \"x\"'", "name");
}

#[test]
fn formulas_that_read_each_other_in_a_circle_are_refused() {
    refused(
        "[[field]]\nname = 'a'\ntype = 'formula'\nformula = 'b + 1'\n[[field]]\nname = 'b'\ntype = 'formula'\nformula = 'a + 1'",
        "thing.a",
    );
}

#[test]
fn a_formula_is_stored_only_if_it_reads_nothing_but_its_record() {
    let registry = registry(&thing(
        "[[field]]\nname = 'size'\ntype = 'integer'\n[[field]]\nname = 'keeper'\ntype = 'user'\n\
         [[field]]\nname = 'double'\ntype = 'formula'\nformula = 'size * 2'\n\
         [[field]]\nname = 'keeper_name'\ntype = 'formula'\nformula = 'keeper.name'\n\
         [[field]]\nname = 'days'\ntype = 'formula'\nformula = 'today() - date(created_at)'",
    ));
    let registry = registry.unwrap();
    let thing = registry.object("thing").unwrap();
    let stored = |name: &str| matches!(thing.field(name).unwrap().kind, Kind::Formula { column: Some(_) });
    assert!(stored("double") && !stored("keeper_name") && !stored("days"));
}

#[test]
fn a_difference_of_definitions_is_ddl_and_back() {
    let schema = |fields: &str| {
        let registry = registry(&thing(fields)).unwrap();
        Schema::of(registry.objects().map(AsRef::as_ref))
    };
    let before = schema("[[field]]\nname = 'size'\ntype = 'integer'");
    let after = schema(
        "[[field]]\nname = 'size'\ntype = 'text'\nindex = true\n[[field]]\nname = 'price'\ntype = 'money'",
    );
    let there = diff(&before, &after);
    let converts =
        |from, to| SchemaChange::ConvertColumn { table: "thing".into(), column: "size".into(), from, to };
    assert!(there.contains(&converts(ColumnType::Int, ColumnType::Text)));
    assert_eq!(there.iter().filter(|change| matches!(change, SchemaChange::AddColumn { .. })).count(), 2);
    let back = diff(&after, &before);
    assert!(back.contains(&converts(ColumnType::Text, ColumnType::Int)));
    assert_eq!(back.iter().filter(|change| matches!(change, SchemaChange::DropColumn { .. })).count(), 2);
    assert!(matches!(back[0], SchemaChange::DropIndex { .. }), "an index goes before its column changes");
    assert!(diff(&after, &after).is_empty());
}

#[test]
fn a_renamed_field_keeps_its_columns() {
    let schema = |fields: &str| Schema::of(registry(&thing(fields)).unwrap().objects().map(AsRef::as_ref));
    let before = schema("[[field]]\nname = 'price'\ntype = 'money'");
    let after = schema("[[field]]\nname = 'cost'\ntype = 'money'\nrenamed_from = 'price'");
    let renamed: Vec<_> = diff(&before, &after)
        .into_iter()
        .map(|change| match change {
            SchemaChange::RenameColumn { from, to, .. } => (from, to),
            other => panic!("{other:?}"),
        })
        .collect();
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(renamed, [pair("price", "cost"), pair("price_currency", "cost_currency")]);
}

#[test]
fn an_option_that_a_customer_leaves_out_is_retired_and_still_understood() {
    let mut thing =
        thing("[[field]]\nname = 'state'\ntype = 'choice'\noption = [{ name = 'new' }, { name = 'old' }]");
    let option = |name: &str| OptionDef { name: name.to_owned(), ..OptionDef::default() };
    let change = FieldChange {
        field: "state".into(),
        options: vec![option("new"), option("fresh")],
        ..FieldChange::default()
    };
    apply(&mut thing, &Overlay { object: "thing".into(), changes: vec![change], ..Overlay::default() })
        .unwrap();
    let registry = registry(&thing).unwrap();
    let choice = registry.object("thing").unwrap().field("state").unwrap().kind.choice().unwrap();
    let offered: Vec<&str> = choice.offered(None).map(|option| option.name.as_str()).collect();
    assert_eq!(offered, ["new", "fresh"]);
    assert!(choice.option("old").is_some_and(|option| option.retired));
}
