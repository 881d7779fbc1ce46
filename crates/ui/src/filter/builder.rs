//! The builder's form.

use i18n::Reader;
use maud::{Markup, html};

use super::{Condition, FieldKind, FilterBar, FilterField, Group, Join, Mode, Node, Operand, Operator};
use crate::{
    icon::icon,
    input::{ChoiceOption, Field, Input, LinkInput, LinkValue},
};

impl FilterBar {
    /// The panel's content: the builder, or the text where the builder cannot show it or the reader wants it.
    pub fn builder(&self, reader: &Reader) -> Markup {
        match (&self.group, self.mode) {
            (Some(group), Mode::Closed | Mode::Builder) => self.conditions(reader, group),
            _ => self.as_text(reader),
        }
    }

    fn conditions(&self, reader: &Reader, group: &Group) -> Markup {
        html! {
            form class="filter-builder" method="post" action=(self.compose) hx-post=(self.compose)
                hx-target="#filter-panel" hx-swap="innerHTML" {
                (self.kept())
                (self.group(reader, group, "f"))
                div class="form-buttons" {
                    button class="btn btn-primary btn-sm" type="submit" name="do"
                        value="apply" { (reader.text("apply")) }
                    button class="btn btn-ghost btn-sm" type="submit" name="do"
                        value="text" { (icon("type")) (reader.text("filter-as-text")) }
                }
            }
        }
    }

    fn as_text(&self, reader: &Reader) -> Markup {
        let field = Field {
            problem: self.problem.clone(),
            ..Field::new(
                "filter",
                reader.text("filter-text"),
                Input::Expression { value: self.text.clone(), check: None },
            )
        };
        html! {
            form class="filter-builder" method="get" action=(self.url) {
                @for (name, value) in &self.keep { input type="hidden" name=(name) value=(value); }
                @if !self.search.is_empty() { input type="hidden" name="q" value=(self.search); }
                (field.render(reader, "filter"))
                div class="form-buttons" {
                    button class="btn btn-primary btn-sm" type="submit" { (reader.text("apply")) }
                    @if self.group.is_some() {
                        button class="btn btn-ghost btn-sm" type="submit" formmethod="post"
                            formaction=(self.compose) name="do" value="builder"
                            hx-post=(self.compose) hx-target="#filter-panel" { (icon("list-filter")) (reader.text("filter-as-builder")) }
                    }
                }
            }
        }
    }

    fn kept(&self) -> Markup {
        html! {
            input type="hidden" name="text" value=(self.text);
            @for (name, value) in &self.keep { input type="hidden" name=(name) value=(value); }
            @if !self.search.is_empty() { input type="hidden" name="q" value=(self.search); }
        }
    }

    fn group(&self, reader: &Reader, group: &Group, path: &str) -> Markup {
        let join = if group.join == Join::Or { "or" } else { "and" };
        html! {
            fieldset class="filter-group" {
                legend class="unseen" { (reader.text("filter-group")) }
                div class="filter-join" {
                    select class="select select-sm" name={ (path) ".join" }
                        aria-label=(reader.text("filter-join")) {
                        option value="and" selected[join == "and"] { (reader.text("filter-all-of")) }
                        option value="or" selected[join == "or"] { (reader.text("filter-any-of")) }
                    }
                    @if path != "f" { (self.remove(reader, path)) }
                }
                @for (place, node) in group.nodes.iter().enumerate() {
                    @let here = format!("{path}.{place}");
                    @match node {
                        Node::Condition(condition) => (self.condition(reader, condition, &here)),
                        Node::Group(inner) => (self.group(reader, inner, &here)),
                    }
                }
                div class="filter-add" {
                    button class="btn btn-ghost btn-sm" type="submit" name="do"
                        value={ "add:" (path) } { (icon("plus")) (reader.text("filter-add")) }
                    @if path.matches('.').count() < 3 {
                        button class="btn btn-ghost btn-sm" type="submit" name="do"
                            value={ "group:" (path) } { (icon("list-tree")) (reader.text("filter-add-group")) }
                    }
                }
            }
        }
    }

