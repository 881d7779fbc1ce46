//! Lists.

use i18n::Reader;
use maud::{Markup, html};
use ui::{
    Action, Content, Count, Empty, Go, Person,
    filter::{
        Chip, Condition, FieldKind, FilterBar, FilterField, Group as Conditions, Join, Mode, Node, Operator,
    },
    icon::icon,
    input::ChoiceOption,
    page::{Fit, PageHeader, ViewBar, ViewKind, ViewTab, page as layout},
    table::{Align, Cell, Column, Direction, Group, Row, Selection, Sort, Table, Total},
};

use crate::sample::{DEALS, Deal, STAGES, company, day, euros, framed, stage};

pub fn page(reader: &Reader) -> Markup {
    let table = table(
        reader,
        vec![Group { rows: rows(reader, &DEALS.iter().collect::<Vec<_>>()), ..Group::default() }],
    );
    whole(reader, &filter(Mode::Closed), &table)
}

pub fn grouped(reader: &Reader) -> Markup {
    let groups = STAGES.iter().enumerate().map(|(place, _)| {
        let deals: Vec<&Deal> = DEALS.iter().filter(|deal| deal.stage == place).collect();
        let sum: i64 = deals.iter().map(|deal| deal.amount).sum();
        Group {
            title: Some(stage(place)),
            count: Some(Count::exactly(deals.len() as u64)),
            totals: vec![None, None, None, Some(total("Sum", reader.money_whole(&euros(sum))))],
            rows: rows(reader, &deals),
            more: (place == 0).then(|| "list.html".to_owned()),
        }
    });
    let table = table(reader, groups.collect());
    whole(reader, &filter(Mode::Closed), &table)
}

pub fn filtered(reader: &Reader) -> Markup {
    let table = table(
        reader,
        vec![Group { rows: rows(reader, &DEALS.iter().take(6).collect::<Vec<_>>()), ..Group::default() }],
    );
    whole(reader, &filter(Mode::Builder), &table)
}

pub fn empty(reader: &Reader) -> Markup {
    let table = Table {
        id: "products".to_owned(),
        label: "Products".to_owned(),
        empty: Empty {
            icon: "package".to_owned(),
            title: "No products yet".to_owned(),
            hint: Some("Products carry the prices of your quotes and deals. Add the first, or bring in a price list.".to_owned()),
            actions: vec![
                Action::new("New product", "plus", Go::Dialog("drawer.html".to_owned())).primary(),
                Action::new("Import a file", "upload", Go::Page("import.html".to_owned())),
            ],
        },
        ..Table::default()
    };
    let head = PageHeader {
        title: "Products".to_owned(),
        icon: Some("package".to_owned()),
        ..PageHeader::default()
    };
    framed(
        reader,
        "Products",
        "list-empty",
        &layout(&head.render(reader), &[table.render(reader)], Fit::Full),
    )
}

fn whole(reader: &Reader, filter: &FilterBar, table: &Table) -> Markup {
    let head = PageHeader {
        title: "Deals".to_owned(),
        icon: Some("circle-dollar-sign".to_owned()),
        count: Some(Count::at_least(10_000)),
        actions: vec![
            Action::new("Import", "upload", Go::Page("import.html".to_owned())).quiet(),
            Action::new("New deal", "plus", Go::Dialog("drawer.html".to_owned())).primary().shortcut("c"),
        ],
        more: vec![
            Action::new("Export", "download", Go::Download("list.html".to_owned())),
            Action::new("Find duplicates", "git-merge", Go::Page("conflict.html".to_owned())),
            Action { apart: true, ..Action::new("Bin", "trash-2", Go::Page("list-empty.html".to_owned())) },
        ],
        ..PageHeader::default()
    };
    let content = layout(
        &head.render(reader),
        &[views().render(reader), filter.render(reader), table.render(reader)],
        Fit::Full,
    );
    framed(reader, "Deals", "list", &content)
}

