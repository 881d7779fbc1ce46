//! `rapport analyze pipeline`: what open deals will bring.

use analytics::Progress;
use analytics::forecast::pipeline::{Deals, Outcome, WinRate};
use clap::Args;

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Codes, Input, Table, day};

/// What open deals will bring: by win rates, by timing, and by competing risks
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze pipeline deals.csv --group product --opened engage_date \
    --closed close_date --stage deal_stage --amount close_value --as-of 2024-09-30 --horizon 90"
)]
pub struct Pipeline {
    #[command(flatten)]
    input: Input,
    /// What win rates and amounts are known by; all deals alike if not given
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    group: Option<String>,
    /// When the deal was opened; rows without it are left out
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    opened: Option<String>,
    /// When it was won or lost
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    closed: Option<String>,
    /// How it ended
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    stage: Option<String>,
    /// Money of won deals
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    amount: Option<String>,
    /// The stage of won deals
    #[arg(long, value_name = "TEXT", default_value = "Won")]
    won: String,
    /// The stage of lost deals; all other stages are open
    #[arg(long, value_name = "TEXT", default_value = "Lost")]
    lost: String,
    /// Forecast from what was known on this day; the last day of the file if not given
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Days ahead
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    horizon: u32,
}

/// Deals as columns.
struct Read {
    group: Codes,
    opened: Vec<i32>,
    closed: Vec<i32>,
    outcome: Vec<Outcome>,
    value: Vec<f64>,
    /// Rows of the table that have a day of opening.
    rows: Vec<usize>,
}

impl Pipeline {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let read = self.read(&table)?;
        let deals = Deals {
            group: &read.group.codes,
            opened: &read.opened,
            closed: &read.closed,
            outcome: &read.outcome,
            value: &read.value,
        };
        let last = read.opened.iter().chain(&read.closed).copied().max().unwrap_or(0);
        let as_of = self.as_of.as_ref().map_or(Ok(last), |text| table.day_option("--as-of", text))?;
        let found = deals.forecast(as_of, self.horizon)?;
        let mut report = Report::new(format!(
            "What deals open on {} bring within {} days",
            day::written(as_of),
            self.horizon
        ));
        report.word("as_of", day::written(as_of));
        report.count("horizon_days", self.horizon as usize);
        report.count("closed", found.closed);
        report.count("open", found.open);
        report.figures(
            "forecast",
            [
                ("by_win_rate_whenever", found.weighted_total),
                ("by_timing", found.by_timing),
                ("by_competing_risks", found.by_risks),
                ("wins_by_competing_risks", found.wins),
                ("spread", found.spread),
            ],
        );
        if as_of < last {
            let actual = deals.actual(as_of, self.horizon);
            report.figures(
                "actual",
                [
                    ("won_value", actual.won_value),
                    ("won", actual.won as f64),
                    ("new_business", actual.new_business),
                ],
            );
        }
        let all = &found.overall;
        report.figures("overall", figures(all));
        let (names, rates) = (&read.group.names, &found.by_group);
        report.table(
            "groups",
            Grid::new()
                .texts("group", names.iter().take(rates.len()).map(String::as_str))
                .wholes("closed", rates.iter().map(|rate| rate.closed))
                .wholes("won", rates.iter().map(|rate| rate.won))
                .numbers("win_rate", rates.iter().map(|rate| rate.rate))
                .numbers("mean_won_value", rates.iter().map(|rate| rate.mean_value))
                .numbers("revenue", rates.iter().map(|rate| rate.revenue)),
        );
        report.table(
            "deals",
            Grid::new()
                .wholes("row", found.chances.iter().map(|(deal, _)| table.places()[read.rows[*deal]] + 1))
                .texts("group", found.chances.iter().map(|(deal, _)| read.group.name(*deal)))
                .wholes("age_days", found.chances.iter().map(|(deal, _)| as_of - read.opened[*deal]))
                .numbers("chance", found.chances.iter().map(|(_, chance)| *chance)),
        );
        let left_out = table.len() - read.rows.len();
        if left_out > 0 {
            report.note(format!("{left_out} deals have no day of opening and are left out"));
        }
        Ok(report)
    }

    fn read(&self, table: &Table) -> Result<Read, Failure> {
        let opened = table.choose(
            self.opened.as_deref(),
            "--opened",
            &["opened", "created", "engagedate", "createdat"],
        )?;
        let closed =
            table.choose(self.closed.as_deref(), "--closed", &["closed", "closedate", "closedat"])?;
        let stage =
            table.choose(self.stage.as_deref(), "--stage", &["stage", "dealstage", "outcome", "status"])?;
        let amount = table.choose(
            self.amount.as_deref(),
            "--amount",
            &["amount", "value", "closevalue", "revenue"],
        )?;
        let (opened_at, closed_at) = (table.near_times(opened)?, table.near_times(closed)?);
        let values = table.numbers(amount)?;
        let rows: Vec<usize> = (0..table.len()).filter(|&row| !opened_at[row].is_nan()).collect();
        let outcome = |row: usize| match table.text(stage, row) {
            text if text == self.won => Outcome::Won,
            text if text == self.lost => Outcome::Lost,
            _ => Outcome::Open,
        };
        for &row in &rows {
            if outcome(row) != Outcome::Open && closed_at[row].is_nan() {
                return Err(Failure::Input(format!(
                    "{}: a deal that ended has no date",
                    table.place(closed, row)
                )));
            }
            if outcome(row) == Outcome::Won && values[row].is_nan() {
                return Err(Failure::Input(format!(
                    "{}: a won deal has no amount",
                    table.place(amount, row)
                )));
            }
        }
        let group = match &self.group {
            Some(name) => {
                let all = table.full_codes(table.position(name)?)?;
                Codes { codes: rows.iter().map(|&row| all.codes[row]).collect(), names: all.names }
            }
            None => Codes { codes: vec![0; rows.len()], names: vec!["all".to_owned()] },
        };
        let day = |time: f64| if time.is_nan() { 0 } else { time.floor() as i32 };
        Ok(Read {
            group,
            opened: rows.iter().map(|&row| day(opened_at[row])).collect(),
            closed: rows.iter().map(|&row| day(closed_at[row])).collect(),
            outcome: rows.iter().map(|&row| outcome(row)).collect(),
            value: rows.iter().map(|&row| if values[row].is_nan() { 0.0 } else { values[row] }).collect(),
            rows,
        })
    }
}

fn figures(rate: &WinRate) -> [(&'static str, f64); 5] {
    [
        ("closed", rate.closed as f64),
        ("won", rate.won as f64),
        ("win_rate", rate.rate),
        ("mean_won_value", rate.mean_value),
        ("revenue", rate.revenue),
    ]
}
