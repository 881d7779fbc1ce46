//! Columns of several values, such as many-to-many fields and tags: as they are compared, and entry by entry.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, ListArray, ListBuilder, StringArray, StringBuilder},
    compute::cast,
    datatypes::DataType,
};
use datafusion::common::Result;

/// Lists of text as JSON; other columns as text.
pub fn as_json(array: &ArrayRef) -> Result<ArrayRef> {
    let Some(lists) = array.as_any().downcast_ref::<ListArray>() else {
        return Ok(cast(array, &DataType::Utf8)?);
    };
    let mut texts = StringBuilder::new();
    for list in lists.iter() {
        texts.append_option(list.map(|list| {
            let entries: Vec<&str> = list.as_string::<i32>().iter().flatten().collect();
            serde_json::Value::from(entries).to_string()
        }));
    }
    Ok(Arc::new(texts.finish()))
}

/// The different entries of each list; one without a value where there are none.
pub fn entries(lists: &ListArray) -> ArrayRef {
    let mut answers = ListBuilder::new(StringBuilder::new());
    for list in lists.iter() {
        let entries = list.as_ref().map(|list| list.as_string::<i32>());
        let mut seen: Vec<&str> = Vec::new();
        for entry in entries.into_iter().flatten().flatten() {
            if !seen.contains(&entry) {
                seen.push(entry);
                answers.values().append_value(entry);
            }
        }
        if seen.is_empty() {
            answers.values().append_null();
        }
        answers.append(true);
    }
    Arc::new(answers.finish())
}

/// The values of each text that stand between separators, without blanks around them and without empty ones.
pub fn split(texts: &StringArray, separators: &StringArray) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for (text, separator) in texts.iter().zip(separators) {
        let parts = text.zip(separator).map(|(text, separator)| text.split(separator).map(str::trim));
        for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
            lists.values().append_value(part);
        }
        lists.append(text.is_some());
    }
    Arc::new(lists.finish())
}
