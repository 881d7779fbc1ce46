//! What a field of files keeps of each file: enough to list, show and fetch it without asking where files are.
//!
//! Whoever saves names files by their ids. The feature that keeps files is a [`crate::Behaviour`]: it fills in the rest
//! and refuses what is not there or not theirs.

use kernel::{Id, Message, Value};
use serde_json::{Value as Json, json};

/// A file of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub id: Id,
    pub name: String,
    pub size_bytes: u64,
    /// Told from the content.
    pub media_type: String,
}

/// The files that a field holds.
pub fn files(value: &Value) -> Vec<StoredFile> {
    let Value::Json(Json::Array(entries)) = value else { return Vec::new() };
    let text = |entry: &Json, name: &str| entry[name].as_str().unwrap_or("").to_owned();
    let file = |entry: &Json| {
        Some(StoredFile {
            id: entry["id"].as_str()?.parse().ok()?,
            name: text(entry, "name"),
            size_bytes: entry["size"].as_u64().unwrap_or(0),
            media_type: text(entry, "type"),
        })
    };
    entries.iter().filter_map(file).collect()
}

/// The field that holds these files; empty for none.
pub fn file_value(files: &[StoredFile]) -> Value {
    if files.is_empty() {
        return Value::Null;
    }
    let entry = |file: &StoredFile| {
        json!({
            "id": file.id.to_string(),
            "name": file.name,
            "size": file.size_bytes,
            "type": file.media_type,
        })
    };
    Value::Json(files.iter().map(entry).collect())
}

/// Ids, alone or as `{"id": …}`, one or many: as a list of files of which nothing else is known yet.
pub(crate) fn normalise(value: &Value, max: usize) -> Result<Value, Message> {
    let ids: Option<Vec<Id>> = match value {
        Value::Id(id) => Some(vec![*id]),
        Value::Text(text) => text.parse().ok().map(|id| vec![id]),
        Value::List(entries) => entries.iter().map(|entry| entry.as_text()?.parse().ok()).collect(),
        Value::Json(Json::Array(entries)) => entries.iter().map(named).collect(),
        Value::Json(one) => named(one).map(|id| vec![id]),
        _ => None,
    };
    let mut ids = ids.ok_or_else(|| Message::new("problem-file"))?;
    let mut known = std::collections::HashSet::new();
    ids.retain(|id| known.insert(*id));
    if ids.len() > max {
        return Err(Message::new("problem-too-many-files").with("max", max));
    }
    let file = |id| StoredFile { id, name: String::new(), size_bytes: 0, media_type: String::new() };
    Ok(file_value(&ids.into_iter().map(file).collect::<Vec<_>>()))
}

fn named(entry: &Json) -> Option<Id> {
    entry.as_str().or_else(|| entry["id"].as_str())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_ids_in_any_notation_and_once_each() {
        let id: Id = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        let text = id.to_string();
        let notations = [
            Value::Id(id),
            Value::from(text.as_str()),
            Value::List(vec![text.as_str().into(), text.as_str().into()]),
            Value::Json(json!([{ "id": text, "name": "forged.exe", "size": 1 }])),
            Value::Json(json!({ "id": text })),
        ];
        for notation in notations {
            let kept = files(&normalise(&notation, 1).unwrap());
            assert_eq!(kept.len(), 1, "{notation:?}");
            assert_eq!((kept[0].id, kept[0].name.as_str()), (id, ""), "{notation:?}");
        }
        assert!(normalise(&Value::Json(json!(["no id"])), 9).is_err());
        assert!(normalise(&Value::List(vec![Id::generate().to_string().into(), text.into()]), 1).is_err());
        assert_eq!(normalise(&Value::Json(json!([])), 1), Ok(Value::Null));
    }
}
