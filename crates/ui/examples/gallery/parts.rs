//! Small parts, a conflict, the palette's answer.

use i18n::Reader;
use maud::{Markup, html};
use ui::{
    Action, Content, Empty, Go, Menu, Person, Severity, Tone, Weight,
    bits::{Size, avatar, badge, keys, notice, person, tag},
    content::{Choice, FileLink},
    diff::{Diff, DiffRow},
    edit::Editor,
    input::{Field, Input, Options, lookup_options},
    overlay::{Overlay, OverlayKind, Toast},
    page::{Fit, PageHeader, page as layout},
    palette::{Found, results},
};

use crate::sample::{euros, framed, shell, stage};

pub fn page(reader: &Reader) -> Markup {
    let head = PageHeader { title: "Parts".to_owned(), ..PageHeader::default() };
    let mut frame = shell("Parts", "parts");
    frame.toasts = vec![
        Toast::success("Deal moved to Negotiation.").undo("/undo/1"),
        Toast::error("Somebody else changed this meanwhile.").link("Compare", "conflict.html"),
    ];
    frame.page(
        reader,
        &layout(
            &head.render(reader),
            &[buttons(reader), marks(reader), notices(), values(reader), editing(reader)],
            Fit::Flow,
        ),
    )
}

fn buttons(reader: &Reader) -> Markup {
    let weights = [Weight::Primary, Weight::Normal, Weight::Quiet, Weight::Danger];
    html! {
        section class="flex flex-wrap gap-2" {
            @for weight in weights { (Action { weight, ..Action::new(format!("{weight:?}"), "plus", Go::Page("#".to_owned())) }.button(reader)) }
            (Action { count: Some(4), ..Action::new("Similar leads", "users", Go::Page("#".to_owned())) }.button(reader))
            (Action::new("Star", "star", Go::Command("star".to_owned())).icon_only().button(reader))
            (Menu { id: "sample-menu".to_owned(), label: "Menu".to_owned(), class: "btn".to_owned(), items: vec![
                Action::new("Open", "external-link", Go::Page("#".to_owned())).shortcut("o"),
                Action { apart: true, ..Action::new("Delete", "trash-2", Go::Delete("/x".to_owned())).danger() },
            ], ..Menu::default() }.render(reader))
            (keys("Ctrl K"))
        }
    }
}

fn marks(reader: &Reader) -> Markup {
    html! {
        section class="flex flex-wrap gap-2 items-center" {
            @for tone in Tone::ALL { (badge(tone, tone.name())) }
            (tag("EMEA"))
            @for size in [Size::Small, Size::Medium, Size::Large] { (avatar(&Person::named("Ann Lee"), size)) }
            @for name in ["Tomás Ruiz", "Priya Nair", "Jonas Weiß", "陳大文"] { (person(&Person::named(name))) }
            (Content::Bool(true).render(reader)) (Content::Bool(false).render(reader))
        }
    }
}

fn notices() -> Markup {
    html! {
        @for severity in [Severity::Note, Severity::Success, Severity::Warning, Severity::Error] {
            (notice(severity, html! { p { "A " (format!("{severity:?}")) " says what happened and " a href="parts.html" { "what to do" } "." } }))
        }
    }
}

fn values(reader: &Reader) -> Markup {
    let at = reader.now();
    let values = [
        Content::Empty,
        Content::Integer(1_234_567),
        Content::Money(euros(184_000)),
        Content::Percent(80.into()),
        Content::Date(reader.today()),
        Content::Due(reader.today()),
        Content::Instant(at),
        Content::Relative(at),
        Content::Duration(5_400),
        stage(3),
        Content::Choices(vec![
            Choice { label: "Mail".to_owned(), tone: Tone::Blue },
            Choice { label: "Phone".to_owned(), tone: Tone::Green },
        ]),
        Content::Url("https://example.org/path".to_owned()),
        Content::Url("javascript:alert(1)".to_owned()),
        Content::RichText("<p>Net <b>30 days</b></p>".to_owned()),
        Content::Files(vec![FileLink {
            name: "offer.pdf".to_owned(),
            href: "#".to_owned(),
            bytes: 1_480_000,
            ..FileLink::default()
        }]),
    ];
    html! { section class="grid gap-2" { @for value in values { div { (value.render(reader)) } } } }
}

fn editing(reader: &Reader) -> Markup {
    let editor = |problem: Option<&str>| Editor {
        url: "/deals/1/edit/amount".to_owned(),
        field: Field::new(
            "amount",
            "Amount",
            Input::Money {
                amount: "184,000".to_owned(),
                currency: "EUR".to_owned(),
                currencies: vec!["EUR".to_owned()],
            },
        )
        .problem(problem.map(str::to_owned)),
        version: Some(7),
        csrf: None,
    };
    let mut options = Options { typed: "Nord".to_owned(), may_create: true, ..Options::default() };
    options.push("1", "Nordlicht Logistics", Some("Hamburg".to_owned()));
    options.push("2", "Nordstern Foods", Some("Kiel".to_owned()));
    html! {
        section class="grid gap-8 max-w-prose mb-8" {
            (editor(None).render(reader))
            ul class="grid" role="listbox" aria-label="Companies" { (lookup_options(reader, &options)) }
            (Empty { icon: "inbox".to_owned(), title: "Nothing to do".to_owned(), hint: Some("What is assigned to you comes here.".to_owned()), actions: Vec::new() }.render(reader))
        }
    }
}

