//! Where in the text of a definition its parts stand, for what is wrong with them.

use metadata::definition::{line_of, parse};
use serde::{Deserialize, de::IgnoredAny};
use toml::Spanned;

use crate::CubeDef;

/// A part of a definition; fields, dimensions and measures by their places, from 0.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Table,
    Time,
    Filter,
    Field(usize),
    Dimension(usize),
    Measure(usize),
}

/// The same text, read for its places.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Places {
    table: Option<Spanned<IgnoredAny>>,
    time: Option<Spanned<IgnoredAny>>,
    filter: Option<Spanned<IgnoredAny>>,
    field: Vec<Spanned<IgnoredAny>>,
    dimension: Vec<Spanned<IgnoredAny>>,
    measure: Vec<Spanned<IgnoredAny>>,
}

impl CubeDef {
    /// The line, from 1, where a part stands; none in a definition that was not read from a text.
    pub fn line(&self, part: Part) -> Option<usize> {
        let places: Places = parse(&self.name, &self.text).ok()?;
        let place = match part {
            Part::Table => places.table,
            Part::Time => places.time,
            Part::Filter => places.filter,
            Part::Field(at) => places.field.into_iter().nth(at),
            Part::Dimension(at) => places.dimension.into_iter().nth(at),
            Part::Measure(at) => places.measure.into_iter().nth(at),
        };
        Some(line_of(&self.text, place?.span().start))
    }
}
