//! The rows of a table.

use i18n::Reader;
use maud::{Markup, html};

use super::{Cell, Column, Group, Row, Table, head::total_cells};
use crate::{edit::editable, icon::icon};

impl Table {
    pub(super) fn body(&self, reader: &Reader, group: &Group, place: usize) -> Markup {
        let rows = html! {
            @for row in &group.rows { (self.row(reader, row)) }
            @if let Some(more) = &group.more { (self.more_row(reader, more)) }
        };
        html! {
            @if let Some(title) = &group.title {
                tbody class="group-head" {
                    tr {
                        th class="group-title" colspan=(self.width()) scope="rowgroup" {
                            button type="button" class="group-fold" aria-expanded="true"
                                data-fold={ (self.id) "-group-" (place) } {
                                (icon("chevron-down")) (title.render(reader))
                                @if let Some(count) = group.count {
                                    span class="count" { (count.show(reader)) }
                                }
                            }
                        }
                    }
                }
                tbody class="rows" id={ (self.id) "-group-" (place) } {
                    (rows)
                    @if group.totals.iter().any(Option::is_some) {
                        tr class="group-totals" {
                            (total_cells(&group.totals, &self.columns, self.selection.is_some()))
                        }
                    }
                }
            } @else { tbody class="rows" { (rows) } }
        }
    }

    fn row(&self, reader: &Reader, row: &Row) -> Markup {
        html! {
            tr class="row" data-row=(row.id) data-href=(row.href)
                aria-selected=[self.selection.as_ref().map(|_| if row.selected { "true" } else { "false" })] {
                @if self.selection.is_some() {
                    td class="cell-check" {
                        input class="checkbox" type="checkbox" name="record" value=(row.id)
                            form=(self.selection_form())
                            checked[row.selected] aria-label={ (reader.text("select")) ": " (row.title) };
                    }
                }
                @for (place, column) in self.columns.iter().enumerate() {
                    @let cell = row.cells.get(place);
                    @if place == 0 { (first_cell(reader, column, cell, row)) }
                    @else { (plain_cell(reader, column, cell)) }
                }
                td class="cell-rest" {}
            }
        }
    }

    /// The last body: replaced by the bodies of the next page.
    pub(super) fn more_rows(&self, reader: &Reader, href: &str) -> Markup {
        html! {
            tbody class="more" id={ (self.id) "-more" } {
                tr {
                    td colspan=(self.width()) {
                        a class="btn btn-ghost btn-sm" href=(href) hx-get=(href)
                            hx-target={ "#" (self.id) "-more" }
                            hx-select={ "#" (self.id) " tbody" } hx-swap="outerHTML" {
                            (icon("chevron-down")) (reader.text("load-more"))
                        }
                    }
                }
            }
        }
    }

    /// A group's last row: replaced by the rows that the address answers with.
    fn more_row(&self, reader: &Reader, href: &str) -> Markup {
        html! {
            tr class="more" {
                td colspan=(self.width()) {
                    a class="btn btn-ghost btn-sm" href=(href) hx-get=(href) hx-target="closest tr"
                        hx-swap="outerHTML" {
                        (icon("chevron-down")) (reader.text("load-more"))
                    }
                }
            }
        }
    }

    /// Rows alone: the answer to a group's "more".
    pub fn rows(&self, reader: &Reader, group: &Group) -> Markup {
        html! {
            @for row in &group.rows { (self.row(reader, row)) }
            @if let Some(more) = &group.more { (self.more_row(reader, more)) }
        }
    }

    fn width(&self) -> usize {
        self.columns.len() + 1 + usize::from(self.selection.is_some())
    }
}

fn first_cell(reader: &Reader, column: &Column, cell: Option<&Cell>, row: &Row) -> Markup {
    html! {
        th class="cell cell-first" scope="row" data-column=(column.name) {
            div class="cell-in" {
                a class="row-link" href=(row.href) {
                    @if let Some(cell) = cell.filter(|cell| !cell.content.is_empty()) {
                        (cell.content.render(reader))
                    }
                    @else { (row.title) }
                }
                @if let Some(url) = cell.and_then(|cell| cell.edit.as_deref()) {
                    inline-edit class="editable editable-bare" data-url=(url) {
                        button type="button" class="editable-pencil" data-edit
                            aria-label={ (reader.text("edit")) ": " (column.label) } { (icon("pencil")) }
                    }
                }
            }
        }
    }
}

fn plain_cell(reader: &Reader, column: &Column, cell: Option<&Cell>) -> Markup {
    let class = if column.wide_only { "cell wide-only" } else { "cell" };
    html! {
        td class={ (class) " " (column.align.class()) } data-column=(column.name) data-label=(column.label)
            tabindex="-1" {
            @if let Some(cell) = cell {
                div class="cell-in" {
                    @match cell.edit.as_deref() {
                        None => span class="cell-value" { (cell.content.render(reader)) },
                        url => (editable(reader, &column.label, url, &cell.content)),
                    }
                }
            }
        }
    }
}
