//! Numbers on one scale, so that no column counts more for its unit.

use analytics::segments::Points;
use clap::Args;

use crate::failure::Failure;

/// How columns are made comparable.
#[derive(Args, Debug, Clone)]
pub struct Scaling {
    /// Take ln(1 + x) of every column first
    #[arg(long)]
    pub log1p: bool,
    /// Leave the columns in their own units
    #[arg(long)]
    pub no_scale: bool,
}

/// Points, and how to get back.
pub struct Scaled {
    pub points: Points,
    pub means: Vec<f64>,
    pub deviations: Vec<f64>,
}

impl Scaling {
    /// Scales columns to mean 0 and standard deviation 1 (n, not n − 1), by weight if rows have any.
    ///
    /// # Errors
    /// [`Failure::Input`] for a logarithm that cannot be; a constant column.
    pub fn scale(
        &self,
        names: &[&str],
        columns: &[&[f64]],
        weights: Option<&[f64]>,
    ) -> Result<Scaled, Failure> {
        let logs: Vec<Vec<f64>>;
        let mut columns = columns.to_vec();
        if self.log1p {
            if let Some(at) = columns.iter().position(|column| column.iter().any(|value| *value <= -1.0)) {
                return Err(Failure::Input(format!("{}: --log1p needs numbers above −1", names[at])));
            }
            logs = columns.iter().map(|column| column.iter().map(|value| value.ln_1p()).collect()).collect();
            columns = logs.iter().map(Vec::as_slice).collect();
        }
        // The library numbers columns; people know them by name.
        let named = |error: analytics::Error| match error {
            analytics::Error::Constant { column } => {
                let at = column.trim_start_matches("column ").parse::<usize>().ok();
                let name = at.and_then(|at| names.get(at.wrapping_sub(1)).copied());
                analytics::Error::Constant { column: name.map_or(column, str::to_owned) }
            }
            error => error,
        };
        let points = Points::from_columns(&columns)?;
        let points = match weights {
            None => points,
            Some(weights) => points.weighed(weights.to_vec())?,
        };
        if self.no_scale {
            let count = columns.len();
            return Ok(Scaled { points, means: vec![0.0; count], deviations: vec![1.0; count] });
        }
        let scaled = points.standardised().map_err(named)?;
        Ok(Scaled { points: scaled.points, means: scaled.means, deviations: scaled.deviations })
    }
}
