//! A first mapping for a file, from the names of its columns and what stands in them.

use std::collections::HashMap;

use i18n::Reader;
use kernel::Message;
use metadata::{Field, Kind, Object, Registry, definition::FieldDef, definition::TypeName};

use super::{
    ColumnRule, ID, LinkRule, Mapping, Missing, Mode, Profile, Unknown, choose::choose, find_field, ids,
    kind, profile::ColumnProfile,
};
use crate::{
    cell::{loose, nearest},
    table::Format,
};

/// A mapping, and what was taken for granted.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    pub mapping: Mapping,
    pub assumptions: Vec<Assumption>,
}

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    pub column: String,
    pub message: Message,
}

/// Proposes a mapping. `new_fields` has columns that fit no field make one; only an `administrator` may add options.
pub fn propose(
    profile: &Profile,
    registry: &Registry,
    object: &Object,
    look: &Reader,
    administrator: bool,
    new_fields: bool,
) -> Proposal {
    let mut mapping = Mapping { object: object.name.clone(), ..Mapping::default() };
    let own = profile.columns.iter().position(ids::are_own);
    let chosen = choose(profile, object, look, own);
    let mut assumptions = Vec::new();
    for (at, column) in profile.columns.iter().enumerate() {
        for word in &column.empty {
            if !mapping.empty.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                mapping.empty.push(word.clone());
            }
        }
        let mut rule = ColumnRule { name: column.header.name.clone(), ..ColumnRule::default() };
        match chosen.get(&at) {
            _ if own == Some(at) => rule.field = Some(ID.to_owned()),
            Some(path) => fill(&mut rule, path, column, object, look, &mut assumptions, administrator),
            None if is_of_files(column, object, look) => {
                assumptions.push(without_files(column));
            }
            None if new_fields && column.filled > 0 && !is_beside(profile, column) => {
                let new = new_field(column, object, &mapping.columns);
                rule.field = Some(new.name.clone());
                rule.unknown = if new.options.is_empty() { Unknown::Report } else { Unknown::Add };
                rule.new_field = Some(new);
            }
            None => {}
        }
        if let Some(path) = &rule.field
            && let Ok((_, field, _)) = find_field(object, path)
        {
            rule.link = link_rule(field, column, profile, registry, look);
        }
        mapping.columns.push(rule);
    }
    if let Some(column) = comma_column(&mapping, profile, object) {
        mapping.decimal_mark = Some(',');
        assume(&mut assumptions, column, Message::new("import-assumed-comma"));
    }
    let beside: Vec<String> = mapping.kind_columns().map(str::to_owned).collect();
    for rule in mapping.columns.iter_mut().filter(|rule| rule.new_field.is_some()) {
        if beside.contains(&rule.name) {
            *rule = ColumnRule { name: rule.name.clone(), ..ColumnRule::default() };
        }
    }
    if own.is_some() {
        (mapping.key, mapping.mode) = (vec![ID.to_owned()], Mode::Update);
    } else {
        mapping.key = key(profile, object, &mapping);
        mapping.mode = if mapping.key.is_empty() { Mode::Create } else { Mode::Upsert };
    }
    Proposal { mapping, assumptions }
}

/// A column whose numbers have a comma before the fraction, where none has a point: then `2.500` is two and a half
/// thousand, though that number alone does not tell. Cells of workbooks and JSON have a point whatever people see.
pub fn comma_column<'p>(
    mapping: &Mapping,
    profile: &'p Profile,
    object: &Object,
) -> Option<&'p ColumnProfile> {
    let is_number = |path: &str| {
        let kind = find_field(object, path).ok().map(|(_, field, _)| &field.kind);
        matches!(kind, Some(Kind::Integer | Kind::Decimal { .. } | Kind::Percent { .. } | Kind::Money))
    };
    let rules = mapping.columns.iter().filter(|rule| rule.field.as_deref().is_some_and(is_number));
    let columns: Vec<&ColumnProfile> = rules.filter_map(|rule| profile.column(&rule.name)).collect();
    let is_plain = matches!(profile.format, Format::Delimited { .. });
    let has = |mark: char| columns.iter().copied().find(|column| column.guess.has_mark(mark));
    has(',').filter(|_| is_plain && has('.').is_none())
}

