//! What a form asks for: which fields, in which sections, and with what in them before anybody types.

use metadata::{Field, Kind, Object};
use ui::{form::Section, input::Field as Control};
use web::{Ctx, Fields};

use crate::field::ask::Standing;

/// The fields in the layout's sections, the rest after them.
pub fn sections(
    ctx: &Ctx,
    object: &Object,
    shown: Vec<&Field>,
    mut control: impl FnMut(&Field) -> Control,
) -> Vec<Section> {
    let mut names: Vec<String> = shown.iter().map(|field| field.name.clone()).collect();
    let mut sections = Vec::new();
    let is_long = shown.len() > 12;
    for section in object.layout.sections.iter().filter(|_| is_long) {
        let own: Vec<&Field> = section
            .fields
            .iter()
            .filter_map(|name| shown.iter().find(|field| field.name == *name).copied())
            .collect();
        names.retain(|name| !own.iter().any(|field| field.name == *name));
        let title = section
            .label
            .clone()
            .or_else(|| ctx.look.find(&format!("{}-section-{}", object.name, section.name)));
        if !own.is_empty() {
            sections.push(Section {
                title,
                fields: own.into_iter().map(&mut control).collect(),
                ..Section::default()
            });
        }
    }
    let rest: Vec<&Field> = shown.into_iter().filter(|field| names.contains(&field.name)).collect();
    let title = (!sections.is_empty()).then(|| ctx.look.text("section-more"));
    if !rest.is_empty() {
        sections.push(Section {
            title,
            fields: rest.into_iter().map(&mut control).collect(),
            ..Section::default()
        });
    }
    let sent: Vec<String> =
        sections.iter().flat_map(|section| &section.fields).map(|field| field.name.clone()).collect();
    if let Some(last) = sections.last_mut() {
        let value = sent.join(",");
        last.fields.push(Control::new("fields", "", ui::input::Input::Hidden { value }));
    }
    sections
}

/// Has typing begin in the first field for which that is `wanted`, else in the first of all.
pub fn focus(sections: &mut [Section], wanted: impl Fn(&str) -> bool) {
    let mut fields: Vec<_> = sections.iter_mut().flat_map(|section| &mut section.fields).collect();
    let at = fields.iter().position(|field| wanted(&field.name)).unwrap_or(0);
    if let Some(field) = fields.get_mut(at) {
        field.autofocus = true;
    }
}

pub fn changeable(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| {
        // What is attached has a tab of its own on the record's page.
        field.is_writable()
            && field.kind != Kind::Json
            && !matches!(field.name.as_str(), "external_id" | "files")
    })
}

/// The required fields, those the layout asks for, and those that came with the address.
pub fn asked_at_creation<'o>(object: &'o Object, given: &Fields) -> Vec<&'o Field> {
    let layout = &object.layout;
    let asked = |field: &&Field| {
        let named = layout.create.contains(&field.name);
        let all = layout.create.is_empty() && !matches!(field.name.as_str(), "owner" | "team" | "tags");
        field.required || named || given.has(&field.name) || sent(field, given) || all
    };
    let mut fields: Vec<&Field> = changeable(object).filter(asked).collect();
    fields
        .sort_by_key(|field| layout.create.iter().position(|name| *name == field.name).unwrap_or(usize::MAX));
    fields
}

/// A title that was typed into a link's control, into the field that is the title.
pub fn preset(object: &Object, given: &Fields) -> Fields {
    let Some(title) = given.filled("title") else { return given.clone() };
    let Some(first) = object.title.first().map(|at| &object.fields[*at]) else { return given.clone() };
    let mut fields = given.with("title", None);
    if first.kind == Kind::PersonName {
        let (start, last) = title.rsplit_once(' ').unwrap_or(("", title));
        fields = fields
            .with(&format!("{}_first", first.name), Some(start))
            .with(&format!("{}_last", first.name), Some(last));
    } else {
        fields = fields.with(&first.name, Some(title));
    }
    fields
}

/// What a new record's field holds before anybody types: its maker as owner, constants among the defaults.
pub fn initial(ctx: &Ctx, object: &Object, field: &Field) -> Standing {
    if field.name == "owner" && object.owned {
        let values = vec![ctx.principal().me().into()];
        return Standing { values, title: Some(ctx.session.name.clone()), ..Standing::default() };
    }
    let Some(default) = &field.default else { return Standing::default() };
    if default.reads_links() || field.columns.is_empty() {
        return Standing::default();
    }
    let binding = expr::Binding {
        now: ctx.look.now(),
        zone: &ctx.principal().zone,
        me: ctx.principal().me(),
        my_teams: &ctx.principal().teams,
        guard: None,
    };
    let mut values = vec![kernel::Value::Null; object.columns[field.columns.clone()].len()];
    values[0] = expr::eval(default, &binding);
    let title = matches!(values[0], kernel::Value::Id(_)).then(|| ctx.session.name.clone());
    Standing { values, title, ..Standing::default() }
}

/// Whether the address or the form says something about the field.
pub fn sent(field: &Field, given: &Fields) -> bool {
    field.kind.parts().iter().any(|part| given.has(&key(field, part.name)))
}

fn key(field: &Field, part: &str) -> String {
    if part.is_empty() { field.name.clone() } else { format!("{}_{part}", field.name) }
}
