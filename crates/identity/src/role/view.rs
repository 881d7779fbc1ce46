//! Roles as HTML.

use std::collections::BTreeMap;

use i18n::Reader;
use kernel::{Message, Problem};
use maud::{Markup, html};
use metadata::{Object, Registry};
use records::{Action, Record};
use ui::{
    Content, Go,
    bits::{Severity, notice},
    form::Form,
    icon::icon,
    input::{ChoiceOption, Field, Input},
    page::{Fit, PageHeader, page},
    table::{Cell, Row},
};
use web::Fields;

use crate::{
    access::{Fault, web::action_name},
    form::{self, Problems},
    grant::{EVERYTHING, GrantSpec},
    profile::table,
};

/// A role and how many people hold it.
pub struct Line {
    pub record: Record,
    pub holders: i64,
}

/// A role as it is edited: its grants by object.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    pub name: String,
    pub description: String,
    pub administrator: bool,
    pub specs: BTreeMap<String, GrantSpec>,
}

pub fn overview(look: &Reader, lines: &[Line], faults: &[Fault]) -> Markup {
    let new = ui::Action::new(look.text("identity-role-new"), "plus", Go::Page("/roles/new".to_owned()));
    let head = PageHeader {
        title: look.objects("role", None),
        subtitle: Some(look.text("identity-roles-hint")),
        actions: vec![new.primary()],
        ..PageHeader::default()
    };
    let rows = lines.iter().map(|line| {
        let role = &line.record;
        let cells = vec![
            Content::text(role.title()),
            Content::text(role.text("description")),
            Content::Bool(role.get("administrator").as_bool() == Some(true)),
            Content::Integer(line.holders),
        ];
        Row {
            id: role.id().to_string(),
            href: format!("/roles/{}", role.id()),
            title: role.title().to_owned(),
            cells: cells.into_iter().map(Cell::from).collect(),
            ..Row::default()
        }
    });
    let columns = [
        ("role--name", 180),
        ("role--description", 500),
        ("role--administrator", 140),
        ("identity-role-holders", 90),
    ];
    let list = table(look, "roles", "identity-roles", &columns, rows.collect()).render(look);
    let mut parts = Vec::new();
    if !faults.is_empty() {
        parts.push(closed(look, faults));
    }
    parts.push(list);
    page(&head.render(look), &parts, Fit::Flow)
}

/// Grants that give nothing.
fn closed(look: &Reader, faults: &[Fault]) -> Markup {
    let content = html! {
        p class="notice-title" { (look.text("identity-faults")) }
        ul {
            @for fault in faults {
                li {
                    a href={ "/roles/" (fault.role) } { (fault.role_name) } " · " (fault.object) " · "
                    (look.field("grant", fault.field, None)) ": " (look.text_with(&fault.message))
                }
            }
        }
    };
    notice(Severity::Warning, content)
}

pub fn new_form(look: &Reader, sent: &Fields, problems: &[Problem]) -> Form {
    let fields = vec![
        form::text(look, "name", "role--name", sent.get("name").unwrap_or(""), "off"),
        description_field(look, sent.get("description").unwrap_or("")),
    ];
    let mut form = form::simple(look, "new-role", "/roles/new", "create", fields, problems);
    form.cancel = Some("/roles".to_owned());
    form
}

/// The whole editor: who it is for, the matrix of objects and actions, and the details of each object.
pub fn role_form(
    look: &Reader,
    registry: &Registry,
    id: kernel::Id,
    edited: &Edited,
    found: &[Problem],
) -> Markup {
    let problems = Problems { look, all: found };
    let objects: Vec<&Object> =
        registry.objects().map(AsRef::as_ref).filter(|object| is_listed(object, edited)).collect();
    let administrator = Field::new(
        "administrator",
        look.text("role--administrator"),
        Input::Bool { value: edited.administrator },
    );
    let fields = vec![
        form::text(look, "name", "role--name", &edited.name, "off"),
        description_field(look, &edited.description),
        administrator.help(look.text("identity-administrator-help")),
    ];
    let action = format!("/roles/{id}");
    let own: Vec<Problem> = found.iter().filter(|problem| !is_of_grant(problem)).cloned().collect();
    let mut form = form::simple(look, "role", &action, "save", fields, &own);
    form.problems.extend(
        found
            .iter()
            .filter(|problem| is_of_grant(problem))
            .map(|problem| format!("{}: {}", place_of(look, registry, problem), look.problem(problem))),
    );
    form.cancel = Some("/roles".to_owned());
    form.aside = Some(html! {
        (form::part(&look.text("identity-matrix"), Some(&look.text("identity-matrix-hint")), &matrix(look, &objects, edited)))
        h2 class="section-title" { (look.text("identity-rules")) }
        p class="section-hint" { (look.text("identity-rules-hint")) }
        (details(look, EVERYTHING, &look.text("identity-everything"), None, edited, problems))
        @for object in &objects { (details(look, &object.name, &name_of(look, object), Some(object), edited, problems)) }
    });
    form.render(look)
}

/// What is wrong with a rule, or that nothing is.
pub fn checked(problems: &[String]) -> Markup {
    html! {
        @for problem in problems { p class="field-problem" { (icon("circle-alert")) (problem) } }
        @if problems.is_empty() { (icon("circle-check")) }
    }
}

