//! `rapport analyze calibrate`: chances that can be taken at their word.

use analytics::Progress;
use analytics::prediction::{Isotonic, Platt, metrics};
use clap::Args;

use super::measured;
use super::outcome::{HoldOutOptions, OutcomeColumn, WeightColumn, at};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Input;

/// Turn scores into chances that can be taken at their word (Platt, isotonic)
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze boost customers.csv --test-every 3 --csv --table scores -o scores.csv\n  \
    rapport analyze calibrate scores.csv --outcome outcome --score log_odds --where 'part = \"test\"'"
)]
pub struct Calibrate {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    outcome: OutcomeColumn,
    /// The scores: log odds, or any number that rises with the chance
    #[arg(long, value_name = "COLUMN", default_value = "score", help_heading = "Columns")]
    score: String,
    /// The outcome is any number (isotonic least squares), not yes or no
    #[arg(long)]
    numbers: bool,
    #[command(flatten)]
    weight: WeightColumn,
    #[command(flatten)]
    holdout: HoldOutOptions,
}

impl Calibrate {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let scores = table.full_numbers(table.position(&self.score)?)?;
        let weights = self.weight.read(&table)?;
        let weights_of = |rows: &[usize]| weights.as_ref().map(|own| at(&own.values, rows));
        let mut report = Report::new("Calibration of scores");
        let mut all: Vec<usize> = (0..table.len()).collect();
        if self.numbers {
            let outcome = table.full_numbers(self.outcome.position(&table)?)?;
            weights.iter().try_for_each(|own| own.keep_counted(&mut all))?;
            let steps = Isotonic::fit(&at(&outcome, &all), &at(&scores, &all), weights_of(&all).as_deref())?;
            add_steps(&mut report, &steps);
            report.table(
                "rows",
                Grid::new()
                    .numbers("score", scores.iter().copied())
                    .numbers("isotonic", scores.iter().map(|&score| steps.chance(score))),
            );
            return Ok(report);
        }
        let outcome = self.outcome.flags(&table)?;
        let fold = self.holdout.fold(&table)?;
        let (mut train, test) =
            fold.as_ref().map_or((all.clone(), &all), |fold| (fold.train.clone(), &fold.test));
        weights.iter().try_for_each(|own| own.keep_counted(&mut train))?;
        let (y, own, counts) = (at(&outcome, &train), at(&scores, &train), weights_of(&train));
        let line = Platt::fit(&y, &own, counts.as_deref())?;
        let steps = Isotonic::fit_chances(&y, &own, counts.as_deref())?;
        report.figures("platt", [("slope", line.slope), ("intercept", line.intercept)]);
        add_steps(&mut report, &steps);
        let platt: Vec<f64> = scores.iter().map(|&score| line.chance(score)).collect();
        let isotonic: Vec<f64> = scores.iter().map(|&score| steps.chance(score)).collect();
        let (truth, counts) = (at(&outcome, test), weights_of(test));
        for (name, chances) in [("by_platt", &platt), ("by_isotonic", &isotonic)] {
            let found = metrics::report(&truth, &at(chances, test), counts.as_deref())?;
            report.figures(name, measured::figures(&found));
        }
        if fold.is_none() {
            report
                .note("measured on the rows it was fitted to; hold some back with --test-every or the like");
        }
        report.table(
            "rows",
            Grid::new()
                .wholes("row", table.places().iter().map(|place| place + 1))
                .numbers("outcome", outcome)
                .numbers("score", scores)
                .numbers("platt", platt)
                .numbers("isotonic", isotonic),
        );
        Ok(report)
    }
}

fn add_steps(report: &mut Report, steps: &Isotonic) {
    report.table(
        "isotonic",
        Grid::new()
            .numbers("score", steps.scores.iter().copied())
            .numbers("chance", steps.chances.iter().copied()),
    );
}
