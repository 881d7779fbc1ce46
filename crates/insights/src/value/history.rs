//! Histories of repeat purchases: counted from purchases, or read as they are.

use analytics::value::Histories;
use clap::Args;

use super::purchases::{PurchaseColumns, Purchases};
use crate::failure::Failure;
use crate::output::Grid;
use crate::table::{Input, Table};

/// What the buying models read.
#[derive(Args, Debug, Clone)]
pub struct HistoryOptions {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub columns: PurchaseColumns,
    /// Last day that the model sees; what comes later checks it. The last day of the file if not given; a later one if
    /// nobody bought since
    #[arg(long, value_name = "DATE", help_heading = "Time")]
    pub until: Option<String>,
    /// Last day of the check; the last day of the file if not given
    #[arg(long, value_name = "DATE", help_heading = "Time")]
    pub holdout_until: Option<String>,
    /// Days in the unit of time: 7 for weeks
    #[arg(long, value_name = "DAYS", default_value_t = 7.0, help_heading = "Time")]
    pub unit_days: f64,
    /// Files of histories instead of purchases: the column with the number of repeat purchases
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    pub frequency: Option<String>,
    /// … the column with the time from the first to the last purchase
    #[arg(long, value_name = "COLUMN", default_value = "recency", help_heading = "Columns")]
    pub recency: String,
    /// … the column with the time from the first purchase to the end
    #[arg(long, value_name = "COLUMN", default_value = "T", help_heading = "Columns")]
    pub age: String,
    /// … the column with the mean amount of repeat purchases
    #[arg(long, value_name = "COLUMN", default_value = "monetary_value", help_heading = "Columns")]
    pub mean_value: String,
}

/// Histories, and what they came from.
pub struct Known {
    pub names: Vec<String>,
    pub histories: Histories,
    /// Length of the check in units; 0 without one.
    pub holdout: f64,
    /// For purchases: cumulative repeat purchases of these customers by time since the first day.
    repeats: Vec<f64>,
}

impl HistoryOptions {
    /// Reads histories.
    ///
    /// # Errors
    /// When the file does not hold them.
    pub fn known(&self) -> Result<Known, Failure> {
        let table = self.input.table()?;
        match &self.frequency {
            Some(frequency) => self.ready_made(&table, frequency),
            None => self.counted(&table),
        }
    }

    fn counted(&self, table: &Table) -> Result<Known, Failure> {
        let purchases = self.columns.read(table)?;
        let (until, last) = self.ends(table, &purchases)?;
        let histories = purchases.log().histories(until, last, self.unit_days)?;
        let known = |customer: &u32| purchases.customer.names[*customer as usize].clone();
        let mut days: Vec<(u32, i32)> =
            purchases.customer.codes.iter().copied().zip(purchases.day.iter().copied()).collect();
        days.sort_unstable();
        days.dedup();
        let first = purchases.first_day();
        let fitted: std::collections::HashSet<u32> = histories.customer.iter().copied().collect();
        let mut repeats: Vec<f64> = days
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0 && fitted.contains(&pair[1].0))
            .map(|pair| f64::from(pair[1].1 - first) / self.unit_days)
            .collect();
        repeats.sort_unstable_by(f64::total_cmp);
        Ok(Known {
            names: histories.customer.iter().map(known).collect(),
            histories,
            holdout: f64::from(last - until) / self.unit_days,
            repeats,
        })
    }

    /// The last day that the model sees, and the last of the check; customers may be watched past the last purchase.
    fn ends(&self, table: &Table, purchases: &Purchases) -> Result<(i32, i32), Failure> {
        let day = |option: &str, text: &Option<String>| {
            text.as_ref().map(|text| table.day_option(option, text)).transpose()
        };
        let (until, last) = (day("--until", &self.until)?, day("--holdout-until", &self.holdout_until)?);
        match (until, last) {
            (Some(until), Some(last)) if last < until => {
                Err(Failure::Usage("--holdout-until must not be before --until".to_owned()))
            }
            (Some(until), None) => Ok((until, until.max(purchases.last_day()))),
            (until, last) => {
                let last = last.unwrap_or_else(|| purchases.last_day());
                Ok((until.unwrap_or(last), last))
            }
        }
    }

    fn ready_made(&self, table: &Table, frequency: &str) -> Result<Known, Failure> {
        let column = |name: &str| table.full_numbers(table.position(name)?);
        let rows = table.len();
        let mean_value = match table.choose_if_any(None, &["monetaryvalue", "meanvalue", "mx", "zbar"])? {
            _ if table.position(&self.mean_value).is_ok() => column(&self.mean_value)?,
            Some(at) => table.full_numbers(at)?,
            None => vec![0.0; rows],
        };
        let named =
            table.choose_if_any(self.columns.customer.as_deref(), &["id", "customer", "customerid"])?;
        let name = |row: usize| match named {
            Some(column) => table.text(column, row).to_owned(),
            None => format!("of row {}", table.places()[row] + 1),
        };
        Ok(Known {
            names: (0..rows).map(name).collect(),
            histories: Histories {
                customer: (0..rows as u32).collect(),
                x: column(frequency)?,
                t_x: column(&self.recency)?,
                t: column(&self.age)?,
                mean_value,
                later_purchases: vec![0.0; rows],
                later_value: vec![0.0; rows],
            },
            holdout: 0.0,
            repeats: Vec::new(),
        })
    }
}

impl Known {
    /// A model's refusal with the name of the customer instead of the number among them.
    pub fn located(&self, error: analytics::Error) -> Failure {
        match error {
            analytics::Error::Value { column, row, problem } if row < self.names.len() => {
                Failure::Input(format!("customer {}: {column} {problem}", self.names[row]))
            }
            error => error.into(),
        }
    }

    /// Repeat purchases that these customers had made in the `time` from the first day on; `None` when nobody knows.
    pub fn repeats_until(&self, time: f64) -> Option<f64> {
        let count = self.repeats.partition_point(|own| *own < time - 1e-9);
        (!self.repeats.is_empty()).then_some(count as f64)
    }

    /// The columns that name a customer and its history.
    pub fn grid(&self) -> Grid {
        Grid::new()
            .texts("customer", self.names.iter().map(String::as_str))
            .numbers("repeat_purchases", self.histories.x.iter().copied())
            .numbers("last_purchase_at", self.histories.t_x.iter().copied())
            .numbers("age", self.histories.t.iter().copied())
    }
}
