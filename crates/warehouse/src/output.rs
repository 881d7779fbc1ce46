//! Answers as people and programs read them: a table, JSON, CSV, Parquet.

use std::io::Write;

use arrow::{
    array::{Array, RecordBatch},
    datatypes::DataType,
    util::display::{ArrayFormatter, FormatOptions},
};
use parquet::arrow::ArrowWriter;
use serde_json::{Map, Value as Json};

use crate::{Answer, Error};

/// Characters of a cell that a table shows.
const CELL: usize = 60;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: aligned columns.
    Table,
    /// An array of objects.
    Json,
    /// RFC 4180, with a line of names.
    Csv,
    Parquet,
}

impl Answer {
    /// Writes the answer.
    ///
    /// # Errors
    /// When it cannot be written to `out`.
    pub fn write(&self, format: Format, out: &mut (impl Write + Send)) -> Result<(), Error> {
        match format {
            Format::Table => self.write_table(out),
            Format::Json => {
                let rows = self.json()?;
                serde_json::to_writer_pretty(&mut *out, &rows).map_err(std::io::Error::from)?;
                Ok(writeln!(out)?)
            }
            Format::Csv => self.write_csv(out),
            Format::Parquet => {
                let mut writer = ArrowWriter::try_new(out, self.schema.clone(), None)?;
                self.batches.iter().try_for_each(|batch| writer.write(batch))?;
                writer.close()?;
                Ok(())
            }
        }
    }

    /// The rows as objects. Decimals are texts, so that nobody rounds them.
    pub fn json(&self) -> Result<Vec<Json>, Error> {
        let mut rows = Vec::with_capacity(self.rows());
        for batch in &self.batches {
            let formatters = formatters(batch)?;
            for row in 0..batch.num_rows() {
                let cell = |(at, field): (usize, &std::sync::Arc<arrow::datatypes::Field>)| {
                    Ok((field.name().clone(), json(batch.column(at), &formatters[at], row)?))
                };
                let object = batch
                    .schema()
                    .fields()
                    .iter()
                    .enumerate()
                    .map(cell)
                    .collect::<Result<Map<_, _>, Error>>()?;
                rows.push(Json::Object(object));
            }
        }
        Ok(rows)
    }

    fn write_csv(&self, out: &mut impl Write) -> Result<(), Error> {
        let mut writer = csv::Writer::from_writer(out);
        let failed = |error: csv::Error| Error::Files(error.to_string());
        writer.write_record(self.schema.fields().iter().map(|field| field.name())).map_err(failed)?;
        for batch in &self.batches {
            let formatters = formatters(batch)?;
            for row in 0..batch.num_rows() {
                let cells = formatters.iter().map(|formatter| formatter.value(row).to_string());
                writer.write_record(cells).map_err(failed)?;
            }
        }
        Ok(writer.flush()?)
    }

    fn write_table(&self, out: &mut impl Write) -> Result<(), Error> {
        let names = self.schema.fields().iter().map(|field| field.name().clone()).collect();
        let mut lines: Vec<Vec<String>> = vec![names];
        for batch in &self.batches {
            let formatters = formatters(batch)?;
            lines.extend(
                (0..batch.num_rows())
                    .map(|row| formatters.iter().map(|cell| shown(&cell.value(row).to_string())).collect()),
            );
        }
        let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.schema.fields().len()).map(width).collect();
        let right: Vec<bool> =
            self.schema.fields().iter().map(|field| field.data_type().is_numeric()).collect();
        for (number, line) in lines.iter().enumerate() {
            for (at, cell) in line.iter().enumerate() {
                let gap = if at == 0 { "" } else { "  " };
                match right[at] {
                    true => write!(out, "{gap}{cell:>width$}", width = widths[at])?,
                    false => write!(out, "{gap}{cell:<width$}", width = widths[at])?,
                }
            }
            writeln!(out)?;
            if number == 0 {
                writeln!(
                    out,
                    "{}",
                    widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  ")
                )?;
            }
        }
        let rows = self.rows();
        let more = if self.cut { "; there are more" } else { "" };
        Ok(writeln!(out, "{rows} row{}{more}", if rows == 1 { "" } else { "s" })?)
    }
}

/// A cell on one line, cut where it is long.
fn shown(cell: &str) -> String {
    let line: String = cell.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    match line.chars().count() > CELL {
        true => line.chars().take(CELL - 1).chain(['…']).collect(),
        false => line,
    }
}

fn formatters(batch: &RecordBatch) -> Result<Vec<ArrayFormatter<'_>>, Error> {
    const OPTIONS: FormatOptions<'static> = FormatOptions::new();
    batch.columns().iter().map(|column| Ok(ArrayFormatter::try_new(column.as_ref(), &OPTIONS)?)).collect()
}

fn json(column: &dyn Array, formatter: &ArrayFormatter<'_>, row: usize) -> Result<Json, Error> {
    if column.is_null(row) {
        return Ok(Json::Null);
    }
    let text = formatter.value(row).to_string();
    Ok(match column.data_type() {
        DataType::Boolean => Json::Bool(text == "true"),
        kind if kind.is_integer() => text.parse::<i64>().map_or(Json::String(text), Json::from),
        kind if kind.is_floating() => {
            text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map_or(Json::Null, Json::Number)
        }
        DataType::List(_) => {
            let list = column.as_any().downcast_ref::<arrow::array::ListArray>().map(|list| list.value(row));
            let Some(list) = list else { return Ok(Json::String(text)) };
            let options = FormatOptions::new();
            let inner = ArrayFormatter::try_new(list.as_ref(), &options)?;
            let entries = (0..list.len()).map(|at| json(list.as_ref(), &inner, at));
            Json::Array(entries.collect::<Result<_, _>>()?)
        }
        _ => Json::String(text),
    })
}
