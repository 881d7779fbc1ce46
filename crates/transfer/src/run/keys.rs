//! Which records the keys of rows lead to.

use std::collections::HashMap;

use db::search::fold;
use kernel::{Id, Value};
use records::{Error, Reader};

use super::{links::text, rows::Wish};
use crate::mapping::{By, Plan};

/// Ends each part of a key's text.
const END: char = '\u{1f}';

/// A row's key as one text, from the contents of its parts. The part, from 0, that has none is the error.
pub fn text_of(plan: &Plan, content: impl Fn(usize) -> Option<Value>) -> Result<String, usize> {
    let mut key = String::new();
    for at in 0..plan.key.len() {
        key.push_str(&part_text(plan, at, &content(at).ok_or(at)?));
        key.push(END);
    }
    Ok(key)
}

/// The records that each of the rows leads to, whose parts `content` tells; none where a part is missing.
///
/// # Errors
/// Only when something is broken.
pub fn find(
    reader: &mut Reader<'_, '_>,
    plan: &Plan,
    wishes: &[&Wish],
    content: impl Fn(&Wish, usize) -> Option<Value>,
) -> Result<Vec<Option<Vec<Id>>>, Error> {
    let mut by_part: Vec<HashMap<String, Vec<Id>>> = Vec::with_capacity(plan.key.len());
    for (at, part) in plan.key.iter().enumerate() {
        let contents = wishes.iter().filter_map(|wish| content(wish, at));
        let contents: Vec<Value> =
            contents.filter(|content| !part.is_link() || content.as_id().is_some()).collect();
        let field = match &part.by {
            By::Field(name) => name.as_str(),
            By::Id => "id",
            By::Title => "title",
        };
        let mut found: HashMap<String, Vec<Id>> = HashMap::new();
        for (content, id) in reader.find_by(&plan.object, field, &contents)? {
            found.entry(text(&content)).or_default().push(id);
        }
        by_part.push(found);
    }
    let records = |wish: &&Wish| {
        let lists = by_part.iter().enumerate().map(|(at, found)| {
            let content = content(wish, at)?;
            Some(found.get(&part_text(plan, at, &content)).map_or(&[][..], Vec::as_slice))
        });
        in_all(lists)
    };
    Ok(wishes.iter().map(records).collect())
}

/// The ids that are in each of the lists; none where a list is missing.
fn in_all<'i>(lists: impl Iterator<Item = Option<&'i [Id]>>) -> Option<Vec<Id>> {
    let mut ids: Option<Vec<Id>> = None;
    for list in lists {
        let list = list?;
        ids = Some(match ids {
            Some(ids) => ids.into_iter().filter(|id| list.contains(id)).collect(),
            None => list.to_vec(),
        });
    }
    ids
}

fn part_text(plan: &Plan, at: usize, content: &Value) -> String {
    match &plan.key[at].by {
        By::Title => fold(content.as_text().unwrap_or("")),
        _ => text(content),
    }
}