/// Whether a column is called as a field that holds files, as in what an export wrote.
fn is_of_files(column: &ColumnProfile, object: &Object, look: &Reader) -> bool {
    let word = loose(&column.header.name);
    let mut fields = object.fields.iter().filter(|field| matches!(field.kind, Kind::File { .. }));
    fields.any(|field| {
        let label = look.field(&object.name, &field.name, field.label.as_deref());
        word == loose(&field.name) || word == loose(&label)
    })
}

/// Whether a column only says more about another, as `company.id` about `company`.
fn is_beside(profile: &Profile, column: &ColumnProfile) -> bool {
    let whole = column.header.name.rsplit_once('.').map(|(whole, _)| whole);
    whole.is_some_and(|whole| profile.column(whole).is_some())
}

fn without_files(column: &ColumnProfile) -> Assumption {
    Assumption { column: column.header.name.clone(), message: Message::new("import-assumed-files") }
}

/// What goes with a field that was chosen for a column: how options, links and days are read.
pub fn complete(
    rule: &mut ColumnRule,
    column: &ColumnProfile,
    profile: &Profile,
    object: &Object,
    registry: &Registry,
    look: &Reader,
    administrator: bool,
) -> Vec<Assumption> {
    let mut assumptions = Vec::new();
    let Some(path) = rule.field.clone() else {
        assumptions.extend(is_of_files(column, object, look).then(|| without_files(column)));
        return assumptions;
    };
    fill(rule, &path, column, object, look, &mut assumptions, administrator);
    rule.link = find_field(object, &path)
        .ok()
        .filter(|_| !path.contains('.'))
        .and_then(|(_, field, _)| link_rule(field, column, profile, registry, look));
    assumptions
}

fn fill(
    rule: &mut ColumnRule,
    path: &str,
    column: &ColumnProfile,
    object: &Object,
    look: &Reader,
    assumptions: &mut Vec<Assumption>,
    administrator: bool,
) {
    rule.field = Some(path.to_owned());
    let Some(field) = object.field(path.split('.').next().unwrap_or(path)) else { return };
    if matches!(field.kind, Kind::Date | Kind::DateTime) {
        rule.dates = column.guess.dates(look.locale() == "en-US" || look.locale() == "en");
        if rule.dates.is_some() {
            let style: String = rule.dates.clone().map(String::from).unwrap_or_default();
            assume(assumptions, column, Message::new("import-assumed-dates").with("style", style));
        }
    }
    let is_amount = matches!(field.kind, Kind::Money | Kind::Integer | Kind::Decimal { .. });
    if is_amount && column.minus_one > 0 && column.minus_one == column.negative {
        rule.empty.push("-1".to_owned());
        assume(assumptions, column, Message::new("import-assumed-minus-one"));
    }
    let Some(choice) = field.kind.choice() else { return };
    let label = |name: &str| {
        look.option(
            &object.name,
            &field.name,
            name,
            choice.option(name).and_then(|option| option.label.as_deref()),
        )
    };
    let mut known: HashMap<String, String> = HashMap::new();
    for option in choice.options.iter().filter(|option| !option.retired) {
        known.insert(loose(&option.name), option.name.clone());
        known.insert(loose(&label(&option.name)), option.name.clone());
    }
    let mut strange: Vec<String> = Vec::new();
    for value in column.values.iter().flat_map(|values| values.keys()) {
        let word = loose(value);
        if known.contains_key(&word) {
            continue;
        }
        match nearest(known.keys(), &word) {
            Some(like) => {
                let option = &known[like];
                rule.values.insert(value.clone(), option.clone());
                let message = Message::new("import-assumed-value")
                    .with("from", value.as_str())
                    .with("to", label(option));
                assume(assumptions, column, message);
            }
            None if strange.iter().any(|known| loose(known) == word) => {}
            None => strange.push(value.clone()),
        }
    }
    if strange.is_empty() {
        return;
    }
    // Stages say how something ends: a new one would say nothing.
    let plain = choice.options.iter().all(|option| option.outcome.is_none());
    let few = strange.len() <= 50;
    if administrator && plain && few {
        rule.unknown = Unknown::Add;
        assume(assumptions, column, Message::new("import-assumed-options").with("names", strange.join(", ")));
    } else {
        assume(assumptions, column, Message::new("import-no-options").with("names", strange.join(", ")));
    }
}

