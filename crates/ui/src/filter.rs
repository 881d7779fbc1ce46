//! The filter of a list, as a builder and as text.
//!
//! A filter's true form is its text, which stands in the address (`?filter=…`). The builder is a form that sends
//! conditions as `f.0.field`, `f.0.op`, `f.0.value`, `f.1.0.field` … ([`Group::parse`]) to `compose`, where the server
//! makes the text and answers with [`FilterBar::builder`] (a condition was added, removed, changed: the button's
//! `do`) or goes to the list (`do=apply`).

mod builder;
mod model;

use i18n::Reader;
use maud::{Markup, html};

pub use model::{Condition, Group, Join, Node, Operand, Operator};

use crate::{action::Action, icon::icon, input::ChoiceOption};

/// What stands above a list: quick search, the conditions, sorting.
#[derive(Clone, Debug, Default)]
pub struct FilterBar {
    /// The list's own address; quick search and text mode send their parameters there.
    pub url: String,
    /// The element of the list that is replaced, such as `#deals`.
    pub target: String,
    /// Other parameters to keep: view, sort, group.
    pub keep: Vec<(String, String)>,
    /// What is typed into the quick search (`q`).
    pub search: String,
    /// The filter as text.
    pub text: String,
    /// What is wrong with the text.
    pub problem: Option<String>,
    /// The filter as conditions; absent when the text says more than the builder can show.
    pub group: Option<Group>,
    pub fields: Vec<FilterField>,
    pub compose: String,
    /// The conditions in words, each with the address without it.
    pub chips: Vec<Chip>,
    /// Removes all conditions.
    pub clear: Option<String>,
    /// Sort, group, columns: menus at the end.
    pub actions: Vec<Action>,
    pub group_by: Vec<Action>,
    pub sort_by: Vec<Action>,
    /// Starts open, in text mode.
    pub mode: Mode,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Closed,
    Builder,
    Text,
}

/// One condition in words: "Stage is Negotiation".
#[derive(Clone, Debug, Default)]
pub struct Chip {
    pub label: String,
    pub without: String,
}

/// A field that conditions may be about.
#[derive(Clone, Debug, Default)]
pub struct FilterField {
    /// With dots through links: `company.industry`.
    pub path: String,
    pub label: String,
    pub group: Option<String>,
    pub kind: FieldKind,
    /// Of a choice.
    pub options: Vec<ChoiceOption>,
    /// Of a link: where to look for records.
    pub lookup: Option<String>,
}

/// What a field's type allows to be asked of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    #[default]
    Text,
    Number,
    Date,
    Instant,
    Bool,
    Choice,
    Choices,
    Link,
    User,
    Tags,
}

impl FilterBar {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            filter-bar class="filter-bar" {
                div class="filter-row" {
                    (self.quick_search(reader))
                    (self.toggle(reader))
                    @for chip in &self.chips { (chip.render(reader, &self.target)) }
                    @if let Some(clear) = self.clear.as_ref().filter(|_| !self.chips.is_empty()) {
                        a class="btn btn-ghost btn-sm" href=(clear) { (reader.text("filter-clear")) }
                    }
                    span class="spacer" {}
                    (self.menu(reader, "sort-menu", "sort", "arrow-down-up", &self.sort_by))
                    (self.menu(reader, "group-menu", "group", "layers", &self.group_by))
                    @for action in &self.actions { (action.button(reader)) }
                }
                div class="filter-panel" id="filter-panel"
                    hidden[self.mode == Mode::Closed] { (self.builder(reader)) }
            }
        }
    }

    fn toggle(&self, reader: &Reader) -> Markup {
        let open = if self.mode == Mode::Closed { "false" } else { "true" };
        html! {
            button type="button" class="btn btn-sm" data-filter-toggle aria-expanded=(open)
                aria-controls="filter-panel" data-shortcut="f" {
                (icon("list-filter")) span { (reader.text("filter")) }
                @if !self.chips.is_empty() { span class="count" { (self.chips.len()) } }
            }
        }
    }

    fn quick_search(&self, reader: &Reader) -> Markup {
        html! {
            form class="quick-search" role="search" aria-label=(reader.text("list-search")) action=(self.url)
                method="get" hx-get=(self.url) hx-target=(self.target) hx-select=(self.target)
                hx-swap="outerHTML" hx-push-url="true" hx-trigger="input delay:250ms, submit" hx-sync="this:replace" {
                (icon("search"))
                input class="input" type="search" name="q" value=(self.search)
                    placeholder=(reader.text("list-search")) aria-label=(reader.text("list-search"))
                    autocomplete="off";
                @if !self.text.is_empty() { input type="hidden" name="filter" value=(self.text); }
                @for (name, value) in &self.keep { input type="hidden" name=(name) value=(value); }
            }
        }
    }

    fn menu(&self, reader: &Reader, id: &str, label: &str, sign: &str, items: &[Action]) -> Markup {
        let menu = crate::action::Menu {
            id: id.to_owned(),
            label: reader.text(label),
            icon: Some(sign.to_owned()),
            class: "btn btn-ghost btn-sm".to_owned(),
            items: items.to_vec(),
            icon_only: false,
        };
        html! { @if !items.is_empty() { (menu.render(reader)) } }
    }
}

impl Chip {
    fn render(&self, reader: &Reader, target: &str) -> Markup {
        html! {
            span class="chip" {
                span { (self.label) }
                a class="chip-remove" href=(self.without) hx-get=(self.without) hx-target="#content"
                    hx-select="#content" hx-swap="outerHTML" hx-push-url="true"
                    aria-label={ (reader.text("filter-remove")) ": " (self.label) } data-list=(target) { (icon("x")) }
            }
        }
    }
}
