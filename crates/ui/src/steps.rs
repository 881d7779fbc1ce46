//! The way through a piece of work in several pages, such as an import.

use i18n::Reader;
use kernel::Message;
use maud::{Markup, html};

use crate::icon::icon;

#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub label: String,
    /// Each with the address to go back to it, once it is behind.
    pub steps: Vec<(String, Option<String>)>,
    /// The present one, from 0.
    pub current: usize,
}

impl Steps {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            nav class="wizard" aria-label=(self.label) {
                ol {
                    @for (place, (label, href)) in self.steps.iter().enumerate() {
                        @let state = if place < self.current { "past" } else if place == self.current { "current" } else { "ahead" };
                        li class={ "wizard-step " (state) }
                            aria-current=[(place == self.current).then_some("step")] {
                            span class="wizard-number"
                                aria-hidden="true" { @if place < self.current { (icon("check")) } @else { (place + 1) } }
                            @if let Some(href) = href.as_ref().filter(|_| place < self.current) {
                                a class="quiet-link" href=(href) { (label) }
                            }
                            @else { span { (label) } }
                        }
                    }
                }
                p class="wizard-short" {
                    (reader.text_with(&Message::new("step-of").with("step", self.current + 1).with("steps", self.steps.len())))
                }
            }
        }
    }
}
