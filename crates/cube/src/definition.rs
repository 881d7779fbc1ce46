//! What is written in a `cube.toml`: the whole vocabulary, before names mean anything.

use metadata::definition::{DefinitionError, parse};
use serde::{Deserialize, Serialize};

/// A cube as people write it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CubeDef {
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// A table of the warehouse, such as `deal`, `deal_history` or `deal_daily`; a cube of a file has none.
    #[serde(default)]
    pub table: Option<String>,
    /// The dimension that measures over time follow; the only one of days if not given.
    #[serde(default)]
    pub time: Option<String>,
    /// Rows that count; all without.
    #[serde(default)]
    pub filter: Option<String>,
    /// Columns computed by expressions, for dimensions and measures to use.
    #[serde(default, rename = "field")]
    pub fields: Vec<FieldDef>,
    #[serde(default, rename = "dimension")]
    pub dimensions: Vec<DimensionDef>,
    #[serde(default, rename = "measure")]
    pub measures: Vec<MeasureDef>,
    /// What it was read from.
    #[serde(skip)]
    pub text: String,
}

/// A column that is computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDef {
    pub name: String,
    pub formula: String,
}

/// What a cube is cut by: an expression, or levels from coarse to fine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionDef {
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// A field or another expression; its name if neither this nor levels are given. Days have levels of themselves.
    #[serde(default)]
    pub of: Option<String>,
    #[serde(default, rename = "level")]
    pub levels: Vec<LevelDef>,
    /// The levels that days have.
    #[serde(default)]
    pub calendar: CalendarName,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelDef {
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub of: Option<String>,
}

/// From which years down days are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarName {
    /// Year, quarter, month, day.
    #[default]
    Standard,
    /// Fiscal year, fiscal quarter, month, day.
    Fiscal,
    /// Year, week, day, by ISO 8601.
    Weeks,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureDef {
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    pub is: MeasureKind,
    /// An expression over the rows, or the name of another measure for those made of one.
    #[serde(default)]
    pub of: Option<String>,
    /// The measure that a ratio divides by.
    #[serde(default)]
    pub per: Option<String>,
    /// Rows that count for this measure.
    #[serde(default)]
    pub filter: Option<String>,
    /// How many periods a moving average is over.
    #[serde(default)]
    pub periods: Option<usize>,
    /// What a share is of: `all`, `parent`, or a dimension.
    #[serde(default)]
    pub within: Option<String>,
    #[serde(default)]
    pub format: Format,
}

/// How a measure comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    Count,
    Sum,
    Distinct,
    Average,
    Median,
    Min,
    Max,
    Ratio,
    Running,
    MovingAverage,
    Share,
    Previous,
    Change,
    Growth,
    YearToDate,
    YearAgo,
}

/// How a measure is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Number,
    /// In the base currency.
    Money,
    /// A share of one: 0.25 is 25 %.
    Percent,
}

/// Reads the text of a `cube.toml`.
///
/// # Errors
/// When the text is no TOML, lacks a needed key or has an unknown one: with file, line and the nearest name.
pub fn parse_cube(file: &str, text: &str) -> Result<CubeDef, DefinitionError> {
    Ok(CubeDef { text: text.to_owned(), ..parse(file, text)? })
}
