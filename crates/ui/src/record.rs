//! The page of one record: key fields on top, the path of its stages, tabs, panels at the side.

use i18n::Reader;
use maud::{Markup, html};

use crate::{
    action::{Action, Menu},
    bits::{Count, Person, Size, avatar},
    content::{Content, json_text},
    edit::editable,
    icon::icon,
    live::Live,
    tabs::Tabs,
    tone::Tone,
};

/// A whole record page, to be put into the shell.
#[derive(Clone, Debug, Default)]
pub struct RecordPage {
    pub header: RecordHeader,
    pub path: Option<StagePath>,
    /// A few fields that matter most, beside each other.
    pub key_fields: Vec<FieldView>,
    /// Between header and content: a conflict, a duplicate, a trashed record.
    pub notice: Option<Markup>,
    /// Their `target` is best `#record-main`: the tabs and their content.
    pub tabs: Tabs,
    /// The chosen tab's content.
    pub content: Markup,
    pub side: Vec<Panel>,
    pub live: Option<Live>,
    /// Files dropped anywhere on the page are sent there.
    pub drop: Option<DropZone>,
}

/// Where files that are dropped on a page go.
#[derive(Clone, Debug, Default)]
pub struct DropZone {
    /// `POST` with the content as the body and `name` behind the `?`, once for each file.
    pub url: String,
    pub max_bytes: u64,
    /// What dropping does: "Attach to Clean room".
    pub label: String,
}

#[derive(Clone, Debug, Default)]
pub struct RecordHeader {
    pub icon: String,
    /// What kind of record it is, and the way back to the list.
    pub object: String,
    pub back: Option<String>,
    pub title: String,
    /// A face beside the title, for people.
    pub person: Option<Person>,
    /// Below the title: who changed it last, its number.
    pub subtitle: Option<Markup>,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub actions: Vec<Action>,
    pub more: Vec<Action>,
}

/// A field with its value, editable in place where `edit` gives the editor's address.
#[derive(Clone, Debug, Default)]
pub struct FieldView {
    pub name: String,
    pub label: String,
    pub content: Content,
    pub edit: Option<String>,
    pub help: Option<String>,
}

/// The stages a record goes through; a click moves it.
#[derive(Clone, Debug, Default)]
pub struct StagePath {
    pub label: String,
    /// `POST` with `{field}={value}` and `version`.
    pub url: Option<String>,
    pub field: String,
    pub version: i64,
    pub stages: Vec<Stage>,
    /// The ways to close it, apart from the path: win, lose.
    pub outcomes: Vec<Action>,
}

#[derive(Clone, Debug, Default)]
pub struct Stage {
    pub value: String,
    pub label: String,
    pub state: StageState,
    pub tone: Tone,
    /// How long it was or has been there.
    pub time: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StageState {
    Past,
    Current,
    #[default]
    Ahead,
}

/// A block at the side or on the page: related records, people, files.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// Unique on the page.
    pub id: String,
    pub title: String,
    pub icon: Option<String>,
    pub count: Option<Count>,
    pub actions: Vec<Action>,
    pub body: Markup,
    /// All of them.
    pub all: Option<String>,
    /// Fetched when it comes into sight, instead of `body`.
    pub src: Option<String>,
    pub live: Option<Live>,
}

impl RecordPage {
    pub fn render(&self, reader: &Reader) -> Markup {
        let live = Live::attributes(self.live.as_ref());
        let layout = if self.side.is_empty() { "record-body" } else { "record-body with-side" };
        html! {
            article class="record" id="record" data-live=[live.names] data-live-src=[live.source] {
                (self.header.render(reader))
                @if let Some(drop) = &self.drop { (drop.render(reader)) }
                @if let Some(notice) = &self.notice { (notice) }
                @if let Some(path) = &self.path { (path.render(reader)) }
                @if !self.key_fields.is_empty() { (key_fields(reader, &self.key_fields)) }
                div class=(layout) {
                    div class="record-main" id="record-main" {
                        @if !self.tabs.tabs.is_empty() { (self.tabs.render(reader)) }
                        div class="record-content" id="tab-content" { (self.content) }
                    }
                    @if !self.side.is_empty() {
                        aside class="record-side"
                            aria-label=(reader.text("related")) { @for panel in &self.side { (panel.render(reader)) } }
                    }
                }
            }
        }
    }
}

impl DropZone {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            file-zone class="drop-zone" data-url=(self.url) data-max=(self.max_bytes)
                data-too-large=(crate::input::too_large(reader, self.max_bytes))
                data-sending=(reader.text("file-sending")) data-done=(reader.text("file-added")) {
                div class="drop-veil" aria-hidden="true" { (icon("cloud-upload")) span { (self.label) } }
                ul class="drop-list" aria-live="polite" hx-morph-skip {}
            }
        }
    }
}

impl RecordHeader {
    pub fn render(&self, reader: &Reader) -> Markup {
        let more = Menu::more("record-more", reader, &self.more);
        html! {
            header class="record-head" {
                div class="record-name" {
                    @if let Some(person) = &self.person { (avatar(person, Size::Large)) }
                    @else { span class="object-icon" { (icon(&self.icon)) } }
                    div class="record-words" {
                        p class="record-kind" {
                            @if let Some(back) = &self.back { a class="quiet-link" href=(back) { (self.object) } } @else { (self.object) }
                        }
                        h1 class="record-title" { (self.title) }
                        @if let Some(subtitle) = &self.subtitle { p class="record-subtitle" { (subtitle) } }
                    }
                }
                div class="record-actions" {
                    @if self.previous.is_some() || self.next.is_some() { (self.neighbours(reader)) }
                    @for action in &self.actions { (action.button(reader)) }
                    @if !self.more.is_empty() { (more.render(reader)) }
                }
            }
        }
    }

