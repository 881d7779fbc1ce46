//! Fields edited where they stand.
//!
//! The element is `<inline-edit data-url="…">` around the value. On click of its pencil, double click, Enter or F2 the
//! script asks `GET url` for an [`Editor`], puts it in the element's place, and sends `PATCH url` with the form on
//! Enter, on Tab (going on to the next field) and when the focus leaves; Escape puts the value back. The answer is
//! the new element (`200`: [`editable`] again, and partials for what else changed) or the editor with its problem
//! (`422`, or `409` with the conflict's dialog as a partial).

use i18n::Reader;
use maud::{Markup, html};

use crate::{content::Content, form::csrf_input, icon::icon, input::Field};

/// A value with the way to change it in place.
#[derive(Clone, Debug, Default)]
pub struct Editable {
    /// What the field is called.
    pub label: String,
    /// The address of the editor; the value is only shown where it is absent.
    pub url: Option<String>,
    pub content: Content,
}

impl Editable {
    pub fn render(&self, reader: &Reader) -> Markup {
        editable(reader, &self.label, self.url.as_deref(), &self.content)
    }
}

/// The value of a field, with its editor's address where it may be changed.
pub fn editable(reader: &Reader, label: &str, url: Option<&str>, content: &Content) -> Markup {
    html! {
        @if let Some(url) = url {
            inline-edit class="editable" data-url=(url) {
                span class="editable-value" { (content.render(reader)) }
                button type="button" class="editable-pencil" data-edit
                    aria-label={ (reader.text("edit")) ": " (label) } { (icon("pencil")) }
            }
        } @else { (content.render(reader)) }
    }
}

/// The form that takes an [`editable`]'s place.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    /// Where it is sent with `PATCH`; the same address it came from.
    pub url: String,
    /// The field; its problem is shown below the control.
    pub field: Field,
    /// The record's version that is being changed.
    pub version: Option<i64>,
    pub csrf: Option<String>,
}

impl Editor {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            inline-edit class="editable editing" data-url=(self.url) {
                form class="editor" method="post" action=(self.url) novalidate hx-ignore {
                    input type="hidden" name="_method" value="PATCH";
                    (csrf_input(self.csrf.as_deref()))
                    @if let Some(version) = self.version {
                        input type="hidden" name="version" value=(version);
                    }
                    (self.field.bare(reader, "inline"))
                    // The script lays it over the page, below the control.
                    div class="editor-foot" {
                        @if let Some(problem) = &self.field.problem {
                            p class="field-problem" role="alert" id={ (self.field.id("inline")) "-problem" } {
                                (icon("circle-alert")) span { (problem) }
                            }
                        }
                        span class="editor-buttons" {
                            button class="btn btn-primary btn-xs" type="submit" { (reader.text("save")) }
                            button class="btn btn-ghost btn-xs"
                                type="button" data-cancel { (reader.text("cancel")) }
                        }
                    }
                }
            }
        }
    }
}
