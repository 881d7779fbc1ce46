//! The markup of controls.

use i18n::Reader;
use maud::{Markup, html};

use super::{ChoiceOption, Field, Input};
use crate::{
    content::{bytes, file_link},
    icon::icon,
    tone::Tone,
};

/// What every control of a field shares.
pub(super) struct Control<'a> {
    pub reader: &'a Reader,
    pub field: &'a Field,
    pub id: String,
    pub described_by: Option<String>,
}

impl Field {
    /// The label, the control, its help and its problem.
    pub fn render(&self, reader: &Reader, form: &str) -> Markup {
        if let Input::Hidden { value } = &self.input {
            return html! { input type="hidden" name=(self.name) value=(value); };
        }
        let id = self.id(form);
        let grouped = matches!(
            self.input,
            Input::Address(_)
                | Input::PersonName(_)
                | Input::Choices { .. }
                | Input::Choice { radio: true, .. }
                | Input::Color { .. }
        );
        let class = match (self.wide, self.of_other) {
            (_, true) => "field field-of-other",
            (true, false) => "field field-wide",
            (false, false) => "field",
        };
        let body = html! {
            (self.bare(reader, form))
            @if let Some(problem) = &self.problem {
                p class="field-problem" id={ (id) "-problem" } { (icon("circle-alert")) span { (problem) } }
            }
            @if let Some(help) = &self.help { p class="field-help" id={ (id) "-help" } { (help) } }
        };
        let caption = html! {
            (self.label)
            @if self.required {
                span class="field-required" title=(reader.text("required")) {
                    span aria-hidden="true" { "*" } span class="unseen" { (reader.text("required")) }
                }
            }
        };
        html! {
            @if grouped {
                fieldset class=(class) id={ (id) "-group" } data-invalid[self.problem.is_some()] {
                    legend class="field-label" { (caption) }
                    (body)
                }
            } @else if matches!(self.input, Input::Bool { .. }) {
                div class=(class) data-invalid[self.problem.is_some()] { (body) }
            } @else {
                div class=(class) data-invalid[self.problem.is_some()] {
                    label class="field-label" for=(id) { (caption) }
                    (body)
                }
            }
        }
    }

    /// The control alone, for a cell or a filter; its label is read out.
    pub fn bare(&self, reader: &Reader, form: &str) -> Markup {
        let id = self.id(form);
        let problem = self.problem.is_some().then(|| format!("{id}-problem"));
        let help = self.help.is_some().then(|| format!("{id}-help"));
        let described: Vec<String> = problem.into_iter().chain(help).collect();
        let described_by = (!described.is_empty()).then(|| described.join(" "));
        Control { reader, field: self, id, described_by }.render()
    }
}

