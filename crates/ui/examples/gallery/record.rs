//! Record pages.

use i18n::Reader;
use maud::{Markup, html};
use ui::{
    Action, Content, Count, Go, Person, Tone,
    input::{Field, Input},
    record::{
        FieldView, Panel, RecordHeader, RecordPage, RelatedItem, Stage, StagePath, StageState, field_list,
        related_list,
    },
    tabs::{Tab, Tabs},
    timeline::{Change, Entry, Kind, Timeline},
};

use crate::sample::{STAGES, company, day, euros, framed, stage};

pub fn page(reader: &Reader) -> Markup {
    framed(
        reader,
        "Cold-chain monitoring",
        "record",
        &record(reader, "Timeline", timeline(reader)).render(reader),
    )
}

pub fn details(reader: &Reader) -> Markup {
    let view = |name: &str, label: &str, content: Content| FieldView {
        name: name.to_owned(),
        label: label.to_owned(),
        content,
        edit: Some(format!("/deals/1/edit/{name}")),
        help: None,
    };
    let content = html! {
        (field_list(reader, Some("Deal"), &[
            view("name", "Name", Content::text("Cold-chain monitoring")),
            view("company", "Company", company("Nordlicht Logistics")),
            view("stage", "Stage", stage(3)),
            view("amount", "Amount", Content::Money(euros(184_000))),
            view("source", "Lead source", Content::text("Conference")),
            view("next_step", "Next step", Content::Empty),
            view("website", "Website", Content::Url("https://nordlicht.example".to_owned())),
            view("phone", "Phone", Content::Phone { shown: "+49 40 1234567".to_owned(), dial: "+49401234567".to_owned() }),
        ]))
        (field_list(reader, Some("Delivery"), &[
            view("address", "Address", Content::Address(vec!["Am Sandtorkai 5".to_owned(), "20457 Hamburg".to_owned(), "Germany".to_owned()])),
            view("express", "Express", Content::Bool(true)),
            view("tags", "Tags", Content::Tags(vec!["EMEA".to_owned(), "cold chain".to_owned()])),
            view("note", "Note", Content::LongText("Gate 4 only.\nAsk for Ms Weber.".to_owned())),
        ]))
    };
    framed(
        reader,
        "Cold-chain monitoring",
        "record-details",
        &record(reader, "Details", content).render(reader),
    )
}

fn record(reader: &Reader, tab: &str, content: Markup) -> RecordPage {
    let view = |name: &str, label: &str, content: Content| FieldView {
        name: name.to_owned(),
        label: label.to_owned(),
        content,
        edit: Some(format!("/deals/1/edit/{name}")),
        help: None,
    };
    RecordPage {
        header: RecordHeader {
            icon: "circle-dollar-sign".to_owned(),
            object: "Deals".to_owned(),
            back: Some("list.html".to_owned()),
            title: "Cold-chain monitoring".to_owned(),
            subtitle: Some(html! { "Changed 5 minutes ago by Tomás Ruiz" }),
            previous: None,
            next: Some("record-details.html".to_owned()),
            actions: vec![
                Action {
                    count: Some(2),
                    ..Action::new("Quotes", "receipt-text", Go::Page("list.html".to_owned()))
                },
                Action::new("Log call", "phone", Go::Dialog("drawer.html".to_owned())),
                Action::new("Edit", "pencil", Go::Page("form.html".to_owned())).shortcut("e"),
            ],
            more: vec![
                Action::new("Follow", "bell", Go::Post("/deals/1/follow".to_owned())),
                Action::new("Duplicate", "copy", Go::Dialog("drawer.html".to_owned())),
                Action { apart: true, ..Action::new("Delete", "trash-2", Go::Delete("/deals/1".to_owned())) }
                    .danger()
                    .confirm("Move this deal to the bin?"),
            ],
            ..RecordHeader::default()
        },
        path: Some(path()),
        key_fields: vec![
            view("amount", "Amount", Content::Money(euros(184_000))),
            view("close_date", "Close date", Content::Due(day(reader, -2))),
            view("probability", "Probability", Content::Percent(80.into())),
            view("company", "Company", company("Nordlicht Logistics")),
            view("owner", "Owner", Content::User(Person::named("Ann Lee"))),
        ],
        tabs: tabs(tab),
        content,
        side: side(reader),
        ..RecordPage::default()
    }
}

fn path() -> StagePath {
    let times = ["6d", "11d", "4d", "2d", ""];
    StagePath {
        label: "Stage".to_owned(),
        url: Some("/deals/1/stage".to_owned()),
        field: "stage".to_owned(),
        version: 7,
        stages: STAGES
            .iter()
            .enumerate()
            .take(4)
            .map(|(place, (value, label, tone))| Stage {
                value: (*value).to_owned(),
                label: (*label).to_owned(),
                state: if place < 3 { StageState::Past } else { StageState::Current },
                tone: *tone,
                time: (!times[place].is_empty()).then(|| times[place].to_owned()),
            })
            .chain([Stage { value: "contract".to_owned(), label: "Contract".to_owned(), ..Stage::default() }])
            .collect(),
        outcomes: vec![
            Action::new("Win", "trophy", Go::Post("/deals/1/win".to_owned())),
            Action::new("Lose", "circle-x", Go::Dialog("drawer.html".to_owned())).quiet(),
        ],
    }
}

