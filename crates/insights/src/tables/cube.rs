//! `rapport analyze cube`: a file's totals by any columns, with subtotals, shares and time.
//!
//! The crate `cube` answers; the engine that runs its statements is the program's ([`Engine`]), so that nothing here waits
//! for it to be built.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use clap::Args;
use cube::{
    Calendar, Content, Context, Cube as Made, CubeDef, Datum, DimensionDef, FieldDef, Opened, Question,
    Source,
};
use expr::Binding;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{asked::Asked, measure, typed};
use crate::commands::Run;
use crate::failure::Failure;
use crate::output::{Grid, Report, number};
use crate::table::{Input, is_parquet};

/// A measure of the command's own: how many rows are looked at.
const EVERY_ROW: &str = "number of rows";

/// Opens a file for questions with years that go like those of a calendar, on so many cores, until somebody stops it; what
/// goes wrong is a sentence.
pub type Engine = fn(Source, Calendar, usize, Arc<AtomicBool>) -> Result<Opened, String>;

/// Add up a file by any of its columns: subtotals, shares, running totals, cohorts, funnels
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  rapport analyze cube lines.csv --by country,date:month --measure \"revenue = sum(amount)\" \\
    --measure \"customers = distinct(customer)\" --totals cube
  rapport analyze cube lines.parquet --by product --across date:year --measure \"revenue = sum(quantity * price)\" \\
    --order-by revenue --top 10
  rapport analyze cube lines.csv --by date:month --measure \"revenue = sum(amount)\" \\
    --measure \"so_far = year_to_date(revenue)\" --measure \"last_year = year_ago(revenue)\"
  rapport analyze cube customers.csv --by interests --several \"interests=|\" --totals rollup
  rapport analyze cube lines.csv --cohort customer:month --across age
  rapport analyze cube visits.csv --funnel visitor --step \"saw = page = 'shop'\" --step \"paid = page = 'thanks'\"
  rapport analyze cube lines.csv --definition sales.toml --by place --down place=Germany")]
pub struct Cube {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    asked: Asked,
    /// What to measure: `NAME = FUNCTION(…)` with sum, mean, median, min, max, count, distinct of a column or expression;
    /// with ratio(a, b), share(a), running(a), moving_average(a, n), previous(a), change(a), growth(a), year_to_date(a),
    /// year_ago(a) of measures before it; or a measure's name in --definition; may be repeated
    #[arg(long = "measure", value_name = "NAME = FUNCTION(…)")]
    measures: Vec<String>,
    /// A cube in TOML, with dimensions and measures of its own, to be asked instead of the file's columns
    #[arg(long, value_name = "FILE")]
    definition: Option<PathBuf>,
    /// A column whose cells hold several values, with what stands between them (a semicolon if not said): a row counts
    /// once under each of them, and once in totals; may be repeated
    #[arg(long, value_name = "COLUMN[=SEPARATOR]")]
    several: Vec<String>,
    /// The column of days that measures over time follow; the first if not given
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// The month, from 1, with which the fiscal year begins
    #[arg(long, value_name = "MONTH", default_value_t = 1, value_parser = clap::value_parser!(i8).range(1..=12))]
    fiscal_year_begins: i8,
    /// Cores to work on; all if not given
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl Cube {
    pub fn report(&self, run: &Run) -> Result<Report, Failure> {
        let stop = &run.stop;
        let threads =
            self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let calendar = Calendar { fiscal_year_begins: self.fiscal_year_begins };
        let opened = (run.engine)(self.source()?, calendar, threads, Arc::clone(stop));
        let mut opened = opened.map_err(Failure::Input)?;
        let mut question = self.asked.question()?;
        let def = self.definition(&opened.columns, &mut question)?;
        let relation = opened.take_relation();
        let file = self.definition.as_ref().map_or("the cube".to_owned(), |path| path.display().to_string());
        let cube = Made::new(&file, &def, relation);
        let problems: Vec<String> = cube.problems.iter().map(ToString::to_string).collect();
        if !problems.is_empty() {
            return Err(Failure::Usage(problems.join("\n")));
        }
        let zone = TimeZone::UTC;
        let binding = Binding { now: Timestamp::now(), zone: &zone, me: None, my_teams: &[], guard: None };
        let context = Context { binding, calendar };
        let ask = |question: &Question| {
            cube::ask(&cube, question, &context, &opened).map_err(|error| self.failed(error, stop))
        };
        let adds_up = !question.through && question.cohort.is_none() && question.funnel.is_none();
        if adds_up && question.measures.is_empty() {
            let names = cube.measures.iter().map(|own| own.name.clone());
            let said = |name: &String| name != EVERY_ROW && cube.needs_no_time(name);
            question.measures = names.filter(said).collect();
        }
        let table = ask(&question)?;
        let whole = if adds_up { totals(&cube, &question, &ask)? } else { None };
        let mut report = Report::new("Totals");
        if let Some((rows, _)) = &whole {
            report.count("rows", *rows);
        }
        report.count("cells_count", table.rows.len());
        if let Some((_, values)) = whole {
            report.values("total", values.iter().map(|(name, value)| (name.as_str(), value.clone())));
        }
        if table.more {
            report.note("There are more rows than are listed.");
        }
        report.table("cells", grid(&table));
        Ok(report)
    }

    fn failed(&self, error: cube::Error<cube::Failed>, stop: &Arc<AtomicBool>) -> Failure {
        if stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Failure::Stopped;
        }
        match error {
            cube::Error::Engine(error) => Failure::Input(error.to_string()),
            error => Failure::Usage(error.to_string()),
        }
    }

