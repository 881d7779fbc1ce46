//! `rapport analyze cox`: what makes customers leave sooner.

use analytics::Progress;
use analytics::prediction::{Encoder, EncodingOptions, Gaps, Levels};
use analytics::retention::{Clock, CoxData, CoxFit, Ties, fit_cox_ridge};
use clap::{Args, ValueEnum};

use super::durations::DurationColumns;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{FeatureOptions, Input};

/// What makes customers leave sooner or later (Cox regression)
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze cox customers.csv --time tenure --event churned \
    --features contract,monthly,senior")]
pub struct Cox {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    columns: DurationColumns,
    #[command(flatten)]
    features: FeatureOptions,
    /// Groups whose risk over time may differ in any way: customers are compared within theirs only
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    strata: Option<String>,
    /// After when each row counts, if not from the start: customers watched only later, or rows of one whose columns changed
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    entry: Option<String>,
    /// Rows with the same value belong together, such as those of one customer: robust errors take them so
    #[arg(long, value_name = "COLUMN", requires = "robust", help_heading = "Columns")]
    cluster: Option<String>,
    /// How much each row counts: 2 is as good as two rows
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    weight: Option<String>,
    /// Standard errors that also hold for rows weighted by chance, or not alike in risk (Lin and Wei)
    #[arg(long)]
    robust: bool,
    /// Shrinks coefficients: lambda/2 times their squares, each in standard deviations of its column, off the likelihood
    #[arg(long, value_name = "LAMBDA", default_value_t = 0.0, conflicts_with = "robust")]
    ridge: f64,
    /// How customers who left at the same time share the risk
    #[arg(long, value_enum, default_value_t = TiedBy::Efron)]
    ties: TiedBy,
    /// The function of time that the test of proportionality holds residuals against
    #[arg(long, value_enum, default_value_t = Against::Survival)]
    clock: Against,
    /// How proportionality is tested: by residuals (Grambsch and Therneau), or by score (R's cox.zph since survival 3)
    #[arg(long, value_enum, default_value_t = Tested::Residuals)]
    test: Tested,
    /// Probability inside the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = crate::level::level)]
    level: f64,
    /// Also tell for each row the chance to stay beyond this time
    #[arg(long, value_name = "TIME")]
    horizon: Option<f64>,
    /// Also tell the risk over time of a customer at the means of all columns
    #[arg(long)]
    baseline: bool,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum TiedBy {
    Efron,
    Breslow,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Tested {
    Residuals,
    Score,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Against {
    Survival,
    Rank,
    Time,
    LnTime,
}

impl Cox {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let durations = self.columns.read(&table)?;
        let position = |name: &Option<String>| name.as_ref().map(|name| table.position(name)).transpose();
        let (stratum, weight) = (position(&self.strata)?, position(&self.weight)?);
        let strata = stratum.map(|column| table.full_codes(column)).transpose()?;
        let weights = weight.map(|column| table.full_numbers(column)).transpose()?;
        let (entry, cluster) = (position(&self.entry)?, position(&self.cluster)?);
        let entries = entry.map(|column| table.full_numbers(column)).transpose()?;
        let clusters = cluster.map(|column| table.full_codes(column)).transpose()?;
        let named = [stratum, weight, entry, cluster];
        let others: Vec<usize> = durations.columns.into_iter().chain(named.into_iter().flatten()).collect();
        let features = self.features.read(&table, &others)?;
        let encoding = EncodingOptions {
            gaps: Gaps::Refuse,
            mark_gaps: false,
            levels: Levels::OneHotWithoutFirst,
            ..EncodingOptions::default()
        };
        let design = features.with(None, |features| {
            Encoder::fit(features, None, None, &encoding).and_then(|own| own.transform(features))
        });
        let design = design.map_err(|error| table.located(None, error))?;
        let names: Vec<&str> = design.names.iter().map(String::as_str).collect();
        let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
        let ties = match self.ties {
            TiedBy::Efron => Ties::Efron,
            TiedBy::Breslow => Ties::Breslow,
        };
        let data = CoxData {
            strata: strata.as_ref().map(|strata| strata.codes.as_slice()),
            weights: weights.as_deref(),
            entry: entries.as_deref(),
            clusters: clusters.as_ref().map(|clusters| clusters.codes.as_slice()),
            ..CoxData::new(&durations.time, &durations.event, &columns, &names)
        };
        let mut fit =
            fit_cox_ridge(&data, ties, self.ridge, watch).map_err(|error| table.located(None, error))?;
        if self.robust {
            fit = fit.with_robust_errors(&data, ties)?;
        }
        let ratios = fit.hazard_ratios(self.level);
        let mut report = Report::new("What makes customers leave sooner");
        report.count("rows", fit.rows);
        report.count("left", fit.events);
        report.single("log_likelihood", fit.log_likelihood);
        report.single("null_log_likelihood", fit.null_log_likelihood);
        if self.ridge > 0.0 {
            report.single("df", fit.freedom);
        }
        report.single("p_of_all", fit.ln_p_of_all().exp());
        report.single("concordance", fit.concordance);
        let z = |at: usize| fit.model.coefficients[at] / fit.standard_errors[at];
        report.table(
            "coefficients",
            Grid::new()
                .texts("column", names.iter().copied())
                .numbers("coefficient", fit.model.coefficients.iter().copied())
                .numbers("standard_error", fit.standard_errors.iter().copied())
                .numbers("z", (0..names.len()).map(z))
                .numbers("p", fit.ln_p.iter().map(|ln_p| ln_p.exp()))
                .numbers("hazard_ratio", ratios.iter().map(|ratio| ratio.0))
                .numbers("low", ratios.iter().map(|ratio| ratio.1))
                .numbers("high", ratios.iter().map(|ratio| ratio.2)),
        );
        if self.ridge == 0.0 {
            self.add_proportionality(&mut report, &fit, &data, ties)?;
        }
        if self.baseline {
            let strata = strata.as_ref().map(|strata| strata.names.as_slice());
            report.table("baseline", baseline(&fit, strata));
        }
        if let Some(horizon) = self.horizon {
            let row = |at: usize| columns.iter().map(|column| column[at]).collect::<Vec<f64>>();
            let stratum = |at: usize| strata.as_ref().map_or(0, |strata| strata.codes[at] as usize);
            let stays = (0..table.len()).map(|at| fit.model.survival(&row(at), stratum(at), horizon));
            let risk = (0..table.len()).map(|at| fit.model.ln_risk(&row(at)).exp());
            report.table(
                "customers",
                Grid::new()
                    .wholes("row", table.places().iter().map(|place| place + 1))
                    .numbers("relative_risk", risk)
                    .numbers("stays", stays),
            );
        }
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        Ok(report)
    }

    fn add_proportionality(
        &self,
        report: &mut Report,
        fit: &CoxFit,
        data: &CoxData,
        ties: Ties,
    ) -> Result<(), Failure> {
        let clock = match self.clock {
            Against::Survival => Clock::Survival,
            Against::Rank => Clock::Rank,
            Against::Time => Clock::Time,
            Against::LnTime => Clock::LnTime,
        };
        let tests = match self.test {
            Tested::Residuals => fit.proportionality(data, ties, clock)?,
            Tested::Score => fit.proportionality_by_score(data, ties, clock)?,
        };
        report.table(
            "proportionality",
            Grid::new()
                .texts("column", tests.iter().map(|test| test.column.as_deref().unwrap_or("all together")))
                .numbers("correlation", tests.iter().map(|test| test.correlation))
                .numbers("chi2", tests.iter().map(|test| test.chi2))
                .wholes("df", tests.iter().map(|test| test.df))
                .numbers("p", tests.iter().map(|test| test.ln_p.exp())),
        );
        if tests.iter().any(|test| test.column.is_some() && test.ln_p < 0.01_f64.ln()) {
            report.note("some factor changes over time (small p above): read its hazard ratio as a mean");
        }
        Ok(())
    }
}

/// Cumulative hazard and share that stays, of a customer at the means, by stratum.
fn baseline(fit: &CoxFit, strata: Option<&[String]>) -> Grid {
    let baselines = || fit.model.baselines.iter().enumerate();
    let name = |stratum: usize| strata.map_or("all", |names| names[stratum].as_str());
    let hazards = || baselines().flat_map(|(_, own)| own.cumulative_hazard.iter().copied());
    Grid::new()
        .texts("stratum", baselines().flat_map(|(stratum, own)| own.time.iter().map(move |_| name(stratum))))
        .numbers("time", baselines().flat_map(|(_, own)| own.time.iter().copied()))
        .numbers("cumulative_hazard", hazards())
        .numbers("survival", hazards().map(|hazard| (-hazard).exp()))
}
