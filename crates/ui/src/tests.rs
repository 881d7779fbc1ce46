use std::{collections::BTreeSet, sync::Arc};

use i18n::{Reader, Texts};
use jiff::{Timestamp, tz::TimeZone};
use maud::html;

use super::*;
use crate::{
    content::encode,
    filter::{Condition, Group, Join, Node, Operator},
    form::{Form, Section},
    input::{Field, Input, Options, lookup_options},
    shell::{Appearance, Density, Shell, Theme},
    table::{Column, Row, Table},
};

fn reader() -> Reader {
    let now: Timestamp = "2026-07-15T08:30:00Z".parse().unwrap();
    Arc::new(Texts::new()).reader("en", TimeZone::UTC, now)
}

fn pairs(form: &[(&str, &str)]) -> Vec<(String, String)> {
    form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn what_people_typed_is_escaped_everywhere() {
    let evil = "<script>alert(1)</script>\"'";
    let table = Table {
        id: "t".to_owned(),
        columns: vec![Column { name: "name".to_owned(), label: evil.to_owned(), ..Column::default() }],
        groups: vec![table::Group {
            rows: vec![Row {
                title: evil.to_owned(),
                cells: vec![Content::text(evil).into()],
                ..Row::default()
            }],
            ..table::Group::default()
        }],
        ..Table::default()
    };
    let field = Field::new("name", evil, Input::text(evil)).problem(Some(evil.to_owned()));
    let form =
        Form { sections: vec![Section { fields: vec![field], ..Section::default() }], ..Form::default() };
    let mut options = Options { typed: evil.to_owned(), may_create: true, ..Options::default() };
    options.push(evil, evil, Some(evil.to_owned()));
    let reader = reader();
    for markup in [table.render(&reader), form.render(&reader), lookup_options(&reader, &options)] {
        assert!(!markup.into_string().contains("<script"));
    }
}

#[test]
fn an_address_that_would_run_code_is_no_link() {
    for url in ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "javascript://x%0aalert(1)"] {
        let shown = Content::Url(url.to_owned()).render(&reader()).into_string();
        assert!(!shown.contains("href"), "{shown}");
    }
    assert!(
        Content::Url("example.org/a".to_owned())
            .render(&reader())
            .into_string()
            .contains("https://example.org/a")
    );
}

#[test]
fn the_builders_form_becomes_nested_conditions() {
    let group = Group::parse(&pairs(&[
        ("f.join", "and"),
        ("f.0.field", "stage"),
        ("f.0.op", "one-of"),
        ("f.0.value", "won"),
        ("f.0.value", "lost"),
        ("f.1.join", "or"),
        ("f.1.0.field", "amount"),
        ("f.1.0.op", "between"),
        ("f.1.0.value", "1"),
        ("f.1.0.value", "2"),
        ("f.3.field", "unreached"),
    ]));
    let condition = |field: &str, operator, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Node::Condition(Condition { field: field.to_owned(), operator, values, titles: Vec::new() })
    };
    let inner = Group { join: Join::Or, nodes: vec![condition("amount", Operator::Between, &["1", "2"])] };
    let expected = Group {
        join: Join::And,
        nodes: vec![condition("stage", Operator::OneOf, &["won", "lost"]), Node::Group(inner)],
    };
    assert_eq!(group, expected);
}

#[test]
fn the_builders_buttons_change_the_group_they_stand_in() {
    let mut group = Group::default();
    group.act("add:f", "name");
    group.act("group:f", "name");
    group.act("add:f.1", "amount");
    let Node::Group(inner) = &group.nodes[1] else { panic!("a group") };
    assert_eq!((inner.join, inner.nodes.len()), (Join::Or, 2));
    group.act("remove:f.1.0", "");
    group.act("remove:f.0", "");
    assert_eq!(group.nodes.len(), 1);
    for nonsense in ["remove:f.9", "add:f.0.0.0", "remove:f", "x", "add:f.x", ""] {
        let before = group.clone();
        group.act(nonsense, "name");
        assert_eq!(group, before, "{nonsense}");
    }
}

#[test]
fn every_operator_has_a_name_that_reads_back_and_a_text() {
    let reader = reader();
    for kind in [
        filter::FieldKind::Text,
        filter::FieldKind::Number,
        filter::FieldKind::Date,
        filter::FieldKind::Instant,
        filter::FieldKind::Bool,
        filter::FieldKind::Choice,
        filter::FieldKind::Choices,
        filter::FieldKind::Link,
        filter::FieldKind::User,
        filter::FieldKind::Tags,
    ] {
        for operator in Operator::of(kind) {
            assert_eq!(Operator::parse(operator.name()), Some(*operator));
            reader.text(&format!("operator-{}", operator.name()));
        }
    }
    for period in Operator::PERIODS {
        reader.text(&format!("period-{period}"));
    }
    assert_eq!(reader.texts().missing(), Vec::<String>::new());
}

#[test]
fn the_appearance_survives_its_cookie_and_any_other_text() {
    let dark = Appearance { theme: Theme::Dark, density: Density::Compact, narrow: true };
    assert_eq!(Appearance::parse("dark-compact-narrow"), dark);
    assert_eq!(Appearance::parse("system-comfortable-wide"), Appearance::default());
    assert_eq!(Appearance::parse("<b>"), Appearance::default());
}

