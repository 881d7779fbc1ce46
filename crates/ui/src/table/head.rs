//! The header and the footer of a table.

use i18n::Reader;
use maud::{Markup, html};

use super::{Align, Column, Direction, Table, Total};
use crate::{action::Menu, icon::icon};

impl Table {
    pub(super) fn head(&self, reader: &Reader) -> Markup {
        html! {
            colgroup {
                @if self.selection.is_some() { col class="col-check" width="40"; }
                @for column in &self.columns { col data-column=(column.name) width=(column.pixels()); }
                col class="col-rest";
            }
            thead {
                tr {
                    @if self.selection.is_some() {
                        th class="cell-check" scope="col" {
                            input class="checkbox" type="checkbox" data-check-all
                                aria-label=(reader.text("select-page"));
                        }
                    }
                    @for column in &self.columns { (self.column_head(reader, column)) }
                    td class="cell-rest" { (self.chooser(reader)) }
                }
            }
        }
    }

    fn column_head(&self, reader: &Reader, column: &Column) -> Markup {
        let sorted = column.sort.as_ref().and_then(|sort| sort.direction);
        let aria = match sorted {
            Some(Direction::Ascending) => Some("ascending"),
            Some(Direction::Descending) => Some("descending"),
            None => column.sort.as_ref().map(|_| "none"),
        };
        let target = format!("#{}", self.id);
        html! {
            th class={ "cell-head " (column.align.class()) } scope="col" aria-sort=[aria]
                data-column=(column.name) {
                @if let Some(sort) = &column.sort {
                    a class="sort-link" href=(sort.href) hx-get=(sort.href) hx-target=(target)
                        hx-select=(target) hx-swap="outerHTML"
                        hx-push-url="true" {
                        span { (column.label) }
                        span class="sort-sign" {
                            @match sorted {
                                Some(Direction::Ascending) => (icon("arrow-up")),
                                Some(Direction::Descending) => (icon("arrow-down")),
                                None => (icon("chevrons-up-down")),
                            }
                            @if let Some(place) = sort.place { span class="sort-place" { (place) } }
                        }
                    }
                } @else { span class="sort-link" { (column.label) } }
                @if self.columns_url.is_some() {
                    span class="col-resize" data-resize title=(reader.text("column-resize"))
                        aria-hidden="true" {}
                }
            }
        }
    }

    /// The menu of columns: ticked ones are shown, in this order.
    fn chooser(&self, reader: &Reader) -> Markup {
        let Some(url) = &self.columns_url else {
            return html! { span class="unseen" { (reader.text("more")) } };
        };
        let hidden =
            self.available.iter().filter(|(name, _)| !self.columns.iter().any(|column| column.name == *name));
        let menu = Menu {
            id: format!("{}-columns", self.id),
            label: reader.text("columns"),
            icon: Some("columns-3".to_owned()),
            icon_only: true,
            class: "btn btn-ghost btn-xs btn-square".to_owned(),
            ..Menu::default()
        };
        menu.panel(&html! {
            form class="column-chooser" method="post" action=(url) data-columns {
                p class="menu-title" { (reader.text("columns")) }
                ol class="column-list" {
                    @for column in &self.columns {
                        (column_choice(reader, &column.name, &column.label, true))
                    }
                    @for (name, label) in hidden { (column_choice(reader, name, label, false)) }
                }
                button class="btn btn-primary btn-sm" type="submit" { (reader.text("apply")) }
            }
        })
    }

    pub(super) fn foot(&self) -> Markup {
        html! {
            @if self.totals.iter().any(Option::is_some) {
                tfoot {
                    tr { (total_cells(&self.totals, &self.columns, self.selection.is_some())) }
                }
            }
        }
    }
}

/// The cells of a row of totals.
pub(super) fn total_cells(totals: &[Option<Total>], columns: &[Column], selectable: bool) -> Markup {
    html! {
        @if selectable { td class="cell-check" {} }
        @for (place, column) in columns.iter().enumerate() {
            td class={ "cell-total " (column.align.class()) } {
                @if let Some(Some(total)) = totals.get(place) {
                    span class="total-label" { (total.label) } " " span class="total-value" { (total.value) }
                }
            }
        }
        td class="cell-rest" {}
    }
}

fn column_choice(reader: &Reader, name: &str, label: &str, shown: bool) -> Markup {
    html! {
        li class="column-choice" data-column=(name) {
            label class="check" {
                input class="checkbox" type="checkbox" name="column" value=(name) checked[shown];
                span { (label) }
            }
            button type="button" class="btn btn-ghost btn-xs btn-square" data-move="up"
                aria-label={ (reader.text("move-up")) ": " (label) } { (icon("chevron-up")) }
            button type="button" class="btn btn-ghost btn-xs btn-square" data-move="down"
                aria-label={ (reader.text("move-down")) ": " (label) } { (icon("chevron-down")) }
        }
    }
}

impl Column {
    /// The given width, or one that fits most values of its kind.
    pub(super) fn pixels(&self) -> u16 {
        self.width.unwrap_or(match self.align {
            Align::End => 130,
            Align::Center => 90,
            Align::Start => 180,
        })
    }
}