fn tabs(current: &str) -> Tabs {
    let tab = |label: &str, href: &str, icon: &str, count: Option<u64>| Tab {
        label: label.to_owned(),
        href: format!("{href}.html"),
        icon: Some(icon.to_owned()),
        count,
        current: label == current,
    };
    Tabs {
        label: "Deal".to_owned(),
        tabs: vec![
            tab("Timeline", "record", "history", None),
            tab("Details", "record-details", "list", None),
            tab("Products", "record", "package", Some(3)),
            tab("Tasks", "record", "list-todo", Some(2)),
            tab("Notes", "record", "sticky-note", Some(5)),
            tab("Files", "record", "paperclip", None),
        ],
        target: None,
    }
}

fn side(reader: &Reader) -> Vec<Panel> {
    let add =
        |label: &str| Action::new(label, "plus", Go::Dialog("drawer.html".to_owned())).quiet().icon_only();
    let people = [
        ("Hanna Weber", "Decision maker"),
        ("Ole Petersen", "Technical evaluator"),
        ("Mia Fuchs", "Influencer"),
    ];
    let people: Vec<RelatedItem> = people
        .iter()
        .map(|(name, role)| RelatedItem {
            title: (*name).to_owned(),
            href: "record.html".to_owned(),
            person: Some(Person::named(*name)),
            details: vec![Content::text(*role)],
            ..RelatedItem::default()
        })
        .collect();
    let tasks = [("Call about the pilot", -1), ("Send revised quote", 0), ("Visit the depot", 6)];
    let tasks: Vec<RelatedItem> = tasks
        .iter()
        .map(|(title, days)| RelatedItem {
            title: (*title).to_owned(),
            href: "record.html".to_owned(),
            icon: Some("list-todo".to_owned()),
            details: vec![Content::Due(day(reader, *days))],
            actions: vec![
                Action::new("Done", "check", Go::Post("/tasks/1/done".to_owned())).quiet().icon_only(),
            ],
            ..RelatedItem::default()
        })
        .collect();
    vec![
        Panel {
            id: "panel-people".to_owned(),
            title: "People".to_owned(),
            icon: Some("users".to_owned()),
            count: Some(Count::exactly(3)),
            actions: vec![add("Add a person")],
            body: related_list(reader, &people),
            ..Panel::default()
        },
        Panel {
            id: "panel-tasks".to_owned(),
            title: "Open tasks".to_owned(),
            icon: Some("list-todo".to_owned()),
            count: Some(Count::exactly(3)),
            actions: vec![add("Add a task")],
            body: related_list(reader, &tasks),
            all: Some("list.html".to_owned()),
            ..Panel::default()
        },
    ]
}

fn timeline(reader: &Reader) -> Markup {
    let kind = |label: &str, icon: &str, count: u64, current: bool| Kind {
        label: label.to_owned(),
        icon: icon.to_owned(),
        href: "record.html".to_owned(),
        count: Some(count),
        current,
    };
    let entry = |id: &str, icon: &str, tone: Tone, at: &str, who: &str, what: Markup| Entry {
        id: id.to_owned(),
        icon: icon.to_owned(),
        tone,
        at: at.parse().unwrap_or_default(),
        actor: (!who.is_empty()).then(|| Person::named(who)),
        what,
        ..Entry::default()
    };
    let change =
        |label: &str, before: Content, after: Content| Change { label: label.to_owned(), before, after };
    Timeline {
        id: "timeline".to_owned(),
        filters: vec![
            kind("All", "history", 38, true),
            kind("Notes", "sticky-note", 5, false),
            kind("Calls", "phone", 9, false),
            kind("Mail", "mail", 12, false),
            kind("Changes", "pencil-line", 12, false),
        ],
        entries: vec![
            Entry {
                changes: vec![
                    change("Stage", stage(2), stage(3)),
                    change("Amount", Content::Money(euros(160_000)), Content::Money(euros(184_000))),
                ],
                ..entry("1", "pencil-line", Tone::Blue, "2026-07-15T08:25:00Z", "Tomás Ruiz", html! { "changed two fields" })
            },
            Entry {
                body: Some(html! { "Hanna wants the sensors in all nine depots, not six. Legal is fine with our terms; procurement asks for 30 days.\nNext: revised quote by Wednesday." }),
                actions: vec![Action::new("Reply", "reply", Go::Dialog("drawer.html".to_owned())).quiet()],
                ..entry("2", "phone-outgoing", Tone::Green, "2026-07-15T07:10:00Z", "Ann Lee", html! { "called " a href="record.html" { "Hanna Weber" } " · 18 min" })
            },
            Entry {
                body: Some(html! { "Dear Ms Lee, thank you for the visit. Could you send us the updated data sheet?" }),
                public: true,
                ..entry("3", "mail", Tone::Violet, "2026-07-14T14:02:00Z", "Hanna Weber", html! { "wrote “Data sheet”" })
            },
            entry("4", "circle-plus", Tone::Neutral, "2026-06-20T09:00:00Z", "", html! { "made this deal from the lead " a href="record.html" { "Nordlicht" } }),
        ],
        more: Some("record.html".to_owned()),
        composer: Some(html! {
            (Field::new("note", "Note", Input::LongText { value: String::new(), rows: 2 }).bare(reader, "composer"))
            div class="flex justify-between items-center mt-2" {
                span class="faint" { "Only colleagues see it. Mention with @." }
                button class="btn btn-primary btn-sm" type="button" { "Add note" }
            }
        }),
        live: None,
    }
    .render(reader)
}
