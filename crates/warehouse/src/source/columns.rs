//! The columns of a source: what their texts are, found out from all of them, and the few that are something else.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder,
        TimestampMicrosecondBuilder,
    },
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use jiff::{civil::DateTime, tz::TimeZone};
use kernel::{Decimal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::columns::days;

/// What a column's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Boolean,
    Whole,
    /// Digits after the point.
    Decimal {
        scale: u8,
    },
    Float,
    /// `2026-03-31`
    Date,
    /// RFC 3339; `2026-03-31T10:00:00` is one of the source's zone.
    Instant,
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceColumn {
    pub name: String,
    pub kind: Kind,
}

/// Digits of a decimal.
const DIGITS: u8 = 38;
/// Digits after the point that a column of decimals has at least, and at most.
const SCALES: (u8, u8) = (4, 10);

pub fn schema(columns: &[SourceColumn]) -> SchemaRef {
    let field = |column: &SourceColumn| Field::new(&column.name, column.kind.data_type(), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

impl Kind {
    pub fn data_type(self) -> DataType {
        match self {
            Kind::Boolean => DataType::Boolean,
            Kind::Whole => DataType::Int64,
            Kind::Decimal { scale } => DataType::Decimal128(DIGITS, scale.cast_signed()),
            Kind::Float => DataType::Float64,
            Kind::Date => DataType::Date32,
            Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::Text => DataType::Utf8,
        }
    }

    fn parse(self, text: &str, zone: &TimeZone) -> Option<Cell> {
        match self {
            Kind::Boolean if text.eq_ignore_ascii_case("true") => Some(Cell::Boolean(true)),
            Kind::Boolean if text.eq_ignore_ascii_case("false") => Some(Cell::Boolean(false)),
            Kind::Boolean => None,
            // 007 is a name that looks like a number.
            Kind::Whole | Kind::Decimal { .. } | Kind::Float if has_leading_zero(text) => None,
            Kind::Whole => text.parse().ok().map(Cell::Whole),
            Kind::Decimal { scale } => {
                let mut number: Decimal = text.parse().ok()?;
                let fits = number.normalize().scale() <= u32::from(scale);
                number.rescale(scale.into());
                (fits && number.scale() == u32::from(scale)).then(|| Cell::Decimal(number.mantissa()))
            }
            Kind::Float => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Cell::Float),
            // A moment has a day too, but says more.
            Kind::Date if text.contains(':') => None,
            Kind::Date => text.parse().ok().map(|day| Cell::Date(days(day))),
            Kind::Instant if !text.contains(':') => None,
            Kind::Instant => moment(text, zone).map(|at| Cell::Instant(at.as_microsecond())),
            Kind::Text => Some(Cell::Text(text.to_owned())),
        }
    }

    const fn said(self) -> &'static str {
        match self {
            Kind::Boolean => "true or false",
            Kind::Whole => "a whole number",
            Kind::Decimal { .. } => "a number",
            Kind::Float => "a number",
            Kind::Date => "a day like 2026-03-31",
            Kind::Instant => "a moment like 2026-03-31T10:00:00Z",
            Kind::Text => "a text",
        }
    }
}

/// A moment; where none is told apart from another by a zone, the one on the clocks there. One that the clocks skip is an
/// hour later, of one that they show twice it is the first.
pub fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    text.parse().ok().or_else(|| on_clocks(text.parse().ok()?, zone))
}

/// The moment at which the clocks of a zone show that.
pub fn on_clocks(shown: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(shown).ok()
}

fn has_leading_zero(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.")
}

/// What the texts of a column are, found out by looking at all of them.
#[derive(Debug, Default)]
pub struct Guess {
    seen: u64,
    /// How many of them are not of each of [`CANDIDATES`].
    misses: [u64; CANDIDATES.len()],
    /// Digits after the point, at most.
    places: u8,
}

/// What a column may be, the narrower first; else it is text.
const CANDIDATES: [Kind; 6] =
    [Kind::Boolean, Kind::Whole, Kind::Decimal { scale: SCALES.1 }, Kind::Float, Kind::Date, Kind::Instant];
/// One in how many texts may be something else than its column: it is a mistake, and told as one.
const MISTAKES: u64 = 100;

impl Guess {
    pub fn look(&mut self, text: &str, zone: &TimeZone) {
        if text.is_empty() {
            return;
        }
        self.seen += 1;
        for (kind, misses) in CANDIDATES.iter().zip(&mut self.misses) {
            // What is wrong already is not tried a million times more.
            let is_out = *misses > 1_000 && *misses * 2 > self.seen;
            if is_out || kind.parse(text, zone).is_none() {
                *misses += 1;
            } else if let Kind::Decimal { scale } = kind {
                let places = text.split_once('.').map_or(0, |(_, places)| places.len());
                self.places = self.places.max(u8::try_from(places).unwrap_or(*scale));
            }
        }
    }

    /// The kind that the most texts are of, if nearly all are of it.
    pub fn kind(&self) -> Kind {
        let best = CANDIDATES.iter().zip(&self.misses).min_by_key(|(_, misses)| **misses);
        match best.filter(|(_, misses)| self.seen > 0 && **misses * MISTAKES <= self.seen) {
            Some((Kind::Decimal { .. }, _)) => Kind::Decimal { scale: self.places.clamp(SCALES.0, SCALES.1) },
            Some((kind, _)) => *kind,
            None => Kind::Text,
        }
    }
}

/// A cell, as its column's kind has it.
#[derive(Debug)]
pub enum Cell {
    Empty,
    Boolean(bool),
    Whole(i64),
    Decimal(i128),
    Float(f64),
    Date(i32),
    Instant(i64),
    Text(String),
}

/// The cell that a text is, with the clocks of a zone.
///
/// # Errors
/// What it should have been.
pub fn cell(column: &SourceColumn, text: &str, zone: &TimeZone) -> Result<Cell, String> {
    if text.is_empty() {
        return Ok(Cell::Empty);
    }
    let shown: String = text.chars().take(40).collect();
    let cell = column.kind.parse(text, zone);
    cell.ok_or_else(|| format!("{}: {shown:?} is not {}", column.name, column.kind.said()))
}

/// One column of rows, as Arrow.
pub fn array(kind: Kind, cells: impl Iterator<Item = Cell>) -> ArrayRef {
    macro_rules! gather {
        ($builder:expr, $cell:path) => {{
            let mut builder = $builder;
            for cell in cells {
                builder.append_option(match cell {
                    $cell(value) => Some(value),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }};
    }
    match kind {
        Kind::Boolean => gather!(BooleanBuilder::new(), Cell::Boolean),
        Kind::Whole => gather!(Int64Builder::new(), Cell::Whole),
        Kind::Decimal { .. } => {
            gather!(Decimal128Builder::new().with_data_type(kind.data_type()), Cell::Decimal)
        }
        Kind::Float => gather!(arrow::array::Float64Builder::new(), Cell::Float),
        Kind::Date => gather!(Date32Builder::new(), Cell::Date),
        Kind::Instant => {
            gather!(TimestampMicrosecondBuilder::new().with_data_type(kind.data_type()), Cell::Instant)
        }
        Kind::Text => gather!(StringBuilder::new(), Cell::Text),
    }
}
