//! From the text of a definition to its structs; what is wrong is said with file, line and the nearest name.

use serde::de::DeserializeOwned;

use super::{ObjectDef, Overlay};

/// A definition that cannot be used: where, what, and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {message}{}", line.map(|line| format!(":{line}")).unwrap_or_default(),
    nearest.as_ref().map(|name| format!(" – did you mean `{name}`?")).unwrap_or_default())]
pub struct DefinitionError {
    pub file: String,
    pub line: Option<usize>,
    pub message: String,
    pub nearest: Option<String>,
}

impl DefinitionError {
    pub fn new(file: &str, message: impl Into<String>) -> DefinitionError {
        DefinitionError { file: file.to_owned(), line: None, message: message.into(), nearest: None }
    }

    /// Adds the line, from 1, where that is known.
    #[must_use]
    pub fn at(self, line: Option<usize>) -> DefinitionError {
        DefinitionError { line, ..self }
    }

    /// Adds the name among `known` that is most like `name`, if one is like it at all.
    #[must_use]
    pub fn nearest_to<'a>(mut self, name: &str, known: impl IntoIterator<Item = &'a str>) -> DefinitionError {
        self.nearest = nearest(name, known);
        self
    }
}

/// Reads the text of an `object.toml`.
///
/// # Errors
/// When the text is no TOML, lacks a needed key or has an unknown one.
pub fn parse_object(file: &str, text: &str) -> Result<ObjectDef, DefinitionError> {
    parse(file, text)
}

/// Reads the text of a customer's changes to an object.
///
/// # Errors
/// As [`parse_object`].
pub fn parse_overlay(file: &str, text: &str) -> Result<Overlay, DefinitionError> {
    parse(file, text)
}

/// Reads the text of any definition.
///
/// # Errors
/// As [`parse_object`].
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, DefinitionError> {
    toml::from_str(text).map_err(|error| {
        let message = error.message().to_owned();
        let mut quoted = message.split('`').skip(1).step_by(2);
        let unknown = message.starts_with("unknown").then(|| quoted.next()).flatten();
        DefinitionError {
            file: file.to_owned(),
            line: error.span().map(|span| line_of(text, span.start)),
            nearest: unknown.and_then(|name| nearest(name, quoted)),
            message: message.split(", expected").next().unwrap_or(&message).to_owned(),
        }
    })
}

/// The line, from 1, that a byte of a text is in.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}
