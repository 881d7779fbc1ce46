//! What is to be done once, in an order, and what of it is done.

use i18n::Reader;
use maud::{Markup, html};

use crate::{action::Action, icon::icon};

#[derive(Clone, Debug, Default)]
pub struct Checklist {
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Default)]
pub struct Step {
    pub title: String,
    pub hint: Option<String>,
    pub done: bool,
    /// How it is done; none is offered once it is.
    pub actions: Vec<Action>,
}

impl Checklist {
    pub fn render(&self, reader: &Reader) -> Markup {
        html! {
            ol class="checklist" {
                @for (place, step) in self.steps.iter().enumerate() {
                    li class={ "checklist-step" @if step.done { " done" } } {
                        span class="wizard-number" aria-hidden="true" {
                            @if step.done { (icon("check")) } @else { (place + 1) }
                        }
                        div class="checklist-text" {
                            p class="checklist-title" {
                                (step.title)
                                @if step.done { span class="unseen" { ": " (reader.text("step-done")) } }
                            }
                            @if let Some(hint) = step.hint.as_ref().filter(|_| !step.done) {
                                p class="checklist-hint" { (hint) }
                            }
                        }
                        @if !step.done && !step.actions.is_empty() {
                            div class="checklist-actions" {
                                @for action in &step.actions { (action.button(reader)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
