//! `rapport analyze cohorts`: customers by the time of their first purchase.

use analytics::Progress;
use analytics::retention::cohorts;
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Input, day};
use crate::value::purchases::PurchaseColumns;

/// Follow customers by the period of their first purchase
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze cohorts orders.csv --period month")]
pub struct Cohorts {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    columns: PurchaseColumns,
    /// Length of a period
    #[arg(long, value_enum, default_value_t = Period::Month)]
    period: Period,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Period {
    Week,
    Month,
    Quarter,
    Year,
}

impl Cohorts {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let purchases = self.columns.read(&table)?;
        let period: Vec<i32> = purchases.day.iter().map(|&day| self.period.of(day)).collect();
        let found = cohorts(&purchases.customer.codes, &period, &purchases.amount)?;
        let mut report = Report::new("Customers by the period of their first purchase");
        let names: Vec<String> = found.iter().map(|cohort| self.period.name(cohort.first)).collect();
        let retention = found.iter().map(|cohort| cohort.retention());
        let percent = |share: &f64| format!("{:.0}", share * 100.0);
        let lines = retention.clone().zip(&names).zip(&found).map(|((shares, name), cohort)| {
            let shares: Vec<String> = shares.iter().map(|share| format!("{:>4}", percent(share))).collect();
            format!("  {name:<8} {:>8} {}", cohort.size, shares.join(""))
        });
        let lines: Vec<String> = lines.collect();
        report.text("percent_who_bought_at_each_age", lines.join("\n"));
        report.table(
            "cohorts",
            Grid::new()
                .texts("cohort", names)
                .wholes("size", found.iter().map(|cohort| cohort.size))
                .lists("active", found.iter().map(|cohort| Value::from(cohort.active.clone())))
                .lists("retention", retention.map(Value::from))
                .lists("revenue", found.iter().map(|cohort| Value::from(cohort.revenue.clone()))),
        );
        purchases.note_returns(&mut report);
        Ok(report)
    }
}

impl Period {
    /// The number of the period that a day is in.
    fn of(self, at: i32) -> i32 {
        let (year, month) = day::month_of(at);
        let (year, month) = (i32::from(year), i32::from(month) - 1);
        match self {
            // 1970-01-01 was a Thursday; weeks begin on Monday.
            Period::Week => (at + 3).div_euclid(7),
            Period::Month => year * 12 + month,
            Period::Quarter => year * 4 + month / 3,
            Period::Year => year,
        }
    }

    fn name(self, number: i32) -> String {
        match self {
            Period::Week => day::written(number * 7 - 3),
            Period::Month => format!("{}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
            Period::Quarter => format!("{}-Q{}", number.div_euclid(4), number.rem_euclid(4) + 1),
            Period::Year => number.to_string(),
        }
    }
}
