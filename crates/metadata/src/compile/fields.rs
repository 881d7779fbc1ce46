//! The first pass: names, types and the columns of plain fields.

use std::collections::{HashMap, HashSet};

use kernel::{ColumnType, limits};

use super::{at, system, warehouse};
use crate::{
    definition::{DefinitionError, FieldDef, ObjectDef, TableKind, TypeName},
    kind::{Choice, Kind, Link},
    object::{Column, Field, Object, Origin, Star},
    schema::Index,
};

/// Names that a record's table uses for itself.
const RESERVED: [&str; 10] =
    ["id", "rid", "version", "title", "title_key", "search", "search_text", "moment", "this", "me"];

/// Lays out an object; formulas and roll-ups have no columns yet.
pub fn object(definition: &ObjectDef, origin: Origin) -> Result<Object, Vec<DefinitionError>> {
    let mut problems = Vec::new();
    problems.extend(name_problem(&definition.name, "name", &definition.name));
    let system = system::fields(definition);
    let own = definition.fields.len();
    if own > limits::FIELDS {
        problems.push(at(&definition.name, "field", format!("more than {} fields", limits::FIELDS)));
    }
    let mut object = empty(definition, origin);
    for (position, field) in definition.fields.iter().chain(&system).enumerate() {
        let reserved =
            RESERVED.contains(&field.name.as_str()) || expr::RESERVED.contains(&field.name.as_str());
        if reserved {
            problems.push(at(
                &definition.name,
                &field.name,
                "the name is taken by the language or the table",
            ));
        }
        problems.extend(name_problem(&definition.name, &field.name, &field.name));
        if object.by_name.insert(field.name.clone(), position).is_some() {
            problems.push(at(&definition.name, &field.name, "two fields have this name"));
        }
        let origin = if position < own { origin } else { Origin::Shipped };
        match kind(field) {
            Ok(kind) => add_field(&mut object, field, kind, origin),
            Err(message) => problems.push(at(&definition.name, &field.name, message)),
        }
    }
    problems.extend(clashing_columns(&object));
    if problems.is_empty() {
        named_fields(&mut object, definition, &mut problems);
        object.star = warehouse::star(&object, &definition.warehouse, &mut problems);
    }
    if problems.is_empty() { Ok(object) } else { Err(problems) }
}

fn empty(definition: &ObjectDef, origin: Origin) -> Object {
    let column = |name: &str, column| Column { name: name.to_owned(), column, field: None };
    Object {
        name: definition.name.clone(),
        plural: definition.plural.clone(),
        label: definition.label.clone(),
        plural_label: definition.plural_label.clone(),
        icon: definition.icon.clone(),
        area: definition.area,
        origin,
        owned: definition.owned,
        part_of: None,
        title: Vec::new(),
        search: Vec::new(),
        moment: Vec::new(),
        fields: Vec::new(),
        columns: vec![
            column("id", ColumnType::Id),
            column("version", ColumnType::Int),
            column("title", ColumnType::Text),
        ],
        indexes: Vec::new(),
        formulas: Vec::new(),
        rules: Vec::new(),
        views: definition.views.clone(),
        layout: definition.layout.clone(),
        star: Star { kind: TableKind::Dimension, date: None, measures: Vec::new(), daily: false },
        by_name: HashMap::new(),
    }
}

fn add_field(object: &mut Object, field: &FieldDef, kind: Kind, origin: Origin) {
    let position = object.fields.len();
    let start = object.columns.len();
    for part in kind.parts() {
        let name =
            if part.name.is_empty() { field.name.clone() } else { format!("{}_{}", field.name, part.name) };
        object.columns.push(Column { name, column: part.column, field: Some(position) });
    }
    // Money's amount is the field itself; its currency stands behind it.
    object.fields.push(Field {
        name: field.name.clone(),
        kind,
        label: field.label.clone(),
        help: field.help.clone(),
        origin,
        required: field.required,
        unique: field.unique,
        index: field.index,
        read_only: field.read_only,
        default: None,
        formula: None,
        filter: None,
        currency: None,
        code: field.code,
        begins: None,
        columns: start..object.columns.len(),
        renamed_from: field.renamed_from.clone(),
    });
}

