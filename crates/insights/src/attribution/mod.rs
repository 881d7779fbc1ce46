//! `rapport analyze attribution`: which channel earned what.

use std::collections::HashMap;

use analytics::Progress;
use analytics::attribution::{Credit, Path, Paths, by_position, markov, shapley_conversions, shapley_rates};
use clap::Args;

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Input, Table};

/// Which channel earned what, by place, by removal (Markov) and by contribution (Shapley)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze attribution paths.csv --path path --conversions conversions \
    --revenue revenue --nulls lost --order 2"
)]
pub struct Attribution {
    #[command(flatten)]
    input: Input,
    /// The channels of a path in order
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    path: Option<String>,
    /// How many such paths ended in a conversion; 1 for every row if there is no such column
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    conversions: Option<String>,
    /// Money of those conversions; as many as the conversions if there is no such column
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    revenue: Option<String>,
    /// How many such paths ended in none; none if there is no such column
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    nulls: Option<String>,
    /// What stands between two channels
    #[arg(long, value_name = "SIGN", default_value = ">")]
    between: String,
    /// Time decay: touches after which credit halves
    #[arg(long, value_name = "TOUCHES", default_value_t = 1.0)]
    half_life: f64,
    /// Position: the first touch's share
    #[arg(long, value_name = "SHARE", default_value_t = 0.4)]
    first: f64,
    /// Position: the last touch's share
    #[arg(long, value_name = "SHARE", default_value_t = 0.4)]
    last: f64,
    /// Markov: channels that a state remembers
    #[arg(long, value_name = "N", default_value_t = 1)]
    order: usize,
}

/// Paths, and what the codes of their channels stand for.
struct Named {
    paths: Paths,
    names: Vec<String>,
}

impl Attribution {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let Named { paths, names } = self.read(&table)?;
        let [conversions, revenue, nulls] = paths.totals();
        let chain = markov(&paths, self.order)?;
        let rates = shapley_rates(&paths);
        let mut report = Report::new("Which channel earned what");
        report.count("paths", table.len());
        report.single("total_conversions", conversions);
        report.single("total_value", revenue);
        report.single("total_nulls", nulls);
        report.single("conversion_rate", chain.conversion_rate);
        report.count("markov_states", chain.states);
        let ways = [
            ("first", Credit::First),
            ("last", Credit::Last),
            ("linear", Credit::Linear),
            ("time_decay", Credit::TimeDecay { half_life: self.half_life }),
            ("position", Credit::Position { first: self.first, last: self.last }),
        ];
        let channels = || Grid::new().texts("channel", names.iter().map(String::as_str));
        let (mut by_conversions, mut by_value) = (channels(), channels());
        for (name, credit) in ways {
            let credits = by_position(&paths, credit)?;
            by_conversions = by_conversions.numbers(name, credits.conversions);
            by_value = by_value.numbers(name, credits.value);
        }
        let shares = shapley_conversions(&paths);
        by_conversions =
            by_conversions.numbers("markov", chain.conversions).numbers("shapley", shares.conversions);
        by_value = by_value.numbers("markov", chain.value).numbers("shapley", shares.value);
        let mut effects = channels().numbers("removal_effect", chain.removal_effects);
        match rates {
            Ok(rates) => {
                report.single("shapley_rate_of_all", rates.grand_rate);
                by_conversions = by_conversions.numbers("shapley_of_rates", rates.conversions);
                by_value = by_value.numbers("shapley_of_rates", rates.value);
                effects = effects.numbers("shapley_rate", rates.rates);
            }
            Err(error) => report.note(format!("no Shapley values of rates: {error}")),
        }
        report.table("conversions", by_conversions);
        report.table("value", by_value);
        report.table("effects", effects);
        Ok(report)
    }

    fn read(&self, table: &Table) -> Result<Named, Failure> {
        let path = table.choose(self.path.as_deref(), "--path", &["path", "channels", "journey"])?;
        let numbers = |named: &Option<String>, usual: &[&str]| -> Result<Option<Vec<f64>>, Failure> {
            let column = table.choose_if_any(named.as_deref(), usual)?;
            column.map(|column| table.full_numbers(column)).transpose()
        };
        let conversions = numbers(&self.conversions, &["conversions", "totalconversions", "converted"])?;
        let conversions = conversions.unwrap_or_else(|| vec![1.0; table.len()]);
        let revenue = numbers(&self.revenue, &["value", "totalconversionvalue", "revenue"])?;
        let revenue = revenue.unwrap_or_else(|| conversions.clone());
        let nulls = numbers(&self.nulls, &["nulls", "totalnull", "lost"])?;
        let nulls = nulls.unwrap_or_else(|| vec![0.0; table.len()]);
        let channels_of = |row: usize| {
            table.text(path, row).split(self.between.as_str()).map(str::trim).filter(|name| !name.is_empty())
        };
        let mut names: Vec<&str> = (0..table.len()).flat_map(channels_of).collect();
        names.sort_unstable();
        names.dedup();
        let codes: HashMap<&str, u32> = names.iter().zip(0..).map(|(&name, code)| (name, code)).collect();
        let channels: Vec<Vec<u32>> =
            (0..table.len()).map(|row| channels_of(row).map(|name| codes[name]).collect()).collect();
        if let Some(row) = channels.iter().position(Vec::is_empty) {
            return Err(Failure::Input(format!("{}: there is no channel", table.place(path, row))));
        }
        let paths = channels.iter().enumerate().map(|(row, channels)| Path {
            channels,
            conversions: conversions[row],
            value: revenue[row],
            nulls: nulls[row],
        });
        Ok(Named {
            paths: Paths::new(paths).map_err(|error| table.located(None, error))?,
            names: names.into_iter().map(str::to_owned).collect(),
        })
    }
}
