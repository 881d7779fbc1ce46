//! Which columns tell how long customers stayed, and whether they left.

use clap::Args;

use crate::failure::Failure;
use crate::table::Table;

/// Columns of durations.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Columns")]
pub struct DurationColumns {
    /// How long each customer stayed, or has stayed so far
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// Whether the customer left then
    #[arg(long, value_name = "COLUMN")]
    pub event: Option<String>,
    /// The value of the event column that counts as yes
    #[arg(long, value_name = "TEXT")]
    pub yes: Option<String>,
}

/// Durations as columns.
pub struct Durations {
    pub time: Vec<f64>,
    pub event: Vec<bool>,
    /// Positions of the two columns.
    pub columns: [usize; 2],
}

impl DurationColumns {
    /// Takes the columns out of the table.
    ///
    /// # Errors
    /// [`Failure::Input`] when one is not there or holds something else.
    pub fn read(&self, table: &Table) -> Result<Durations, Failure> {
        let time =
            table.choose(self.time.as_deref(), "--time", &["time", "tenure", "duration", "months", "age"])?;
        let event = table.choose(
            self.event.as_deref(),
            "--event",
            &["event", "churn", "churned", "left", "cancelled"],
        )?;
        let left = table.flags(event, self.yes.as_deref())?;
        Ok(Durations {
            time: table.amounts(time, "a duration of zero or more")?,
            event: left.iter().map(|left| *left == 1.0).collect(),
            columns: [time, event],
        })
    }
}