fn views() -> ViewBar {
    let view = |label: &str, icon: &str, current: bool| ViewTab {
        label: label.to_owned(),
        href: "list.html".to_owned(),
        icon: Some(icon.to_owned()),
        current,
        shared: label == "Closing soon",
    };
    let kind = |label: &str, icon: &str, href: &str| ViewKind {
        label: label.to_owned(),
        icon: icon.to_owned(),
        href: format!("{href}.html"),
        current: href == "list",
    };
    ViewBar {
        views: vec![
            view("Open deals", "target", true),
            view("My deals", "user-round", false),
            view("Closing soon", "calendar-clock", false),
            view("Without activity", "circle-dashed", false),
        ],
        others: vec![Action::new("Won this year", "trophy", Go::Page("list.html".to_owned()))],
        manage: vec![
            Action::new("Save", "save", Go::Post("/views/1".to_owned())),
            Action::new("Save as…", "copy", Go::Dialog("drawer.html".to_owned())),
            Action::new("Share", "users", Go::Dialog("drawer.html".to_owned())),
            Action {
                apart: true,
                ..Action::new("Delete view", "trash-2", Go::Delete("/views/1".to_owned()))
            }
            .danger(),
        ],
        kinds: vec![
            kind("List", "table-2", "list"),
            kind("Board", "kanban", "board"),
            kind("Calendar", "calendar", "home"),
        ],
        changed: true,
    }
}

fn filter(mode: Mode) -> FilterBar {
    let condition = |field: &str, operator: Operator, values: &[&str]| {
        Node::Condition(Condition {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            titles: Vec::new(),
        })
    };
    let field = |path: &str, label: &str, group: Option<&str>, kind: FieldKind| FilterField {
        path: path.to_owned(),
        label: label.to_owned(),
        group: group.map(str::to_owned),
        kind,
        options: if kind == FieldKind::Choice {
            STAGES
                .iter()
                .map(|(value, label, tone)| ChoiceOption { tone: *tone, ..ChoiceOption::new(*value, *label) })
                .collect()
        } else {
            Vec::new()
        },
        lookup: (kind == FieldKind::User).then(|| "/lookup/user".to_owned()),
    };
    let chip = |label: &str| Chip { label: label.to_owned(), without: "list.html".to_owned() };
    FilterBar {
        url: "list.html".to_owned(),
        target: "#deals".to_owned(),
        text: "stage.outcome is empty and (amount >= 50000 or close_date in this_quarter)".to_owned(),
        group: Some(Conditions {
            join: Join::And,
            nodes: vec![
                condition("stage", Operator::OneOf, &["proposal", "negotiation"]),
                condition("owner", Operator::IsMe, &[]),
                Node::Group(Conditions {
                    join: Join::Or,
                    nodes: vec![
                        condition("amount", Operator::Between, &["50,000", "500,000"]),
                        condition("close_date", Operator::Within, &["this-quarter"]),
                    ],
                }),
            ],
        }),
        fields: vec![
            field("name", "Name", Some("Deal"), FieldKind::Text),
            field("stage", "Stage", Some("Deal"), FieldKind::Choice),
            field("amount", "Amount", Some("Deal"), FieldKind::Number),
            field("close_date", "Close date", Some("Deal"), FieldKind::Date),
            field("owner", "Owner", Some("Deal"), FieldKind::User),
            field("company.industry", "Industry", Some("Company"), FieldKind::Text),
        ],
        compose: "/deals/filter".to_owned(),
        chips: vec![chip("Stage is open"), chip("Owner is me")],
        clear: Some("list.html".to_owned()),
        group_by: vec![
            Action {
                checked: Some(true),
                ..Action::new("Nothing", "minus", Go::Page("list.html".to_owned()))
            },
            Action {
                checked: Some(false),
                ..Action::new("Stage", "flag", Go::Page("list-grouped.html".to_owned()))
            },
        ],
        sort_by: vec![Action {
            checked: Some(true),
            ..Action::new("Amount", "arrow-down", Go::Page("list.html".to_owned()))
        }],
        mode,
        ..FilterBar::default()
    }
}

