//! Forms: sections of fields, a summary of problems, buttons that stay in sight.

use i18n::Reader;
use kernel::Message;
use maud::{Markup, html};

use crate::{action::Action, icon::icon, input::Field};

/// A form that creates or changes something. Works without script.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Unique on the page; the ids of controls start with it.
    pub id: String,
    /// Where it posts to.
    pub action: String,
    pub csrf: Option<String>,
    /// Names and values that nobody sees: the record's version, where to return to.
    pub hidden: Vec<(String, String)>,
    pub sections: Vec<Section>,
    /// Problems with the record as a whole. Those of fields are with the fields.
    pub problems: Vec<String>,
    /// Said above the problems in place of their number: that somebody else was faster is no mistake to be counted.
    pub heading: Option<String>,
    pub submit: String,
    /// More ways to send it: `name=value` of the button, and its label ("Save and new").
    pub also: Vec<(String, String, String)>,
    /// Where "cancel" goes; a dialog closes instead.
    pub cancel: Option<String>,
    /// Other actions beside the buttons.
    pub actions: Vec<Action>,
    /// Sent by script, and the answer takes the form's place: for overlays, where the page must stay. Else the form is
    /// sent as any form: `422` with the page again, or a redirect.
    pub in_place: bool,
    /// Takes files.
    pub multipart: bool,
    /// Shown above the buttons, such as possible duplicates.
    pub aside: Option<Markup>,
    /// Asked with the whole form while typing, for `aside` (duplicates).
    pub watch: Option<String>,
}

/// Fields that belong together.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub title: Option<String>,
    pub hint: Option<String>,
    pub fields: Vec<Field>,
    pub layout: Layout,
    /// Shows only its title until it is opened.
    pub folded: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Two columns where there is room.
    #[default]
    TwoColumns,
    OneColumn,
}

impl Form {
    pub fn render(&self, reader: &Reader) -> Markup {
        let encoding = self.multipart.then_some("multipart/form-data");
        html! {
            form class="form" id=(self.id) method="post" action=(self.action)
                enctype=[encoding] novalidate data-guard
                hx-post=[self.in_place.then_some(&self.action)] hx-swap=[self.in_place.then_some("outerHTML")]
                hx-target=[self.in_place.then_some("this")] {
                (csrf_input(self.csrf.as_deref()))
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                (self.summary(reader))
                @for section in &self.sections { (section.render(reader, &self.id)) }
                @if self.aside.is_some() || self.watch.is_some() {
                    div id={ (self.id) "-aside" } aria-live="polite" hx-post=[self.watch.as_deref()]
                        hx-trigger=[self.watch.as_ref().map(|_| format!("input changed delay:500ms from:#{}", self.id))]
                        hx-include=[self.watch.as_ref().map(|_| "closest form")] {
                        @if let Some(aside) = &self.aside { (aside) }
                    }
                }
                (self.buttons(reader))
            }
        }
    }

    /// How many problems there are and the way to each; takes the focus when the form comes back.
    fn summary(&self, reader: &Reader) -> Markup {
        let fields = self.sections.iter().flat_map(|section| &section.fields);
        let wrong: Vec<&Field> = fields.filter(|field| field.problem.is_some()).collect();
        let count = wrong.len() + self.problems.len();
        let counted = || reader.text_with(&Message::new("problem-summary").with("count", count));
        let heading = self.heading.clone().unwrap_or_else(counted);
        html! {
            @if count > 0 {
                div class="notice tone-red form-summary" role="alert" tabindex="-1" autofocus {
                    (icon("circle-alert"))
                    div class="notice-body" {
                        p class="notice-title" { (heading) }
                        ul {
                            @for problem in &self.problems { li { (problem) } }
                            @for field in wrong {
                                li {
                                    a href={ "#" (field.id(&self.id)) } { (field.label) } ": "
                                    (field.problem.as_deref().unwrap_or_default())
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn buttons(&self, reader: &Reader) -> Markup {
        let submit = if self.submit.is_empty() { reader.text("save") } else { self.submit.clone() };
        html! {
            div class="form-buttons" {
                button class="btn btn-primary" type="submit" data-shortcut="mod+Enter" { (submit) }
                @for (name, value, label) in &self.also {
                    button class="btn" type="submit" name=(name) value=(value) { (label) }
                }
                @if let Some(cancel) = &self.cancel {
                    a class="btn btn-ghost" href=(cancel) data-close { (reader.text("cancel")) }
                }
                @if !self.actions.is_empty() {
                    span class="spacer" {}
                    @for action in &self.actions { (action.button(reader)) }
                }
            }
        }
    }
}

impl Section {
    fn render(&self, reader: &Reader, form: &str) -> Markup {
        let grid = match self.layout {
            Layout::TwoColumns => "form-grid form-grid-2",
            Layout::OneColumn => "form-grid",
        };
        let fields = html! {
            @if let Some(hint) = &self.hint { p class="section-hint" { (hint) } }
            div class=(grid) { @for field in &self.fields { (field.render(reader, form)) } }
        };
        html! {
            @match (&self.title, self.folded) {
                (Some(title), true) => {
                    details class="form-section"
                        open[self.fields.iter().any(|field| field.problem.is_some())] {
                        summary class="section-title" { (icon("chevron-right")) (title) }
                        (fields)
                    }
                }
                (title, _) => {
                    section class="form-section" {
                        @if let Some(title) = title { h2 class="section-title" { (title) } }
                        (fields)
                    }
                }
            }
        }
    }
}

/// The token that says a form came from one of our pages.
pub fn csrf_input(token: Option<&str>) -> Markup {
    html! { @if let Some(token) = token { input type="hidden" name="csrf" value=(token); } }
}
