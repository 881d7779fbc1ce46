//! Forms, the import, signing in.

use i18n::Reader;
use maud::{Markup, html};
use ui::{
    Action, Go, Progress, Severity, Tone,
    bits::notice,
    content::FileLink,
    form::{Form, Layout, Section},
    input::{AddressInput, ChoiceOption, Field, Input, LinkInput, LinkKind, LinkValue, PersonNameInput},
    overlay::{Overlay, OverlayKind},
    page::{Fit, PageHeader, page as layout},
    shell::{Appearance, plain},
    steps::Steps,
};

use crate::sample::{STAGES, framed, shell};

pub fn page(reader: &Reader) -> Markup {
    framed(reader, "Every control", "form", &whole(reader, &form(false)))
}

pub fn errors(reader: &Reader) -> Markup {
    framed(reader, "New deal", "form", &whole(reader, &form(true)))
}

fn whole(reader: &Reader, form: &Form) -> Markup {
    let head = PageHeader {
        title: "New deal".to_owned(),
        icon: Some("circle-dollar-sign".to_owned()),
        crumbs: vec![("Deals".to_owned(), "list.html".to_owned())],
        ..PageHeader::default()
    };
    layout(&head.render(reader), &[form.render(reader)], Fit::Narrow)
}

fn form(wrong: bool) -> Form {
    let problem = |text: &str| wrong.then(|| text.to_owned());
    let field = Field::new;
    Form {
        id: "deal".to_owned(),
        action: "/deals".to_owned(),
        submit: "Create deal".to_owned(),
        also: vec![("then".to_owned(), "new".to_owned(), "Create and add another".to_owned())],
        cancel: Some("list.html".to_owned()),
        problems: if wrong { vec!["A deal in negotiation needs a company.".to_owned()] } else { Vec::new() },
        sections: vec![
            Section {
                fields: vec![
                    field("name", "Name", Input::text("Cold-chain monitoring")).required(),
                    field("company", "Company", link("Nordlicht Logistics")),
                    field(
                        "amount",
                        "Amount",
                        Input::Money {
                            amount: if wrong { "1.84.000" } else { "184,000.00" }.to_owned(),
                            currency: "EUR".to_owned(),
                            currencies: vec!["EUR".to_owned(), "USD".to_owned(), "CHF".to_owned()],
                        },
                    )
                    .problem(problem("“1.84.000” is not an amount. Write it like €1,234.50.")),
                    field(
                        "close_date",
                        "Close date",
                        Input::Date { value: if wrong { "someday" } else { "31/07/2026" }.to_owned() },
                    )
                    .problem(problem("“someday” is not a date. Write it like 24/12/2026, or “tomorrow”."))
                    .help("Type a date, “tomorrow” or “next friday”."),
                    field(
                        "stage",
                        "Stage",
                        Input::Choice { value: Some("proposal".to_owned()), options: options(), radio: true },
                    )
                    .wide(),
                    field("probability", "Probability", Input::Percent { value: "50".to_owned() }),
                    field("owner", "Owner", link("Ann Lee")),
                ],
                ..Section::default()
            },
            Section {
                title: Some("Contact".to_owned()),
                fields: vec![
                    field(
                        "name",
                        "Name",
                        Input::PersonName(PersonNameInput {
                            first: "Hanna".to_owned(),
                            last: "Weber".to_owned(),
                            salutations: vec![ChoiceOption::new("ms", "Ms"), ChoiceOption::new("mr", "Mr")],
                            ..PersonNameInput::default()
                        }),
                    )
                    .wide(),
                    field("email", "E-mail", Input::Email { value: "h.weber@nordlicht.example".to_owned() }),
                    field("phone", "Phone", Input::Phone { value: "+49 40 1234567".to_owned() }),
                    field("website", "Website", Input::Url { value: String::new() }),
                    field(
                        "meeting",
                        "First meeting",
                        Input::DateTime { value: "16/07/2026, 14:00".to_owned() },
                    ),
                    field(
                        "billing",
                        "Billing address",
                        Input::Address(AddressInput {
                            street: "Am Sandtorkai 5".to_owned(),
                            city: "Hamburg".to_owned(),
                            postal_code: "20457".to_owned(),
                            ..AddressInput::default()
                        }),
                    )
                    .wide(),
                ],
                ..Section::default()
            },
            Section {
                title: Some("More".to_owned()),
                fields: vec![
                    field("type", "Type", Input::Choice { value: None, options: options(), radio: false }),
                    field("effort", "Effort", Input::Duration { value: "1h 30m".to_owned() }),
                    field(
                        "seats",
                        "Seats",
                        Input::Number { value: "40".to_owned(), unit: Some("users".to_owned()) },
                    ),
                    field("express", "Express delivery", Input::Bool { value: true }),
                    field(
                        "channels",
                        "Channels",
                        Input::Choices { values: vec!["proposal".to_owned()], options: options() },
                    )
                    .wide(),
                    field(
                        "about",
                        "About",
                        Input::LinkAny {
                            kinds: vec![
                                LinkKind {
                                    object: "company".to_owned(),
                                    label: "Company".to_owned(),
                                    lookup: "/lookup/company".to_owned(),
                                    create: None,
                                },
                                LinkKind {
                                    object: "person".to_owned(),
                                    label: "Person".to_owned(),
                                    lookup: "/lookup/person".to_owned(),
                                    create: None,
                                },
                            ],
                            kind: Some("person".to_owned()),
                            value: None,
                        },
                    ),
                    field(
                        "competitors",
                        "Competitors",
                        Input::Links {
                            values: vec![LinkValue {
                                id: "1".to_owned(),
                                title: "Polar Systems".to_owned(),
                                href: None,
                            }],
                            link: LinkInput { lookup: "/lookup/company".to_owned(), ..LinkInput::default() },
                        },
                    ),
                    field(
                        "tags",
                        "Tags",
                        Input::Tags {
                            values: vec!["EMEA".to_owned(), "cold chain".to_owned()],
                            known: vec!["pilot".to_owned()],
                        },
                    ),
                    field("color", "Colour", Input::Color { value: Some(Tone::Teal) }),
                    field(
                        "files",
                        "Files",
                        Input::File {
                            current: vec![FileLink {
                                name: "data-sheet.pdf".to_owned(),
                                href: "#".to_owned(),
                                bytes: 348_000,
                                ..FileLink::default()
                            }],
                            accept: None,
                            multiple: true,
                            max_bytes: Some(25_000_000),
                            upload: None,
                        },
                    )
                    .wide(),
                    field(
                        "description",
                        "Description",
                        Input::LongText { value: "Nine depots, 1,400 sensors.".to_owned(), rows: 3 },
                    )
                    .wide(),
                    field(
                        "terms",
                        "Terms",
                        Input::RichText {
                            value: "<p>Net <b>30 days</b>.</p><ul><li>Delivery in two lots</li></ul>"
                                .to_owned(),
                        },
                    )
                    .wide(),
                    field(
                        "rule",
                        "Rule",
                        Input::Expression {
                            value: "amount > 50000 and stage.outcome is empty".to_owned(),
                            check: None,
                        },
                    )
                    .wide(),
                ],
                ..Section::default()
            },
        ],
        ..Form::default()
    }
}