    /// Parquet is read where it is, everything else before.
    fn source(&self) -> Result<Source, Failure> {
        let parquet = self.input.files.iter().map(|path| is_parquet(path)).collect::<Result<Vec<_>, _>>()?;
        let several = self.several.iter().map(|text| {
            let (name, separator) = text.split_once('=').unwrap_or((text, ";"));
            match separator {
                "" => Err(Failure::Usage(format!("--several \"{text}\": write COLUMN=SEPARATOR"))),
                _ => Ok((name.to_owned(), separator.to_owned())),
            }
        });
        let several = several.collect::<Result<_, _>>()?;
        if parquet.iter().all(|is| *is) {
            return Ok(Source { content: Content::Parquet(self.input.files.clone()), several });
        }
        let table = Input { computed: Vec::new(), conditions: Vec::new(), ..self.input.clone() }.table()?;
        Ok(Source { content: Content::Rows(typed::batch(&table)?), several })
    }

    /// The cube that was given, or one with a dimension for each column that is asked by; with the columns, rows and
    /// measures that other options add.
    fn definition(&self, columns: &[(String, String)], question: &mut Question) -> Result<CubeDef, Failure> {
        let mut def = match &self.definition {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| Failure::File { path: path.clone(), error })?;
                cube::parse_cube(&path.display().to_string(), &text)
                    .map_err(|error| Failure::Usage(error.to_string()))?
            }
            None => CubeDef { name: "file".to_owned(), ..CubeDef::default() },
        };
        for text in &self.input.computed {
            let (name, formula) = text
                .split_once('=')
                .ok_or_else(|| Failure::Usage(format!("--let \"{text}\": write NAME = EXPRESSION")))?;
            def.fields.push(FieldDef { name: name.trim().to_owned(), formula: formula.trim().to_owned() });
        }
        let conditions = self.input.conditions.iter().map(|text| format!("({text})"));
        let all: Vec<String> = def.filter.iter().map(|text| format!("({text})")).chain(conditions).collect();
        def.filter = (!all.is_empty()).then(|| all.join(" and "));
        let own = self.definition.is_none();
        if own {
            self.add_dimensions(columns, &mut def, question);
        }
        def.measures.push(measure::read(&format!("{EVERY_ROW} = count()"), columns)?);
        if self.time.is_some() {
            def.time.clone_from(&self.time);
        }
        let adds_up = !question.through && question.cohort.is_none() && question.funnel.is_none();
        let texts = if self.measures.is_empty() && own && adds_up {
            vec!["rows = count()".to_owned()]
        } else {
            self.measures.clone()
        };
        for text in &texts {
            let name = match text.contains('=') {
                true => {
                    let measure = measure::read(text, columns)?;
                    let name = measure.name.clone();
                    def.measures.push(measure);
                    name
                }
                false => text.trim().to_owned(),
            };
            question.measures.push(name);
        }
        Ok(def)
    }

    /// A dimension for each column, called as the column is; a day by itself is told apart by the day.
    fn add_dimensions(&self, columns: &[(String, String)], def: &mut CubeDef, question: &mut Question) {
        let computed = def.fields.iter().map(|field| (field.name.clone(), field.name.clone()));
        for (called, named) in columns.iter().cloned().chain(computed) {
            if !def.dimensions.iter().any(|own| own.name == called) {
                def.dimensions.push(DimensionDef {
                    name: called,
                    of: Some(named),
                    ..DimensionDef::default()
                });
            }
        }
        let names: Vec<String> = def.dimensions.iter().map(|own| own.name.clone()).collect();
        let exact = |text: &mut String| {
            let (name, level) = match names.contains(text) {
                true => (text.clone(), None),
                false => text
                    .rsplit_once(':')
                    .map_or((text.clone(), None), |(name, level)| (name.to_owned(), Some(level.to_owned()))),
            };
            let own = names.iter().find(|own| **own == name);
            let own = own.or_else(|| names.iter().find(|own| own.eq_ignore_ascii_case(&name)));
            let own = own.cloned().unwrap_or(name);
            *text = level.map_or(own.clone(), |level| format!("{own}:{level}"));
        };
        question.by.iter_mut().chain(&mut question.across).for_each(exact);
    }
}

