//! The controls of a column whose names become links, and what a person decided with them.

use std::sync::Arc;

use i18n::Reader;
use kernel::Message;
use metadata::{Field as ObjectField, Kind, Object, Registry};
use ui::input::{ChoiceOption, Field, Input};
use web::Fields;

use super::form::{Drawing, WORDS};
use crate::mapping::{ColumnProfile, ColumnRule, LinkRule, Mapping, Missing, Profile, kind};

/// Stands for all kinds of record that a link may lead to.
const WHICHEVER: &str = "*";

pub(super) fn controls(
    drawing: &Drawing<'_>,
    at: usize,
    rule: &ColumnRule,
    field: &ObjectField,
    column: &ColumnProfile,
) -> Vec<Field> {
    let look = drawing.look;
    let link = rule.link.clone().unwrap_or_default();
    let kinds = kind::allowed(drawing.registry, field);
    let mut fields = Vec::new();
    if kinds.len() > 1 {
        fields.extend(ends(drawing, at, &link, &kinds, column));
    }
    fields.push(by(look, at, &link, &kinds));
    let missing = [Missing::Create, Missing::Empty, Missing::Report, Missing::Other].map(name_of);
    let missing = missing.map(|name| ChoiceOption::new(name, look.text(&format!("import-missing-{name}"))));
    let input = Input::Choice {
        value: Some(name_of(link.missing).to_owned()),
        options: missing.to_vec(),
        radio: false,
    };
    fields.push(Field::new(format!("c{at}_missing"), look.text("import-missing"), input).required());
    let other = Input::text(link.other.unwrap_or_default());
    fields.push(Field::new(format!("c{at}_other"), look.text("import-other"), other));
    if !rule.values.is_empty() || column.different() <= 20 {
        let text: Vec<String> = rule.values.iter().map(|(from, to)| format!("{from} = {to}")).collect();
        let input = Input::LongText { value: text.join("\n"), rows: 3 };
        let values = Field::new(format!("c{at}_values"), look.text("import-values"), input);
        fields.push(values.wide().help(look.text("import-values-help")));
    }
    fields
}

/// Which kind of record the link leads to: one, whichever has the name, or what another column says.
fn ends(
    drawing: &Drawing<'_>,
    at: usize,
    link: &LinkRule,
    kinds: &[&Arc<Object>],
    column: &ColumnProfile,
) -> Vec<Field> {
    let look = drawing.look;
    let options: Vec<ChoiceOption> = kinds
        .iter()
        .map(|kind| ChoiceOption::new(kind.name.clone(), look.object(&kind.name, kind.label.as_deref())))
        .collect();
    let value = match link.to.as_slice() {
        [] => None,
        [one] => kind::called(look, kinds, one).map(|kind| kind.name.clone()),
        _ => Some(WHICHEVER.to_owned()),
    };
    let whichever = ChoiceOption::new(WHICHEVER, look.text("import-link-whichever"));
    let to =
        Input::Choice { value, options: options.iter().cloned().chain([whichever]).collect(), radio: false };
    let names = drawing.profile.columns.iter().map(|other| other.header.name.as_str());
    let names = names.filter(|name| *name != column.header.name);
    let told_by = Input::Choice {
        value: link.kind.clone(),
        options: names.map(|name| ChoiceOption::new(name, name)).collect(),
        radio: false,
    };
    let mut fields = vec![
        Field::new(format!("c{at}_to"), look.text("import-link-to"), to),
        Field::new(format!("c{at}_kind"), look.text("import-link-kind"), told_by)
            .help(look.text("import-link-kind-help")),
    ];
    let told_by = link.kind.as_deref().and_then(|name| drawing.profile.column(name));
    let said = told_by.and_then(|column| drawing.import.mapping.column(&column.header.name));
    let is_free = said.is_none_or(|rule| rule.field.is_none());
    let words = told_by.filter(|_| is_free).into_iter().flat_map(|column| column.values.iter().flatten());
    for (place, (word, count)) in words.take(WORDS).enumerate() {
        let chosen = said.and_then(|rule| rule.values.get(word)).unwrap_or(word);
        let message = Message::new("import-word")
            .with("word", word.as_str())
            .with("count", i64::try_from(*count).unwrap_or(0));
        let input = Input::Choice {
            value: kind::called(look, kinds, chosen).map(|kind| kind.name.clone()),
            options: options.clone(),
            radio: false,
        };
        fields.push(Field::new(format!("c{at}_k{place}"), look.text_with(&message), input));
    }
    fields
}

