//! Addresses that belong to no object, so that none is defined whose pages nobody could reach.

use std::collections::HashSet;

use super::{Found, House};

const TAKEN: &str = "crates/metadata/src/compile/addresses.rs";

/// Each first word that is routed is an object's plural or refused to objects.
pub fn check(house: &House, found: &mut Found) {
    let taken: HashSet<&str> = house.file(TAKEN).map(words).into_iter().flatten().collect();
    let plurals: HashSet<&str> = house.ending("object.toml").filter_map(|(_, text)| plural(text)).collect();
    for (path, text) in house.ending(".rs").filter(|(path, _)| path.starts_with("crates/")) {
        for word in text.split(".route(").skip(1).filter_map(first_word) {
            if !taken.contains(word) && !plurals.contains(word) {
                found.push(format!("{path}: /{word} is routed, and {TAKEN} does not know it"));
            }
        }
    }
}

/// What stands in quotation marks on lines of their own.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
}

fn plural(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("plural = \"")?.strip_suffix('"'))
}

/// `jobs` of `"/api/v1/jobs/{id}", get(…)`; none where it could not be a plural.
fn first_word(route: &str) -> Option<&str> {
    let path = route.trim_start().strip_prefix("\"/")?.split('"').next()?;
    let word = path.strip_prefix("api/v1/").unwrap_or(path).split('/').next()?;
    let plain = |letter: char| letter.is_ascii_lowercase() || matches!(letter, '_' | '-');
    (!word.is_empty() && word.chars().all(plain)).then_some(word)
}