/// What the field is; formulas and roll-ups get their columns in the second pass.
fn kind(field: &FieldDef) -> Result<Kind, String> {
    misplaced(field)?;
    Ok(match field.type_name {
        TypeName::Text => {
            Kind::Text { max: field.max.unwrap_or(limits::TEXT_CHARS).min(limits::LONG_TEXT_CHARS) }
        }
        TypeName::LongText => Kind::LongText,
        TypeName::RichText => Kind::RichText,
        TypeName::Integer => Kind::Integer,
        TypeName::Decimal => Kind::Decimal { scale: scale(field, 2)? },
        TypeName::Percent => Kind::Percent { scale: scale(field, 2)? },
        TypeName::Money => Kind::Money,
        TypeName::Date => Kind::Date,
        TypeName::DateTime => Kind::DateTime,
        TypeName::Duration => Kind::Duration,
        TypeName::Boolean => Kind::Boolean,
        TypeName::Choice => Kind::Choice(choice(field)?),
        TypeName::MultiChoice => Kind::MultiChoice(choice(field)?),
        TypeName::Email => Kind::Email,
        TypeName::Phone => Kind::Phone,
        TypeName::Url => Kind::Url,
        TypeName::Address => Kind::Address,
        TypeName::PersonName => Kind::PersonName,
        TypeName::Link => {
            Kind::Link(Link { to: one_target(field)?, on_destroy: field.on_destroy.unwrap_or_default() })
        }
        TypeName::User => {
            Kind::Link(Link { to: "user".to_owned(), on_destroy: field.on_destroy.unwrap_or_default() })
        }
        TypeName::LinkAny if field.to.is_empty() => return Err("`to` names no object".to_owned()),
        TypeName::LinkAny => Kind::LinkAny(field.to.clone()),
        TypeName::LinkMany => Kind::LinkMany { to: one_target(field)? },
        TypeName::File => Kind::File { max: field.max.unwrap_or(1).clamp(1, limits::FILES_PER_FIELD) },
        TypeName::AutoNumber => Kind::AutoNumber {
            prefix: field.prefix.clone().unwrap_or_default(),
            digits: field.digits.unwrap_or(5).min(18),
        },
        TypeName::Formula if field.formula.is_none() => return Err("a formula needs `formula`".to_owned()),
        TypeName::RollUp if field.of.is_none() || field.function.is_none() => {
            return Err("a roll-up needs `of` and `function`".to_owned());
        }
        TypeName::Formula | TypeName::RollUp => Kind::Formula { column: None },
        TypeName::Json => Kind::Json,
        TypeName::Tags => Kind::Tags,
    })
}

/// Refuses attributes that say nothing on this type: they are mistakes.
fn misplaced(field: &FieldDef) -> Result<(), String> {
    use TypeName as T;
    let attributes: [(&str, bool, &[TypeName]); 15] = [
        ("code", field.code, &[T::LongText]),
        ("begins", field.begins.is_some(), &[T::DateTime]),
        ("max", field.max.is_some(), &[T::Text, T::File]),
        ("scale", field.scale.is_some(), &[T::Decimal, T::Percent, T::Formula]),
        ("option", !field.options.is_empty(), &[T::Choice, T::MultiChoice]),
        ("depends_on", field.depends_on.is_some(), &[T::Choice, T::MultiChoice]),
        ("to", !field.to.is_empty(), &[T::Link, T::LinkAny, T::LinkMany]),
        ("on_destroy", field.on_destroy.is_some(), &[T::Link, T::User, T::LinkAny]),
        ("prefix", field.prefix.is_some(), &[T::AutoNumber]),
        ("digits", field.digits.is_some(), &[T::AutoNumber]),
        ("formula", field.formula.is_some(), &[T::Formula]),
        ("of", field.of.is_some(), &[T::RollUp]),
        ("function", field.function.is_some(), &[T::RollUp]),
        ("filter", field.filter.is_some(), &[T::RollUp]),
        ("currency", field.currency.is_some(), &[T::RollUp]),
    ];
    let wrong = attributes.iter().find(|(_, given, types)| *given && !types.contains(&field.type_name));
    if let Some((name, ..)) = wrong {
        return Err(format!("`{name}` says nothing on a field of type {}", field.type_name.as_str()));
    }
    if field.unique
        && !matches!(field.type_name, T::Text | T::Integer | T::Email | T::Phone | T::Url | T::AutoNumber)
    {
        return Err(format!("a field of type {} cannot be unique", field.type_name.as_str()));
    }
    Ok(())
}

fn scale(field: &FieldDef, otherwise: u8) -> Result<u8, String> {
    match field.scale.unwrap_or(otherwise) {
        scale @ 0..=8 => Ok(scale),
        scale => Err(format!("`scale` is {scale}; at most 8 digits after the point are kept")),
    }
}

