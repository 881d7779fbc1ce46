//! What a person decided in the [form](super::form) about what becomes of each column.

use std::collections::BTreeMap;

use i18n::Reader;
use indexmap::IndexMap;
use metadata::{Object, Registry};
use web::Fields;

use super::form::{NEW, WORDS};
use crate::{
    cell::DateStyle,
    mapping::{
        Assumption, Blank, ColumnProfile, ColumnRule, Mapping, Mode, Profile, Unknown, complete, new_field,
    },
};

/// What a person decided; `standing` is what they saw.
pub fn taken(
    fields: &Fields,
    standing: &Mapping,
    profile: &Profile,
    object: &Object,
    registry: &Registry,
    look: &Reader,
    administrator: bool,
) -> (Mapping, Vec<Assumption>) {
    let mut assumptions = Vec::new();
    let words = |text: &str| -> Vec<String> {
        text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let mut mapping = Mapping {
        object: object.name.clone(),
        mode: fields.get("mode").and_then(Mode::parse).unwrap_or(standing.mode),
        key: fields.all("key").filter(|path| !path.is_empty()).map(str::to_owned).collect(),
        blank: if fields.get("blank") == Some("clear") { Blank::Clear } else { Blank::Keep },
        empty: words(fields.get("empty").unwrap_or("")),
        dates: fields.get("dates").map_or_else(DateStyle::default, |text| DateStyle::from(text.to_owned())),
        decimal_mark: standing.decimal_mark,
        reading: standing.reading.clone(),
        set: IndexMap::new(),
        default: standing.default.clone(),
        columns: Vec::new(),
    };
    mapping.reading.delimiter = fields
        .filled("delimiter")
        .and_then(|sign| if sign == "tab" { Some('\t') } else { sign.chars().next() });
    mapping.reading.encoding = fields.filled("encoding").map(str::to_owned);
    mapping.reading.header = fields.filled("header").map(|answer| answer == "yes");
    let chosen = fields.filled("table").map(str::to_owned);
    if let Some(table) = chosen.filter(|table| profile.archive.iter().flatten().any(|known| known == table)) {
        mapping.reading.table = Some(table);
    }
    mapping.reading.sheet = fields.filled("sheet").map(str::to_owned);
    for at in 0.. {
        let Some(path) = fields.get(&format!("s{at}_field")) else { break };
        if !path.is_empty() {
            mapping.set.insert(path.to_owned(), fields.get(&format!("s{at}_text")).unwrap_or("").to_owned());
        }
    }
    for (at, column) in profile.columns.iter().enumerate() {
        let name = |part: &str| format!("c{at}_{part}");
        let chosen = fields.filled(&name("field")).unwrap_or("");
        let old = standing.column(&column.header.name).cloned().unwrap_or_default();
        let mut rule = ColumnRule { name: column.header.name.clone(), ..ColumnRule::default() };
        match chosen {
            "" if standing.kind_columns().any(|name| name == rule.name) => rule.values = old.values,
            "" => {}
            NEW => {
                let new = match old.new_field {
                    Some(new) => new,
                    None => new_field(column, object, &mapping.columns),
                };
                rule.unknown = if new.options.is_empty() { Unknown::Report } else { Unknown::Add };
                rule.field = Some(new.name.clone());
                rule.new_field = Some(new);
            }
            path => {
                rule.field = Some(path.to_owned());
                if old.field.as_deref() == Some(path) {
                    details(&mut rule, &old, fields, at, column, object, &words);
                } else {
                    assumptions.extend(complete(
                        &mut rule,
                        column,
                        profile,
                        object,
                        registry,
                        look,
                        administrator,
                    ));
                }
            }
        }
        mapping.columns.push(rule);
    }
    super::link::take_words(&mut mapping, fields, profile, object, registry, look);
    (mapping, assumptions)
}

/// What was said about a column that goes where it went before.
fn details(
    rule: &mut ColumnRule,
    old: &ColumnRule,
    fields: &Fields,
    at: usize,
    column: &ColumnProfile,
    object: &Object,
    words: &dyn Fn(&str) -> Vec<String>,
) {
    let get = |part: &str| fields.get(&format!("c{at}_{part}"));
    rule.multiply = get("multiply").and_then(|text| crate::cell::parse_number(text, None));
    rule.dates = get("dates").filter(|text| !text.is_empty()).map(|text| DateStyle::from(text.to_owned()));
    rule.empty = get("empty").map_or_else(|| old.empty.clone(), words);
    rule.new_field.clone_from(&old.new_field);
    rule.unknown = match get("unknown") {
        Some("add") => Unknown::Add,
        Some("empty") => Unknown::Empty,
        Some(_) => Unknown::Report,
        None => old.unknown,
    };
    rule.link = super::link::taken(fields, at, old, object);
    match get("values") {
        Some(text) => {
            let pairs = text.lines().filter_map(|line| line.split_once('='));
            rule.values = pairs.map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned())).collect();
        }
        None => {
            let asked: BTreeMap<&String, &str> = column
                .values
                .iter()
                .flat_map(|values| values.keys())
                .take(WORDS)
                .enumerate()
                .filter_map(|(place, word)| Some((word, get(&format!("w{place}"))?)))
                .collect();
            rule.values = old
                .values
                .iter()
                .filter(|(word, _)| !asked.contains_key(word))
                .map(|(from, to)| (from.clone(), to.clone()))
                .collect();
            for (word, option) in asked {
                let is_itself = crate::cell::loose(word) == crate::cell::loose(option);
                if !option.is_empty() && !is_itself {
                    rule.values.insert(word.clone(), option.to_owned());
                }
            }
        }
    }
}
