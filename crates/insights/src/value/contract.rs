//! `rapport analyze contract-value`: what customers under contract will bring.

use analytics::Progress;
use analytics::retention::{Scale, kaplan_meier};
use analytics::value::{Plan, contract_value, fit_shifted_beta_geometric};
use clap::Args;

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Input, Table};

/// What customers under contract will bring: by a survival curve, or by a cohort's renewals
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze contract-value customers.csv --time tenure --event churned \
    --margin monthly --steps 24\n  rapport analyze contract-value cohort.csv --remaining customers --discount 0.1"
)]
pub struct ContractValue {
    #[command(flatten)]
    input: Input,
    /// How long each customer has stayed
    #[arg(long, value_name = "COLUMN", default_value = "tenure", help_heading = "Columns")]
    time: String,
    /// Whether the customer left then
    #[arg(long, value_name = "COLUMN", default_value = "churn", help_heading = "Columns")]
    event: String,
    /// The value of the event column that counts as yes
    #[arg(long, value_name = "TEXT", help_heading = "Columns")]
    yes: Option<String>,
    /// Margin of each customer in one step: a column, or a number for all
    #[arg(long, value_name = "COLUMN OR NUMBER", default_value = "1", help_heading = "Columns")]
    margin: String,
    /// Instead: one cohort, the column with how many are left after each renewal (shifted beta-geometric)
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    remaining: Option<String>,
    /// Steps into the future
    #[arg(long, value_name = "N", default_value_t = 12)]
    steps: usize,
    /// Length of a step in the unit of the time column
    #[arg(long, value_name = "UNITS", default_value_t = 1.0)]
    step: f64,
    /// Discount for each step or renewal
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    discount: f64,
}

impl ContractValue {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        match &self.remaining {
            Some(column) => self.by_renewals(&table, column, watch),
            None => self.by_survival(&table),
        }
    }

    fn by_survival(&self, table: &Table) -> Result<Report, Failure> {
        let time = table.full_numbers(table.position(&self.time)?)?;
        let left = table.flags(table.position(&self.event)?, self.yes.as_deref())?;
        let event: Vec<bool> = left.iter().map(|left| *left == 1.0).collect();
        let margin = match self.margin.parse::<f64>() {
            Ok(margin) => vec![margin; time.len()],
            Err(_) => table.full_numbers(table.position(&self.margin)?)?,
        };
        let curve = kaplan_meier(&time, &event, 0.95, Scale::LogLog)?;
        let plan = Plan { steps: self.steps, step: self.step, discount: self.discount, margin: 1.0 };
        let stays: Vec<usize> = (0..time.len()).filter(|&row| !event[row]).collect();
        let survival = |at: f64| curve.survival_at(at);
        let values: Vec<f64> =
            stays.iter().map(|&row| contract_value(survival, time[row], margin[row], &plan)).collect();
        let mut report = Report::new(format!("Value of customers under contract over {} steps", self.steps));
        report.count("customers_count", stays.len());
        report.single("total", values.iter().sum());
        report.single("mean", analytics::sample::mean(&values));
        report.table(
            "customers",
            Grid::new()
                .wholes("row", stays.iter().map(|&row| table.places()[row] + 1))
                .numbers("age", stays.iter().map(|&row| time[row]))
                .numbers("margin", stays.iter().map(|&row| margin[row]))
                .numbers("value", values),
        );
        report.note(
            "who had left already is not listed; survival beyond the longest time seen is taken as flat",
        );
        Ok(report)
    }

    fn by_renewals(&self, table: &Table, column: &str, watch: &dyn Progress) -> Result<Report, Failure> {
        let remaining = table.full_numbers(table.position(column)?)?;
        let fit = fit_shifted_beta_geometric(&remaining, watch)?;
        let model = fit.model;
        let mut report = Report::new("Shifted beta-geometric model of renewals");
        let params = [("alpha", model.alpha), ("beta", model.beta)];
        report.figures("params", params);
        report.single("log_likelihood", fit.log_likelihood);
        let renewals = 0..(remaining.len() + self.steps) as u32;
        report.table(
            "renewals",
            Grid::new()
                .wholes("renewals", renewals.clone())
                .maybe(
                    "actual_share",
                    renewals.clone().map(|t| remaining.get(t as usize).map(|n| n / remaining[0])),
                )
                .numbers("expected_share", renewals.clone().map(|t| model.survival(t)))
                .maybe("retention", renewals.clone().map(|t| (t > 0).then(|| model.retention(t))))
                .numbers(
                    "discounted_renewals_ahead",
                    renewals.map(|t| model.discounted_renewals(t + 1, self.discount)),
                ),
        );
        Ok(report)
    }
}
