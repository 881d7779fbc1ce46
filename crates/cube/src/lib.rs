//! Cubes: what can be asked of a table in the words of a business, and the statements that answer it.
//!
//! A [`CubeDef`] is what people write in TOML; over a [`Relation`] (a table as somebody sees it) it becomes a [`Cube`];
//! [`ask`] answers a [`Question`] about it through an [`Engine`], which runs statements over the same table. Nothing here
//! knows the engine: it is told what to read, row rights are its own, and what comes back are cells. Sums of decimals
//! are exact; shares, ratios and averages are divided once, as the expression language divides.
//!
//! Start with `definition.rs` and `question.rs`, then `answer.rs`.

mod answer;
mod cells;
mod cohort;
mod condition;
mod cube;
mod datum;
mod definition;
mod dialect;
mod dimension;
mod error;
mod file;
mod funnel;
mod laid_out;
mod lines;
mod period;
mod question;
mod reading;
mod relation;
mod rows;
mod statement;
mod table;
mod through;

pub use cube::{Aggregate, Cube, Measure, Measured, Within};
pub use datum::{Datum, Float};
pub use definition::{
    CalendarName, CubeDef, DimensionDef, FieldDef, Format, LevelDef, MeasureDef, MeasureKind, parse_cube,
};
pub use dialect::Columnar;
pub use dimension::{Dimension, Level, LevelKind};
pub use error::Error;
pub use file::{Content, Failed, Opened, Rows, Source};
pub use lines::Part;
pub use period::{Calendar, UNITS, Unit};
pub use question::{CohortQuestion, FunnelQuestion, Question, Step, Totals};
pub use relation::Relation;
pub use table::{Column, ColumnKind, MOST_ROWS, Table};

use arrow::array::RecordBatch;
use expr::sql::Sql;

/// Who asks and when, and how their years go.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub binding: expr::Binding<'a>,
    pub calendar: Calendar,
}

/// What runs statements. It knows the functions named in [`Columnar`], and besides them `cube_period(day, unit)`, the first
/// day of the period that a day or instant is in, `cube_number(day, unit)` for units that come round, and
/// `cube_year_of(day, unit)`, the first day of the year that a period belongs to, and `cube_entries(list)`, a list's
/// different entries, or one without a value where there are none.
pub trait Engine {
    type Error: std::error::Error;

    /// The first rows of an answer, and whether there are more.
    ///
    /// # Errors
    /// When the statement cannot be run.
    fn rows(&self, statement: &Sql, limit: usize) -> Result<(Vec<RecordBatch>, bool), Self::Error>;
}

/// Answers a question.
///
/// # Errors
/// [`Error::Question`] when it asks for what is not there, [`Error::Limit`] when the answer would be too large, or what goes
/// wrong in the engine.
pub fn ask<E: Engine>(
    cube: &Cube,
    question: &Question,
    context: &Context,
    engine: &E,
) -> Result<Table, Error<E::Error>> {
    let question = &question.drilled(cube).map_err(Error::Question)?;
    match (&question.cohort, &question.funnel, question.through) {
        (Some(_), Some(_), _) => {
            Err(Error::Question("ask for a cohort or for a funnel, not both".to_owned()))
        }
        (_, _, true) => through::through(cube, question, context, engine),
        (Some(cohort), ..) => cohort::cohorts(cube, question, cohort, context, engine),
        (_, Some(funnel), _) => funnel::funnel(cube, question, funnel, context, engine),
        _ => answer::answer(cube, question, context, engine),
    }
}