fn table(reader: &Reader, groups: Vec<Group>) -> Table {
    let sum: i64 = DEALS.iter().map(|deal| deal.amount).sum();
    let sort = |direction| Some(Sort { href: "list.html".to_owned(), direction, place: None });
    let column = |name: &str, label: &str, width: u16, align: Align| Column {
        name: name.to_owned(),
        label: label.to_owned(),
        align,
        width: Some(width),
        sort: sort((name == "amount").then_some(Direction::Descending)),
        wide_only: name == "tags",
    };
    Table {
        id: "deals".to_owned(),
        label: "Deals".to_owned(),
        columns: vec![
            column("name", "Name", 250, Align::Start),
            column("company", "Company", 190, Align::Start),
            column("stage", "Stage", 150, Align::Start),
            column("amount", "Amount", 120, Align::End),
            column("probability", "Probability", 100, Align::End),
            column("close_date", "Close date", 130, Align::Start),
            column("owner", "Owner", 140, Align::Start),
            column("email", "E-mail", 220, Align::Start),
            column("tags", "Tags", 120, Align::Start),
        ],
        groups,
        totals: vec![
            Some(total("Count", reader.integer(DEALS.len() as i64))),
            None,
            None,
            Some(total("Sum", reader.money_whole(&euros(sum)))),
            Some(total("Mean", reader.percent(48.into()))),
        ],
        selection: Some(Selection {
            query: "view=1".to_owned(),
            actions: vec![
                Action::new("Edit", "pencil", Go::Dialog("drawer.html".to_owned())),
                Action::new("Assign", "user-plus", Go::Dialog("drawer.html".to_owned())),
                Action::new("Export", "download", Go::Post("/deals/export".to_owned())),
                Action::new("Delete", "trash-2", Go::Post("/deals/delete".to_owned())).danger(),
            ],
            csrf: None,
        }),
        more: Some("list.html".to_owned()),
        count: Some(Count::at_least(10_000)),
        columns_url: Some("/deals/columns".to_owned()),
        available: vec![
            ("next_step".to_owned(), "Next step".to_owned()),
            ("source".to_owned(), "Lead source".to_owned()),
        ],
        ..Table::default()
    }
}

fn total(label: &str, value: String) -> Total {
    Total { label: label.to_owned(), value }
}

fn rows(reader: &Reader, deals: &[&Deal]) -> Vec<Row> {
    deals.iter().enumerate().map(|(place, deal)| row(reader, place, deal)).collect()
}

fn row(reader: &Reader, place: usize, deal: &Deal) -> Row {
    let edit = |field: &str| Some(format!("/deals/{place}/edit/{field}"));
    let editable = |field: &str, content: Content| Cell { content, edit: edit(field) };
    let date = day(reader, deal.close);
    Row {
        id: format!("0193-{place}"),
        href: "record.html".to_owned(),
        title: deal.title.to_owned(),
        cells: vec![
            editable("name", Content::text(deal.title)),
            editable("company", company(deal.company)),
            editable("stage", stage(deal.stage)),
            editable("amount", Content::Money(euros(deal.amount))),
            Content::Percent(deal.probability.into()).into(),
            editable("close_date", if deal.stage == 4 { Content::Date(date) } else { Content::Due(date) }),
            editable("owner", Content::User(Person::named(deal.owner))),
            if place % 5 == 4 { Content::Empty.into() } else { Content::Email(deal.email.to_owned()).into() },
            editable("tags", Content::Tags(deal.tags.iter().map(|tag| (*tag).to_owned()).collect())),
        ],
        selected: false,
    }
}

/// Something shown beside other things.
pub fn hint(text: &str) -> Markup {
    html! { p class="muted" { (icon("info")) " " (text) } }
}
