//! `rapport analyze logrank`: whether groups stay equally long.

use analytics::Progress;
use analytics::retention::log_rank;
use clap::Args;

use super::durations::DurationColumns;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Input;

/// Whether groups of customers stay equally long (log-rank test)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze logrank customers.csv --time tenure --event churned --by contract"
)]
pub struct Logrank {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    columns: DurationColumns,
    /// The column that tells the groups
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    by: String,
}

impl Logrank {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let durations = self.columns.read(&table)?;
        let group = table.full_codes(table.position(&self.by)?)?;
        let test = log_rank(&durations.time, &durations.event, &group.codes)?;
        let size = |code: usize| group.codes.iter().filter(|&&own| own as usize == code).count();
        let mut report = Report::new(format!("Whether customers stay equally long by {}", self.by));
        report.single("chi2", test.chi2);
        report.count("df", test.df);
        report.single("p", test.ln_p.exp());
        report.single("ln_p", test.ln_p);
        report.table(
            "groups",
            Grid::new()
                .texts("group", group.names.iter().map(String::as_str))
                .wholes("customers", (0..group.names.len()).map(size))
                .numbers("left", test.observed)
                .numbers("expected_if_alike", test.expected),
        );
        Ok(report)
    }
}
