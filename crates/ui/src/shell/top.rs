//! The bar on top: search, create, notifications, the user's menu.

use i18n::Reader;
use maud::{Markup, html};

use super::{Density, Shell, Theme};
use crate::{
    action::{Action, Go, Menu},
    bits::{Size, avatar, keys},
    icon::icon,
};

impl Shell {
    pub(super) fn topbar(&self, reader: &Reader) -> Markup {
        html! {
            header class="topbar" {
                a class="topbar-brand brand" href=(self.urls.home)
                    aria-label=(self.workspace) { (icon("house")) }
                form class="searchbox" role="search" aria-label=(reader.text("search-everything"))
                    action=(self.urls.search) method="get" {
                    (icon("search"))
                    input class="searchbox-input" type="search" name="q"
                        placeholder=(reader.text("search-everything"))
                        aria-label=(reader.text("search-everything"))
                        autocomplete="off" data-palette data-shortcut="/";
                    (keys("Ctrl K"))
                }
                div class="topbar-actions" {
                    @if !self.create.is_empty() { (self.create_menu(reader)) }
                    @if !self.urls.notifications.is_empty() { (self.bell(reader)) }
                    (self.user_menu(reader))
                }
            }
        }
    }

    fn create_menu(&self, reader: &Reader) -> Markup {
        Menu {
            id: "create-menu".to_owned(),
            label: reader.text("create"),
            icon: Some("plus".to_owned()),
            class: "btn create-button".to_owned(),
            items: self.create.clone(),
            ..Menu::default()
        }
        .render(reader)
    }

    fn bell(&self, reader: &Reader) -> Markup {
        let label = reader.text_with(
            &kernel::Message::new("notifications-unread")
                .with("count", i64::try_from(self.unread).unwrap_or(0)),
        );
        html! {
            a class="btn btn-ghost btn-square bell" id="bell" href=(self.urls.notifications)
                aria-label=(label) title=(label) aria-haspopup="dialog"
                hx-get=(self.urls.notifications) hx-target="#overlays" hx-swap="beforeend" data-live="notification" {
                (icon("bell"))
                @if self.unread > 0 {
                    span class="bell-count" aria-hidden="true" {
                        (if self.unread > 99 { "99+".to_owned() } else { self.unread.to_string() })
                    }
                }
            }
        }
    }

    fn user_menu(&self, reader: &Reader) -> Markup {
        let items: Vec<Action> = self
            .user_menu
            .iter()
            .cloned()
            .chain(self.appearance_items(reader))
            .chain([self.sign_out(reader)])
            .collect();
        html! {
            menu-button class="menu-anchor" {
                button type="button" class="btn btn-ghost btn-square user-button" popovertarget="user-menu"
                    aria-haspopup="menu" aria-expanded="false" {
                    span class="unseen" { (reader.text("user-menu")) ": " } (avatar(&self.user, Size::Medium))
                }
                div id="user-menu" class="menu-popover" popover role="menu"
                    aria-label=(reader.text("user-menu")) {
                    p class="menu-title" role="presentation" { (self.user.name) }
                    @for item in &items {
                        @if item.apart { hr role="separator"; }
                        (item.item(reader))
                    }
                }
            }
        }
    }

    fn appearance_items(&self, reader: &Reader) -> Vec<Action> {
        let item = |label: &str, sign: &str, command: &str, checked: bool| Action {
            checked: Some(checked),
            ..Action::new(reader.text(label), sign, Go::Command(command.to_owned()))
        };
        let (theme, density) = (self.appearance.theme, self.appearance.density);
        let mut items = vec![
            item("theme-light", "sun", "theme:light", theme == Theme::Light),
            item("theme-dark", "moon", "theme:dark", theme == Theme::Dark),
            item("theme-system", "monitor", "theme:system", theme == Theme::System),
            item("density-comfortable", "rows-2", "density:comfortable", density == Density::Comfortable),
            item("density-compact", "rows-4", "density:compact", density == Density::Compact),
            Action {
                shortcut: Some("?".to_owned()),
                ..Action::new(reader.text("shortcuts"), "keyboard", Go::Command("shortcuts".to_owned()))
            },
        ];
        for place in [0, 3, 5] {
            items[place].apart = place > 0 || !self.user_menu.is_empty();
        }
        items
    }

    fn sign_out(&self, reader: &Reader) -> Action {
        Action {
            apart: true,
            ..Action::new(reader.text("sign-out"), "log-out", Go::Submit(self.urls.sign_out.clone()))
        }
    }
}
