//! `rapport analyze kaplan-meier`: the share of customers that stays.

use analytics::Progress;
use analytics::retention::{Curve, Scale, kaplan_meier};
use clap::{Args, ValueEnum};

use super::durations::DurationColumns;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Input;

/// The share of customers that stays for how long (Kaplan–Meier)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze kaplan-meier customers.csv --time tenure --event churned \
    --by contract --at 12,24,36"
)]
pub struct KaplanMeier {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    columns: DurationColumns,
    /// One curve for each value of this column
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    by: Option<String>,
    /// Times to look at; twelve even ones if not given
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    at: Vec<f64>,
    /// Mean time stayed counts no more than this of each; the longest time if not given
    #[arg(long, value_name = "TIME")]
    limit: Option<f64>,
    /// Probability inside the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95)]
    level: f64,
    /// The scale on which the intervals are even
    #[arg(long, value_enum, default_value_t = Interval::LogLog)]
    interval: Interval,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Interval {
    LogLog,
    Log,
    Plain,
}

impl KaplanMeier {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let durations = self.columns.read(&table)?;
        let scale = match self.interval {
            Interval::LogLog => Scale::LogLog,
            Interval::Log => Scale::Log,
            Interval::Plain => Scale::Plain,
        };
        let all = kaplan_meier(&durations.time, &durations.event, self.level, scale)?;
        let mut curves = vec![("all".to_owned(), all)];
        if let Some(by) = &self.by {
            let group = table.full_codes(table.position(by)?)?;
            curves.clear();
            for (code, name) in group.names.iter().enumerate() {
                let (time, event) = durations.of_group(&group, code as u32);
                curves.push((name.clone(), kaplan_meier(&time, &event, self.level, scale)?));
            }
        }
        let longest = durations.time.iter().copied().fold(0.0, f64::max);
        let limit = self.limit.unwrap_or(longest);
        let at = match self.at.as_slice() {
            [] => (1..=12).map(|step| longest * f64::from(step) / 12.0).collect(),
            at => at.to_vec(),
        };
        let mut report = Report::new("The share of customers that stays");
        report.single("limit", limit);
        report.table("groups", summary(&curves, limit));
        report.table("at", looks(&curves, &at));
        report.table("curve", steps(&curves));
        Ok(report)
    }
}

fn summary(curves: &[(String, Curve)], limit: f64) -> Grid {
    let median_bounds = |curve: &Curve| curve.quantile_interval(0.5);
    Grid::new()
        .texts("group", curves.iter().map(|(name, _)| name.as_str()))
        .wholes("customers", curves.iter().map(|(_, curve)| curve.at_risk.first().copied().unwrap_or(0)))
        .wholes("left", curves.iter().map(|(_, curve)| curve.events.iter().sum::<usize>()))
        .maybe("median", curves.iter().map(|(_, curve)| curve.median()))
        .maybe("median_low", curves.iter().map(|(_, curve)| median_bounds(curve).0))
        .maybe("median_high", curves.iter().map(|(_, curve)| median_bounds(curve).1))
        .numbers("mean_up_to_limit", curves.iter().map(|(_, curve)| curve.restricted_mean(limit)))
}

fn looks(curves: &[(String, Curve)], at: &[f64]) -> Grid {
    let all: Vec<(&str, &Curve, f64)> = curves
        .iter()
        .flat_map(|(name, curve)| at.iter().map(move |&time| (name.as_str(), curve, time)))
        .collect();
    let cell = |pick: fn(&Curve, usize) -> f64| {
        all.iter()
            .map(move |(_, curve, time)| curve.row_at(*time).map(|row| pick(curve, row)))
            .collect::<Vec<_>>()
    };
    let left = |curve: &Curve, time| curve.row_at(time).map_or(0, |row| curve.events[..=row].iter().sum());
    Grid::new()
        .texts("group", all.iter().map(|(name, ..)| *name))
        .numbers("time", all.iter().map(|(.., time)| *time))
        .wholes("at_risk", all.iter().map(|(_, curve, time)| curve.at_risk_at(*time)))
        .wholes::<usize>("left_so_far", all.iter().map(|(_, curve, time)| left(curve, *time)))
        .numbers("survival", all.iter().map(|(_, curve, time)| curve.survival_at(*time)))
        .maybe("standard_error", cell(|curve, row| curve.standard_error[row]))
        .maybe("low", cell(|curve, row| curve.low[row]))
        .maybe("high", cell(|curve, row| curve.high[row]))
}

fn steps(curves: &[(String, Curve)]) -> Grid {
    let all =
        || curves.iter().flat_map(|(name, curve)| (0..curve.time.len()).map(move |row| (name, curve, row)));
    Grid::new()
        .texts("group", all().map(|(name, ..)| name.as_str()))
        .numbers("time", all().map(|(_, curve, row)| curve.time[row]))
        .wholes("at_risk", all().map(|(_, curve, row)| curve.at_risk[row]))
        .wholes("left", all().map(|(_, curve, row)| curve.events[row]))
        .wholes("last_seen", all().map(|(_, curve, row)| curve.censored[row]))
        .numbers("survival", all().map(|(_, curve, row)| curve.survival[row]))
        .numbers("standard_error", all().map(|(_, curve, row)| curve.standard_error[row]))
        .numbers("low", all().map(|(_, curve, row)| curve.low[row]))
        .numbers("high", all().map(|(_, curve, row)| curve.high[row]))
}