fn assume(assumptions: &mut Vec<Assumption>, column: &ColumnProfile, message: Message) {
    assumptions.push(Assumption { column: column.header.name.clone(), message });
}

/// A field made for a column: named and typed after it.
pub fn new_field(column: &ColumnProfile, object: &Object, others: &[ColumnRule]) -> FieldDef {
    let label = column.header.name.trim();
    let mut base = super::schema::name_of(label);
    let taken = |name: &str| {
        let by_other =
            others.iter().filter_map(|rule| rule.new_field.as_ref()).any(|field| field.name == name);
        by_other || object.field(name).is_some() || !super::schema::is_free(name)
    };
    if taken(&base) && !base.ends_with("_imported") {
        base = format!("imported_{base}");
        base.truncate(40);
    }
    let mut name = base.clone();
    let mut count = 1;
    while taken(&name) {
        count += 1;
        name = format!("{base}_{count}");
    }
    let type_name = column.type_name();
    let mut field = FieldDef { label: Some(label.to_owned()), ..FieldDef::new(&name, type_name) };
    match type_name {
        TypeName::Decimal => field.scale = Some(4),
        TypeName::Choice => {
            let words = column.values.iter().flat_map(|values| values.keys());
            field.options = super::schema::options(&[], words);
        }
        _ => {}
    }
    field
}

fn link_rule(
    field: &Field,
    column: &ColumnProfile,
    profile: &Profile,
    registry: &Registry,
    look: &Reader,
) -> Option<LinkRule> {
    let targets = kind::allowed(registry, field);
    let to = targets.first()?;
    if ids::are_ids(column) {
        let beside = kind::column_beside(profile, ids::base(column), &targets, look);
        let kind = beside.filter(|_| targets.len() > 1).map(|beside| beside.header.name.clone());
        let all = || targets.iter().map(|to| to.name.clone()).collect();
        let to = if targets.len() > 1 && kind.is_none() { all() } else { Vec::new() };
        return Some(LinkRule {
            by: ID.to_owned(),
            missing: Missing::Report,
            kind,
            to,
            ..LinkRule::default()
        });
    }
    let by_email = column.samples.iter().all(|sample| sample.contains('@')) && !column.samples.is_empty();
    let has_email = to.field("email").is_some();
    let by = if by_email && has_email { "email".to_owned() } else { "title".to_owned() };
    if targets.len() > 1
        && let Some(beside) = kind::column_beside(profile, &column.header.name, &targets, look)
    {
        // What tasks and notes are about is rarely made from a name alone.
        return Some(LinkRule { by, kind: Some(beside.header.name.clone()), ..LinkRule::default() });
    }
    let people = matches!(to.name.as_str(), "user" | "team" | "role");
    Some(LinkRule {
        by,
        missing: if people { Missing::Empty } else { Missing::Create },
        to: if targets.len() > 1 { vec![to.name.clone()] } else { Vec::new() },
        ..LinkRule::default()
    })
}

/// What the file's rows can be told apart by.
pub(super) fn key(profile: &Profile, object: &Object, mapping: &Mapping) -> Vec<String> {
    let unique = |path: &str| {
        let rule = mapping.columns.iter().find(|rule| rule.field.as_deref() == Some(path));
        let column = rule.and_then(|rule| profile.column(&rule.name));
        column.is_some_and(|column| {
            let counted = column.values.as_ref();
            column.filled == profile.rows
                && counted.is_none_or(|values| values.values().all(|count| *count == 1))
        })
    };
    let title = match object.title.as_slice() {
        [one] => object.fields[*one].name.clone(),
        _ => String::new(),
    };
    let candidates = ["external_id", "email", "code", title.as_str()];
    candidates
        .iter()
        .find(|path| !path.is_empty() && unique(path))
        .map(|path| vec![(*path).to_owned()])
        .unwrap_or_default()
}
