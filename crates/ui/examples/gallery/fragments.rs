//! Answers to what the elements ask: what a server sends, for trying the scripts without one.

use i18n::Reader;
use maud::{Markup, html};
use ui::{
    Content,
    edit::{Editable, Editor},
    form::{Form, Layout, Section},
    input::{ChoiceOption, Field, Input, LinkInput, Options, lookup_options},
    overlay::{Overlay, OverlayKind, Toast, partial},
    palette::{Found, results},
};

use crate::sample::{STAGES, euros, stage};

pub fn all(reader: &Reader) -> Vec<(&'static str, Markup)> {
    vec![
        ("editor-amount", amount(reader, "184,000", None)),
        (
            "editor-amount-wrong",
            amount(reader, "much", Some("“much” is not an amount. Write it like €1,234.50.")),
        ),
        ("value-amount", value(reader, "Amount", "amount", Content::Money(euros(199_000)))),
        (
            "editor-stage",
            editor(
                reader,
                "stage",
                Field::new(
                    "stage",
                    "Stage",
                    Input::Choice { value: Some("negotiation".to_owned()), options: options(), radio: false },
                )
                .required(),
                None,
            ),
        ),
        ("value-stage", value(reader, "Stage", "stage", stage(4))),
        (
            "editor-name",
            editor(reader, "name", Field::new("name", "Name", Input::text("Cold-chain monitoring")), None),
        ),
        (
            "editor-company",
            editor(
                reader,
                "company",
                Field::new(
                    "company",
                    "Company",
                    Input::Link(LinkInput { lookup: "/lookup/company".to_owned(), ..LinkInput::default() }),
                ),
                None,
            ),
        ),
        (
            "editor-tags",
            editor(
                reader,
                "tags",
                Field::new(
                    "tags",
                    "Tags",
                    Input::Tags { values: vec!["EMEA".to_owned()], known: Vec::new() },
                ),
                None,
            ),
        ),
        ("value-name", value(reader, "Name", "name", Content::text("Cold-chain monitoring, Hamburg"))),
        ("lookup", lookup(reader)),
        ("palette", found()),
        ("overlay", overlay(reader, None)),
        ("overlay-wrong", form(reader, Some("Fill in this field."))),
        ("toast", Toast::success("Deal moved to Negotiation.").undo("/undo/1").partial(reader)),
        ("refused", Toast::error("A deal without a company cannot be won.").partial(reader)),
        (
            "moved",
            html! { (partial("#overlays", "beforeend", &overlay(reader, None))) (Toast::success("Moved.").partial(reader)) },
        ),
    ]
}

fn editor(reader: &Reader, name: &str, field: Field, problem: Option<&str>) -> Markup {
    Editor {
        url: format!("/deals/0/edit/{name}"),
        field: field.problem(problem.map(str::to_owned)),
        version: Some(7),
        csrf: None,
    }
    .render(reader)
}

fn amount(reader: &Reader, amount: &str, problem: Option<&str>) -> Markup {
    let input = Input::Money {
        amount: amount.to_owned(),
        currency: "EUR".to_owned(),
        currencies: vec!["EUR".to_owned(), "USD".to_owned()],
    };
    editor(reader, "amount", Field::new("amount", "Amount", input), problem)
}

fn value(reader: &Reader, label: &str, name: &str, content: Content) -> Markup {
    Editable { label: label.to_owned(), url: Some(format!("/deals/0/edit/{name}")), content }.render(reader)
}

fn options() -> Vec<ChoiceOption> {
    STAGES
        .iter()
        .map(|(value, label, tone)| ChoiceOption { tone: *tone, ..ChoiceOption::new(*value, *label) })
        .collect()
}

fn lookup(reader: &Reader) -> Markup {
    let mut options = Options { typed: "Nord".to_owned(), may_create: true, ..Options::default() };
    options.push("1", "Nordlicht Logistics", Some("Hamburg".to_owned()));
    options.push("2", "Nordstern Foods", Some("Kiel".to_owned()));
    lookup_options(reader, &options)
}

fn found() -> Markup {
    let item = |title: &str, icon: &str, detail: &str| Found {
        title: title.to_owned(),
        href: "record.html".to_owned(),
        icon: icon.to_owned(),
        detail: Some(detail.to_owned()),
        dialog: false,
    };
    results(&[
        (
            "Deals".to_owned(),
            vec![item("Cold-chain monitoring", "circle-dollar-sign", "Nordlicht Logistics")],
        ),
        ("Companies".to_owned(), vec![item("Nordlicht Logistics", "building-2", "Hamburg")]),
    ])
}

fn overlay(reader: &Reader, problem: Option<&str>) -> Markup {
    Overlay {
        id: "reason".to_owned(),
        title: "Why was it lost?".to_owned(),
        kind: OverlayKind::Dialog,
        content: form(reader, problem),
    }
    .render(reader)
}

fn form(reader: &Reader, problem: Option<&str>) -> Markup {
    Form {
        id: "lost".to_owned(),
        action: "/deals/1/lose".to_owned(),
        in_place: true,
        submit: "Lose the deal".to_owned(),
        cancel: Some("board.html".to_owned()),
        sections: vec![Section {
            layout: Layout::OneColumn,
            fields: vec![
                Field {
                    autofocus: true,
                    ..Field::new("reason", "Reason", Input::text(""))
                        .required()
                        .problem(problem.map(str::to_owned))
                },
                Field::new("note", "Note", Input::LongText { value: String::new(), rows: 3 }),
            ],
            ..Section::default()
        }],
        ..Form::default()
    }
    .render(reader)
}
