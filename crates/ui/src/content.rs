//! What a field shows: one value of each kind, as cells, key fields, cards and changes all show it.

use i18n::Reader;
use jiff::{Timestamp, civil::Date};
use kernel::Money;
use maud::{Markup, PreEscaped, html};
use rust_decimal::Decimal;

use crate::{
    bits::{Person, badge, person, tag},
    icon::{icon, icon_labelled},
    tone::Tone,
};

/// A field's value, ready to be shown. Who makes it has checked that the reader may see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Content {
    #[default]
    Empty,
    Text(String),
    /// Lines are kept.
    LongText(String),
    /// HTML that has been sanitised.
    RichText(String),
    Integer(i64),
    Number {
        number: Decimal,
        /// Digits after the point; as many as it has where absent.
        digits: Option<u32>,
    },
    Money(Money),
    /// 50 is 50 %.
    Percent(Decimal),
    Date(Date),
    /// A day that something is due: told by its distance, marked when it is past.
    Due(Date),
    Instant(Timestamp),
    /// The end of what began on the same day: the time alone.
    Time(Timestamp),
    /// What begins and ends on the same day: "5 Mar, 10:00–11:00".
    Period {
        from: Timestamp,
        to: Timestamp,
    },
    /// Lines as they are, each character as wide as the other.
    Code(String),
    /// An instant told by its distance: "3 days ago".
    Relative(Timestamp),
    /// Seconds.
    Duration(i64),
    Bool(bool),
    Choice(Choice),
    Choices(Vec<Choice>),
    Tags(Vec<String>),
    Email(String),
    /// As shown, and as dialled (E.164).
    Phone {
        shown: String,
        dial: String,
    },
    Url(String),
    /// Its lines, in the order of the country.
    Address(Vec<String>),
    Link(RecordLink),
    Links(Vec<RecordLink>),
    User(Person),
    Files(Vec<FileLink>),
    /// Anything else.
    Markup(String),
}

/// An option of a choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub label: String,
    pub tone: Tone,
}

/// Another record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordLink {
    pub title: String,
    /// Absent where the reader may know the name but not open the record.
    pub href: Option<String>,
    pub icon: Option<String>,
}

/// A stored file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileLink {
    /// What a form sends to keep it.
    pub id: String,
    pub name: String,
    pub href: String,
    pub bytes: u64,
    /// Browsers show it.
    pub is_picture: bool,
}

/// Where a value stands in its cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Start,
    /// Numbers, with digits of one width.
    End,
    Center,
}

impl Align {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Align::Start => "",
            Align::End => "numeric",
            Align::Center => "centred",
        }
    }
}

impl Content {
    pub fn text(text: impl Into<String>) -> Content {
        let text = text.into();
        if text.is_empty() { Content::Empty } else { Content::Text(text) }
    }

    /// Markup that no other kind gives.
    pub fn markup(markup: Markup) -> Content {
        Content::Markup(markup.into_string())
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Content::Empty => true,
            Content::Text(text) | Content::LongText(text) | Content::RichText(text) | Content::Code(text) => {
                text.is_empty()
            }
            Content::Choices(options) => options.is_empty(),
            Content::Tags(tags) | Content::Address(tags) => tags.is_empty(),
            Content::Links(links) => links.is_empty(),
            Content::Files(files) => files.is_empty(),
            _ => false,
        }
    }

    pub fn align(&self) -> Align {
        match self {
            Content::Integer(_)
            | Content::Number { .. }
            | Content::Money(_)
            | Content::Percent(_)
            | Content::Duration(_) => Align::End,
            _ => Align::Start,
        }
    }

    /// The value; a dash, read out as "empty", where there is none.
    pub fn render(&self, reader: &Reader) -> Markup {
        if self.is_empty() {
            return html! { span class="nothing" { span aria-hidden="true" { "–" } span class="unseen" { (reader.text("empty-value")) } } };
        }
        match self {
            Content::Empty => html! {},
            Content::Text(text) => html! { (text) },
            Content::LongText(text) => html! { span class="long-text" { (text) } },
            Content::Code(text) => html! { pre class="code-shown" tabindex="0" { (text) } },
            Content::Time(at) => html! { time datetime=(at) { (reader.time(*at)) } },
            Content::Period { from, to } => html! {
                (Content::Instant(*from).render(reader)) "–" (Content::Time(*to).render(reader))
            },
            Content::RichText(sanitised) => html! { div class="rich-text" { (PreEscaped(sanitised)) } },
            Content::Integer(number) => html! { (reader.integer(*number)) },
            Content::Number { number, digits } => html! { (shown_number(reader, *number, *digits)) },
            Content::Money(money) => html! { (reader.money_whole(money)) },
            Content::Percent(percentage) => html! { (reader.percent(*percentage)) },
            Content::Date(date) => html! { time datetime=(date) { (reader.date(*date)) } },
            Content::Due(date) => due(reader, *date),
            Content::Instant(at) => {
                html! { time datetime=(at) title=(reader.relative(*at)) { (reader.date_time(*at)) } }
            }
            Content::Relative(at) => {
                html! { time datetime=(at) title=(reader.date_time(*at)) { (reader.relative(*at)) } }
            }
            Content::Duration(seconds) => html! { (reader.duration(*seconds)) },
            Content::Bool(true) => {
                html! { span class="truth" { (icon_labelled("check", &reader.text("yes"))) } }
            }
            Content::Bool(false) => {
                html! { span class="truth nothing" { (icon_labelled("minus", &reader.text("no"))) } }
            }
            Content::Choice(option) => badge(option.tone, &option.label),
            Content::Choices(options) => {
                html! { span class="several" { @for option in options { (badge(option.tone, &option.label)) } } }
            }
            Content::Tags(tags) => html! { span class="several" { @for name in tags { (tag(name)) } } },
            Content::Email(address) => {
                let (local, host) = address.rsplit_once('@').unwrap_or((address, ""));
                // A long address breaks before its host rather than anywhere.
                html! {
                    a class="quiet-link" href={ "mailto:" (address) } {
                        (local) @if !host.is_empty() { wbr; "@" (host) }
                    }
                }
            }
            Content::Phone { shown, dial } => {
                html! { a class="quiet-link" href={ "tel:" (dial) } { (shown) } }
            }
            Content::Url(url) => url_link(url),
            Content::Address(lines) => address(lines),
            Content::Link(link) => record_link(link),
            Content::Links(links) => {
                html! { span class="several" { @for link in links { (record_link(link)) } } }
            }
            Content::User(user) => person(user),
            Content::Files(files) => {
                html! { span class="several" { @for file in files { (file_link(reader, file)) } } }
            }
            Content::Markup(markup) => PreEscaped(markup.clone()),
        }
    }
}

