//! Lists of records as a table: sortable, editable, selectable; cards on a phone.
//!
//! Keys, when the table or the page has the focus: `j`/`k` or arrows move by row, arrows and Tab by cell, `x` selects,
//! `Enter` opens the row or edits the cell, `Escape` leaves.

mod head;
mod rows;

use i18n::Reader;
use kernel::Message;
use maud::{Markup, html};

pub use crate::content::Align;
use crate::{
    action::Action,
    bits::{Count, Empty},
    content::Content,
    live::Live,
};

/// A list of records.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Unique on the page; sorting and "more" replace the element of this id.
    pub id: String,
    /// What the list is of, read out with the table.
    pub label: String,
    pub columns: Vec<Column>,
    /// Without grouping, one group without a title.
    pub groups: Vec<Group>,
    /// Below the columns, as many as there are columns; no footer when empty.
    pub totals: Vec<Option<Total>>,
    pub selection: Option<Selection>,
    /// The address of the next rows.
    pub more: Option<String>,
    /// Rows that fit the filter.
    pub count: Option<Count>,
    /// Shown instead of rows when there are none.
    pub empty: Empty,
    pub live: Option<Live>,
    /// Where a choice, a width or an order of columns is sent: `POST` with `columns=name:width,name,…`.
    pub columns_url: Option<String>,
    /// All columns there could be, for the chooser; those in `columns` are ticked.
    pub available: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    pub label: String,
    pub align: Align,
    /// Pixels.
    pub width: Option<u16>,
    pub sort: Option<Sort>,
    /// Left out of the cards that rows become on a phone.
    pub wide_only: bool,
}

/// How the list is sorted by a column now, and the address that sorts by it next.
#[derive(Clone, Debug, Default)]
pub struct Sort {
    pub href: String,
    pub direction: Option<Direction>,
    /// Its place among several sorted columns, from 1.
    pub place: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// Rows below one heading.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub title: Option<Content>,
    pub count: Option<Count>,
    /// Sums and the like, as many as there are columns.
    pub totals: Vec<Option<Total>>,
    pub rows: Vec<Row>,
    /// More rows of this group.
    pub more: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Row {
    pub id: String,
    /// The record's page; the first cell links to it.
    pub href: String,
    /// What the record is called, read out with its checkbox.
    pub title: String,
    /// As many as there are columns.
    pub cells: Vec<Cell>,
    pub selected: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Cell {
    pub content: Content,
    /// The address of the editor ([`crate::edit`]), where the cell may be changed in place.
    pub edit: Option<String>,
}

impl From<Content> for Cell {
    fn from(content: Content) -> Cell {
        Cell { content, edit: None }
    }
}

/// A figure below a column: "Sum", "€1.2M".
#[derive(Clone, Debug, Default)]
pub struct Total {
    pub label: String,
    pub value: String,
}

/// Rows can be ticked, and something done with the ticked ones.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Sent with the ticked rows (`record`, once each), or with `all=1` and this when all that match are meant.
    pub query: String,
    /// What can be done: posts, or dialogs that get the selection as parameters.
    pub actions: Vec<Action>,
    pub csrf: Option<String>,
}

impl Table {
    /// How many rows are shown.
    pub fn shown(&self) -> usize {
        self.groups.iter().map(|group| group.rows.len()).sum()
    }

    pub fn render(&self, reader: &Reader) -> Markup {
        let live = Live::attributes(self.live.as_ref());
        html! {
            record-table class="list" id=(self.id) data-columns-url=[self.columns_url.as_deref()]
                data-live=[live.names] data-live-src=[live.source] {
                @if let Some(selection) = &self.selection { (self.bulk_bar(reader, selection)) }
                @if self.shown() == 0 {
                    (self.empty.render(reader))
                } @else {
                    div class="list-scroll" tabindex="0" role="region" aria-label=(self.label) {
                        table class="grid-table" aria-label=(self.label) width=(self.pixels()) {
                            (self.head(reader))
                            @for (place, group) in self.groups.iter().enumerate() {
                                (self.body(reader, group, place))
                            }
                            @if let Some(more) = &self.more { (self.more_rows(reader, more)) }
                            (self.foot())
                        }
                    }
                }
                (self.status(reader))
            }
        }
    }

    fn bulk_bar(&self, reader: &Reader, selection: &Selection) -> Markup {
        let form = self.selection_form();
        html! {
            form class="bulk-bar" id=(form) method="post" hidden data-bulk hx-morph-skip {
                (crate::form::csrf_input(selection.csrf.as_deref()))
                input type="hidden" name="query" value=(selection.query);
                input type="hidden" name="all" value="" data-all;
                span class="bulk-count" aria-live="polite"
                    data-one=(reader.text("selected-one")) data-many=(reader.text("selected-many")) data-all=(self.all_selected(reader)) {}
                @if self.more.is_some() {
                    button type="button" class="btn btn-ghost btn-sm" data-select-all {
                        (match self.count {
                            Some(count) => reader.text_with(&Message::new("select-all-count").with("count", count.show(reader))),
                            None => reader.text("select-all-matching"),
                        })
                    }
                }
                span class="bulk-actions" {
                    @for action in &selection.actions { (bulk_action(reader, action, &form)) }
                }
                button type="button" class="btn btn-ghost btn-sm btn-square" data-select-none
                    aria-label=(reader.text("select-none")) {
                    (crate::icon::icon("x"))
                }
            }
        }
    }

    fn all_selected(&self, reader: &Reader) -> String {
        let count = self.count.map_or_else(String::new, |count| count.show(reader));
        reader.text_with(&Message::new("selected-all").with("count", count))
    }

    /// The sum of the columns' widths; the table is wider where there is room.
    fn pixels(&self) -> u32 {
        let columns: u32 = self.columns.iter().map(|column| u32::from(column.pixels())).sum();
        columns + 44 + if self.selection.is_some() { 40 } else { 0 }
    }

    fn selection_form(&self) -> String {
        format!("{}-bulk", self.id)
    }

    /// How many rows are shown of how many.
    fn status(&self, reader: &Reader) -> Markup {
        html! {
            @if let Some(count) = self.count.filter(|count| count.number > 0) {
                p class="list-status" aria-live="polite" {
                    (reader.text_with(&Message::new("list-shown").with("shown", self.shown()).with("count", count.show(reader))))
                }
            }
        }
    }
}

/// A button of the bulk bar: sends the bar's form along, to what does it or to the dialog that asks first.
fn bulk_action(reader: &Reader, action: &Action, form: &str) -> Markup {
    use crate::action::{Go, Weight};
    let class = if action.weight == Weight::Danger { "btn btn-sm btn-danger" } else { "btn btn-sm" };
    let face = html! {
        @if let Some(name) = &action.icon { (crate::icon::icon(name)) }
        span { (action.label) }
    };
    let including = format!("#{form}, [form='{form}']:checked");
    html! {
        @match &action.go {
            Go::Dialog(href) => {
                button class=(class) type="button" aria-haspopup="dialog" hx-get=(href)
                    hx-target="#overlays" hx-swap="beforeend" hx-headers=r#"{"X-Overlay":"1"}"#
                    hx-include=(including) { (face) }
            }
            Go::Post(href) | Go::Delete(href) => {
                button class=(class) type="submit" formaction=(href) form=(form) hx-post=(href) hx-swap="none"
                    hx-include=(including) hx-confirm=[action.confirm.as_deref()] { (face) }
            }
            _ => (action.button(reader)),
        }
    }
}