pub fn conflict(reader: &Reader) -> Markup {
    let row = |label: &str, name: &str, theirs: Content, yours: Content| DiffRow {
        label: label.to_owned(),
        name: Some(name.to_owned()),
        values: vec![theirs, yours],
        chosen: 1,
    };
    let diff = Diff {
        label: "Two versions".to_owned(),
        sides: vec!["Tomás Ruiz, 2 minutes ago".to_owned(), "You".to_owned()],
        rows: vec![
            row("Stage", "stage", stage(2), stage(3)),
            row("Amount", "amount", Content::Money(euros(160_000)), Content::Money(euros(184_000))),
            row("Next step", "next_step", Content::Empty, Content::text("Send revised quote")),
        ],
        agreeing: 14,
    };
    let overlay = Overlay {
        id: "conflict".to_owned(),
        title: "Somebody else changed this deal meanwhile".to_owned(),
        kind: OverlayKind::Wide,
        content: html! {
            form class="form" method="post" action="/deals/1" { p { "Choose what to keep for each field. Nothing is lost until you save." } div { (diff.render(reader)) } div class="form-buttons" { button class="btn btn-primary" type="submit" { "Save" } button class="btn btn-ghost" type="button" data-close { "Cancel" } } }
        },
    };
    framed(
        reader,
        "Conflict",
        "conflict",
        &html! { div class="page" { h1 class="page-title" { "Cold-chain monitoring" } (overlay.render(reader)) } },
    )
}

pub fn palette(reader: &Reader) -> Markup {
    let found = |title: &str, icon: &str, detail: &str| Found {
        title: title.to_owned(),
        href: "record.html".to_owned(),
        icon: icon.to_owned(),
        detail: Some(detail.to_owned()),
        dialog: false,
    };
    let list = results(&[
        (
            "Deals".to_owned(),
            vec![
                found("Cold-chain monitoring", "circle-dollar-sign", "Nordlicht Logistics"),
                found("Cross-dock lighting", "circle-dollar-sign", "Nordlicht Logistics"),
            ],
        ),
        ("Companies".to_owned(), vec![found("Nordlicht Logistics", "building-2", "Hamburg")]),
    ]);
    framed(
        reader,
        "Search",
        "home",
        &html! { div class="page page-narrow" { h1 class="page-title" { "“nord”" } div class="palette-list" role="listbox" aria-label="Found" { (list) } } },
    )
}

/// Editors as they stand in cells, key fields and field lists.
pub fn editing_places(reader: &Reader) -> Markup {
    use ui::{
        input::{ChoiceOption, LinkInput, LinkValue},
        record::{FieldView, field_list, key_fields},
        table::{Column, Group, Row, Table},
    };
    let editor = |field: Field| {
        Content::markup(Editor { url: "/x".to_owned(), field, version: None, csrf: None }.render(reader))
    };
    let options = || vec![ChoiceOption::new("mail", "Mail"), ChoiceOption::new("phone", "Phone")];
    let company = || {
        Input::Link(LinkInput {
            value: Some(LinkValue {
                id: "1".to_owned(),
                title: "Nordlicht Logistics".to_owned(),
                href: None,
            }),
            lookup: "/lookup/company".to_owned(),
            ..LinkInput::default()
        })
    };
    let view = |name: &str, content: Content| FieldView {
        name: name.to_owned(),
        label: name.to_owned(),
        content,
        edit: None,
        help: None,
    };
    let table = Table {
        id: "edited".to_owned(),
        label: "Edited".to_owned(),
        columns: ["Name", "Company", "Channels", "Amount"]
            .map(|label| Column { name: label.to_lowercase(), label: label.to_owned(), ..Column::default() })
            .into(),
        groups: vec![Group {
            rows: vec![Row {
                id: "1".to_owned(),
                href: "record.html".to_owned(),
                title: "Cold-chain monitoring".to_owned(),
                cells: vec![
                    Content::text("Cold-chain monitoring").into(),
                    editor(Field::new("company", "Company", company())).into(),
                    editor(Field::new(
                        "channels",
                        "Channels",
                        Input::Choices { values: vec!["mail".to_owned()], options: options() },
                    ))
                    .into(),
                    editor(Field::new("amount", "Amount", Input::Percent { value: "50".to_owned() })).into(),
                ],
                selected: false,
            }],
            ..Group::default()
        }],
        ..Table::default()
    };
    let note =
        || editor(Field::new("note", "Note", Input::LongText { value: "Gate 4 only.".to_owned(), rows: 3 }));
    let head = PageHeader { title: "Editing in place".to_owned(), ..PageHeader::default() };
    let content = layout(
        &head.render(reader),
        &[
            key_fields(
                reader,
                &[
                    view(
                        "Amount",
                        editor(Field::new(
                            "a",
                            "Amount",
                            Input::Money {
                                amount: "184,000".to_owned(),
                                currency: "EUR".to_owned(),
                                currencies: Vec::new(),
                            },
                        )),
                    ),
                    view("Owner", Content::User(Person::named("Ann Lee"))),
                    view(
                        "Date",
                        editor(Field::new("d", "Date", Input::Date { value: "31/07/2026".to_owned() })),
                    ),
                ],
            ),
            html! { div class="record-main" { (field_list(reader, Some("Deal"), &[view("Company", editor(Field::new("c", "Company", company()))), view("Stage", stage(3)), view("Note", note()), view("Phone", Content::text("+49 40 1234567"))])) } },
            table.render(reader),
        ],
        Fit::Flow,
    );
    framed(reader, "Editing", "parts", &content)
}
