//! A little company to show.

use i18n::Reader;
use kernel::{Currency, Money};
use maud::Markup;
use rust_decimal::Decimal;
use ui::{
    Action, Content, Go, Person, Tone,
    content::{Choice, RecordLink},
    shell::{Appearance, Area, NavItem, Shell, Urls},
};

pub struct Deal {
    pub title: &'static str,
    pub company: &'static str,
    pub stage: usize,
    pub amount: i64,
    pub owner: &'static str,
    /// Days from today.
    pub close: i64,
    pub probability: i64,
    pub tags: &'static [&'static str],
    pub email: &'static str,
}

pub const STAGES: [(&str, &str, Tone); 5] = [
    ("qualification", "Qualification", Tone::Neutral),
    ("needs", "Needs analysis", Tone::Blue),
    ("proposal", "Proposal", Tone::Violet),
    ("negotiation", "Negotiation", Tone::Amber),
    ("won", "Won", Tone::Green),
];

const fn deal(
    title: &'static str,
    company: &'static str,
    stage: usize,
    amount: i64,
    owner: &'static str,
    close: i64,
    email: &'static str,
) -> Deal {
    let probability = match stage {
        0 => 10,
        1 => 25,
        2 => 50,
        3 => 80,
        _ => 100,
    };
    Deal { title, company, stage, amount, owner, close, probability, tags: &["EMEA"], email }
}

pub const DEALS: [Deal; 18] = [
    deal(
        "Cold-chain monitoring",
        "Nordlicht Logistics",
        3,
        184_000,
        "Ann Lee",
        -2,
        "h.weber@nordlicht.example",
    ),
    deal(
        "Warehouse robots, phase 2",
        "Bergmann & Söhne",
        2,
        96_500,
        "Tomás Ruiz",
        0,
        "m.bergmann@bergmann.example",
    ),
    deal("Fleet telematics", "Café Orient Group", 0, 12_400, "Ann Lee", 21, "office@orient.example"),
    deal(
        "Annual service contract",
        "Helvetia Pharma",
        3,
        240_000,
        "Priya Nair",
        9,
        "einkauf@helvetia.example",
    ),
    deal("Point-of-sale renewal", "Lumen Retail", 1, 38_900, "Jonas Weiß", 34, "it@lumen.example"),
    deal("Route planning pilot", "Swift Couriers", 0, 7_800, "Ann Lee", 45, "ops@swift.example"),
    deal("Data platform", "Kestrel Energy", 2, 415_000, "Priya Nair", 60, "cio@kestrel.example"),
    deal("Sensor retrofit", "Alpen Molkerei", 4, 54_250, "Tomás Ruiz", -12, "technik@alpen.example"),
    deal("Customer portal", "Brightwater", 1, 67_000, "Jonas Weiß", 18, "hello@brightwater.example"),
    deal("Training package", "Óbuda Textil", 0, 4_950, "Ann Lee", 3, "info@obuda.example"),
    deal(
        "Call-centre seats, 40 users",
        "Fjord Insurance",
        3,
        132_000,
        "Priya Nair",
        -6,
        "procurement@fjord.example",
    ),
    deal(
        "Cross-dock lighting",
        "Nordlicht Logistics",
        2,
        28_700,
        "Tomás Ruiz",
        14,
        "h.weber@nordlicht.example",
    ),
    deal("Backup generators", "St. Anna Hospital", 1, 310_000, "Jonas Weiß", 75, "technik@st-anna.example"),
    deal("Licence extension", "Kestrel Energy", 4, 88_000, "Priya Nair", -30, "cio@kestrel.example"),
    deal("Loyalty programme", "Lumen Retail", 0, 22_000, "Ann Lee", 52, "marketing@lumen.example"),
    deal("Handheld scanners", "Swift Couriers", 2, 19_300, "Jonas Weiß", 6, "ops@swift.example"),
    deal("Visitor management", "Brightwater", 4, 15_600, "Ann Lee", -18, "hello@brightwater.example"),
    deal(
        "Spare-parts catalogue",
        "Bergmann & Söhne",
        1,
        45_000,
        "Tomás Ruiz",
        28,
        "m.bergmann@bergmann.example",
    ),
];

pub fn euros(amount: i64) -> Money {
    Money { amount: Decimal::from(amount), currency: Currency::EUR }
}

pub fn stage(place: usize) -> Content {
    let (_, label, tone) = STAGES[place];
    Content::Choice(Choice { label: label.to_owned(), tone })
}

pub fn company(name: &str) -> Content {
    Content::Link(RecordLink {
        title: name.to_owned(),
        href: Some("record.html".to_owned()),
        icon: Some("building-2".to_owned()),
    })
}

pub fn day(reader: &Reader, days: i64) -> jiff::civil::Date {
    reader.today().checked_add(jiff::Span::new().days(days)).unwrap_or_else(|_| reader.today())
}

/// The frame with this page chosen in the navigation.
pub fn framed(reader: &Reader, title: &str, current: &str, content: &Markup) -> Markup {
    shell(title, current).page(reader, content)
}

pub fn shell(title: &str, current: &str) -> Shell {
    let item = |label: &str, href: &str, icon: &str, count: Option<u64>| NavItem {
        label: label.to_owned(),
        href: format!("{href}.html"),
        icon: icon.to_owned(),
        count,
        current: href == current,
        shortcut: Some(format!("g {}", label.chars().next().unwrap_or('x').to_lowercase())),
        on_phone: matches!(href, "home" | "list" | "board" | "record"),
    };
    let area = |label: &str, items: Vec<NavItem>| Area { label: label.to_owned(), items, folded: false };
    Shell {
        title: title.to_owned(),
        workspace: "Brightside Supplies".to_owned(),
        areas: vec![
            area(
                "",
                vec![item("My day", "home", "house", Some(7)), item("Inbox", "parts", "inbox", Some(3))],
            ),
            area(
                "Sell",
                vec![
                    item("Leads", "list-grouped", "sparkles", Some(24)),
                    item("Deals", "list", "circle-dollar-sign", None),
                    item("Pipeline", "board", "kanban", None),
                    item("Companies", "record", "building-2", None),
                    item("People", "record-details", "users", None),
                    item("Products", "list-empty", "package", None),
                ],
            ),
            area("Market", vec![item("Campaigns", "list-filter", "megaphone", None)]),
            area("Serve", vec![item("Cases", "conflict", "headset", Some(12))]),
            area("Analyse", vec![item("Dashboards", "list-de", "chart-column", None)]),
            area(
                "Set up",
                vec![item("Import", "import", "upload", None), item("Settings", "form", "settings", None)],
            ),
        ],
        user: Person::named("Ann Lee"),
        appearance: Appearance::default(),
        create: vec![
            Action::new("Lead", "sparkles", Go::Dialog("drawer.html".to_owned())).shortcut("c l"),
            Action::new("Deal", "circle-dollar-sign", Go::Dialog("drawer.html".to_owned())).shortcut("c d"),
            Action::new("Company", "building-2", Go::Dialog("drawer.html".to_owned())),
            Action::new("Person", "user-round", Go::Dialog("drawer.html".to_owned())),
            Action::new("Task", "list-todo", Go::Dialog("drawer.html".to_owned())).shortcut("c t"),
        ],
        user_menu: vec![Action::new("Profile", "circle-user", Go::Page("form.html".to_owned()))],
        unread: 4,
        urls: Urls { search: "list.html".to_owned(), ..Urls::default() },
        csrf: Some("sample".to_owned()),
        ..Shell::default()
    }
}
