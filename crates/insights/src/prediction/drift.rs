//! `rapport analyze drift`: whether today's customers still look like those of the fit.

use std::path::PathBuf;

use analytics::Progress;
use analytics::prediction::{DriftLevel, drift};
use clap::Args;

use super::outcome::HoldOutOptions;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{FeatureOptions, Input};

/// Whether customers have changed since: columns of one file against another, or of rows against later ones
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rapport analyze drift then.csv --now now.csv\n  \
    rapport analyze drift customers.csv --test-last 0.25")]
pub struct Drift {
    #[command(flatten)]
    input: Input,
    /// The file of today; without it, the test part is today
    #[arg(long, value_name = "FILE")]
    now: Option<PathBuf>,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    holdout: HoldOutOptions,
}

impl Drift {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        // One table of both files, so that a category has one code in both.
        let mut input = self.input.clone();
        input.files.extend(self.now.clone());
        let table = input.table()?;
        let features = self.features.read(&table, &[])?;
        let (then, now): (Vec<usize>, Vec<usize>) = match (self.rows_of_one()?, self.holdout.fold(&table)?) {
            (Some(RowsOf::Then(rows)), _) => ((0..rows).collect(), (rows..table.len()).collect()),
            (Some(RowsOf::Now(rows)), _) => {
                let then = table.len() - rows;
                ((0..then).collect(), (then..table.len()).collect())
            }
            (None, Some(fold)) => (fold.train, fold.test),
            (None, None) => {
                return Err(Failure::Usage(
                    "give another file with --now, or a part of this one with --test-last or \
                    the like"
                        .to_owned(),
                ));
            }
        };
        let found = features.with(Some(&then), |then| features.with(Some(&now), |now| drift(then, now)))?;
        let level = |level: DriftLevel| match level {
            DriftLevel::Stable => "stable",
            DriftLevel::Shifted => "shifted",
            DriftLevel::Moved => "moved",
        };
        let mut report = Report::new("Whether customers have changed");
        report.count("rows_then", then.len());
        report.count("rows_now", now.len());
        report.table(
            "columns",
            Grid::new()
                .texts("column", found.iter().map(|own| own.name.as_str()))
                .texts("level", found.iter().map(|own| level(own.level)))
                .numbers("stability_index", found.iter().map(|own| own.stability))
                .maybe("distance", found.iter().map(|own| own.distance))
                .numbers("p", found.iter().map(|own| own.p))
                .numbers("gaps_then", found.iter().map(|own| own.gaps.0))
                .numbers("gaps_now", found.iter().map(|own| own.gaps.1)),
        );
        report.text(
            "in_words",
            found.iter().map(|own| format!("  {}", own.words)).collect::<Vec<_>>().join("\n"),
        );
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        Ok(report)
    }

    /// How many rows of both files belong to one of them: to the one that is not standard input, which can be read once only.
    fn rows_of_one(&self) -> Result<Option<RowsOf>, Failure> {
        let Some(now) = &self.now else { return Ok(None) };
        if now.as_os_str() == "-" {
            return Ok(Some(RowsOf::Then(self.input.table()?.len())));
        }
        let mut input = self.input.clone();
        input.files = vec![now.clone()];
        Ok(Some(RowsOf::Now(input.table()?.len())))
    }
}

/// Rows of the file then, or of today's.
enum RowsOf {
    Then(usize),
    Now(usize),
}
