//! Navigation: at the left on wide screens, at the bottom and in a drawer on phones.

use i18n::Reader;
use maud::{Markup, html};

use super::{Area, NavItem, Shell};
use crate::{bits::keys, icon::icon};

impl Shell {
    pub(super) fn sidebar(&self, reader: &Reader) -> Markup {
        html! {
            aside class="sidebar" id="sidebar" {
                div class="sidebar-head" {
                    a class="brand" href=(self.urls.home) {
                        (mark())
                        span class="brand-name" {
                            (if self.workspace.is_empty() { "Rapport" } else { &self.workspace })
                        }
                    }
                    button type="button" class="btn btn-ghost btn-square btn-sm nav-fold" data-command="nav"
                        aria-label=(reader.text("nav-fold")) title=(reader.text("nav-fold")) {
                        (icon("panel-left"))
                    }
                }
                nav class="nav"
                    aria-label=(reader.text("nav-main")) { @for area in &self.areas { (area.render(reader)) } }
            }
        }
    }

    /// Four places and the whole navigation, within reach of a thumb.
    pub(super) fn bottom_bar(&self, reader: &Reader) -> Markup {
        let items = self.areas.iter().flat_map(|area| &area.items).filter(|item| item.on_phone).take(4);
        html! {
            nav class="bottom-bar" aria-label=(reader.text("nav-quick")) {
                @for item in items {
                    a class="bottom-link" href=(item.href)
                        aria-current=[item.current.then_some("page")] { (icon(&item.icon)) span { (item.label) } }
                }
                button type="button" class="bottom-link" data-command="drawer" aria-controls="sidebar"
                    aria-expanded="false" { (icon("menu")) span { (reader.text("menu")) } }
            }
        }
    }
}

impl Area {
    fn render(&self, reader: &Reader) -> Markup {
        let open = !self.folded || self.items.iter().any(|item| item.current);
        html! {
            @if self.label.is_empty() {
                ul class="nav-list" { @for item in &self.items { (item.render(reader)) } }
            } @else {
                details class="nav-area" open[open] data-area=(self.label) {
                    summary class="nav-title" { span { (self.label) } (icon("chevron-right")) }
                    ul class="nav-list" { @for item in &self.items { (item.render(reader)) } }
                }
            }
        }
    }
}

impl NavItem {
    fn render(&self, reader: &Reader) -> Markup {
        html! {
            li {
                a class="nav-link" href=(self.href) title=(self.label)
                    aria-current=[self.current.then_some("page")] data-shortcut=[self.shortcut.as_deref()] {
                    (icon(&self.icon))
                    span class="nav-label" { (self.label) }
                    @if let Some(count) = self.count.filter(|count| *count > 0) {
                        span class="nav-count" { (reader.integer(i64::try_from(count).unwrap_or(0))) }
                    }
                    @if let Some(shortcut) = &self.shortcut { (keys(shortcut)) }
                }
            }
        }
    }
}

/// The product's mark.
fn mark() -> Markup {
    html! {
        svg class="mark" viewBox="0 0 32 32" aria-hidden="true" {
            rect width="32" height="32" rx="8" {}
            path d="M9 23V9h8a5 5 0 0 1 0 10h-3m3 0 6 5" {}
        }
    }
}
