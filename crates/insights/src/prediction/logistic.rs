//! `rapport analyze logistic`: chances by logistic regression.

use analytics::prediction::{
    Encoder, EncodingOptions, Gaps, Levels, Logistic as Fitted, LogisticOptions, Subject, logistic, reasons,
    sigmoid,
};
use analytics::{Error, Feature, Progress};
use clap::Args;

use super::judged::{Chances, JudgeOptions, Judged, scores};
use super::learning::Learning;
use super::outcome::{OutcomeColumn, WeightColumn, at};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{FeatureOptions, Features, Input};

/// How likely something is, by logistic regression: maximum likelihood or ridge
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze logistic customers.csv --outcome churned --test-every 5 --ridge 1 \
    --importance 5 --card card.md"
)]
pub struct Logistic {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    outcome: OutcomeColumn,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    weight: WeightColumn,
    #[command(flatten)]
    judge: JudgeOptions,
    /// Penalty on squared coefficients of scaled columns; 0 is maximum likelihood
    #[arg(long, value_name = "LAMBDA", default_value_t = 0.0)]
    ridge: f64,
    /// What stands in for a missing number: mean, median, refuse, or a number
    #[arg(long, value_name = "HOW", default_value = "median")]
    gaps: String,
    /// Categories with fewer rows are taken together
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    rare: usize,
    /// Leave the columns in their own units even with a ridge
    #[arg(long)]
    no_scale: bool,
    /// Probability inside the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = crate::level::level)]
    level: f64,
    /// Threads; the answer does not depend on it
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
}

/// An encoding and a regression on it.
struct Model {
    encoder: Encoder,
    fit: Fitted,
}

impl Logistic {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let learning = Learning::read(&self.input, &self.outcome, &self.features, &self.weight, &self.judge)?;
        let Learning { table, features, fold, .. } = &learning;
        let outcome = self.outcome.flags(table)?;
        let encoding = self.encoding()?;
        let fit = |rows: &[usize]| self.fit(&learning, &outcome, rows, &encoding, watch);
        let model = fit(&fold.train).map_err(|error| table.located(Some(&fold.train), error))?;
        let mut report = Report::new(format!("How likely is {}?", learning.name()));
        report.count("rows", fold.train.len());
        if let Some(weights) = learning.weights_of(&fold.train) {
            report.single("weight", weights.iter().sum());
        }
        self.add_fit(&mut report, &model.fit);
        let judged = Judged {
            learning: &learning,
            outcome: &outcome,
            method: if self.ridge > 0.0 { "ridge regression" } else { "logistic regression" }.to_owned(),
        };
        let log_odds = features.with(None, |features| model.log_odds(features))?;
        let chances: Vec<f64> = log_odds.iter().map(|&own| sigmoid(own)).collect();
        if self.judge.reasons > 0 {
            let said = self.reasons(features, &model, &fold.train, learning.tested().1)?;
            report.table("reasons", said);
        }
        let own: Chances = Box::new(|features| model.chances(features));
        let again = |rows: &[usize]| {
            let model = fit(rows)?;
            Ok(Box::new(move |features: &[Feature]| model.chances(features)) as Chances)
        };
        self.judge.add(&mut report, &judged, &own, again, watch)?;
        report.table("scores", scores(&judged, &log_odds, &chances));
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        Ok(report)
    }

    fn encoding(&self) -> Result<EncodingOptions, Failure> {
        let gaps = match self.gaps.as_str() {
            "mean" => Gaps::Mean,
            "median" => Gaps::Median,
            "refuse" => Gaps::Refuse,
            number => Gaps::Constant(number.parse().map_err(|_| {
                Failure::Usage(format!("--gaps \"{number}\": say mean, median, refuse, or a number"))
            })?),
        };
        Ok(EncodingOptions {
            gaps,
            mark_gaps: matches!(self.gaps.as_str(), "mean" | "median"),
            levels: if self.ridge > 0.0 { Levels::OneHot } else { Levels::OneHotWithoutFirst },
            rare: self.rare,
            standardise: self.ridge > 0.0 && !self.no_scale,
        })
    }

    fn fit(
        &self,
        learning: &Learning,
        outcome: &[f64],
        rows: &[usize],
        encoding: &EncodingOptions,
        watch: &dyn Progress,
    ) -> Result<Model, Error> {
        let outcome = at(outcome, rows);
        let weights = learning.weights_of(rows);
        let weights = weights.as_deref();
        learning.features.with(Some(rows), |features| {
            let encoder = Encoder::fit(features, Some(&outcome), weights, encoding)?;
            let design = encoder.transform(features)?;
            let options = LogisticOptions { ridge: self.ridge, threads: self.threads };
            let fit = logistic(&design.features(), &outcome, weights, &options, watch)?;
            Ok(Model { encoder, fit })
        })
    }

    fn add_fit(&self, report: &mut Report, fit: &Fitted) {
        report.single("log_likelihood", fit.log_likelihood);
        report.single("null_log_likelihood", fit.null_log_likelihood);
        report.single("mcfadden", fit.mcfadden);
        report.single("aic", fit.aic);
        report.single("events_per_coefficient", fit.events_per_coefficient);
        if fit.events_per_coefficient < 10.0 {
            report.note("fewer than ten events per coefficient: the estimates are shaky");
        }
        let all: Vec<_> = [&fit.intercept].into_iter().chain(&fit.coefficients).collect();
        report.table(
            "coefficients",
            Grid::new()
                .texts("column", all.iter().map(|own| own.name.as_str()))
                .numbers("coefficient", all.iter().map(|own| own.value))
                .numbers("standard_error", all.iter().map(|own| own.standard_error))
                .numbers("z", all.iter().map(|own| own.z))
                .numbers("p", all.iter().map(|own| own.p))
                .numbers("odds_ratio", all.iter().map(|own| own.odds_ratio()))
                .numbers("low", all.iter().map(|own| own.interval(self.level).0.exp()))
                .numbers("high", all.iter().map(|own| own.interval(self.level).1.exp())),
        );
    }

    /// Reasons in words, each row against the average row of the fit.
    fn reasons(
        &self,
        features: &Features,
        model: &Model,
        train: &[usize],
        rows: &[usize],
    ) -> Result<Grid, Failure> {
        let fitted = features.with(Some(train), |features| model.encoder.transform(features))?;
        let means: Vec<f64> = fitted.columns.iter().map(|column| analytics::sample::mean(column)).collect();
        let coefficients = model.fit.coefficients.iter().map(|own| own.value);
        let base =
            model.fit.intercept.value + coefficients.zip(&means).map(|(b, mean)| b * mean).sum::<f64>();
        let design = features.with(Some(rows), |features| model.encoder.transform(features))?;
        let columns = design.features();
        let said = |row: usize| {
            let values: Vec<f64> = design.columns.iter().map(|column| column[row]).collect();
            let parts = model.fit.contributions(&values, &means);
            let found = reasons(&columns, row, (&parts, base), self.judge.reasons, Subject::Chance, sigmoid);
            found.into_iter().map(|reason| reason.words).collect::<Vec<String>>()
        };
        let places = rows.iter().enumerate();
        Ok(Grid::new()
            .wholes("row_of_part", places.map(|(at, _)| at + 1))
            .lists("reasons", (0..rows.len()).map(said)))
    }
}

impl Model {
    fn log_odds(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        let design = self.encoder.transform(features)?;
        let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
        self.fit.log_odds(&columns)
    }

    fn chances(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        Ok(self.log_odds(features)?.into_iter().map(sigmoid).collect())
    }
}
