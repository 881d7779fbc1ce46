//! `rapport analyze kaplan-meier`: the share of customers that stays.

use analytics::Progress;
use analytics::retention::{Curve, HazardTies, Scale, Watched};
use clap::{Args, ValueEnum};

use super::durations::DurationColumns;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::outcome::at as rows_at;
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
    /// After when each customer was watched, if not from the start: before that nobody could have been seen to leave
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    entry: Option<String>,
    /// How many customers each row stands for
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    weight: Option<String>,
    /// Errors that hold for weights that do not count customers, too, such as one over the chance to be drawn (R's `survfit` takes
    /// them for weights that are not whole)
    #[arg(long, conflicts_with = "hazard")]
    robust: bool,
    /// Times to look at; twelve even ones if not given
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    at: Vec<f64>,
    /// Mean time stayed counts no more than this of each; the longest time if not given
    #[arg(long, value_name = "TIME")]
    limit: Option<f64>,
    /// Shares of customers: also tell when each is gone, such as 0.25,0.5,0.75
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    quantiles: Vec<f64>,
    /// Also tell the cumulative hazard, those who left at one time taken at once (Nelson–Aalen) or one after the other
    #[arg(long, value_enum)]
    hazard: Option<Hazard>,
    /// Probability inside the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = crate::level::level)]
    level: f64,
    /// The scale on which the intervals are even
    #[arg(long, value_enum, default_value_t = Interval::LogLog)]
    interval: Interval,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Hazard {
    NelsonAalen,
    FlemingHarrington,
}

/// The customers of one curve.
struct Group {
    name: String,
    customers: usize,
    curve: Curve,
    /// Standard error of the mean time stayed.
    mean_error: f64,
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
        if self.quantiles.iter().any(|share| !(*share > 0.0 && *share < 1.0)) {
            return Err(Failure::Usage("--quantiles: give shares between 0 and 1".to_owned()));
        }
        let numbers = |name: &Option<String>| {
            name.as_ref().map(|name| table.full_numbers(table.position(name)?)).transpose()
        };
        let (entry, weights) = (numbers(&self.entry)?, numbers(&self.weight)?);
        let everybody = Watched {
            time: &durations.time,
            event: &durations.event,
            entry: entry.as_deref(),
            weights: weights.as_deref(),
        };
        let longest = durations.time.iter().copied().fold(0.0, f64::max);
        let limit = self.limit.unwrap_or(longest);
        let all = self.group("all", &everybody, scale, limit).map_err(|error| table.located(None, error))?;
        let mut groups = vec![all];
        if let Some(by) = &self.by {
            let group = table.full_codes(table.position(by)?)?;
            groups.clear();
            for (code, name) in group.names.iter().enumerate() {
                let rows: Vec<usize> =
                    (0..table.len()).filter(|&row| group.codes[row] as usize == code).collect();
                let own = |column: &Option<Vec<f64>>| column.as_ref().map(|column| rows_at(column, &rows));
                let event: Vec<bool> = rows.iter().map(|&row| durations.event[row]).collect();
                let (time, entry, weights) = (rows_at(&durations.time, &rows), own(&entry), own(&weights));
                let watched = Watched {
                    time: &time,
                    event: &event,
                    entry: entry.as_deref(),
                    weights: weights.as_deref(),
                };
                groups.push(self.group(name, &watched, scale, limit)?);
            }
        }
        let at = match self.at.as_slice() {
            [] => (1..=12).map(|step| longest * f64::from(step) / 12.0).collect(),
            at => at.to_vec(),
        };
        let mut report = Report::new("The share of customers that stays");
        report.single("limit", limit);
        let count = if weights.is_some() { Counted::ByWeight } else { Counted::Wholly };
        report.table("groups", summary(&groups, limit, count));
        if !self.quantiles.is_empty() {
            report.table("quantiles", quantiles(&groups, &self.quantiles));
        }
        report.table("at", looks(&groups, &at, count));
        report.table("curve", steps(&groups, count));
        if let Some(hazard) = self.hazard {
            let ties = match hazard {
                Hazard::NelsonAalen => HazardTies::NelsonAalen,
                Hazard::FlemingHarrington => HazardTies::FlemingHarrington,
            };
            report.table("hazard", hazards(&groups, ties, self.level)?);
        }
        if groups.iter().any(|group| gone_too_soon(&group.curve)) {
            report.note(
                "a curve fell to 0 while others were still to come in: few were watched so early; start later, by --where",
            );
        }
        Ok(report)
    }

    fn group(
        &self,
        name: &str,
        watched: &Watched,
        scale: Scale,
        limit: f64,
    ) -> Result<Group, analytics::Error> {
        let (curve, mean_error) = match self.robust {
            true => {
                let curve = watched.robust_curve(self.level, scale)?;
                let error = watched.robust_mean_error(&curve, limit);
                (curve, error)
            }
            false => {
                let curve = watched.curve(self.level, scale)?;
                let error = curve.restricted_mean_error(limit);
                (curve, error)
            }
        };
        Ok(Group { name: name.to_owned(), customers: watched.time.len(), curve, mean_error })
    }
}

/// How those at risk are counted: as rows, or as what rows weigh.
#[derive(Clone, Copy)]
enum Counted {
    Wholly,
    ByWeight,
}