impl Control<'_> {
    fn render(&self) -> Markup {
        match &self.field.input {
            Input::Text { value, max, placeholder, autocomplete } => {
                self.line("text", value, None, *max, placeholder.as_deref(), autocomplete.as_deref())
            }
            Input::Password { autocomplete } => {
                self.line("password", "", None, None, None, Some(autocomplete))
            }
            Input::Email { value } => self.line("email", value, Some("email"), None, None, Some("off")),
            Input::Phone { value } => self.line("tel", value, Some("tel"), None, None, Some("off")),
            Input::Url { value } => self.line("text", value, Some("url"), None, None, Some("off")),
            Input::LongText { value, rows } => self.long_text(value, *rows),
            Input::Code { value } => self.code(value),
            Input::RichText { value } => self.rich_text(value),
            Input::Number { value, unit } => self.number(value, unit.as_deref()),
            Input::Percent { value } => self.number(value, Some("%")),
            Input::Money { amount, currency, currencies } => self.money(amount, currency, currencies),
            Input::Date { value } => self.date(value, "date", "calendar"),
            Input::DateTime { value } => self.date(value, "datetime-local", "calendar-clock"),
            Input::Time { value } => self.date(value, "time", "clock"),
            Input::Duration { value } => self.line("text", value, None, None, Some("1h 30m"), Some("off")),
            Input::Bool { value } => self.truth(*value),
            Input::Choice { value, options, radio: false } => self.select(value.as_deref(), options),
            Input::Choice { value, options, radio: true } => self.radios(value.as_deref(), options),
            Input::Choices { values, options } => self.checks(values, options),
            Input::Address(address) => self.address(address),
            Input::PersonName(name) => self.person_name(name),
            Input::Link(link) => self.link(&self.field.name, &self.id, link),
            Input::LinkAny { kinds, kind, value } => self.link_any(kinds, kind.as_deref(), value.as_ref()),
            Input::Links { values, link } => self.links(values, link),
            Input::Tags { values, known } => self.tags(values, known),
            Input::File { current, accept, multiple, max_bytes, upload } => {
                self.file(current, accept.as_deref(), *multiple, *max_bytes, upload.as_deref())
            }
            Input::Expression { value, check } => self.expression(value, check.as_deref()),
            Input::Color { value } => self.color(*value),
            Input::Hidden { value } => html! { input type="hidden" name=(self.field.name) value=(value); },
        }
    }

    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.field.problem.as_ref().map(|_| "true")
    }

    fn line(
        &self,
        kind: &str,
        value: &str,
        mode: Option<&str>,
        max: Option<usize>,
        placeholder: Option<&str>,
        autocomplete: Option<&str>,
    ) -> Markup {
        html! {
            input class="input" type=(kind) id=(self.id) name=(self.field.name) value=(value) inputmode=[mode]
                maxlength=[max] placeholder=[placeholder] autocomplete=[autocomplete] required[self.field.required]
                readonly[self.field.readonly] autofocus[self.field.autofocus] aria-label=(self.field.label)
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()];
        }
    }

    fn long_text(&self, value: &str, rows: u8) -> Markup {
        html! {
            textarea class="textarea" id=(self.id) name=(self.field.name) rows=(rows.max(2))
                required[self.field.required]
                readonly[self.field.readonly] autofocus[self.field.autofocus] aria-label=(self.field.label)
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()] { (value) }
        }
    }

    fn code(&self, value: &str) -> Markup {
        html! {
            textarea class="textarea code-editor" id=(self.id) name=(self.field.name) rows="20" wrap="off"
                spellcheck="false" autocapitalize="off" autocomplete="off" required[self.field.required]
                readonly[self.field.readonly] autofocus[self.field.autofocus] aria-label=(self.field.label)
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()] { (value) }
        }
    }

    fn rich_text(&self, value: &str) -> Markup {
        html! {
            rich-text class="rich-editor" data-bold=(self.reader.text("rich-bold"))
                data-italic=(self.reader.text("rich-italic"))
                data-list=(self.reader.text("rich-list")) data-numbers=(self.reader.text("rich-numbers"))
                data-link=(self.reader.text("rich-link")) data-clear=(self.reader.text("rich-clear")) {
                textarea class="textarea" id=(self.id) name=(self.field.name) rows="5"
                    readonly[self.field.readonly]
                    aria-label=(self.field.label) aria-invalid=[self.invalid()]
                    aria-describedby=[self.described_by.as_deref()] { (value) }
            }
        }
    }

    fn number(&self, value: &str, unit: Option<&str>) -> Markup {
        html! {
            span class="input-group" {
                input class="input numeric" type="text" inputmode="decimal" id=(self.id)
                    name=(self.field.name) value=(value)
                    autocomplete="off" required[self.field.required] readonly[self.field.readonly]
                    autofocus[self.field.autofocus] aria-label=(self.field.label)
                    aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()];
                @if let Some(unit) = unit { span class="input-unit" { (unit) } }
            }
        }
    }

    fn money(&self, amount: &str, currency: &str, currencies: &[String]) -> Markup {
        let label = format!("{}: {}", self.field.label, self.reader.text("currency"));
        html! {
            span class="input-group" {
                select class="select currency" name={ (self.field.name) "_currency" } aria-label=(label)
                    disabled[self.field.readonly] {
                    @if !currencies.iter().any(|known| known == currency) {
                        option value=(currency) selected { (currency) }
                    }
                    @for known in currencies { option value=(known) selected[known == currency] { (known) } }
                }
                input class="input numeric" type="text" inputmode="decimal" id=(self.id)
                    name=(self.field.name) value=(amount)
                    autocomplete="off" required[self.field.required] readonly[self.field.readonly]
                    autofocus[self.field.autofocus] aria-label=(self.field.label)
                    aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()];
            }
        }
    }

    /// A text one can type "tomorrow" into; the script adds the platform's picker behind the button.
    fn date(&self, value: &str, kind: &str, sign: &str) -> Markup {
        html! {
            date-field class="input-group" data-kind=(kind) data-pick=(self.reader.text("date-pick"))
                data-locale=(self.reader.locale()) {
                input class="input" type="text" id=(self.id) name=(self.field.name) value=(value)
                    autocomplete="off"
                    required[self.field.required] readonly[self.field.readonly] autofocus[self.field.autofocus]
                    aria-label=(self.field.label) aria-invalid=[self.invalid()]
                    aria-describedby=[self.described_by.as_deref()];
                span class="input-unit" { (icon(sign)) }
            }
        }
    }

    fn truth(&self, value: bool) -> Markup {
        html! {
            // The empty value tells "not ticked" from "not in this form".
            input type="hidden" name=(self.field.name) value="false";
            label class="check" {
                input class="toggle" type="checkbox" id=(self.id) name=(self.field.name) value="true"
                    checked[value]
                    disabled[self.field.readonly] aria-describedby=[self.described_by.as_deref()];
                span { (self.field.label) }
            }
        }
    }

    fn select(&self, value: Option<&str>, options: &[ChoiceOption]) -> Markup {
        let current = value.unwrap_or_default();
        html! {
            select class="select" id=(self.id) name=(self.field.name) required[self.field.required]
                disabled[self.field.readonly] autofocus[self.field.autofocus] aria-label=(self.field.label)
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()] {
                @if !self.field.required || current.is_empty() {
                    option value="" selected[current.is_empty()] { "–" }
                }
                @if !current.is_empty() && !options.iter().any(|option| option.value == current) {
                    option value=(current) selected { (current) }
                }
                (select_options(current, options))
            }
        }
    }

    fn radios(&self, value: Option<&str>, options: &[ChoiceOption]) -> Markup {
        html! {
            div class="radio-row" {
                @for (place, option) in options.iter().enumerate() {
                    label class={ "radio-pill " (option.tone.class()) } {
                        input type="radio" name=(self.field.name) value=(option.value)
                            checked[value == Some(&option.value)]
                            id=[(place == 0).then_some(&self.id)] disabled[self.field.readonly];
                        span { (option.label) }
                    }
                }
            }
        }
    }

    fn checks(&self, values: &[String], options: &[ChoiceOption]) -> Markup {
        html! {
            input type="hidden" name=(self.field.name) value="";
            div class="check-list" {
                @for (place, option) in options.iter().enumerate() {
                    label class="check" {
                        input class="checkbox" type="checkbox" name=(self.field.name) value=(option.value)
                            id=[(place == 0).then_some(&self.id)] checked[values.contains(&option.value)] disabled[self.field.readonly];
                        span { (option.label) }
                    }
                }
            }
        }
    }

    fn file(
        &self,
        current: &[crate::content::FileLink],
        accept: Option<&str>,
        multiple: bool,
        max: Option<u64>,
        upload: Option<&str>,
    ) -> Markup {
        // What is sent at once has an id by the time the form goes, and the control itself sends nothing.
        let name = upload.is_none().then_some(&self.field.name);
        let is_needed = self.field.required && current.is_empty();
        html! {
            file-drop class="file-drop" data-max=[max] data-too-large=[max.map(|max| too_large(self.reader, max))]
                data-upload=[upload] data-field=[upload.map(|_| &self.field.name)]
                data-sending=[upload.map(|_| self.reader.text("file-sending"))] {
                div class="file-place" {
                    (icon("cloud-upload"))
                    label for=(self.id) {
                        span class="file-cta" { (self.reader.text("file-choose")) } " " (self.reader.text("file-drop"))
                    }
                    input class="file-native" type="file" id=(self.id) name=[name] accept=[accept]
                        multiple[multiple]
                        disabled[self.field.readonly] required[is_needed] aria-label=(self.field.label)
                        aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()];
                }
                ul class="file-names" aria-live="polite" {
                    @for file in current {
                        @if upload.is_some() { (file_item(self.reader, &self.field.name, file)) }
                        @else { li { (file_link(self.reader, file)) } }
                    }
                }
            }
        }
    }

    fn expression(&self, value: &str, check: Option<&str>) -> Markup {
        html! {
            textarea class="textarea code" id=(self.id) name=(self.field.name) rows="2" spellcheck="false"
                autocomplete="off"
                autocapitalize="off" aria-label=(self.field.label) aria-invalid=[self.invalid()]
                aria-describedby=[self.described_by.as_deref()] hx-post=[check] hx-trigger=[check.map(|_| "input changed delay:400ms")]
                hx-target=[check.map(|_| format!("#{}-check", self.id))] { (value) }
            @if check.is_some() {
                div class="expression-check" id={ (self.id) "-check" } aria-live="polite" {}
            }
        }
    }

    fn color(&self, value: Option<Tone>) -> Markup {
        html! {
            div class="radio-row" {
                @for (place, tone) in Tone::ALL.into_iter().enumerate() {
                    label class={ "swatch " (tone.class()) } title=(tone.name()) {
                        input type="radio" name=(self.field.name) value=(tone.name())
                            checked[value == Some(tone)]
                            id=[(place == 0).then_some(&self.id)] aria-label=(tone.name());
                    }
                }
            }
        }
    }
}