#[test]
fn scripts_and_styles_keep_to_their_weight() {
    let weight = |ending: &str| -> usize {
        let found = assets::all().iter().filter(|asset| asset.name.ends_with(ending));
        found.map(|asset| asset.brotli.map_or(asset.plain.len(), <[u8]>::len)).sum()
    };
    assert!(weight(".js") < 40_000, "scripts: {} bytes", weight(".js"));
    assert!(weight(".css") < 25_000, "styles: {} bytes", weight(".css"));
}

#[test]
fn assets_are_found_and_encoded_as_the_browser_asks() {
    let script = assets::find(assets::script_url()).unwrap();
    assert_eq!(script.content_type(), "text/javascript; charset=utf-8");
    assert_eq!(script.encoded("gzip, deflate, br").1, Some("br"));
    assert_eq!(script.encoded("gzip;q=0.5, br;q=0").1, Some("gzip"));
    assert_eq!(script.encoded("identity").1, None);
    assert_eq!(assets::find(assets::font_url()).unwrap().encoded("br, gzip").1, None);
    assert!(assets::find("/assets/../Cargo.toml").is_none());
}

#[test]
fn icons_are_found_by_name_and_a_circle_stands_for_others() {
    let names: Vec<_> = icon::names().collect();
    assert!(names.is_sorted() && names.len() > 150);
    assert!(names.iter().all(|name| icon::exists(name)));
    assert_eq!(icon::icon("no-such-icon").0, icon::icon("circle").0);
    assert!(icon::icon_labelled("star", "Favourite").into_string().ends_with("</svg>"));
}

#[test]
fn a_page_carries_its_token_theme_and_language() {
    let shell = Shell {
        csrf: Some("token".to_owned()),
        appearance: Appearance { theme: Theme::Dark, ..Appearance::default() },
        ..Shell::default()
    };
    let page = shell.page(&reader(), &html! { "content" }).into_string();
    assert!(page.contains(r#"<html lang="en" dir="ltr" data-theme="dark""#));
    assert!(page.contains(r#"name="csrf-token" content="token""#));
    assert!(page.contains(assets::script_url()) && page.contains(assets::style_url()));
}

#[test]
fn names_become_initials_and_texts_are_encoded() {
    for (name, initials) in [
        ("Ann Lee", "AL"),
        ("Ann Mary Lee", "AL"),
        ("Ann", "A"),
        ("", ""),
        ("陳 大文", "陳大"),
        ("(x) y", "Y"),
    ] {
        assert_eq!(bits::initials(name), initials);
    }
    assert_eq!(crate::content::json_text("a\"b\\c\n"), r#""a\"b\\c\u000a""#);
    assert_eq!(encode("Straße 5, Wien"), "Stra%C3%9Fe%205%2C%20Wien");
}

/// The sources of the parts, as they are compiled.
const SOURCES: [&str; 28] = [
    include_str!("action.rs"),
    include_str!("bits.rs"),
    include_str!("board.rs"),
    include_str!("charts.rs"),
    include_str!("content.rs"),
    include_str!("diff.rs"),
    include_str!("edit.rs"),
    include_str!("filter.rs"),
    include_str!("filter/builder.rs"),
    include_str!("form.rs"),
    include_str!("icon.rs"),
    include_str!("input.rs"),
    include_str!("input/compound.rs"),
    include_str!("input/link.rs"),
    include_str!("input/render.rs"),
    include_str!("overlay.rs"),
    include_str!("page.rs"),
    include_str!("palette.rs"),
    include_str!("record.rs"),
    include_str!("shell.rs"),
    include_str!("shell/nav.rs"),
    include_str!("shell/top.rs"),
    include_str!("steps.rs"),
    include_str!("table.rs"),
    include_str!("table/head.rs"),
    include_str!("table/rows.rs"),
    include_str!("tabs.rs"),
    include_str!("timeline.rs"),
];

#[test]
fn no_part_writes_inline_styles_or_handlers() {
    for source in SOURCES {
        assert!(!source.contains(" style="), "a style attribute");
        assert!(!source.contains(" onclick=") && !source.contains("hx-on"), "an inline handler");
    }
}

#[test]
fn every_class_that_parts_use_is_in_the_stylesheet() {
    let style = assets::find(assets::style_url()).unwrap();
    let style = std::str::from_utf8(style.plain).unwrap();
    let mut missing = BTreeSet::new();
    for source in SOURCES {
        for literal in source.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            for class in literal.split_whitespace() {
                let escaped = class.replace(':', "\\:");
                if !style.contains(&format!(".{escaped}")) {
                    missing.insert(class);
                }
            }
        }
    }
    // Named to be found by scripts and selectors.
    for known in
        ["rows", "col-check", "col-rest", "cell-head", "cell-total", "palette-group", "timeline-days"]
    {
        missing.remove(known);
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn every_text_that_parts_ask_for_exists() {
    let texts = Texts::new();
    let ids = SOURCES.iter().flat_map(|source| {
        let asked = ["reader.text(\"", "Message::new(\""];
        asked
            .into_iter()
            .flat_map(|start| source.split(start).skip(1))
            .filter_map(|rest| rest.split('"').next())
    });
    let missing: BTreeSet<&str> = ids.filter(|id| !texts.has(id)).collect();
    assert_eq!(missing, BTreeSet::new());
}