impl Counted {
    fn column(self, grid: Grid, name: &str, values: impl Iterator<Item = f64>) -> Grid {
        match self {
            Counted::Wholly => grid.wholes(name, values.map(|value| value as i64)),
            Counted::ByWeight => grid.numbers(name, values),
        }
    }
}

/// Whether the curve is at 0 before its last time.
fn gone_too_soon(curve: &Curve) -> bool {
    curve.survival.iter().rev().skip(1).any(|survival| *survival == 0.0)
}

fn summary(groups: &[Group], limit: f64, count: Counted) -> Grid {
    let median_bounds = |group: &Group| group.curve.quantile_interval(0.5);
    let grid = Grid::new()
        .texts("group", groups.iter().map(|group| group.name.as_str()))
        .wholes("customers", groups.iter().map(|group| group.customers));
    count
        .column(grid, "left", groups.iter().map(|group| group.curve.events.iter().sum()))
        .maybe("median", groups.iter().map(|group| group.curve.median()))
        .maybe("median_low", groups.iter().map(|group| median_bounds(group).0))
        .maybe("median_high", groups.iter().map(|group| median_bounds(group).1))
        .numbers("mean_up_to_limit", groups.iter().map(|group| group.curve.restricted_mean(limit)))
        .numbers("mean_error", groups.iter().map(|group| group.mean_error))
}

/// When each share of customers is gone.
fn quantiles(groups: &[Group], shares: &[f64]) -> Grid {
    let all = || groups.iter().flat_map(|group| shares.iter().map(move |share| (group, *share)));
    let bounds = |(group, share): (&Group, f64)| group.curve.quantile_interval(1.0 - share);
    Grid::new()
        .texts("group", all().map(|(group, _)| group.name.as_str()))
        .numbers("gone", all().map(|(_, share)| share))
        .maybe("time", all().map(|(group, share)| group.curve.quantile(1.0 - share)))
        .maybe("low", all().map(|each| bounds(each).0))
        .maybe("high", all().map(|each| bounds(each).1))
}

fn looks(groups: &[Group], at: &[f64], count: Counted) -> Grid {
    let all: Vec<(&Group, f64)> =
        groups.iter().flat_map(|group| at.iter().map(move |&time| (group, time))).collect();
    let cell = |pick: fn(&Curve, usize) -> f64| {
        all.iter()
            .map(move |(group, time)| group.curve.row_at(*time).map(|row| pick(&group.curve, row)))
            .collect::<Vec<_>>()
    };
    let left = |(group, time): &(&Group, f64)| {
        group.curve.row_at(*time).map_or(0.0, |row| group.curve.events[..=row].iter().sum())
    };
    let grid = Grid::new()
        .texts("group", all.iter().map(|(group, _)| group.name.as_str()))
        .numbers("time", all.iter().map(|(_, time)| *time));
    let at_risk = all.iter().map(|(group, time)| group.curve.at_risk_at(*time));
    let grid = count.column(grid, "at_risk", at_risk);
    count
        .column(grid, "left_so_far", all.iter().map(left))
        .numbers("survival", all.iter().map(|(group, time)| group.curve.survival_at(*time)))
        .maybe("standard_error", cell(|curve, row| curve.standard_error[row]))
        .maybe("low", cell(|curve, row| curve.low[row]))
        .maybe("high", cell(|curve, row| curve.high[row]))
}

fn steps(groups: &[Group], count: Counted) -> Grid {
    let all = || groups.iter().flat_map(|group| (0..group.curve.time.len()).map(move |row| (group, row)));
    let of = |pick: fn(&Curve) -> &[f64]| all().map(move |(group, row)| pick(&group.curve)[row]);
    let grid = Grid::new()
        .texts("group", all().map(|(group, _)| group.name.as_str()))
        .numbers("time", of(|curve| &curve.time));
    let grid = count.column(grid, "at_risk", of(|curve| &curve.at_risk));
    let grid = count.column(grid, "left", of(|curve| &curve.events));
    count
        .column(grid, "last_seen", of(|curve| &curve.censored))
        .numbers("survival", of(|curve| &curve.survival))
        .numbers("standard_error", of(|curve| &curve.standard_error))
        .numbers("low", of(|curve| &curve.low))
        .numbers("high", of(|curve| &curve.high))
}

fn hazards(groups: &[Group], ties: HazardTies, level: f64) -> Result<Grid, Failure> {
    let found = groups.iter().map(|group| group.curve.cumulative_hazard(ties, level));
    let found = found.collect::<Result<Vec<_>, _>>()?;
    let names = groups.iter().flat_map(|group| group.curve.time.iter().map(move |_| group.name.as_str()));
    Ok(Grid::new()
        .texts("group", names)
        .numbers("time", groups.iter().flat_map(|group| group.curve.time.iter().copied()))
        .numbers("cumulative_hazard", found.iter().flat_map(|own| own.hazard.iter().copied()))
        .numbers("standard_error", found.iter().flat_map(|own| own.standard_error.iter().copied()))
        .numbers("low", found.iter().flat_map(|own| own.low.iter().copied()))
        .numbers("high", found.iter().flat_map(|own| own.high.iter().copied())))
}
