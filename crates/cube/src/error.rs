//! What goes wrong with a cube or a question about one.

use std::sync::Arc;

use expr::ExprProblem;
use jiff::{Timestamp, tz::TimeZone};
use metadata::definition::DefinitionError;

/// Why a question has no answer. `E` is what goes wrong in the engine that reads the rows.
#[derive(Debug, thiserror::Error)]
pub enum Error<E: std::error::Error> {
    /// The definition of the cube.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The question: what is asked for is not there, or does not fit together.
    #[error("{0}")]
    Question(String),
    /// The answer would be too large.
    #[error("{0}")]
    Limit(String),
    #[error(transparent)]
    Engine(E),
}

/// A name that is not known, with those that are.
pub(crate) fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let likeness = |candidate: &&&str| (strsim::jaro_winkler(name, candidate) * 1_000.0) as u32;
    match known.iter().max_by_key(likeness).filter(|near| likeness(near) > 750) {
        Some(near) => format!("there is no {what} `{name}` – did you mean `{near}`?"),
        None if known.is_empty() => format!("there is no {what} `{name}`; there are none"),
        None => format!("there is no {what} `{name}`; there are {}", known.join(", ")),
    }
}

/// What is wrong with an expression, each with its place.
pub(crate) fn told(text: &str, problems: &[ExprProblem]) -> String {
    let mut texts = i18n::Texts::new();
    // Only a catalogue with errors is refused, and then the ids of the messages are shown.
    let _ = texts.add("en", "expr", expr::TEXTS);
    let reader = Arc::new(texts).reader("en", TimeZone::UTC, Timestamp::UNIX_EPOCH);
    let said = problems.iter().map(|problem| problem.render(text, &reader.text_with(&problem.message)));
    said.collect::<Vec<_>>().join("\n")
}
