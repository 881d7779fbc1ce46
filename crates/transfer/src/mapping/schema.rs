//! Fields and options that an import brings along.

use std::{collections::HashSet, ops::ControlFlow};

use app::Workspace;
use indexmap::IndexMap;
use kernel::Message;
use metadata::{
    Kind, Object, Registry,
    definition::{FieldChange, FieldDef, OptionDef, Overlay, TypeName},
};
use records::schema::{Customs, Losses, SchemaError};

use super::{ColumnPlan, Mapping, Plan, Target, Unknown};
use crate::{
    cell::{How, loose},
    table::{Error, Table},
};

/// Options at most that one import adds to a choice.
const OPTIONS: usize = 500;
/// Different cells of a column that are remembered while its words are gathered.
const SEEN: usize = 4096;

/// The fields that a mapping makes and that are not there yet.
pub fn missing_fields<'m>(mapping: &'m Mapping, registry: &Registry) -> Vec<&'m FieldDef> {
    let Some(object) = registry.object(&mapping.object) else { return Vec::new() };
    let new = mapping.columns.iter().filter_map(|rule| rule.new_field.as_ref());
    new.filter(|field| object.field(&field.name).is_none()).collect()
}

/// Makes the fields, and the options that words of the file are to become. Answers how many rows the file has, where
/// it had to be read through for that.
///
/// # Errors
/// When a definition is wrong; nothing is changed then.
pub fn bring_about(
    workspace: &Workspace,
    mapping: &Mapping,
    table: &Table,
    plan: &Plan,
) -> Result<Option<u64>, Fault> {
    let adding: Vec<&ColumnPlan> =
        plan.columns.iter().filter(|column| column.unknown == Unknown::Add).collect();
    let (words, rows) = match adding.is_empty() {
        true => (IndexMap::new(), None),
        false => new_words(table, &plan.object, &adding).map(|(words, rows)| (words, Some(rows)))?,
    };
    let registry = workspace.engine.registry();
    let fields: Vec<FieldDef> = missing_fields(mapping, &registry).into_iter().cloned().collect();
    if fields.is_empty() && words.is_empty() {
        return Ok(rows);
    }
    let object = registry.object(&mapping.object).ok_or(Fault::Object)?.clone();
    let app = workspace.app();
    records::schema::change(&workspace.engine, app.shipped(), Losses::Refuse, |customs| {
        let fields = fields.iter().cloned();
        match customs.objects.iter_mut().find(|custom| custom.name == object.name) {
            Some(own) => own.fields.extend(fields),
            None => overlay(customs, &object.name).fields.extend(fields),
        }
        for (field, words) in &words {
            add_options(customs, &object, field, words);
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Why fields were not made.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("there is no such object")]
    Object,
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(transparent)]
    Table(#[from] Error),
}

fn overlay<'c>(customs: &'c mut Customs, object: &str) -> &'c mut Overlay {
    let at = customs.overlays.iter().position(|overlay| overlay.object == object).unwrap_or_else(|| {
        customs.overlays.push(Overlay { object: object.to_owned(), ..Overlay::default() });
        customs.overlays.len() - 1
    });
    &mut customs.overlays[at]
}

fn add_options(customs: &mut Customs, object: &Object, field: &str, words: &[String]) {
    let standing: &[OptionDef] =
        object.field(field).and_then(|field| field.kind.choice()).map_or(&[], |choice| &choice.options);
    let own =
        customs.objects.iter_mut().find(|custom| custom.name == object.name).map(|custom| &mut custom.fields);
    let own_field = own.and_then(|fields| fields.iter_mut().find(|custom| custom.name == field));
    if let Some(custom) = own_field {
        custom.options.extend(options(&custom.options, words));
        return;
    }
    let overlay = overlay(customs, &object.name);
    if let Some(custom) = overlay.fields.iter_mut().find(|custom| custom.name == field) {
        custom.options.extend(options(&custom.options, words));
        return;
    }
    let all: Vec<OptionDef> = standing.iter().cloned().chain(options(standing, words)).collect();
    match overlay.changes.iter_mut().find(|change| change.field == field) {
        Some(change) => change.options = all,
        None => {
            overlay.changes.push(FieldChange {
                field: field.to_owned(),
                options: all,
                ..FieldChange::default()
            });
        }
    }
}

