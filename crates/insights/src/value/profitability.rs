//! `rapport analyze profitability`: profit of each customer, and the whale curve.

use analytics::Progress;
use analytics::value::{ProfitLine, profitability};
use clap::Args;

use super::purchases::CUSTOMER;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Input;

/// Profit of each customer: revenue less cost of goods and cost to serve
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze profitability customers.csv --revenue revenue --goods cogs \
    --activity visits=120 --activity calls=8"
)]
pub struct Profitability {
    #[command(flatten)]
    input: Input,
    /// The customer's name; the row's number if there is none
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    customer: Option<String>,
    /// Revenue of each customer
    #[arg(long, value_name = "COLUMN", default_value = "revenue", help_heading = "Columns")]
    revenue: String,
    /// Cost of goods of each customer; none if not given
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    goods: Option<String>,
    /// An activity: the column that counts it, and what once costs; may be repeated
    #[arg(long, value_name = "COLUMN=COST", help_heading = "Columns")]
    activity: Vec<String>,
}

impl Profitability {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let revenue = table.full_numbers(table.position(&self.revenue)?)?;
        let goods = match &self.goods {
            Some(column) => table.full_numbers(table.position(column)?)?,
            None => vec![0.0; revenue.len()],
        };
        let mut activities = Vec::new();
        for activity in &self.activity {
            let cost =
                activity.rsplit_once('=').and_then(|(name, cost)| Some((name, cost.parse::<f64>().ok()?)));
            let Some((name, unit_cost)) = cost else {
                return Err(Failure::Usage(format!(
                    "--activity \"{activity}\": write COLUMN=COST, such as calls=8"
                )));
            };
            activities.push((table.full_numbers(table.position(name.trim())?)?, unit_cost));
        }
        let lines: Vec<ProfitLine> =
            activities.iter().map(|(times, unit_cost)| ProfitLine { times, unit_cost: *unit_cost }).collect();
        let found = profitability(&revenue, &goods, &lines)?;
        let customer = table.choose_if_any(self.customer.as_deref(), &CUSTOMER)?;
        let name = |row: usize| match customer {
            Some(column) => table.text(column, row).to_owned(),
            None => (table.places()[row] + 1).to_string(),
        };
        let mut order: Vec<usize> = (0..revenue.len()).collect();
        order.sort_by_key(|&row| found.rank[row]);
        let mut report = Report::new("Profitability of customers");
        report.count("customers_count", revenue.len());
        report.single("total", found.total);
        report.count("losing", found.losing);
        report.table(
            "whale_curve",
            Grid::new()
                .numbers("customers_share", found.whale.iter().map(|point| point.customers))
                .numbers("profit_share", found.whale.iter().map(|point| point.profit)),
        );
        let sorted = |values: &[f64]| order.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        report.table(
            "customers",
            Grid::new()
                .texts("customer", order.iter().map(|&row| name(row)))
                .wholes("rank", order.iter().map(|&row| found.rank[row]))
                .numbers("revenue", sorted(&revenue))
                .numbers("cost_to_serve", sorted(&found.cost_to_serve))
                .numbers("profit", sorted(&found.profit))
                .numbers("margin", sorted(&found.margin)),
        );
        Ok(report)
    }
}
