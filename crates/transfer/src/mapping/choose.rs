//! Which field each column of a file goes to, by what it is called and what stands in it.

use std::collections::HashMap;

use i18n::Reader;
use metadata::{Field, Kind, Object, definition::TypeName};

use super::{Profile, ids, profile::ColumnProfile, synonyms};
use crate::cell::loose;

/// Which field each column goes to: the likeliest pairs first. The column at `own` has the ids of the rows' records.
pub(super) fn choose(
    profile: &Profile,
    object: &Object,
    look: &Reader,
    own: Option<usize>,
) -> HashMap<usize, String> {
    let paths = paths(object, profile);
    let ids = ids::of_links(profile, object, look);
    let mut pairs: Vec<(u32, usize, usize)> = Vec::new();
    let open = |at: usize| own != Some(at) && !ids.contains_key(&at);
    for (at, column) in profile.columns.iter().enumerate().filter(|(at, _)| open(*at)) {
        let word = loose(&column.header.name);
        for (to, (path, field)) in paths.iter().enumerate() {
            let score = score(object, path, field, &word, look) + fit(field, path, column);
            if score > 100 {
                pairs.push((score, at, to));
            }
        }
    }
    pairs.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
    let mut chosen = ids;
    let mut taken = vec![false; paths.len()];
    for (_, at, to) in pairs {
        if !taken[to] && !chosen.contains_key(&at) {
            taken[to] = true;
            chosen.insert(at, paths[to].0.clone());
        }
    }
    chosen
}

/// Everything that a column may go to: fields of files only where files come with the table.
pub fn paths<'o>(object: &'o Object, profile: &Profile) -> Vec<(String, &'o Field)> {
    let mut paths = Vec::new();
    for field in &object.fields {
        let is_without = matches!(field.kind, Kind::File { .. }) && profile.archive.is_none();
        if !field.is_writable() || field.name == "deleted_at" || is_without {
            continue;
        }
        if !matches!(field.kind, Kind::Address) {
            paths.push((field.name.clone(), field));
        }
        if matches!(field.kind, Kind::Money | Kind::PersonName | Kind::Address) {
            let parts = field.kind.parts();
            let named = parts.iter().filter(|part| !part.name.is_empty());
            paths.extend(named.map(|part| (format!("{}.{}", field.name, part.name), field)));
        }
    }
    paths
}

fn score(object: &Object, path: &str, field: &Field, word: &str, look: &Reader) -> u32 {
    if word.is_empty() {
        return 0;
    }
    let label = loose(&look.field(&object.name, &field.name, field.label.as_deref()));
    let whole = loose(path);
    let is_part = path.contains('.');
    if word == whole || !is_part && word == label {
        return 400;
    }
    if let Some(sure) = synonyms::names(&object.name, path, word) {
        return 200 + 40 * u32::from(sure);
    }
    // `Billing City`, and what begins with the object's own name: `Lead Email`.
    if is_part {
        let part = loose(path.split_once('.').map_or("", |(_, part)| part));
        if word == format!("{label}{part}") {
            return 390;
        }
    } else {
        let own = word.strip_prefix(&loose(&object.name)).unwrap_or(word);
        if own == whole || own == label {
            return 350;
        }
    }
    let like = |other: &str| (strsim::normalized_damerau_levenshtein(word, other) * 100.0) as u32;
    let best = if is_part { like(&whole) } else { like(&whole).max(like(&label)) };
    if best >= 84 && word.len() > 3 { best + 60 } else { 0 }
}

/// How well the cells go with the field: a column of texts is no number.
fn fit(field: &Field, path: &str, column: &ColumnProfile) -> u32 {
    if column.filled == 0 {
        return 0;
    }
    let kind = column.type_name();
    let number = matches!(kind, TypeName::Integer | TypeName::Decimal);
    let fits = match &field.kind {
        Kind::Integer | Kind::Decimal { .. } | Kind::Percent { .. } => number,
        Kind::Money => number || path.ends_with(".currency"),
        Kind::Date | Kind::DateTime => column.guess.is_date(),
        Kind::Email => kind == TypeName::Email,
        Kind::Boolean => kind == TypeName::Boolean,
        Kind::Link(_) | Kind::PersonName => !number,
        _ => true,
    };
    if fits { 20 } else { 0 }
}
