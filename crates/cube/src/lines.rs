//! Where in the text of a definition its parts stand, for what is wrong with them.

use metadata::definition::{DefinitionError, line_of};
use serde::{Deserialize, de::IgnoredAny};
use toml::Spanned;

/// The lines of its parts, from 1; none of a definition that was not read from a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    pub table: Option<usize>,
    pub time: Option<usize>,
    pub filter: Option<usize>,
    pub fields: Vec<usize>,
    pub dimensions: Vec<usize>,
    pub measures: Vec<usize>,
}

type Part = Spanned<IgnoredAny>;

/// The same text, read for its places.
#[derive(Deserialize)]
#[serde(default)]
struct Parts {
    table: Option<Part>,
    time: Option<Part>,
    filter: Option<Part>,
    field: Vec<Part>,
    dimension: Vec<Part>,
    measure: Vec<Part>,
}

impl Default for Parts {
    fn default() -> Parts {
        let (table, time, filter) = (None, None, None);
        Parts { table, time, filter, field: Vec::new(), dimension: Vec::new(), measure: Vec::new() }
    }
}

impl Lines {
    /// # Errors
    /// When the text is no TOML.
    pub fn of(file: &str, text: &str) -> Result<Lines, DefinitionError> {
        let parts: Parts = metadata::definition::parse(file, text)?;
        let line = |part: &Part| line_of(text, part.span().start);
        let lines = |parts: &[Part]| parts.iter().map(line).collect();
        Ok(Lines {
            table: parts.table.as_ref().map(line),
            time: parts.time.as_ref().map(line),
            filter: parts.filter.as_ref().map(line),
            fields: lines(&parts.field),
            dimensions: lines(&parts.dimension),
            measures: lines(&parts.measure),
        })
    }
}
