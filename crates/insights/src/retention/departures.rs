//! `rapport analyze departures`: whose silence is longer than chance allows.

use analytics::Progress;
use analytics::retention::departures;
use clap::Args;

use crate::failure::Failure;
use crate::output::Report;
use crate::value::history::HistoryOptions;

/// Who has left without a word, and when: whose silence is longer than chance allows
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze departures orders.csv --threshold 0.05")]
pub struct Departures {
    #[command(flatten)]
    history: HistoryOptions,
    /// A customer is gone when so long a silence would be less probable than this
    #[arg(long, value_name = "P", default_value_t = 0.05)]
    threshold: f64,
}

impl Departures {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let known = self.history.known()?;
        let found = departures(&known.histories, self.threshold)?;
        let gone = found.iter().filter(|departure| departure.left_at.is_some()).count();
        let mut report = Report::new("Who has left without a word");
        report.count("customers_count", found.len());
        report.count("gone", gone);
        report.single("gone_share", gone as f64 / found.len() as f64);
        report.table(
            "customers",
            known
                .grid()
                .numbers("silence", found.iter().map(|departure| departure.silence))
                .numbers("probability", found.iter().map(|departure| departure.probability))
                .maybe("left_at", found.iter().map(|departure| departure.left_at)),
        );
        Ok(report)
    }
}