/// How many rows are looked at, and measures by name.
type Totals = (usize, Vec<(String, Value)>);

/// How many rows are looked at, and the measures over all of them.
fn totals(
    cube: &Made,
    question: &Question,
    ask: &dyn Fn(&Question) -> Result<cube::Table, Failure>,
) -> Result<Option<Totals>, Failure> {
    if !question.down.is_empty() {
        return Ok(None);
    }
    let timeless = question.measures.iter().filter(|name| cube.needs_no_time(name)).cloned();
    let whole = Question {
        measures: timeless.chain([EVERY_ROW.to_owned()]).collect(),
        filter: question.filter.clone(),
        slice: question.slice.clone(),
        from: question.from,
        to: question.to,
        ..Question::default()
    };
    let table = ask(&whole)?;
    let Some((Datum::Int(rows), values)) = table.rows.first().and_then(|row| row.split_last()) else {
        return Ok(None);
    };
    let values = table.columns.iter().zip(values).map(|(column, datum)| (column.name.clone(), json(datum)));
    Ok(Some((usize::try_from(*rows).unwrap_or_default(), values.collect())))
}

/// A table of the answer: exact numbers keep all their digits.
fn grid(table: &cube::Table) -> Grid {
    let mut grid = Grid::new();
    for (at, column) in table.columns.iter().enumerate() {
        let values = || table.rows.iter().map(|row| &row[at]);
        let all = |test: fn(&Datum) -> bool| values().all(test);
        grid = if all(|datum| matches!(datum, Datum::Int(_))) {
            let whole = |datum: &Datum| if let Datum::Int(number) = datum { *number } else { 0 };
            grid.wholes(&column.name, values().map(whole))
        } else if all(|datum| datum.is_null() || datum.exact().is_some()) {
            grid.decimals(&column.name, values().map(Datum::exact))
        } else if all(|datum| datum.is_null() || datum.approximate().is_some()) {
            grid.maybe(&column.name, values().map(Datum::approximate))
        } else {
            grid.texts(&column.name, values().map(Datum::shown))
        };
    }
    grid
}

fn json(datum: &Datum) -> Value {
    match datum {
        Datum::Int(number) => (*number).into(),
        Datum::Float(float) => number(float.0),
        Datum::Decimal(exact) => crate::output::decimal(*exact),
        Datum::Null => Value::Null,
        other => other.shown().into(),
    }
}