    fn neighbours(&self, reader: &Reader) -> Markup {
        html! {
            span class="neighbours" {
                @for (href, label, sign, key) in [(&self.previous, "previous", "chevron-up", "k"), (&self.next, "next", "chevron-down", "j")] {
                    @if let Some(href) = href {
                        a class="btn btn-ghost btn-square" href=(href) data-shortcut=(key)
                            aria-label=(reader.text(label)) title=(reader.text(label)) { (icon(sign)) }
                    } @else {
                        span class="btn btn-ghost btn-square btn-off" aria-hidden="true" { (icon(sign)) }
                    }
                }
            }
        }
    }
}

/// Fields beside each other, each with its name above.
pub fn key_fields(reader: &Reader, fields: &[FieldView]) -> Markup {
    html! {
        dl class="key-fields" {
            @for field in fields {
                div class="key-field" data-field=(field.name) {
                    dt { (field.label) }
                    dd { (editable(reader, &field.label, field.edit.as_deref(), &field.content)) }
                }
            }
        }
    }
}

/// Fields below each other, names at the left: a section of a record page.
pub fn field_list(reader: &Reader, title: Option<&str>, fields: &[FieldView]) -> Markup {
    html! {
        section class="field-section" {
            @if let Some(title) = title { h2 class="section-title" { (title) } }
            dl class="field-list" {
                @for field in fields {
                    div class="field-row" data-field=(field.name) {
                        dt title=[field.help.as_deref()] { (field.label) }
                        dd { (editable(reader, &field.label, field.edit.as_deref(), &field.content)) }
                    }
                }
            }
        }
    }
}

impl StagePath {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            div class="path" id="stage-path" {
                ol class="path-stages"
                    aria-label=(self.label) { @for stage in &self.stages { (self.stage(reader, stage)) } }
                @if !self.outcomes.is_empty() {
                    div class="path-outcomes" { @for action in &self.outcomes { (action.button(reader)) } }
                }
            }
        }
    }

    fn stage(&self, reader: &Reader, stage: &Stage) -> Markup {
        let (class, sign) = match stage.state {
            StageState::Past => ("stage past", Some("check")),
            StageState::Current => ("stage current", Some("circle-dot")),
            StageState::Ahead => ("stage ahead", None),
        };
        let face = html! {
            @if let Some(sign) = sign { (icon(sign)) }
            span class="stage-label" { (stage.label) }
            @if let Some(time) = &stage.time { span class="stage-time" { (time) } }
        };
        let values = format!(
            "{{{}:{},\"version\":\"{}\"}}",
            json_text(&self.field),
            json_text(&stage.value),
            self.version
        );
        html! {
            li class={ (class) " " (stage.tone.class()) }
                aria-current=[(stage.state == StageState::Current).then_some("step")] {
                @if let Some(url) = self.url.as_deref().filter(|_| stage.state != StageState::Current) {
                    button class="stage-button" type="submit" form="actions" formmethod="post"
                        formaction=(url) name=(self.field) value=(stage.value)
                        hx-post=(url) hx-vals=(values) hx-swap="none" title={ (reader.text("stage-move")) ": " (stage.label) } { (face) }
                } @else { span class="stage-button" { (face) } }
            }
        }
    }
}

impl Panel {
    pub fn render(&self, reader: &Reader) -> Markup {
        let live = Live::attributes(self.live.as_ref());
        html! {
            section class="panel" id=(self.id) aria-labelledby={ (self.id) "-title" } data-live=[live.names]
                data-live-src=[live.source] {
                header class="panel-head" {
                    h2 class="panel-title" id={ (self.id) "-title" } {
                        @if let Some(name) = &self.icon { (icon(name)) }
                        (self.title)
                        @if let Some(count) = self.count { span class="count" { (count.show(reader)) } }
                    }
                    span class="panel-actions" { @for action in &self.actions { (action.button(reader)) } }
                }
                @if let Some(src) = &self.src {
                    div class="panel-body" hx-get=(src) hx-trigger="revealed" hx-swap="innerHTML" {
                        span class="skeleton-lines" aria-label=(reader.text("loading")) {}
                    }
                } @else { div class="panel-body" { (self.body) } }
                @if let Some(all) = &self.all { a class="panel-all" href=(all) { (reader.text("show-all")) } }
            }
        }
    }
}

/// Records as lines of a panel: a title that leads to the record, and a few values.
pub fn related_list(reader: &Reader, items: &[RelatedItem]) -> Markup {
    html! {
        ul class="related" {
            @for item in items {
                li class="related-item" {
                    @if let Some(person) = &item.person { (avatar(person, Size::Medium)) }
                    @else if let Some(name) = &item.icon { span class="related-icon" { (icon(name)) } }
                    div class="related-words" {
                        a class="related-title" href=(item.href) { (item.title) }
                        @if !item.details.is_empty() {
                            p class="related-details" {
                                @for detail in &item.details { span { (detail.render(reader)) } }
                            }
                        }
                    }
                    @for action in &item.actions { (action.button(reader)) }
                }
            }
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct RelatedItem {
    pub title: String,
    pub href: String,
    pub icon: Option<String>,
    pub person: Option<Person>,
    pub details: Vec<Content>,
    pub actions: Vec<Action>,
}
