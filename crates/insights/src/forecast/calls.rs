//! `rapport analyze calls`: how many calls come in each interval of the next days.

use analytics::Progress;
use analytics::forecast::{Accuracy, CallHistory, measure_accuracy};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Input, Table, day};

/// How many calls come in each interval of the next days
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rapport analyze calls calls.csv --time at --calls count --ahead 5\n  \
    rapport analyze calls calls.csv --test-days 20 --days 8")]
pub struct Calls {
    #[command(flatten)]
    input: Input,
    /// When the interval begins; every day must have the same intervals
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    time: Option<String>,
    /// Calls in the interval
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    calls: Option<String>,
    /// Days of the same weekday to learn from
    #[arg(long, value_name = "N", default_value_t = 8)]
    days: usize,
    /// How to forecast: daily totals by Holt–Winters spread by the profile, or the mean of days
    #[arg(long, value_enum, default_value_t = Method::Hw)]
    method: Method,
    /// Days to forecast; weekdays go on as they did
    #[arg(long, value_name = "N", default_value_t = 5)]
    ahead: usize,
    /// Hold the last days back and test all methods on them
    #[arg(long, value_name = "N", help_heading = "Test part")]
    test_days: Option<usize>,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Method {
    Hw,
    Mean,
}

/// Whole days of counts.
struct Days {
    intervals: usize,
    counts: Vec<f64>,
    /// Day since 1970-01-01 of each.
    dates: Vec<i32>,
}

impl Calls {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let days = self.read(&table)?;
        let weekday: Vec<u8> = days.dates.iter().map(|date| (date + 3).rem_euclid(7) as u8).collect();
        let mut report = Report::new("Calls by interval");
        report.count("days_count", days.dates.len());
        report.count("intervals_a_day", days.intervals);
        report.single("total", days.counts.iter().sum());
        let held = self.test_days.unwrap_or(0);
        if held >= days.dates.len() {
            return Err(Failure::Usage("--test-days must be fewer than the days of the file".to_owned()));
        }
        let train = days.dates.len() - held;
        let history = CallHistory {
            counts: &days.counts[..train * days.intervals],
            intervals: days.intervals,
            weekday: &weekday[..train],
        };
        if held > 0 {
            let actual = &days.counts[train * days.intervals..];
            self.test(&history, &weekday[train..], actual, &mut report, watch)?;
        }
        let dates = following(&days.dates, self.ahead);
        let ahead: Vec<u8> = dates.iter().map(|date| (date + 3).rem_euclid(7) as u8).collect();
        let whole = CallHistory { counts: &days.counts, intervals: days.intervals, weekday: &weekday };
        let found = match self.method {
            Method::Hw => whole.forecast(self.days, &ahead, watch)?,
            Method::Mean => whole.mean_of_last(self.days, &ahead)?,
        };
        let totals = found.chunks(days.intervals).map(|own| own.iter().sum::<f64>());
        report.table(
            "days",
            Grid::new().texts("date", dates.iter().map(|&date| day::written(date))).numbers("calls", totals),
        );
        let at = |index: usize| (dates[index / days.intervals], index % days.intervals + 1);
        report.table(
            "forecast",
            Grid::new()
                .texts("date", (0..found.len()).map(|index| day::written(at(index).0)))
                .wholes("interval", (0..found.len()).map(|index| at(index).1))
                .numbers("calls", found),
        );
        Ok(report)
    }

    fn read(&self, table: &Table) -> Result<Days, Failure> {
        let time = table.choose(self.time.as_deref(), "--time", &["time", "datetime", "at", "start"])?;
        let calls = table.choose(self.calls.as_deref(), "--calls", &["calls", "count", "volume"])?;
        let (times, counts) = (table.near_times(time)?, table.amounts(calls, "a number of calls")?);
        let mut order: Vec<usize> = (0..times.len()).collect();
        order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
        let mut days = Days { intervals: 0, counts: Vec::new(), dates: Vec::new() };
        for part in order.chunk_by(|&a, &b| times[a].floor() == times[b].floor()) {
            if days.dates.is_empty() {
                days.intervals = part.len();
            }
            if part.len() != days.intervals {
                return Err(Failure::Input(format!(
                    "{}: the day {} has {} intervals, those before have {}",
                    table.place(time, part[0]),
                    day::written(times[part[0]].floor() as i32),
                    part.len(),
                    days.intervals
                )));
            }
            days.dates.push(times[part[0]].floor() as i32);
            days.counts.extend(part.iter().map(|&row| counts[row]));
        }
        Ok(days)
    }

    fn test(
        &self,
        history: &CallHistory,
        ahead: &[u8],
        actual: &[f64],
        report: &mut Report,
        watch: &dyn Progress,
    ) -> Result<(), Failure> {
        let mut profile = history.profile(self.days, ahead)?;
        for (own, day) in profile.chunks_mut(history.intervals).zip(actual.chunks(history.intervals)) {
            let total: f64 = day.iter().sum();
            own.iter_mut().for_each(|share| *share *= total);
        }
        let methods = [
            ("last_same_weekday".to_owned(), history.mean_of_last(1, ahead)?),
            (format!("mean_of_last_{}", self.days), history.mean_of_last(self.days, ahead)?),
            ("holt_winters".to_owned(), history.forecast(self.days, ahead, watch)?),
            ("profile_of_actual_totals".to_owned(), profile),
        ];
        let totals = |counts: &[f64]| {
            counts.chunks(history.intervals).map(|day| day.iter().sum()).collect::<Vec<f64>>()
        };
        let found: Vec<(Accuracy, Accuracy)> = methods
            .iter()
            .map(|(_, forecast)| {
                let daily = measure_accuracy(&totals(forecast), &totals(actual), &[], 1)?;
                Ok((measure_accuracy(forecast, actual, &[], 1)?, daily))
            })
            .collect::<Result<_, analytics::Error>>()?;
        report.table(
            "test",
            Grid::new()
                .texts("method", methods.iter().map(|(name, _)| name.as_str()))
                .numbers("interval_mae", found.iter().map(|own| own.0.mae))
                .numbers("interval_rmse", found.iter().map(|own| own.0.rmse))
                .numbers("interval_wape", found.iter().map(|own| own.0.wape))
                .numbers("daily_mae", found.iter().map(|own| own.1.mae))
                .numbers("daily_rmse", found.iter().map(|own| own.1.rmse))
                .numbers("daily_wape", found.iter().map(|own| own.1.wape)),
        );
        Ok(())
    }
}

/// The next days of those weekdays that the history has.
fn following(dates: &[i32], count: usize) -> Vec<i32> {
    let Some(&last) = dates.last() else { return Vec::new() };
    let open = |date: &i32| dates.iter().any(|own| (own - date).rem_euclid(7) == 0);
    (last + 1..).filter(open).take(count).collect()
}