fn link(title: &str) -> Input {
    Input::Link(LinkInput {
        value: Some(LinkValue { id: "1".to_owned(), title: title.to_owned(), href: None }),
        lookup: "/lookup/company".to_owned(),
        create: Some("/companies/new".to_owned()),
        ..LinkInput::default()
    })
}

fn options() -> Vec<ChoiceOption> {
    STAGES
        .iter()
        .map(|(value, label, tone)| ChoiceOption { tone: *tone, ..ChoiceOption::new(*value, *label) })
        .collect()
}

/// A form over the list: as the script leaves it, opened.
pub fn drawer(reader: &Reader) -> Markup {
    let form = Form {
        id: "task".to_owned(),
        action: "/tasks".to_owned(),
        submit: "Create task".to_owned(),
        cancel: Some("list.html".to_owned()),
        sections: vec![Section {
            layout: Layout::OneColumn,
            fields: vec![
                Field {
                    autofocus: true,
                    ..Field::new("subject", "Subject", Input::text("Call about the pilot")).required()
                },
                Field::new("due", "Due", Input::DateTime { value: "tomorrow 9:00".to_owned() }),
                Field::new("about", "About", link("Cold-chain monitoring")),
                Field::new("note", "Note", Input::LongText { value: String::new(), rows: 4 }),
            ],
            ..Section::default()
        }],
        ..Form::default()
    };
    let overlay = Overlay {
        id: "new-task".to_owned(),
        title: "New task".to_owned(),
        kind: OverlayKind::Drawer,
        content: form.render(reader),
    };
    let page = shell("Deals", "list");
    page.page(
        reader,
        &html! { (crate::list::hint("The drawer is over this page.")) (overlay.render(reader)) },
    )
}

pub fn import(reader: &Reader) -> Markup {
    let steps = Steps {
        label: "Import".to_owned(),
        steps: ["File", "Columns", "Check", "Run"]
            .iter()
            .map(|label| ((*label).to_owned(), Some("import.html".to_owned())))
            .collect(),
        current: 2,
    };
    let head = PageHeader {
        title: "Import leads".to_owned(),
        icon: Some("upload".to_owned()),
        ..PageHeader::default()
    };
    let body = html! {
        (steps.render(reader))
        (notice(Severity::Warning, html! { p class="notice-title" { "14 of 9,240 rows have problems" } p { "They are left out unless you mend them here. " a href="import.html" { "Download them" } } }))
        (Progress { label: "Checking rows".to_owned(), done: 6_200, total: Some(9_240), note: None }.render(reader))
        (Progress { label: "Reading the file".to_owned(), done: 0, total: None, note: Some("starting…".to_owned()) }.render(reader))
        div class="flex gap-2" {
            (Action::new("Run the import", "play", Go::Post("/import/1/run".to_owned())).primary().button(reader))
            (Action::new("Back", "arrow-left", Go::Page("import.html".to_owned())).button(reader))
        }
    };
    framed(reader, "Import", "import", &layout(&head.render(reader), &[body], Fit::Narrow))
}

pub fn sign_in(reader: &Reader) -> Markup {
    let form = Form {
        id: "sign-in".to_owned(),
        action: "/sign-in".to_owned(),
        submit: "Sign in".to_owned(),
        sections: vec![Section {
            layout: Layout::OneColumn,
            fields: vec![
                Field::new("email", "E-mail", Input::Email { value: String::new() }).required(),
                Field::new("password", "Password", Input::Password { autocomplete: "current-password" })
                    .required(),
            ],
            ..Section::default()
        }],
        ..Form::default()
    };
    let content = html! {
        h1 class="page-title mb-1" { "Sign in to Brightside Supplies" }
        p class="muted mb-6" { "Welcome back." }
        (form.render(reader))
    };
    plain(reader, Appearance::default(), "Sign in", None, &content)
}
