//! The smallest parts: badges, avatars, keys, progress, counts.

use i18n::Reader;
use kernel::Message;
use maud::{Markup, html};

use crate::{icon::icon, tone::Tone};

/// A coloured word.
pub fn badge(tone: Tone, label: &str) -> Markup {
    html! { span class={ "pill " (tone.class()) } { span class="pill-dot" aria-hidden="true" {} (label) } }
}

/// A word in a frame, for tags and small marks.
pub fn tag(label: &str) -> Markup {
    html! { span class="tag" { (label) } }
}

/// Somebody: a user, or a person without an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    pub name: String,
    pub href: Option<String>,
    /// The address of a picture; without one, the initials stand in.
    pub image: Option<String>,
}

impl Person {
    pub fn named(name: impl Into<String>) -> Person {
        Person { name: name.into(), ..Person::default() }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    Small,
    #[default]
    Medium,
    Large,
}

/// A picture or the initials; the name is read out.
pub fn avatar(person: &Person, size: Size) -> Markup {
    let size = match size {
        Size::Small => "avatar-small",
        Size::Medium => "avatar-medium",
        Size::Large => "avatar-large",
    };
    html! {
        span class={ "face " (size) " " (Tone::of(&person.name).class()) } title=(person.name) {
            @if let Some(image) = &person.image {
                img src=(image) alt=(person.name) loading="lazy";
            } @else {
                span aria-hidden="true" { (initials(&person.name)) }
                span class="unseen" { (person.name) }
            }
        }
    }
}

/// A face and a name.
pub fn person(person: &Person) -> Markup {
    html! {
        span class="person" {
            span class={ "face avatar-small " (Tone::of(&person.name).class()) } aria-hidden="true" {
                @if let Some(image) = &person.image { img src=(image) alt="" loading="lazy"; }
                @else { (initials(&person.name)) }
            }
            @if let Some(href) = &person.href { a class="quiet-link" href=(href) { (person.name) } }
            @else { span { (person.name) } }
        }
    }
}

/// At most two capitals: of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words =
        name.split_whitespace().filter(|word| word.chars().next().is_some_and(char::is_alphanumeric));
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A key or a chord as shown beside what it does: `Ctrl K`.
pub fn keys(chord: &str) -> Markup {
    html! { span class="keys" aria-hidden="true" { @for key in chord.split(' ') { kbd { (key) } } } }
}

/// How far something has come.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub label: String,
    pub done: u64,
    /// Absent while nobody knows.
    pub total: Option<u64>,
    /// Shown beside the bar instead of the percentage.
    pub note: Option<String>,
}

impl Progress {
    pub fn render(&self, reader: &Reader) -> Markup {
        let percent = self.total.filter(|total| *total > 0).map(|total| self.done.min(total) * 100 / total);
        html! {
            div class="progress-row" {
                progress class="bar" max=[self.total] value=[self.total.map(|_| self.done)]
                    aria-label=(self.label) {}
                span class="progress-note" {
                    @if let Some(note) = &self.note { (note) }
                    @else if let Some(percent) = percent { (reader.percent(percent.into())) }
                }
            }
        }
    }
}

/// A number of records, counted up to a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub number: u64,
    /// There are more than were counted.
    pub more: bool,
}

impl Count {
    pub const fn exactly(number: u64) -> Count {
        Count { number, more: false }
    }

    pub const fn at_least(number: u64) -> Count {
        Count { number, more: true }
    }

    /// `1,234` or `10,000+`.
    pub fn show(self, reader: &Reader) -> String {
        let number = reader.integer(i64::try_from(self.number).unwrap_or(i64::MAX));
        if self.more { reader.text_with(&Message::new("count-more").with("number", number)) } else { number }
    }
}

/// Nothing here yet, why, and what to do about it.
#[derive(Clone, Debug, Default)]
pub struct Empty {
    pub icon: String,
    pub title: String,
    pub hint: Option<String>,
    pub actions: Vec<crate::action::Action>,
}

impl Empty {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            div class="empty" {
                span class="empty-icon" { (icon(&self.icon)) }
                p class="empty-title" { (self.title) }
                @if let Some(hint) = &self.hint { p class="empty-hint" { (hint) } }
                @if !self.actions.is_empty() {
                    div class="empty-actions" { @for action in &self.actions { (action.button(reader)) } }
                }
            }
        }
    }
}

/// A text to be passed on, such as a link that is shown once; the button copies it where the browser lets it.
pub fn to_copy(reader: &Reader, label: &str, text: &str) -> Markup {
    html! {
        div class="to-copy" {
            input class="input code" type="text" readonly value=(text) aria-label=(label);
            button type="button" class="btn" data-copy data-copied=(reader.text("copied")) {
                (icon("copy")) span aria-live="polite" { (reader.text("copy")) }
            }
        }
    }
}

/// A sentence that matters, with a sign for its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Note,
    Success,
    Warning,
    Error,
}

impl Severity {
    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Severity::Note => "info",
            Severity::Success => "circle-check",
            Severity::Warning => "triangle-alert",
            Severity::Error => "circle-alert",
        }
    }

    pub(crate) const fn tone(self) -> Tone {
        match self {
            Severity::Note => Tone::Blue,
            Severity::Success => Tone::Green,
            Severity::Warning => Tone::Amber,
            Severity::Error => Tone::Red,
        }
    }
}

/// A callout within the page.
pub fn notice(severity: Severity, content: Markup) -> Markup {
    let role = if severity == Severity::Error { Some("alert") } else { None };
    html! {
        div class={ "notice " (severity.tone().class()) } role=[role] {
            (icon(severity.icon()))
            div class="notice-body" { (content) }
        }
    }
}
