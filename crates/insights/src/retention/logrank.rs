//! `rapport analyze logrank`: whether groups stay equally long.

use analytics::Progress;
use analytics::response::{Adjustment, adjust};
use analytics::retention::{TimeWeight, log_rank};
use clap::{Args, ValueEnum};

use super::durations::{DurationColumns, Durations};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::outcome::at;
use crate::table::{Codes, Input};

/// Whether groups of customers stay equally long (log-rank test)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze logrank customers.csv --time tenure --event churned --by contract"
)]
pub struct Logrank {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    columns: DurationColumns,
    /// The column that tells the groups
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    by: String,
    /// Compare only customers with the same value of this column
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    strata: Option<String>,
    /// Which times count more: all alike, early ones by how many are at risk, or by the share that stays (--p, --q)
    #[arg(long, value_enum, default_value_t = Weights::Even)]
    weights: Weights,
    /// Weights by survival: the power of the share that stays
    #[arg(long, value_name = "POWER", default_value_t = 1.0)]
    p: f64,
    /// Weights by survival: the power of the share that is gone
    #[arg(long, value_name = "POWER", default_value_t = 0.0)]
    q: f64,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Weights {
    Even,
    AtRisk,
    RootAtRisk,
    Survival,
}

impl Logrank {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let durations = self.columns.read(&table)?;
        let group = table.full_codes(table.position(&self.by)?)?;
        let weight = match self.weights {
            Weights::Even => TimeWeight::Even,
            Weights::AtRisk => TimeWeight::AtRisk,
            Weights::RootAtRisk => TimeWeight::RootAtRisk,
            Weights::Survival if self.p >= 0.0 && self.q >= 0.0 => {
                TimeWeight::Survival { p: self.p, q: self.q }
            }
            Weights::Survival => return Err(Failure::Usage("--p and --q must not be below 0".to_owned())),
        };
        let strata = self.strata.as_ref().map(|name| table.full_codes(table.position(name)?)).transpose()?;
        let strata = strata.as_ref().map(|strata| strata.codes.as_slice());
        let test = log_rank(&durations.time, &durations.event, &group.codes, strata, weight)?;
        let size = |code: usize| group.codes.iter().filter(|&&own| own as usize == code).count();
        let mut report = Report::new(format!("Whether customers stay equally long by {}", self.by));
        report.single("chi2", test.chi2);
        report.count("df", test.df);
        report.single("p", test.ln_p.exp());
        report.single("ln_p", test.ln_p);
        report.table(
            "groups",
            Grid::new()
                .texts("group", group.names.iter().map(String::as_str))
                .wholes("customers", (0..group.names.len()).map(size))
                .numbers("left", test.observed)
                .numbers("expected_if_alike", test.expected),
        );
        if group.names.len() > 2 {
            report.table("pairs", pairs(&durations, &group, strata, weight)?);
        }
        Ok(report)
    }
}

/// Each two groups compared, with p-values corrected for how many comparisons there are.
fn pairs(
    durations: &Durations,
    group: &Codes,
    strata: Option<&[u32]>,
    weight: TimeWeight,
) -> Result<Grid, Failure> {
    let count = group.names.len() as u32;
    let both: Vec<(u32, u32)> = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect();
    let mut found = Vec::new();
    for &(a, b) in &both {
        let rows: Vec<usize> =
            (0..group.codes.len()).filter(|&row| [a, b].contains(&group.codes[row])).collect();
        let codes: Vec<u32> = rows.iter().map(|&row| u32::from(group.codes[row] == b)).collect();
        let event: Vec<bool> = rows.iter().map(|&row| durations.event[row]).collect();
        let strata: Option<Vec<u32>> = strata.map(|own| rows.iter().map(|&row| own[row]).collect());
        let time = at(&durations.time, &rows);
        // Two groups that nobody left cannot be compared, the others can.
        found.push(log_rank(&time, &event, &codes, strata.as_deref(), weight).ok());
    }
    let compared: Vec<f64> = found.iter().flatten().map(|test| test.ln_p.exp()).collect();
    let adjusted = |by: Adjustment| -> Result<Vec<Option<f64>>, Failure> {
        let mut values = adjust(&compared, by)?.into_iter();
        Ok(found.iter().map(|test| test.as_ref().and_then(|_| values.next())).collect())
    };
    let name = |code: u32| group.names[code as usize].as_str();
    Ok(Grid::new()
        .texts("group", both.iter().map(|&(a, _)| name(a)))
        .texts("other", both.iter().map(|&(_, b)| name(b)))
        .maybe("chi2", found.iter().map(|test| test.as_ref().map(|test| test.chi2)))
        .maybe("p", found.iter().map(|test| test.as_ref().map(|test| test.ln_p.exp())))
        .maybe("holm", adjusted(Adjustment::Holm)?)
        .maybe("benjamini_hochberg", adjusted(Adjustment::BenjaminiHochberg)?))
}
