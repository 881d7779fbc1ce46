//! `rapport analyze rfm`: recency, frequency and money, scored, with named segments.

use std::collections::HashSet;

use analytics::Progress;
use analytics::value::{score_rfm, summarise_segments};
use clap::Args;

use super::purchases::PurchaseColumns;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Input, day};

/// Score customers by recency, frequency and money, and name their segments
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze rfm orders.csv --customer client --date day --amount total"
)]
pub struct Rfm {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    columns: PurchaseColumns,
    /// The day recency counts from, which leaves later purchases out; the day after the last purchase if not given
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Scores go from 1 to this, 10 at most
    #[arg(long, value_name = "N", default_value_t = 5)]
    bins: u8,
}

impl Rfm {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let mut table = self.input.table()?;
        let mut purchases = self.columns.read(&table)?;
        let as_of = match &self.as_of {
            Some(text) => table.day_option("--as-of", text)?,
            None => purchases.last_day() + 1,
        };
        let all = table.len();
        if purchases.last_day() > as_of {
            // What had not happened by then must not tell who was a good customer.
            let known: Vec<bool> = purchases.day.iter().map(|day| *day <= as_of).collect();
            table.keep(&known);
            if table.is_empty() {
                let first = day::written(purchases.first_day());
                return Err(Failure::Usage(format!("--as-of is before the first purchase, of {first}")));
            }
            purchases = self.columns.read(&table)?;
        }
        let rfm = purchases.log().rfm_table(as_of)?;
        let scores = score_rfm(&rfm.recency_days, &rfm.orders, &rfm.amount, self.bins)?;
        let mut report = Report::new(format!("Recency, frequency and money, as of {}", day::written(as_of)));
        report.word("as_of", day::written(as_of));
        report.count("rows", table.len());
        report.count("customers_count", rfm.orders.len());
        report.count("orders_count", purchases.order.iter().collect::<HashSet<_>>().len());
        report.single("revenue", rfm.amount.iter().sum());
        let segments = summarise_segments(&scores.segment, &rfm.recency_days, &rfm.orders, &rfm.amount);
        report.table(
            "segments",
            Grid::new()
                .texts("segment", segments.iter().map(|s| s.segment.name()))
                .wholes("customers", segments.iter().map(|s| s.customers))
                .numbers("mean_recency_days", segments.iter().map(|s| s.mean_recency))
                .numbers("mean_orders", segments.iter().map(|s| s.mean_frequency))
                .numbers("amount", segments.iter().map(|s| s.monetary)),
        );
        report.table(
            "cuts",
            Grid::new()
                .numbers("recency_days", scores.recency_cuts.iter().copied())
                .numbers("orders", scores.frequency_cuts.iter().copied())
                .numbers("amount", scores.monetary_cuts.iter().copied()),
        );
        let with = |column: &[u8], score: u8| column.iter().filter(|&&own| own == score).count();
        report.table(
            "score_counts",
            Grid::new()
                .wholes("score", 1..=self.bins)
                .wholes("recency", (1..=self.bins).map(|s| with(&scores.recency, s)))
                .wholes("frequency", (1..=self.bins).map(|s| with(&scores.frequency, s)))
                .wholes("monetary", (1..=self.bins).map(|s| with(&scores.monetary, s))),
        );
        // Ten and more take two digits: then they are kept apart.
        let between = if self.bins > 9 { "-" } else { "" };
        let rfm_text = |row: usize| {
            [scores.recency[row], scores.frequency[row], scores.monetary[row]]
                .map(|score| score.to_string())
                .join(between)
        };
        report.table(
            "customers",
            Grid::new()
                .texts("customer", purchases.customer.names.iter().map(String::as_str))
                .numbers("recency_days", rfm.recency_days)
                .numbers("orders", rfm.orders)
                .numbers("amount", rfm.amount)
                .texts("rfm", (0..scores.recency.len()).map(rfm_text))
                .wholes("recency_score", scores.recency.iter().copied())
                .wholes("frequency_score", scores.frequency.iter().copied())
                .wholes("monetary_score", scores.monetary.iter().copied())
                .texts("segment", scores.segment.iter().map(|segment| segment.name())),
        );
        if all > table.len() {
            let (later, as_of) = (all - table.len(), day::written(as_of));
            report.note(format!("{later} rows after {as_of} are left out"));
        }
        purchases.note_returns(&mut report);
        Ok(report)
    }
}
