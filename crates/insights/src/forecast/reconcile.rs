//! `rapport analyze reconcile`: forecasts of a hierarchy that add up.

use std::collections::HashSet;

use analytics::Progress;
use analytics::forecast::{Weights, reconcile};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Input, Table};

/// Make the forecasts of a hierarchy add up (regions and teams, categories and products)
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze reconcile forecasts.csv --node name --parent parent \
    --forecasts jan,feb,mar --weights variances --errors e1,e2,e3,e4")]
pub struct Reconcile {
    #[command(flatten)]
    input: Input,
    /// The node's name
    #[arg(long, value_name = "COLUMN", default_value = "node", help_heading = "Columns")]
    node: String,
    /// The name of the node above; empty for the top
    #[arg(long, value_name = "COLUMN", default_value = "parent", help_heading = "Columns")]
    parent: String,
    /// The forecasts, a column for each step
    #[arg(
        long,
        value_name = "A,B,…",
        value_delimiter = ',',
        default_value = "forecast",
        help_heading = "Columns"
    )]
    forecasts: Vec<String>,
    /// One-step errors in the past, a column for each time
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', help_heading = "Columns")]
    errors: Vec<String>,
    /// What is known of the errors, and so which forecasts move most
    #[arg(long, value_enum, default_value_t = Known::Leaves)]
    weights: Known,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq)]
enum Known {
    BottomUp,
    TopDown,
    Equal,
    Leaves,
    Variances,
    Covariance,
}

impl Reconcile {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let node = table.position(&self.node)?;
        let above = table.position(&self.parent)?;
        let names: Vec<&str> = (0..table.len()).map(|row| table.text(node, row)).collect();
        let mut known = HashSet::new();
        if let Some(row) = names.iter().position(|name| !known.insert(*name)) {
            let place = table.place(node, row);
            return Err(Failure::Input(format!("{place}: \"{}\" is there twice", names[row])));
        }
        let parent_of = |row: usize| match table.text(above, row) {
            "" => Ok(None),
            name => names.iter().position(|own| *own == name).map(Some).ok_or_else(|| {
                Failure::Input(format!("{}: there is no node \"{name}\"", table.place(above, row)))
            }),
        };
        let parent: Vec<Option<usize>> = (0..table.len()).map(parent_of).collect::<Result<_, Failure>>()?;
        let forecasts = by_node(&table, &self.forecasts)?;
        let errors = by_node(&table, &self.errors)?;
        let times = self.errors.len();
        let needed = matches!(self.weights, Known::Variances | Known::Covariance);
        if needed && times == 0 {
            return Err(Failure::Usage("--weights variances and covariance need --errors".to_owned()));
        }
        let weights = match self.weights {
            Known::BottomUp => Weights::BottomUp,
            Known::TopDown => Weights::TopDown,
            Known::Equal => Weights::Equal,
            Known::Leaves => Weights::Leaves,
            Known::Variances => Weights::Variances { errors: &errors, times },
            Known::Covariance => Weights::Covariance { errors: &errors, times },
        };
        let steps = self.forecasts.len();
        let found =
            reconcile(&parent, &forecasts, steps, weights).map_err(|error| table.located(None, error))?;
        let mut report = Report::new("Forecasts that add up");
        let mut grid = Grid::new().texts("node", names.iter().copied());
        for (step, name) in self.forecasts.iter().enumerate() {
            grid = grid
                .numbers(&format!("{name}_before"), (0..names.len()).map(|row| forecasts[row * steps + step]))
                .numbers(name, (0..names.len()).map(|row| found[row * steps + step]));
        }
        report.table("nodes", grid);
        Ok(report)
    }
}

/// The columns' numbers, node by node.
fn by_node(table: &Table, columns: &[String]) -> Result<Vec<f64>, Failure> {
    let columns: Vec<Vec<f64>> = columns
        .iter()
        .map(|name| table.full_numbers(table.position(name)?))
        .collect::<Result<_, Failure>>()?;
    Ok((0..table.len()).flat_map(|row| columns.iter().map(move |column| column[row])).collect())
}
