//! `rapport analyze cube`: a file's totals by any columns, with subtotals.

use std::cmp::Ordering;
use std::collections::HashMap;

use analytics::Progress;
use clap::{Args, ValueEnum};

use super::dimension::Dimension;
use super::measure::Measure;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Input, Table};

/// Add up a file by any of its columns, with subtotals and distinct counts
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze cube lines.csv --by country,date:month \
    --measure \"revenue = sum(amount)\" --measure \"customers = distinct(customer)\" --totals cube")]
pub struct Cube {
    #[command(flatten)]
    input: Input,
    /// Columns to add up by; of a date also `COLUMN:year`, `:quarter`, `:month`, `:week`, `:weekday` or `:day`
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', help_heading = "Columns")]
    by: Vec<String>,
    /// What to measure: `NAME = sum(COLUMN)`, also mean, median, min, max, count, distinct; may be repeated
    #[arg(long = "measure", value_name = "NAME = FUNCTION(COLUMN)", default_value = "rows = count()")]
    measures: Vec<String>,
    /// Subtotals: none, of the first columns (rollup), or of every choice of columns (cube)
    #[arg(long, value_enum, default_value_t = Totals::None)]
    totals: Totals,
    /// Sort by this measure, largest first, instead of by the columns
    #[arg(long, value_name = "MEASURE")]
    order_by: Option<String>,
    /// Keep only so many cells; all others are taken together
    #[arg(long, value_name = "N", requires = "order_by")]
    top: Option<usize>,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Totals {
    None,
    Rollup,
    Cube,
}

/// Codes of the columns, `None` for a total over one; and the rows of the cell.
type Cell = (Vec<Option<u32>>, Vec<u32>);

/// More columns would make more kinds of subtotal than anybody reads.
const MOST_COLUMNS: usize = 8;

impl Cube {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        if self.by.len() > MOST_COLUMNS {
            return Err(Failure::Usage(format!("--by takes at most {MOST_COLUMNS} columns")));
        }
        let table = self.input.table()?;
        let read = |text: &String| Dimension::read(&table, text);
        let dimensions = self.by.iter().map(read).collect::<Result<Vec<Dimension>, Failure>>()?;
        let read = |text: &String| Measure::read(&table, text);
        let measures = self.measures.iter().map(read).collect::<Result<Vec<Measure>, Failure>>()?;
        let mut cells: Vec<Cell> = Vec::new();
        let kinds = self.kinds(dimensions.len());
        for (at, kept) in kinds.iter().enumerate() {
            watch.at(at as f64 / kinds.len() as f64)?;
            let mut own = grouped(&table, &dimensions, kept);
            own.sort_by(|a, b| a.0.cmp(&b.0));
            cells.extend(own);
        }
        let mut others = None;
        if let Some(name) = &self.order_by {
            others = self.take_largest(&mut cells, &measures, name)?;
        }
        let mut report = Report::new("Totals");
        report.count("rows", table.len());
        report.count("cells_count", cells.len());
        let whole: Vec<u32> = (0..table.len() as u32).collect();
        report.figures("total", measures.iter().map(|measure| (measure.name.as_str(), measure.of(&whole))));
        if let Some((count, rows)) = others {
            report.count("others_count", count);
            report
                .figures("others", measures.iter().map(|measure| (measure.name.as_str(), measure.of(&rows))));
        }
        report.table("cells", grid(&dimensions, &measures, &cells));
        Ok(report)
    }

    /// For each kind of cell, which columns it is by.
    fn kinds(&self, columns: usize) -> Vec<Vec<bool>> {
        let first = |count: usize| (0..columns).map(|at| at < count).collect::<Vec<bool>>();
        match self.totals {
            Totals::None => vec![first(columns)],
            Totals::Rollup => (0..=columns).rev().map(first).collect(),
            Totals::Cube => (0..1_usize << columns)
                .rev()
                .map(|bits| (0..columns).map(|at| bits >> (columns - 1 - at) & 1 == 1).collect())
                .collect(),
        }
    }

    /// Sorts the cells by a measure, and takes out those past the first: their number and rows.
    fn take_largest(
        &self,
        cells: &mut Vec<Cell>,
        measures: &[Measure],
        name: &str,
    ) -> Result<Option<(usize, Vec<u32>)>, Failure> {
        let measure = measures.iter().find(|measure| measure.name == name).ok_or_else(|| {
            let names: Vec<&str> = measures.iter().map(|measure| measure.name.as_str()).collect();
            Failure::Usage(format!("--order-by {name}: the measures are {}", names.join(", ")))
        })?;
        let mut keyed: Vec<(f64, Cell)> =
            std::mem::take(cells).into_iter().map(|cell| (measure.of(&cell.1), cell)).collect();
        keyed.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal));
        cells.extend(keyed.into_iter().map(|(_, cell)| cell));
        let Some(top) = self.top.filter(|&top| top < cells.len()) else { return Ok(None) };
        let rest = cells.split_off(top);
        let mut rows: Vec<u32> = rest.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
        // With subtotals a row is in several cells.
        rows.sort_unstable();
        rows.dedup();
        Ok(Some((rest.len(), rows)))
    }
}

fn grouped(table: &Table, dimensions: &[Dimension], kept: &[bool]) -> Vec<Cell> {
    let mut known: HashMap<Vec<Option<u32>>, usize> = HashMap::new();
    let mut cells: Vec<Cell> = Vec::new();
    let mut key: Vec<Option<u32>> = vec![None; dimensions.len()];
    for row in 0..table.len() {
        for ((own, dimension), kept) in key.iter_mut().zip(dimensions).zip(kept) {
            *own = kept.then(|| dimension.codes.codes[row]);
        }
        let cell = match known.get(&key) {
            Some(&cell) => cell,
            None => {
                known.insert(key.clone(), cells.len());
                cells.push((key.clone(), Vec::new()));
                cells.len() - 1
            }
        };
        cells[cell].1.push(row as u32);
    }
    cells
}

fn grid(dimensions: &[Dimension], measures: &[Measure], cells: &[Cell]) -> Grid {
    let mut grid = Grid::new();
    for (at, dimension) in dimensions.iter().enumerate() {
        grid = grid.texts(&dimension.name, cells.iter().map(|(key, _)| dimension.shown(key[at])));
    }
    for measure in measures {
        let values = cells.iter().map(|(_, rows)| measure.of(rows));
        grid = match measure.is_whole() {
            true => grid.wholes(&measure.name, values.map(|value| value as i64)),
            false => grid.numbers(&measure.name, values),
        };
    }
    grid
}
