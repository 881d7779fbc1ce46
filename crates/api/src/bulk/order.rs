//! Records of one request that link to each other: `{"ref": "north"}` leads to the record that came with
//! `"ref": "north"`. Each is saved after those that it leads to.

use std::collections::{HashMap, hash_map::Entry as Place};

use kernel::{Id, Message};
use metadata::Object;
use records::Target;
use serde_json::{Map, Value as Json};

/// The key by which a record is named and a link names it.
pub const REF: &str = "ref";

/// One record of the request on its way.
pub struct Entry {
    /// What it becomes, or why it cannot.
    pub target: Result<Target, Message>,
    pub fields: Map<String, Json>,
    /// Places of the entries that have to be saved before.
    after: Vec<usize>,
}

/// Puts ids in the place of references, and notes what has to come first.
pub fn entries(
    object: &Object,
    targets: Vec<Result<Target, Message>>,
    records: &[Map<String, Json>],
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = targets
        .into_iter()
        .zip(records)
        .map(|(target, fields)| Entry { target, fields: fields.clone(), after: Vec::new() })
        .collect();
    // An object with a field of that name has no use for references.
    if object.field(REF).is_none() {
        let names = take_names(&mut entries);
        for (at, entry) in entries.iter_mut().enumerate() {
            if let Err(message) = entry.resolve(object, &names, at) {
                entry.target = Err(message);
            }
        }
    }
    let mut last: HashMap<Id, usize> = HashMap::new();
    for (at, entry) in entries.iter_mut().enumerate() {
        let Ok(Target::New(id) | Target::Existing(id, _)) = entry.target else { continue };
        entry.after.extend(last.insert(id, at));
    }
    entries
}

/// The places in parts that can be saved one after the other. Those that lead to each other in a circle come last,
/// together.
pub fn parts(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut done = vec![false; entries.len()];
    let mut parts = Vec::new();
    loop {
        let open: Vec<usize> = (0..entries.len()).filter(|at| !done[*at]).collect();
        if open.is_empty() {
            return parts;
        }
        let is_ready = |at: &usize| entries[*at].after.iter().all(|before| done[*before]);
        let ready: Vec<usize> = open.iter().copied().filter(is_ready).collect();
        let part = if ready.is_empty() { open } else { ready };
        part.iter().for_each(|at| done[*at] = true);
        parts.push(part);
    }
}

/// Which entry each name stands for, and its id. A name given twice stands for the first.
fn take_names(entries: &mut [Entry]) -> HashMap<String, (usize, Id)> {
    let mut names = HashMap::new();
    for (at, entry) in entries.iter_mut().enumerate() {
        let Some(Json::String(name)) = entry.fields.remove(REF) else { continue };
        let Ok(Target::New(id) | Target::Existing(id, _)) = entry.target else { continue };
        match names.entry(name) {
            Place::Vacant(free) => _ = free.insert((at, id)),
            Place::Occupied(taken) => {
                entry.target = Err(Message::new("api-bulk-ref-twice").with("name", taken.key().as_str()));
            }
        }
    }
    names
}

impl Entry {
    fn resolve(
        &mut self,
        object: &Object,
        names: &HashMap<String, (usize, Id)>,
        own: usize,
    ) -> Result<(), Message> {
        for (name, content) in &mut self.fields {
            if object.field(name).is_none_or(|field| field.kind.targets().is_empty()) {
                continue;
            }
            let links = match content {
                Json::Array(links) => links.as_mut_slice(),
                one => std::slice::from_mut(one),
            };
            for link in links.iter_mut().filter_map(Json::as_object_mut) {
                let Some(named) = link.remove(REF) else { continue };
                let known = named.as_str().and_then(|name| names.get(name));
                let Some((at, id)) = known else {
                    let named = named.as_str().unwrap_or_default();
                    return Err(Message::new("api-bulk-ref").with("name", named));
                };
                link.insert("id".to_owned(), id.to_string().into());
                self.after.extend(Some(*at).filter(|at| *at != own));
            }
        }
        Ok(())
    }
}
