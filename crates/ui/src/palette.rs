//! The command palette: go, search, create and act by typing.
//!
//! `<command-palette data-src="…">` opens on Ctrl/⌘ K. With nothing typed it shows what was chosen lately; with text it
//! filters the page's own commands (navigation, create, actions: everything with `data-shortcut` or in a menu) and
//! asks `GET src?q=…` for [`results`].

use i18n::Reader;
use maud::{Markup, html};

use crate::{bits::keys, content::json_text, icon::icon};

/// The palette's own markup, once a page.
pub(crate) fn palette(reader: &Reader, src: &str) -> Markup {
    html! {
        command-palette data-src=(src) data-commands=(reader.text("palette-commands"))
            data-recent=(reader.text("palette-recent"))
            data-found=(reader.text("palette-found")) data-nothing=(reader.text("palette-nothing")) data-shortcuts=(reader.text("shortcuts"))
            data-single=(reader.text("shortcuts-single")) data-close=(reader.text("close")) data-keys=(list_keys(reader)) {
            dialog class="palette" aria-label=(reader.text("palette")) {
                div class="palette-head" {
                    (icon("search"))
                    input class="palette-input" type="text" role="combobox" aria-expanded="true"
                        aria-controls="palette-list" aria-autocomplete="list"
                        aria-label=(reader.text("palette")) placeholder=(reader.text("palette-placeholder")) autocomplete="off" spellcheck="false";
                    (keys("Esc"))
                }
                div class="palette-list" id="palette-list" role="listbox"
                    aria-label=(reader.text("palette")) {}
                p class="palette-foot" aria-hidden="true" {
                    span { (keys("↑ ↓")) (reader.text("palette-move")) }
                    span { (keys("↵")) (reader.text("palette-choose")) }
                    span { (keys("?")) (reader.text("shortcuts")) }
                }
            }
        }
    }
}

/// The keys of lists and boards, which no element on the page carries, as JSON.
fn list_keys(reader: &Reader) -> String {
    let keys = [
        ("j k", "keys-move"),
        ("x", "keys-select"),
        ("↵", "keys-open"),
        ("F2", "keys-edit"),
        ("Alt ←→", "keys-card"),
        ("?", "shortcuts"),
    ];
    let pairs = keys.map(|(keys, id)| format!("{}:{}", json_text(keys), json_text(&reader.text(id))));
    format!("{{{}}}", pairs.join(","))
}

/// Something found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub title: String,
    pub href: String,
    pub icon: String,
    /// What tells it from others: the object, the company.
    pub detail: Option<String>,
    /// Opens in a dialog instead of going there.
    pub dialog: bool,
}

/// Groups of what was found: the answer to the palette's question.
pub fn results(groups: &[(String, Vec<Found>)]) -> Markup {
    html! {
        @for (title, found) in groups {
            @if !found.is_empty() {
                div class="palette-group" role="group" aria-label=(title) {
                    p class="palette-title" aria-hidden="true" { (title) }
                    @for item in found {
                        a class="palette-item" role="option" tabindex="-1" aria-selected="false"
                            href=(item.href) data-dialog[item.dialog] {
                            (icon(&item.icon))
                            span class="palette-label" { (item.title) }
                            @if let Some(detail) = &item.detail { span class="palette-detail" { (detail) } }
                        }
                    }
                }
            }
        }
    }
}
