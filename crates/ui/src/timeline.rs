//! Everything that happened with a record, newest first, by day.

use i18n::Reader;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::{action::Action, bits::Person, content::Content, icon::icon, tone::Tone};

#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Unique on the page; filters replace the element of this id.
    pub id: String,
    pub filters: Vec<Kind>,
    pub entries: Vec<Entry>,
    /// The address of older entries.
    pub more: Option<String>,
    /// A form for a note, a call, a task above the entries.
    pub composer: Option<Markup>,
    pub live: Option<crate::live::Live>,
}

/// A kind of entry to filter by.
#[derive(Clone, Debug, Default)]
pub struct Kind {
    pub label: String,
    pub icon: String,
    pub href: String,
    pub count: Option<u64>,
    pub current: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub id: String,
    pub icon: String,
    pub tone: Tone,
    pub at: Timestamp,
    /// Who did it; Rapport itself where absent.
    pub actor: Option<Person>,
    /// What they did, as the rest of a sentence: "changed the stage", "called Ann Lee".
    pub what: Markup,
    pub body: Option<Markup>,
    pub changes: Vec<Change>,
    /// Customers may see it.
    pub public: bool,
    pub actions: Vec<Action>,
}

/// A field's value before and after.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub label: String,
    pub before: Content,
    pub after: Content,
}

impl Timeline {
    pub fn render(&self, reader: &Reader) -> Markup {
        let live = crate::live::Live::attributes(self.live.as_ref());
        html! {
            section class="timeline" id=(self.id) aria-label=(reader.text("timeline")) data-live=[live.names]
                data-live-src=[live.source] {
                @if let Some(composer) = &self.composer { div class="composer" { (composer) } }
                @if !self.filters.is_empty() { (self.filter(reader)) }
                div class="timeline-days" { (self.entries(reader)) }
            }
        }
    }

    fn filter(&self, reader: &Reader) -> Markup {
        let target = format!("#{}", self.id);
        html! {
            nav class="timeline-filter" aria-label=(reader.text("timeline-filter")) {
                @for kind in &self.filters {
                    a class="filter-pill" href=(kind.href) aria-current=[kind.current.then_some("true")]
                        hx-get=(kind.href) hx-target=(target) hx-select=(target) hx-swap="outerHTML" hx-push-url="true" {
                        (icon(&kind.icon)) span { (kind.label) }
                        @if let Some(count) = kind.count {
                            span class="count" { (reader.integer(i64::try_from(count).unwrap_or(0))) }
                        }
                    }
                }
            }
        }
    }

    /// Entries by day, and the way to older ones: the answer to `more`.
    pub fn entries(&self, reader: &Reader) -> Markup {
        let days = self.entries.chunk_by(|a, b| reader.local(a.at).date() == reader.local(b.at).date());
        html! {
            @for day in days {
                @if let Some(first) = day.first() {
                    @let date = reader.local(first.at).date();
                    h2 class="timeline-day" {
                        time datetime=(date) title=(reader.date_long(date)) { (day_name(reader, date)) }
                    }
                }
                ol { @for entry in day { (entry.render(reader)) } }
            }
            @if let Some(more) = &self.more {
                p class="timeline-more" {
                    a class="btn btn-ghost btn-sm" href=(more) hx-get=(more) hx-target="closest p"
                        hx-swap="outerHTML"
                        hx-select={ "#" (self.id) " .timeline-days > *, .timeline-days > *" } { (reader.text("timeline-more")) }
                }
            }
            @if self.entries.is_empty() { p class="nothing-yet" { (reader.text("timeline-empty")) } }
        }
    }
}

fn day_name(reader: &Reader, date: jiff::civil::Date) -> String {
    let days = reader.days_until(date);
    if (-1..=0).contains(&days) { capital(&reader.relative_day(date)) } else { reader.date_brief(date) }
}

fn capital(text: &str) -> String {
    // The first letter: marks of direction may stand before it.
    match text.char_indices().find(|(_, character)| character.is_alphabetic()) {
        Some((at, letter)) => {
            let rest = &text[at + letter.len_utf8()..];
            format!("{}{}{rest}", &text[..at], letter.to_uppercase())
        }
        None => text.to_owned(),
    }
}

impl Entry {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            li class="entry" id={ "entry-" (self.id) } {
                span class={ "entry-sign " (self.tone.class()) } { (icon(&self.icon)) }
                div class="entry-main" {
                    p class="entry-line" {
                        b {
                            (self.actor.as_ref().map_or_else(|| reader.text("actor-system"), |actor| actor.name.clone()))
                        }
                        " " (self.what) " "
                        time class="entry-time" datetime=(self.at)
                            title=(reader.date_time(self.at)) { (reader.time(self.at)) }
                        @if self.public { span class="tag" { (reader.text("timeline-public")) } }
                    }
                    @if !self.changes.is_empty() { (changes(reader, &self.changes)) }
                    @if let Some(body) = &self.body { div class="entry-body" { (body) } }
                    @if !self.actions.is_empty() {
                        div class="entry-actions" { @for action in &self.actions { (action.button(reader)) } }
                    }
                }
            }
        }
    }
}

/// Fields with their values before and after.
pub fn changes(reader: &Reader, changes: &[Change]) -> Markup {
    html! {
        dl class="changes" {
            @for change in changes {
                div class="change" {
                    dt { (change.label) }
                    dd {
                        @if !change.before.is_empty() {
                            span class="before" { (change.before.render(reader)) }
                        }
                        span class="arrow" {
                            (icon("arrow-right")) span class="unseen" { (reader.text("changed-to")) }
                        }
                        span { (change.after.render(reader)) }
                    }
                }
            }
        }
    }
}