/// What the records are found by: title, id, and what tells records of one of the kinds apart.
fn by(look: &Reader, at: usize, link: &LinkRule, kinds: &[&Arc<Object>]) -> Field {
    let mut options = vec![
        ChoiceOption::new("title", look.text("import-by-title")),
        ChoiceOption::new("id", look.text("import-by-id")),
    ];
    let meant = |kind: &&&Arc<Object>| {
        let mut words = link.to.iter();
        link.to.is_empty() || words.any(|word| kind::called(look, &[**kind], word).is_some())
    };
    for kind in kinds.iter().filter(meant) {
        let tells = |field: &&ObjectField| {
            field.name == "external_id"
                || matches!(field.kind, Kind::Email | Kind::AutoNumber { .. })
                || field.unique && field.columns.len() == 1
        };
        for field in kind.fields.iter().filter(tells) {
            if options.iter().all(|option| option.value != field.name) {
                let label = look.field(&kind.name, &field.name, field.label.as_deref());
                options.push(ChoiceOption::new(field.name.clone(), label));
            }
        }
    }
    let input = Input::Choice { value: Some(link.by.clone()), options, radio: false };
    Field::new(format!("c{at}_by"), look.text("import-by"), input).required()
}

/// How a column becomes links; none where that was not asked.
pub(super) fn taken(fields: &Fields, at: usize, old: &ColumnRule, object: &Object) -> Option<LinkRule> {
    let get = |part: &str| fields.filled(&format!("c{at}_{part}")).map(str::trim);
    let kind = get("kind").map(str::to_owned);
    let field = object.field(old.field.as_deref()?);
    let standing = old.link.as_ref().map(|link| link.to.as_slice()).filter(|to| to.len() > 1);
    let to = match get("to") {
        Some(WHICHEVER) => standing.or(field.map(|field| field.kind.targets())).unwrap_or_default().to_vec(),
        // The column says it all.
        Some(_) if kind.is_some() => Vec::new(),
        Some(one) => vec![one.to_owned()],
        None => Vec::new(),
    };
    Some(LinkRule {
        by: get("by")?.to_owned(),
        missing: match get("missing") {
            Some("create") => Missing::Create,
            Some("empty") => Missing::Empty,
            Some("other") => Missing::Other,
            _ => Missing::Report,
        },
        other: get("other").map(str::to_owned),
        to,
        kind,
    })
}

/// What the words of columns mean that say what kind of record others link to.
pub(super) fn take_words(
    mapping: &mut Mapping,
    fields: &Fields,
    profile: &Profile,
    object: &Object,
    registry: &Registry,
    look: &Reader,
) {
    for at in 0..mapping.columns.len() {
        let rule = &mapping.columns[at];
        let told_by = rule.link.as_ref().and_then(|link| link.kind.as_ref());
        let field = rule.field.as_deref().and_then(|path| object.field(path));
        let (Some(column), Some(field)) = (told_by.and_then(|name| profile.column(name)), field) else {
            continue;
        };
        let kinds = kind::allowed(registry, field);
        // A column that goes to a field has its own words.
        let mut said = mapping.columns.iter_mut().filter(|rule| rule.field.is_none());
        let Some(said) = said.find(|rule| rule.name == column.header.name) else { continue };
        for (place, word) in column.values.iter().flat_map(|values| values.keys()).take(WORDS).enumerate() {
            let Some(chosen) = fields.get(&format!("c{at}_k{place}")) else { continue };
            said.values.shift_remove(word);
            let is_itself = kind::called(look, &kinds, word).is_some_and(|kind| kind.name == chosen);
            if !chosen.is_empty() && !is_itself {
                said.values.insert(word.clone(), chosen.to_owned());
            }
        }
    }
}

const fn name_of(missing: Missing) -> &'static str {
    match missing {
        Missing::Report => "report",
        Missing::Create => "create",
        Missing::Empty => "empty",
        Missing::Other => "other",
    }
}
