//! What lies over the page: dialogs, drawers, toasts.
//!
//! A dialog or drawer is the answer to a request with the header `X-Overlay`, put into `#overlays`; the element
//! `<overlay-box>` around the native `<dialog>` opens it, closes it on Escape, on its close button and on the event
//! `overlay:close` (send it with `HX-Trigger` when the work is done), and removes it.

use i18n::Reader;
use maud::{Markup, html};

use crate::{bits::Severity, icon::icon};

/// A window over the page.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// Unique on the page.
    pub id: String,
    pub title: String,
    pub kind: OverlayKind,
    pub content: Markup,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverlayKind {
    /// In the middle, for a question or a short form.
    #[default]
    Dialog,
    /// In the middle and wider, for a comparison.
    Wide,
    /// At the side, for a form over the list it belongs to.
    Drawer,
}

impl Overlay {
    pub fn render(&self, reader: &Reader) -> Markup {
        let class = match self.kind {
            OverlayKind::Dialog => "overlay overlay-dialog",
            OverlayKind::Wide => "overlay overlay-dialog overlay-wide",
            OverlayKind::Drawer => "overlay overlay-drawer",
        };
        html! {
            overlay-box {
                dialog class=(class) id=(self.id) aria-labelledby={ (self.id) "-title" } {
                    header class="overlay-head" {
                        h2 class="overlay-title" id={ (self.id) "-title" } { (self.title) }
                        button type="button" class="btn btn-ghost btn-square btn-sm" data-close
                            aria-label=(reader.text("close")) { (icon("x")) }
                    }
                    div class="overlay-body" { (self.content) }
                }
            }
        }
    }
}

/// A short message that goes by itself.
#[derive(Clone, Debug)]
pub struct Toast {
    pub severity: Severity,
    pub text: String,
    /// Takes back what was done: `POST` to the address.
    pub undo: Option<String>,
    /// Something to look at: label and address.
    pub link: Option<(String, String)>,
}

impl Toast {
    pub fn success(text: impl Into<String>) -> Toast {
        Toast { severity: Severity::Success, text: text.into(), undo: None, link: None }
    }

    pub fn error(text: impl Into<String>) -> Toast {
        Toast { severity: Severity::Error, text: text.into(), undo: None, link: None }
    }

    #[must_use]
    pub fn undo(mut self, url: impl Into<String>) -> Toast {
        self.undo = Some(url.into());
        self
    }

    #[must_use]
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Toast {
        self.link = Some((label.into(), href.into()));
        self
    }

    /// The toast as a part of any htmx answer.
    pub fn partial(&self, reader: &Reader) -> Markup {
        partial("#toasts", "beforeend", &self.render(reader))
    }

    fn render(&self, reader: &Reader) -> Markup {
        html! {
            toast-note class={ "toast-card " (self.severity.tone().class()) }
                role=(if self.severity == Severity::Error { "alert" } else { "status" })
                data-keep[self.severity == Severity::Error] {
                (icon(self.severity.icon()))
                span class="toast-text" { (self.text) }
                @if let Some((label, href)) = &self.link {
                    a class="btn btn-ghost btn-sm" href=(href) { (label) }
                }
                @if let Some(undo) = &self.undo {
                    button type="button" class="btn btn-ghost btn-sm" hx-post=(undo) hx-swap="none"
                        data-shortcut="mod+z" { (icon("undo-2")) (reader.text("undo")) }
                }
                button type="button" class="btn btn-ghost btn-sm btn-square" data-dismiss
                    aria-label=(reader.text("close")) { (icon("x")) }
            }
        }
    }
}

/// The place of toasts, with those that a redirect left.
pub(crate) fn toasts(reader: &Reader, toasts: &[Toast]) -> Markup {
    html! {
        div class="toasts" id="toasts" role="region"
            aria-label=(reader.text("toasts")) { @for toast in toasts { (toast.render(reader)) } }
    }
}

/// A part of an htmx answer that goes elsewhere than the rest: `swap` is htmx's swap style.
pub fn partial(target: &str, swap: &str, content: &Markup) -> Markup {
    html! { hx-partial hx-target=(target) hx-swap=(swap) { (content) } }
}
