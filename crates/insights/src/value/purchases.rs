//! Which columns tell who bought when, and for how much.

use analytics::value::PurchaseLog;
use clap::Args;

use crate::failure::Failure;
use crate::output::Report;
use crate::table::{Codes, Table};

/// Columns of purchases; the usual names are found by themselves.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Columns")]
pub struct PurchaseColumns {
    /// Who bought
    #[arg(long, value_name = "COLUMN")]
    pub customer: Option<String>,
    /// When
    #[arg(long, value_name = "COLUMN")]
    pub date: Option<String>,
    /// For how much; without such a column every row counts 1
    #[arg(long, value_name = "COLUMN")]
    pub amount: Option<String>,
    /// In which order; without such a column every row is an order
    #[arg(long, value_name = "COLUMN")]
    pub order: Option<String>,
}

/// Names under which the columns are looked for.
pub const CUSTOMER: [&str; 7] =
    ["customer", "customerid", "client", "clientid", "account", "accountid", "company"];
pub const DATE: [&str; 6] = ["date", "orderdate", "invoicedate", "purchasedate", "day", "datetime"];
pub const AMOUNT: [&str; 6] = ["amount", "total", "revenue", "spend", "sales", "value"];
const ORDER: [&str; 6] = ["order", "orderid", "invoice", "invoiceno", "invoiceid", "transaction"];

/// Purchases as columns.
pub struct Purchases {
    pub customer: Codes,
    pub order: Vec<u32>,
    pub day: Vec<i32>,
    pub amount: Vec<f64>,
}

impl PurchaseColumns {
    /// Takes the columns out of the table.
    ///
    /// # Errors
    /// [`Failure::Input`] when one is not there or holds something else.
    pub fn read(&self, table: &Table) -> Result<Purchases, Failure> {
        let customer = table.choose(self.customer.as_deref(), "--customer", &CUSTOMER)?;
        let date = table.choose(self.date.as_deref(), "--date", &DATE)?;
        let amount = match table.choose_if_any(self.amount.as_deref(), &AMOUNT)? {
            Some(column) => table.full_numbers(column)?,
            None => vec![1.0; table.len()],
        };
        let order = match table.choose_if_any(self.order.as_deref(), &ORDER)? {
            Some(column) => table.full_codes(column)?.codes,
            None => (0..table.len() as u32).collect(),
        };
        Ok(Purchases { customer: table.full_codes(customer)?, order, day: table.days(date)?, amount })
    }
}

impl Purchases {
    pub fn log(&self) -> PurchaseLog<'_> {
        PurchaseLog {
            customer: &self.customer.codes,
            order: &self.order,
            day: &self.day,
            amount: &self.amount,
        }
    }

    pub fn first_day(&self) -> i32 {
        self.day.iter().copied().min().unwrap_or(0)
    }

    pub fn last_day(&self) -> i32 {
        self.day.iter().copied().max().unwrap_or(0)
    }

    /// Says aloud that returns are among the purchases.
    pub fn note_returns(&self, report: &mut Report) {
        let returns = self.amount.iter().filter(|amount| **amount <= 0.0).count();
        if returns > 0 {
            report.note(format!(
                "{returns} rows have an amount of zero or less; leave returns out with --where \"amount > 0\""
            ));
        }
    }
}