/// Options for words that have none.
pub fn options<'w>(standing: &[OptionDef], words: impl IntoIterator<Item = &'w String>) -> Vec<OptionDef> {
    let mut options: Vec<OptionDef> = Vec::new();
    for word in words {
        let same =
            |option: &OptionDef| option.label.as_deref().is_some_and(|label| loose(label) == loose(word));
        if options.iter().any(same) {
            continue;
        }
        let base = name_of(word);
        let mut name = base.clone();
        let mut count = 1;
        while standing.iter().chain(&options).any(|option| option.name == name) {
            count += 1;
            name = format!("{base}_{count}");
        }
        options.push(OptionDef { name, label: Some(word.clone()), ..OptionDef::default() });
    }
    options
}

/// A name for what people call something: `Lead Origin` → `lead_origin`.
pub fn name_of(label: &str) -> String {
    let mut name = String::new();
    for word in db::search::words(label) {
        let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        if plain.is_empty() || name.len() + plain.len() > 40 {
            continue;
        }
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(&plain);
    }
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.insert_str(0, "x_");
    }
    name.trim_end_matches('_').to_owned()
}

/// Whether the language and the table leave the name to fields.
pub fn is_free(name: &str) -> bool {
    !expr::RESERVED.contains(&name)
        && !["id", "rid", "version", "title", "title_key", "search"].contains(&name)
}

/// How cells of a field that is not there yet are read.
pub fn how(field: &FieldDef) -> How {
    match field.type_name {
        TypeName::Integer => How::Integer,
        TypeName::Decimal | TypeName::Money | TypeName::Percent => How::Number,
        TypeName::Duration => How::Duration,
        TypeName::Date => How::Date,
        TypeName::DateTime => How::Instant,
        TypeName::Boolean => How::Boolean,
        _ => How::Text,
    }
}

/// The words that are no option yet, by field, of the columns that add theirs; and the rows of the file.
fn new_words(
    table: &Table,
    object: &Object,
    adding: &[&ColumnPlan],
) -> Result<(IndexMap<String, Vec<String>>, u64), Error> {
    let mut words: IndexMap<String, Vec<String>> = IndexMap::new();
    let mut rows = 0;
    // Most cells say what one before them said.
    let mut seen: Vec<HashSet<String>> = vec![HashSet::new(); adding.len()];
    table.each(0, &mut |row| {
        rows += 1;
        for (column, seen) in adding.iter().zip(&mut seen) {
            let Target::Value { field, how: How::Option(known) | How::Options(known), .. } = &column.target
            else {
                continue;
            };
            let cell = row.cell(column.at);
            if seen.contains(cell) {
                continue;
            }
            if seen.len() < SEEN {
                seen.insert(cell.to_owned());
            }
            let field = &object.fields[*field];
            let Some(cell) = column.meant(cell) else { continue };
            let several = matches!(field.kind, Kind::MultiChoice(_));
            let entries = if several { crate::cell::entries(cell) } else { vec![cell.into()] };
            for entry in entries {
                let found = words.entry(field.name.clone()).or_default();
                let key = loose(&entry);
                if !known.contains_key(&key)
                    && found.len() < OPTIONS
                    && !found.iter().any(|word| loose(word) == key)
                {
                    found.push(entry.into_owned());
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    words.retain(|_, words| !words.is_empty());
    Ok((words, rows))
}

impl ColumnPlan {
    /// What a cell means: nothing, what it is translated to, or itself.
    pub fn meant<'c>(&'c self, cell: &'c str) -> Option<&'c str> {
        let cell = cell.trim();
        if cell.is_empty() {
            return None;
        }
        // An export keeps spreadsheets from taking texts for formulas.
        let cell = crate::write::meant(cell);
        if self.empty.is_empty() && self.values.is_empty() {
            return Some(cell);
        }
        let low = cell.to_lowercase();
        if self.empty.contains(&low) {
            return None;
        }
        let meant = self.values.get(&low).map_or(cell, String::as_str);
        (!meant.trim().is_empty()).then_some(meant)
    }
}

impl From<Fault> for Message {
    fn from(fault: Fault) -> Message {
        match fault {
            Fault::Table(Error::File(message)) => message,
            other => Message::new("import-problem-schema").with("why", other.to_string()),
        }
    }
}
