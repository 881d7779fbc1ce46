//! The head of a page, and what lists have above them: views, filters, switches.

use i18n::Reader;
use maud::{Markup, html};

use crate::{
    action::{Action, Menu},
    bits::Count,
    icon::icon,
    tabs::scrolling,
};

/// Title and actions.
#[derive(Clone, Debug, Default)]
pub struct PageHeader {
    pub title: String,
    pub icon: Option<String>,
    /// The way here: label and address, without this page.
    pub crumbs: Vec<(String, String)>,
    pub count: Option<Count>,
    pub subtitle: Option<String>,
    pub actions: Vec<Action>,
    pub more: Vec<Action>,
}

impl PageHeader {
    pub fn render(&self, reader: &Reader) -> Markup {
        let more = Menu::more("page-more", reader, &self.more);
        html! {
            header class="page-head" {
                div class="page-words" {
                    @if !self.crumbs.is_empty() {
                        nav class="crumbs" aria-label=(reader.text("crumbs")) {
                            ol {
                                @for (place, (label, href)) in self.crumbs.iter().enumerate() {
                                    li {
                                        @if place > 0 { (icon("chevron-right")) }
                                        a class="quiet-link" href=(href) { (label) }
                                    }
                                }
                            }
                        }
                    }
                    h1 class="page-title" {
                        @if let Some(name) = &self.icon { span class="object-icon" { (icon(name)) } }
                        (self.title)
                        @if let Some(count) = self.count { span class="count" { (count.show(reader)) } }
                    }
                    @if let Some(subtitle) = &self.subtitle { p class="page-subtitle" { (subtitle) } }
                }
                div class="page-actions" {
                    @for action in &self.actions { (action.button(reader)) }
                    @if !self.more.is_empty() { (more.render(reader)) }
                }
            }
        }
    }
}

/// Saved views as tabs, and how the present one is shown.
#[derive(Clone, Debug, Default)]
pub struct ViewBar {
    pub views: Vec<ViewTab>,
    /// Views that are not pinned.
    pub others: Vec<Action>,
    /// List, board, calendar, chart: label, icon, address, chosen.
    pub kinds: Vec<ViewKind>,
    /// What can be done with the present view: save, save as, share, rename, delete.
    pub manage: Vec<Action>,
    /// The view was changed and not saved.
    pub changed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ViewTab {
    pub label: String,
    pub href: String,
    pub icon: Option<String>,
    pub current: bool,
    pub shared: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ViewKind {
    pub label: String,
    pub icon: String,
    pub href: String,
    pub current: bool,
}

impl ViewBar {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            div class="view-bar" {
                (scrolling(&self.tabs(reader)))
                @if !self.others.is_empty() {
                    (menu("view-others", reader.text("views-more"), "chevron-down", &self.others).render(reader))
                }
                @if !self.manage.is_empty() {
                    (menu("view-manage", reader.text("view-manage"), "ellipsis", &self.manage).render(reader))
                }
                span class="spacer" {}
                @if self.kinds.len() > 1 {
                    nav class="segments" aria-label=(reader.text("view-kind")) {
                        @for kind in &self.kinds {
                            a class="segment" href=(kind.href) aria-current=[kind.current.then_some("page")]
                                title=(kind.label) { (icon(&kind.icon)) span { (kind.label) } }
                        }
                    }
                }
            }
        }
    }

    fn tabs(&self, reader: &Reader) -> Markup {
        html! {
            nav class="view-tabs" aria-label=(reader.text("views")) {
                @for view in &self.views {
                    a class="tab-link" href=(view.href) aria-current=[view.current.then_some("page")] {
                        @if let Some(name) = &view.icon { (icon(name)) }
                        span { (view.label) }
                        @if view.shared {
                            span class="view-shared" title=(reader.text("view-shared")) {
                                (icon("users")) span class="unseen" { (reader.text("view-shared")) }
                            }
                        }
                        @if view.current && self.changed {
                            span class="view-changed" title=(reader.text("view-changed")) {
                                span class="unseen" { (reader.text("view-changed")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn menu(id: &str, label: String, sign: &str, items: &[Action]) -> Menu {
    Menu {
        id: id.to_owned(),
        label,
        icon: Some(sign.to_owned()),
        icon_only: true,
        class: "btn btn-ghost btn-sm btn-square".to_owned(),
        items: items.to_vec(),
    }
}

/// The way to the pages before and after this one, for lists without "load more".
#[derive(Clone, Debug, Default)]
pub struct Pager {
    pub previous: Option<String>,
    pub next: Option<String>,
    /// What is shown: "51–100 of 1,234".
    pub shown: String,
}

impl Pager {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            nav class="pager" aria-label=(reader.text("pages")) {
                span class="muted" { (self.shown) }
                @for (href, label, sign) in [(&self.previous, "previous", "chevron-left"), (&self.next, "next", "chevron-right")] {
                    @if let Some(href) = href {
                        a class="btn btn-sm" href=(href)
                            rel=(if label == "next" { "next" } else { "prev" }) { (icon(sign)) span { (reader.text(label)) } }
                    }
                }
            }
        }
    }
}

/// A page made of a head and parts below it; `full` lets a table or board take the whole height.
pub fn page(head: &Markup, parts: &[Markup], full: Fit) -> Markup {
    let class = match full {
        Fit::Flow => "page",
        Fit::Full => "page page-full",
        Fit::Narrow => "page page-narrow",
    };
    html! { div class=(class) { (head) @for part in parts { (part) } } }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// As long as its content.
    #[default]
    Flow,
    /// As high as the window; what is inside scrolls.
    Full,
    /// As wide as a form reads well.
    Narrow,
}
