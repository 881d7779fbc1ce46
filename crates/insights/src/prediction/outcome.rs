//! What is to be predicted, and which rows are held back to test it on.

use analytics::prediction::{Fold, HoldOut};
use clap::Args;

use crate::failure::Failure;
use crate::table::Table;

/// The column to be predicted.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Columns")]
pub struct OutcomeColumn {
    /// What is to be predicted
    #[arg(long, value_name = "COLUMN")]
    pub outcome: Option<String>,
    /// The value of that column that counts as yes
    #[arg(long, value_name = "TEXT")]
    pub yes: Option<String>,
}

/// Names under which the outcome is looked for.
const USUAL: [&str; 9] =
    ["outcome", "churn", "churned", "converted", "response", "target", "won", "visit", "y"];

impl OutcomeColumn {
    /// The position of the column.
    ///
    /// # Errors
    /// [`Failure::Input`] when it is not there.
    pub fn position(&self, table: &Table) -> Result<usize, Failure> {
        table.choose(self.outcome.as_deref(), "--outcome", &USUAL)
    }

    /// 1 for yes, 0 for no.
    ///
    /// # Errors
    /// [`Failure::Input`] for anything else.
    pub fn flags(&self, table: &Table) -> Result<Vec<f64>, Failure> {
        table.flags(self.position(table)?, self.yes.as_deref())
    }
}

/// How much each row counts.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Columns")]
pub struct WeightColumn {
    /// How many cases each row stands for
    #[arg(long, value_name = "COLUMN")]
    pub weight: Option<String>,
}

/// A weight per row of the table, and the column it came from.
pub struct RowWeights {
    pub column: usize,
    pub values: Vec<f64>,
}

impl WeightColumn {
    /// The weights, if a column is named.
    ///
    /// # Errors
    /// [`Failure::Input`] when it is not there, or holds anything but numbers of zero or more.
    pub fn read(&self, table: &Table) -> Result<Option<RowWeights>, Failure> {
        let Some(name) = &self.weight else { return Ok(None) };
        let column = table.position(name)?;
        let values = table.amounts(column, "a weight of zero or more")?;
        Ok(Some(RowWeights { column, values }))
    }
}

impl RowWeights {
    /// Leaves only rows that count for anything.
    ///
    /// # Errors
    /// [`Failure::Input`] when none does.
    pub fn keep_counted(&self, rows: &mut Vec<usize>) -> Result<(), Failure> {
        rows.retain(|&row| self.values[row] > 0.0);
        if rows.is_empty() {
            return Err(Failure::Input(
                "--weight: no row that is fitted to has a weight above zero".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Which rows are the test part.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Test part")]
pub struct HoldOutOptions {
    /// Test on every n-th row of the file
    #[arg(long, value_name = "N", group = "test")]
    pub test_every: Option<usize>,
    /// … whose number, from 0, leaves this remainder
    #[arg(long, value_name = "R", default_value_t = 0, requires = "test_every")]
    pub test_remainder: usize,
    /// Test on the last share of the rows
    #[arg(long, value_name = "SHARE", group = "test")]
    pub test_last: Option<f64>,
    /// Test on a random share of the rows
    #[arg(long, value_name = "SHARE", group = "test")]
    pub test_share: Option<f64>,
    /// Test on rows after this date
    #[arg(long, value_name = "DATE", group = "test", requires = "time")]
    pub test_after: Option<String>,
    /// The column of dates for --test-after, and for cross-validation in time
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// For random parts
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

impl HoldOutOptions {
    /// Splits the rows in two, if any part is to be tested.
    ///
    /// # Errors
    /// When a part would be empty.
    pub fn fold(&self, table: &Table) -> Result<Option<Fold>, Failure> {
        let rows = table.len();
        if let Some(n) = self.test_every {
            if self.test_remainder >= n {
                return Err(Failure::Usage("--test-remainder must be less than --test-every".to_owned()));
            }
            // By the rows of the file: what --where leaves out does not move the others.
            let tested = |row: &usize| table.places()[*row] as usize % n == self.test_remainder;
            let (test, train): (Vec<usize>, Vec<usize>) = (0..rows).partition(tested);
            if test.is_empty() || train.is_empty() {
                return Err(Failure::Usage("no row is left to fit to, or none to test on".to_owned()));
            }
            return Ok(Some(Fold { train, test }));
        }
        if let Some(share) = self.test_last {
            return Ok(Some(HoldOut::LastShare(share).split(rows)?));
        }
        if let Some(share) = self.test_share {
            return Ok(Some(HoldOut::RandomShare { share, seed: self.seed }.split(rows)?));
        }
        let Some(after) = &self.test_after else { return Ok(None) };
        let times = self.times(table)?;
        // The day itself belongs to the rows that are fitted to.
        let time = f64::from(table.day_option("--test-after", after)?) + 1.0 - 1e-9;
        Ok(Some(HoldOut::After { times: &times, time }.split(rows)?))
    }

    /// The column of times.
    ///
    /// # Errors
    /// When it is not there or holds no dates.
    pub fn times(&self, table: &Table) -> Result<Vec<f64>, Failure> {
        let column = table.choose(self.time.as_deref(), "--time", &["date", "time", "day"])?;
        table.full_times(column)
    }
}

/// The values of some rows.
pub fn at(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}