fn choice(field: &FieldDef) -> Result<Choice, String> {
    if field.options.is_empty() {
        return Err("a choice needs at least one `option`".to_owned());
    }
    let mut names = HashSet::new();
    for option in &field.options {
        if !names.insert(&option.name) {
            return Err(format!("two options are named `{}`", option.name));
        }
        if option.probability.is_some_and(|percent| percent > 100) {
            return Err(format!("option `{}`: a probability is at most 100", option.name));
        }
    }
    Ok(Choice { options: field.options.clone(), depends_on: field.depends_on.clone() })
}

fn one_target(field: &FieldDef) -> Result<String, String> {
    match field.to.as_slice() {
        [object] => Ok(object.clone()),
        _ => Err("`to` names exactly one object: `to = [\"company\"]`".to_owned()),
    }
}

pub fn name_problem(object: &str, part: &str, name: &str) -> Option<DefinitionError> {
    let plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    let good = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(plain)
        && !name.contains("__")
        && name.len() <= 48;
    (!good).then(|| {
        at(
            object,
            part,
            "a name is lower case letters, digits and single underscores, at most 48, a letter first",
        )
    })
}

/// `name` of type person_name beside a field `name_first` would need one column twice.
fn clashing_columns(object: &Object) -> Vec<DefinitionError> {
    let mut seen = HashSet::new();
    let twice = object.columns.iter().filter(|column| !seen.insert(&column.name));
    twice.map(|column| at(&object.name, &column.name, "two fields need this column")).collect()
}

/// Resolves the names of fields that the object itself mentions.
fn named_fields(object: &mut Object, definition: &ObjectDef, problems: &mut Vec<DefinitionError>) {
    let names: Vec<String> = object.fields.iter().map(|field| field.name.clone()).collect();
    let by_name = object.by_name.clone();
    let mut position = |part: &str, name: &String| match by_name.get(name) {
        Some(position) => Some(*position),
        None => {
            let unknown = at(&definition.name, part, format!("there is no field `{name}`"));
            problems.push(unknown.nearest_to(name, names.iter().map(String::as_str)));
            None
        }
    };
    object.title = definition.title.iter().filter_map(|name| position("title", name)).collect();
    object.search = definition.search.iter().filter_map(|name| position("search", name)).collect();
    object.part_of = definition.part_of.as_ref().and_then(|name| position("part_of", name));
    for index in &definition.indexes {
        let positions: Vec<usize> = index.iter().filter_map(|name| position("index", name)).collect();
        let columns = positions.iter().filter_map(|position| {
            let field = &object.fields[*position];
            object.columns[field.columns.clone()].first().map(|column| column.name.clone())
        });
        object.indexes.push(Index::of(columns.collect()));
    }
    beginnings(object, definition, problems);
    moment(object, definition, problems);
    if definition.title.is_empty() {
        problems.push(at(&definition.name, "title", "name at least one field that a record is called by"));
    }
}

/// The date-times that say when it happened, and the one at which it was made.
fn moment(object: &mut Object, definition: &ObjectDef, problems: &mut Vec<DefinitionError>) {
    let position = |name: &str| {
        let at = object.by_name.get(name).copied()?;
        (object.fields[at].kind == Kind::DateTime).then_some(at)
    };
    let mut moment = Vec::new();
    for name in &definition.moment {
        match position(name) {
            Some(at) => moment.push(at),
            None => problems.push(no_instant(object, definition, "moment", name)),
        }
    }
    moment.extend(position("created_at"));
    object.moment = moment;
}

fn no_instant(object: &Object, definition: &ObjectDef, part: &str, name: &str) -> DefinitionError {
    let instants = object.fields.iter().filter(|field| field.kind == Kind::DateTime);
    at(&definition.name, part, format!("there is no date-time `{name}`"))
        .nearest_to(name, instants.map(|field| field.name.as_str()))
}

/// Where begins what ends in a field.
fn beginnings(object: &mut Object, definition: &ObjectDef, problems: &mut Vec<DefinitionError>) {
    for (end, field) in definition.fields.iter().enumerate() {
        let Some(name) = &field.begins else { continue };
        let begins = object.by_name.get(name).copied();
        object.fields[end].begins = begins.filter(|begins| object.fields[*begins].kind == Kind::DateTime);
        if object.fields[end].begins.is_none() {
            problems.push(no_instant(object, definition, &field.name, name));
        }
    }
}