/// A file that a form keeps, with the way to take it out: also the answer to sending one.
pub fn file_item(reader: &Reader, field: &str, file: &crate::content::FileLink) -> Markup {
    let remove = reader.text_with(&kernel::Message::new("file-remove").with("name", file.name.as_str()));
    html! {
        li class="file-item" {
            input type="hidden" name=(field) value=(file.id);
            input type="hidden" name={ (field) "__title" } value=(file.name);
            (file_link(reader, file))
            button type="button" class="btn btn-ghost btn-xs btn-square" data-remove
                aria-label=(remove) title=(remove) { (icon("x")) }
        }
    }
}

/// That a file is larger than `max` bytes.
pub fn too_large(reader: &Reader, max: u64) -> String {
    reader.text_with(&kernel::Message::new("problem-too-large-upload").with("max", bytes(reader, max)))
}

/// Options of a select, in their groups.
pub(crate) fn select_options(current: &str, options: &[ChoiceOption]) -> Markup {
    let groups: Vec<&[ChoiceOption]> = options.chunk_by(|a, b| a.group == b.group).collect();
    html! {
        @for group in groups {
            @if let Some(Some(name)) = group.first().map(|option| option.group.as_ref()) {
                optgroup label=(name) { (plain_options(current, group)) }
            } @else { (plain_options(current, group)) }
        }
    }
}

fn plain_options(current: &str, options: &[ChoiceOption]) -> Markup {
    html! { @for option in options { option value=(option.value) selected[option.value == current] { (option.label) } } }
}
