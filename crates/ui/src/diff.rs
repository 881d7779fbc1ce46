//! Two versions of a record beside each other: what somebody else saved meanwhile, or two records to be merged.

use i18n::Reader;
use maud::{Markup, html};

use crate::{content::Content, icon::icon};

/// A table of fields with two or more values each; with `name`, one of them can be chosen.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    pub label: String,
    /// What each column is: "Theirs, saved 2 minutes ago", "Yours".
    pub sides: Vec<String>,
    pub rows: Vec<DiffRow>,
    /// Only fields that differ are listed; this many others agree.
    pub agreeing: u64,
}

#[derive(Clone, Debug, Default)]
pub struct DiffRow {
    pub label: String,
    /// The form's key of the choice, whose values are 0, 1 …; nothing can be chosen where absent.
    pub name: Option<String>,
    pub values: Vec<Content>,
    /// The side that is chosen at first.
    pub chosen: usize,
}

impl Diff {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            div class="diff-scroll" tabindex="0" role="region" aria-label=(self.label) {
                table class="diff" aria-label=(self.label) {
                    thead {
                        tr {
                            th scope="col" { (reader.text("field")) }
                            @for side in &self.sides { th scope="col" { (side) } }
                        }
                    }
                    tbody { @for row in &self.rows { (self.row(reader, row)) } }
                }
            }
            @if self.agreeing > 0 {
                p class="diff-agreeing" {
                    (icon("check"))
                    (reader.text_with(&kernel::Message::new("diff-agreeing").with("count", i64::try_from(self.agreeing).unwrap_or(0))))
                }
            }
        }
    }

    fn row(&self, reader: &Reader, row: &DiffRow) -> Markup {
        html! {
            tr {
                th scope="row" { (row.label) }
                @for (place, value) in row.values.iter().enumerate() {
                    td {
                        @if let Some(name) = &row.name {
                            label class="diff-choice" {
                                input class="radio" type="radio" name=(name) value=(place)
                                    checked[place == row.chosen]
                                    aria-label={ (row.label) ": " (self.sides.get(place).map_or("", String::as_str)) };
                                span { (value.render(reader)) }
                            }
                        } @else { (value.render(reader)) }
                    }
                }
            }
        }
    }
}