fn shown_number(reader: &Reader, number: Decimal, digits: Option<u32>) -> String {
    match digits {
        Some(digits) => reader.number_fixed(number, digits),
        None => reader.number(number),
    }
}

fn due(reader: &Reader, date: Date) -> Markup {
    let days = reader.days_until(date);
    let (class, sign) = match days {
        ..0 => ("due due-late", "circle-alert"),
        0 => ("due due-today", "clock"),
        _ => ("due", "calendar"),
    };
    html! {
        time class=(class) datetime=(date)
            title=(reader.date_long(date)) { (icon(sign)) (reader.relative_day(date)) }
    }
}

fn url_link(url: &str) -> Markup {
    // Only what a browser opens as a page becomes a link: `javascript:` and its kin stay text.
    let href = match url.split_once("://") {
        Some(("http" | "https", _)) => Some(url.to_owned()),
        Some(_) => None,
        None => (!url.contains(':')).then(|| format!("https://{url}")),
    };
    let shown = url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    html! {
        @if let Some(href) = href {
            a class="quiet-link" href=(href) target="_blank" rel="noopener noreferrer" { (shown) }
        } @else { (url) }
    }
}

fn address(lines: &[String]) -> Markup {
    let query = lines.join(", ");
    html! {
        address class="address" {
            @for line in lines { span class="address-line" { (line) } }
            a class="quiet-link" href={ "https://www.openstreetmap.org/search?query=" (encode(&query)) }
                target="_blank" rel="noopener noreferrer" { (icon_labelled("map-pin", &query)) }
        }
    }
}

/// A link to a record.
pub fn record_link(link: &RecordLink) -> Markup {
    html! {
        @if let Some(href) = &link.href {
            a class="record-link" href=(href) {
                @if let Some(name) = &link.icon { (icon(name)) }
                span { (link.title) }
            }
        } @else {
            span class="record-link" {
                @if let Some(name) = &link.icon { (icon(name)) }
                span { (link.title) }
            }
        }
    }
}

/// A file's name, its size, and the way to it.
pub fn file_link(reader: &Reader, file: &FileLink) -> Markup {
    html! {
        a class="file-link" href=(file.href) download=(file.name) {
            @if file.is_picture { img class="file-thumb" src=(file.href) alt="" loading="lazy"; }
            @else { (icon(file_icon(&file.name))) }
            span { (file.name) }
            @if file.bytes > 0 { span class="faint" { (bytes(reader, file.bytes)) } }
        }
    }
}

/// The sign for a file of that name.
pub fn file_icon(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase().as_str() {
        "csv" | "xlsx" | "xls" | "ods" => "file-spreadsheet",
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" => "image",
        "zip" | "gz" | "tar" => "archive",
        _ => "file-text",
    }
}

/// A size in bytes: `12 kB`, `3.4 MB`.
pub fn bytes(reader: &Reader, bytes: u64) -> String {
    const STEPS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match STEPS.into_iter().find(|(step, _)| bytes >= *step) {
        Some((step, unit)) => {
            let scaled = Decimal::from(bytes) / Decimal::from(step);
            let digits = u32::from(scaled < Decimal::TEN);
            format!("{}\u{a0}{unit}", reader.number(kernel::number::round(scaled, digits)))
        }
        None => format!("{bytes}\u{a0}B"),
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(crate) fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(byte as char);
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The text as JSON writes it (RFC 8259 §7).
pub(crate) fn json_text(text: &str) -> String {
    use std::fmt::Write as _;
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