/// The name of the control for what a grant on `object` says in `field`: also good in selectors.
pub fn control(object: &str, field: &str) -> String {
    let object = if object == EVERYTHING { "any-object" } else { object };
    format!("{object}--{field}")
}

/// Parts follow what they belong to, unless the role says otherwise.
fn is_listed(object: &Object, edited: &Edited) -> bool {
    object.part_of.is_none() || edited.specs.contains_key(&object.name)
}

fn is_of_grant(problem: &Problem) -> bool {
    problem.field.as_deref().is_some_and(|field| field.contains("--"))
}

/// What people call the place of a problem: `Deals · Which records`.
fn place_of(look: &Reader, registry: &Registry, problem: &Problem) -> String {
    let (object, field) =
        problem.field.as_deref().and_then(|field| field.split_once("--")).unwrap_or_default();
    let object = registry
        .object(object)
        .map_or_else(|| look.text("identity-everything"), |object| name_of(look, object));
    format!("{object} · {}", look.field("grant", field, None))
}

fn name_of(look: &Reader, object: &Object) -> String {
    look.objects(&object.name, object.plural_label.as_deref())
}

fn matrix(look: &Reader, objects: &[&Object], edited: &Edited) -> Markup {
    let everything = (EVERYTHING.to_owned(), look.text("identity-everything"));
    let rows: Vec<(String, String)> = std::iter::once(everything)
        .chain(objects.iter().map(|object| (object.name.clone(), name_of(look, object))))
        .collect();
    html! {
        div class="list-scroll" tabindex="0" role="region" aria-label=(look.text("identity-matrix")) {
            table class="grid-table" aria-label=(look.text("identity-matrix")) {
                thead {
                    tr {
                        th scope="col" { span class="cell-in" { (look.text("identity-matrix-object")) } }
                        @for action in Action::ALL { th scope="col" class="centred" { (action_name(look, action)) } }
                    }
                }
                tbody class="rows" {
                    @for (object, label) in &rows {
                        @let given = edited.specs.get(object).map(GrantSpec::actions).unwrap_or_default();
                        tr class="row" {
                            th scope="row" class="cell-first" { span class="cell-in" { (label) } }
                            @for action in Action::ALL {
                                td class="cell centred" data-label=(action_name(look, action)) {
                                    input class="checkbox" type="checkbox" name=(control(object, "actions")) value=(action.as_str())
                                        checked[given.has(action)] aria-label={ (label) ": " (action_name(look, action)) };
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The rules on records and fields of one object; open when there are some.
fn details(
    look: &Reader,
    name: &str,
    label: &str,
    object: Option<&Object>,
    edited: &Edited,
    problems: Problems<'_>,
) -> Markup {
    let empty = GrantSpec::default();
    let spec = edited.specs.get(name).unwrap_or(&empty);
    let mut fields = vec![
        rule_field(look, name, "rows", spec.rows.as_deref()),
        rule_field(look, name, "editable", spec.editable.as_deref()),
    ];
    if let Some(object) = object {
        fields.push(names_field(look, object, "hidden", &spec.hidden));
        fields.push(names_field(look, object, "locked", &spec.locked));
    }
    for field in &mut fields {
        field.problem = problems.at(&field.name);
    }
    let says =
        spec.rows.is_some() || spec.editable.is_some() || !spec.hidden.is_empty() || !spec.locked.is_empty();
    let wrong = fields.iter().any(|field| field.problem.is_some());
    html! {
        details class="form-section" open[wrong] {
            summary class="section-title" {
                (icon("chevron-right")) (label)
                @if says { " " span class="tag" { (look.text("identity-rules-some")) } }
            }
            div class="form-grid" { @for field in &fields { (field.render(look, "role")) } }
        }
    }
}

fn rule_field(look: &Reader, object: &str, field: &str, value: Option<&str>) -> Field {
    let check =
        Fields(vec![("object".to_owned(), object.to_owned()), ("field".to_owned(), field.to_owned())]);
    let input = Input::Expression {
        value: value.unwrap_or_default().to_owned(),
        check: Some(format!("/roles/check?{}", check.encode())),
    };
    let help = look.field_help("grant", field, None);
    let mut control = Field::new(control(object, field), look.field("grant", field, None), input);
    control.help = help;
    control
}

fn names_field(look: &Reader, object: &Object, field: &str, values: &[String]) -> Field {
    let mut options: Vec<ChoiceOption> = object
        .shown_fields()
        .map(|field| {
            ChoiceOption::new(&field.name, look.field(&object.name, &field.name, field.label.as_deref()))
        })
        .collect();
    let gone = values.iter().filter(|name| object.field(name).is_none());
    options.extend(gone.map(|name| {
        ChoiceOption::new(
            name,
            look.text_with(&Message::new("identity-field-gone").with("name", name.as_str())),
        )
    }));
    let input = Input::Choices { values: values.to_vec(), options };
    Field::new(control(&object.name, field), look.field("grant", field, None), input)
}

fn description_field(look: &Reader, value: &str) -> Field {
    Field::new(
        "description",
        look.text("role--description"),
        Input::LongText { value: value.to_owned(), rows: 2 },
    )
}
