//! Texts: what the code says exists in a catalogue, and what stands in a catalogue is said somewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Found, House,
    tiers::{code_lines, is_test},
};

/// Calls whose first argument is the id of a text.
const CALLS: [&str; 4] = [".text(\"", ".text_with(\"", "Message::new(\"", "message(\""];

pub fn check(house: &House, found: &mut Found) {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut said_in_texts = BTreeSet::new();
    for (path, text) in house.ending(".ftl") {
        for id in ids(text) {
            if let Some(other) = known.insert(id.clone(), path.to_owned()) {
                found.push(format!("{path}: {id} stands in {other} already"));
            }
        }
        said_in_texts.extend(references(text));
    }
    let mut said = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for (path, text) in house.ending(".rs").filter(|(path, _)| path.starts_with("crates/") && !is_test(path))
    {
        for (number, line) in code_lines(text) {
            for id in CALLS.iter().flat_map(|call| arguments(line, call)) {
                let is_id = id.contains('-') && !id.contains(['{', ' ', '/']);
                if is_id && !known.contains_key(id) {
                    found.push(format!("{path}:{number}: no catalogue has {id}"));
                }
            }
        }
        for literal in code_lines(text).flat_map(|(_, line)| literals(line)) {
            if is_problem(literal) && !known.contains_key(literal) {
                found.push(format!("{path}: no catalogue has {literal}"));
            }
        }
        for literal in literals(text) {
            match literal.split_once('{') {
                Some((beginning, _)) if beginning.ends_with('-') => beginnings.insert(beginning.to_owned()),
                Some(_) => false,
                None => said.insert(literal.to_owned()),
            };
        }
    }
    for (id, path) in known {
        let bare = id.split('.').next().unwrap_or(&id);
        let is_said = said.contains(&id) || said.contains(bare) || said_in_texts.contains(bare);
        if !is_said
            && !follows_convention(bare)
            && !beginnings.iter().any(|start| bare.starts_with(start.as_str()))
        {
            found.push(format!("{path}: nobody says {id}"));
        }
    }
}

/// Ids of problems stand where they are handed on too, not only where a message is made.
fn is_problem(literal: &str) -> bool {
    let named = literal.starts_with("problem-") || literal.contains("-problem-");
    named && literal.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !literal.ends_with('-')
}

/// Names that the code puts together from what objects are made of.
fn follows_convention(id: &str) -> bool {
    id.starts_with("object-")
        || id.contains("--")
        || ["-rule-", "-view-", "-section-", "-action-", "-group-"].iter().any(|part| id.contains(part))
}

/// The ids that a catalogue defines, with `.attribute` where they have some.
fn ids(text: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut message = "";
    for line in text.lines() {
        let Some((name, _)) = line.split_once('=') else { continue };
        if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            message = name.trim();
            ids.push(message.to_owned());
        } else if let Some(attribute) = name.trim().strip_prefix('.') {
            ids.push(format!("{message}.{attribute}"));
        }
    }
    ids
}

/// Messages that other messages show.
fn references(text: &str) -> Vec<String> {
    let places = text.split('{').skip(1).filter_map(|place| place.split_once('}'));
    let names = places.map(|(name, _)| name.trim()).filter(|name| !name.starts_with(['$', '"']));
    names.filter(|name| !name.contains(char::is_whitespace)).map(str::to_owned).collect()
}

fn arguments<'l>(line: &'l str, call: &str) -> Vec<&'l str> {
    line.split(call).skip(1).filter_map(|rest| rest.split_once('"')).map(|(id, _)| id).collect()
}

/// What stands between quotes, near enough: ids have no quotes in them.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('"').skip(1).step_by(2))
}