    fn condition(&self, reader: &Reader, condition: &Condition, path: &str) -> Markup {
        let field = self.fields.iter().find(|field| field.path == condition.field);
        let kind = field.map_or(FieldKind::Text, |field| field.kind);
        let operators = Operator::of(kind);
        let operator =
            if operators.contains(&condition.operator) { condition.operator } else { operators[0] };
        let fields: Vec<ChoiceOption> = self
            .fields
            .iter()
            .map(|field| ChoiceOption {
                group: field.group.clone(),
                ..ChoiceOption::new(&field.path, &field.label)
            })
            .collect();
        // A change of field or operator changes what can be typed beside it: the form comes back anew.
        html! {
            div class="filter-condition" {
                select class="select select-sm" name={ (path) ".field" }
                    aria-label=(reader.text("filter-field"))
                    hx-post=(self.compose) hx-target="#filter-panel" hx-include="closest form" {
                    @if field.is_none() { option value=(condition.field) selected { (condition.field) } }
                    (crate::input::select_options(&condition.field, &fields))
                }
                select class="select select-sm" name={ (path) ".op" }
                    aria-label=(reader.text("filter-operator"))
                    hx-post=(self.compose) hx-target="#filter-panel" hx-include="closest form" {
                    @for known in operators {
                        option value=(known.name())
                            selected[*known == operator] { (reader.text(&format!("operator-{}", known.name()))) }
                    }
                }
                div class="filter-values" { (operand(reader, field, operator, condition, path)) }
                (self.remove(reader, path))
            }
        }
    }

    fn remove(&self, reader: &Reader, path: &str) -> Markup {
        html! {
            button class="btn btn-ghost btn-sm btn-square" type="submit" name="do" value={ "remove:" (path) }
                aria-label=(reader.text("filter-remove")) { (icon("x")) }
        }
    }
}

/// The controls for what a field is compared with.
fn operand(
    reader: &Reader,
    field: Option<&FilterField>,
    operator: Operator,
    condition: &Condition,
    path: &str,
) -> Markup {
    let value = |place: usize| condition.values.get(place).cloned().unwrap_or_default();
    let name = format!("{path}.value");
    let label = reader.text("filter-value");
    let form = format!("filter-{}", path.replace('.', "-"));
    let one = |place: usize| {
        let input = input(field, operator, value(place), condition.titles.get(place).cloned());
        Field::new(&name, &label, input).bare(reader, &format!("{form}-{place}"))
    };
    html! {
        @match operator.operand() {
            Operand::Nothing => {}
            Operand::One => (one(0)),
            Operand::Two => { (one(0)) span class="filter-and" { (reader.text("filter-and")) } (one(1)) }
            Operand::Many => (many(field, &condition.values, &name)),
            Operand::Period => {
                select class="select select-sm" name=(name) aria-label=(label) {
                    @for period in Operator::PERIODS {
                        option value=(period) selected[value(0) == period] {
                            (reader.text(&format!("period-{period}")))
                        }
                    }
                }
            }
        }
    }
}

fn input(field: Option<&FilterField>, operator: Operator, value: String, title: Option<String>) -> Input {
    let Some(field) = field else { return Input::text(value) };
    match field.kind {
        FieldKind::Number => Input::Number { value, unit: None },
        FieldKind::Date | FieldKind::Instant => Input::Date { value },
        FieldKind::Choices if !field.options.is_empty() => {
            Input::Choice { value: Some(value), options: field.options.clone(), radio: false }
        }
        FieldKind::Link | FieldKind::User if matches!(operator, Operator::Is | Operator::IsNot) => {
            Input::Link(LinkInput {
                value: (!value.is_empty()).then(|| LinkValue {
                    title: title.unwrap_or_else(|| value.clone()),
                    id: value,
                    href: None,
                }),
                lookup: field.lookup.clone().unwrap_or_default(),
                ..LinkInput::default()
            })
        }
        _ => Input::text(value),
    }
}

/// Options of a choice, each to be ticked.
fn many(field: Option<&FilterField>, values: &[String], name: &str) -> Markup {
    let options = field.map_or(&[] as &[ChoiceOption], |field| &field.options);
    html! {
        div class="radio-row" {
            @for option in options {
                label class={ "radio-pill " (option.tone.class()) } {
                    input type="checkbox" name=(name) value=(option.value)
                        checked[values.contains(&option.value)];
                    span { (option.label) }
                }
            }
        }
    }
}
