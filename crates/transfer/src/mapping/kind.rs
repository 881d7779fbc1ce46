//! The kinds of record that a link may lead to, and what files call them.

use std::{collections::HashMap, sync::Arc};

use i18n::Reader;
use metadata::{Field, Object, Registry};

use super::{ColumnProfile, Profile, synonyms};
use crate::cell::loose;

/// The objects that a link may lead to.
pub fn allowed<'r>(registry: &'r Registry, field: &Field) -> Vec<&'r Arc<Object>> {
    field.kind.targets().iter().filter_map(|name| registry.object(name)).collect()
}

/// What each of these objects may be called, as [`loose`] leaves it, with its place: by name, as people call one or
/// several, and as other systems do where none of them is called so here.
pub fn words(look: &Reader, kinds: &[&Arc<Object>]) -> HashMap<String, usize> {
    let elsewhere = kinds.iter().enumerate().flat_map(|(at, kind)| {
        let words = synonyms::of_object(&kind.name).map(str::to_owned);
        words.map(move |word| (word, at))
    });
    let own = kinds.iter().enumerate().flat_map(|(at, kind)| {
        let words = [
            kind.name.clone(),
            kind.plural.clone(),
            look.object(&kind.name, kind.label.as_deref()),
            look.objects(&kind.name, kind.plural_label.as_deref()),
        ];
        words.map(|word| (loose(&word), at))
    });
    elsewhere.chain(own).collect()
}

/// The one of these objects that a word means.
pub fn called<'k>(look: &Reader, kinds: &[&'k Arc<Object>], word: &str) -> Option<&'k Arc<Object>> {
    words(look, kinds).get(&loose(word)).map(|at| kinds[*at])
}

/// The column that says to what kind of record the names or ids in another one lead, as `parent.object` beside `parent`.
pub fn column_beside<'p>(
    profile: &'p Profile,
    base: &str,
    kinds: &[&Arc<Object>],
    look: &Reader,
) -> Option<&'p ColumnProfile> {
    let base = loose(base);
    let endings = ["object", "kind", "type"].map(str::to_owned).into_iter();
    let names: Vec<String> =
        endings.chain([loose(&look.text("part-object"))]).map(|ending| format!("{base}{ending}")).collect();
    let known = words(look, kinds);
    profile.columns.iter().find(|other| {
        let mut values = other.values.iter().flat_map(|values| values.keys());
        names.contains(&loose(&other.header.name))
            && other.values.is_some()
            && values.all(|value| known.contains_key(&loose(value)))
    })
}
