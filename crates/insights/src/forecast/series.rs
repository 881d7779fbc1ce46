//! `rapport analyze forecast`: how a series goes on.

use analytics::Progress;
use analytics::forecast::{
    Criterion, ErrorKind, EtsFit, Forecast as Ahead, Form, SeasonKind, Smoothing, TrendKind, fit_ets,
    fit_holt_winters, measure_accuracy, seasonal_naive, select_ets,
};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Input;

/// How a series goes on: seasonal naive, Holt–Winters, or exponential smoothing chosen by AICc
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze forecast sales.csv --value revenue --period 12 --steps 6\n  \
    rapport analyze forecast sales.csv --method hw --season additive --period 12 --test-last 24"
)]
pub struct Forecast {
    #[command(flatten)]
    input: Input,
    /// The values, in order of time at equal steps
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    value: Option<String>,
    /// Values in a season: 12 for months, 4 for quarters, 7 for days
    #[arg(long, value_name = "N", default_value_t = 1)]
    period: usize,
    /// How to forecast
    #[arg(long, value_enum, default_value_t = Method::Ets)]
    method: Method,
    /// Steps ahead; as many as are tested, else a season or 12
    #[arg(long, value_name = "N")]
    steps: Option<usize>,
    /// Hold the last values back and test on them: a number of them, or a share below 1
    #[arg(long, value_name = "N OR SHARE", help_heading = "Test part")]
    test_last: Option<f64>,
    /// Probability inside the bounds
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = crate::level::level)]
    level: f64,
    /// Holt–Winters: how the season enters
    #[arg(long, value_enum, default_value_t = Season::Multiplicative)]
    season: Season,
    /// Holt–Winters: no trend
    #[arg(long, conflicts_with_all = ["damped", "phi"])]
    no_trend: bool,
    /// Holt–Winters: a trend that fades, by the best factor from 0.8 to 0.98
    #[arg(long, conflicts_with = "alpha")]
    damped: bool,
    /// Holt–Winters: pace of the level, instead of the best
    #[arg(long, value_name = "PACE")]
    alpha: Option<f64>,
    /// Holt–Winters: pace of the trend
    #[arg(long, value_name = "PACE", requires = "alpha")]
    beta: Option<f64>,
    /// Holt–Winters: pace of the season
    #[arg(long, value_name = "PACE", requires = "alpha")]
    gamma: Option<f64>,
    /// Holt–Winters: what is left of the trend at each step; 1 for all of it
    #[arg(long, value_name = "FACTOR", requires = "beta")]
    phi: Option<f64>,
    /// ETS: this form instead of the best: error, trend, season, such as AAA, MAdM or ANN; a trend that multiplies (MMN, MMdM) only so
    #[arg(long, value_name = "FORM")]
    form: Option<String>,
    /// ETS: what tells the best form
    #[arg(long, value_enum, default_value_t = Best::Aicc)]
    criterion: Best,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Best {
    Aicc,
    Aic,
    Bic,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Method {
    Naive,
    Hw,
    Ets,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Season {
    None,
    Additive,
    Multiplicative,
}

impl Forecast {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let column = table.choose(
            self.value.as_deref(),
            "--value",
            &["value", "amount", "revenue", "sales", "count"],
        )?;
        let series = table.full_numbers(column)?;
        let held = match self.test_last {
            None => 0,
            Some(share) if share > 0.0 && share < 1.0 => (share * series.len() as f64).round() as usize,
            Some(count) if count >= 1.0 && count.fract() == 0.0 && (count as usize) < series.len() => {
                count as usize
            }
            Some(_) => {
                return Err(Failure::Usage(
                    "--test-last: give a share, or fewer values than there are".to_owned(),
                ));
            }
        };
        let (training, test) = series.split_at(series.len() - held);
        let season = if self.period > 1 { self.period } else { 12 };
        let steps = self.steps.unwrap_or(if held > 0 { held } else { season });
        let mut report = Report::new(format!("{}: the next {steps} steps", table.names()[column]));
        report.count("values", training.len());
        if self.period == 1 && series.len() >= 24 {
            report.note("no season was looked for; give its length by --period: 12 for months, 4 for quarters, 7 for days");
        }
        let ahead = match self.method {
            Method::Naive => seasonal_naive(training, self.period, steps, self.level).map_err(Failure::from),
            Method::Hw => self.holt_winters(training, steps, &mut report, watch),
            Method::Ets => self.ets(training, steps, &mut report, watch),
        };
        let ahead = ahead.map_err(|failure| match failure {
            Failure::Model(error) => table.located(None, error),
            failure => failure,
        })?;
        if held > 0 {
            let compared = steps.min(held);
            let found = measure_accuracy(&ahead.mean[..compared], &test[..compared], training, self.period)?;
            report.figures(
                "test",
                [
                    ("values", compared as f64),
                    ("mae", found.mae),
                    ("rmse", found.rmse),
                    ("mape", found.mape),
                    ("wape", found.wape),
                    ("mase", found.mase),
                ],
            );
        }
        let mut grid = Grid::new()
            .wholes("step", 1..=steps)
            .numbers("mean", ahead.mean)
            .numbers("low", ahead.low)
            .numbers("high", ahead.high);
        if held > 0 {
            grid = grid.maybe("actual", (0..steps).map(|step| test.get(step).copied()));
        }
        report.table("forecast", grid);
        Ok(report)
    }

    fn holt_winters(
        &self,
        series: &[f64],
        steps: usize,
        report: &mut Report,
        watch: &dyn Progress,
    ) -> Result<Ahead, Failure> {
        let kind = match self.season {
            Season::None => SeasonKind::None,
            Season::Additive => SeasonKind::Additive,
            Season::Multiplicative => SeasonKind::Multiplicative,
        };
        let kind = if self.period > 1 { kind } else { SeasonKind::None };
        let given =
            self.alpha.map(|alpha| Smoothing { alpha, beta: self.beta, gamma: self.gamma, phi: self.phi });
        let trend = match (self.no_trend, self.damped || self.phi.is_some()) {
            (true, _) => TrendKind::None,
            (false, true) => TrendKind::Damped,
            (false, false) => TrendKind::Additive,
        };
        let fit = fit_holt_winters(series, self.period, kind, trend, given, watch)?;
        let paces = fit.model.smoothing;
        let mut shown = vec![
            ("alpha", paces.alpha),
            ("beta", paces.beta.unwrap_or(f64::NAN)),
            ("gamma", paces.gamma.unwrap_or(f64::NAN)),
        ];
        shown.extend(paces.phi.map(|phi| ("phi", phi)));
        report.figures("paces", shown);
        report.single("sse", fit.sse);
        report.figures("start", [("level", fit.start.level), ("trend", fit.start.trend)]);
        report.table("start_season", Grid::new().numbers("season", fit.start.season.iter().copied()));
        Ok(fit.forecast(steps, self.level))
    }

    fn ets(
        &self,
        series: &[f64],
        steps: usize,
        report: &mut Report,
        watch: &dyn Progress,
    ) -> Result<Ahead, Failure> {
        let fit = match &self.form {
            Some(text) => {
                let wrong = || Failure::Usage(format!("--form {text}: write such as AAA, MAdM or ANN"));
                fit_ets(series, self.period, form(text).ok_or_else(wrong)?, watch)?
            }
            None => {
                let (name, criterion) = match self.criterion {
                    Best::Aicc => ("aicc", Criterion::Aicc),
                    Best::Aic => ("aic", Criterion::Aic),
                    Best::Bic => ("bic", Criterion::Bic),
                };
                let chosen = select_ets(series, self.period, criterion, watch)?;
                report.table(
                    "forms",
                    Grid::new()
                        .texts("form", chosen.candidates.iter().map(|own| own.form.name()))
                        .numbers(name, chosen.candidates.iter().map(|own| own.criterion)),
                );
                chosen.best
            }
        };
        add_ets(report, &fit);
        Ok(fit.model.forecast(steps, self.level))
    }
}

fn add_ets(report: &mut Report, fit: &EtsFit) {
    let model = &fit.model;
    report.word("form", model.form.name());
    report.figures(
        "paces",
        [("alpha", model.alpha), ("beta", model.beta), ("gamma", model.gamma), ("phi", model.phi)],
    );
    report.figures(
        "fit",
        [
            ("log_likelihood", fit.log_likelihood),
            ("aic", fit.aic),
            ("aicc", fit.aicc),
            ("bic", fit.bic),
            ("mse", fit.mse),
            ("sigma2", model.sigma2),
        ],
    );
}

/// `MAdM` is ETS(M,Ad,M); `MAMd`, as R's arguments have it, is the same.
fn form(text: &str) -> Option<Form> {
    let letters: Vec<char> = text.chars().filter(|letter| *letter != 'd').collect();
    let damped = text.contains('d');
    let [error, trend, season] = letters.as_slice() else { return None };
    Some(Form {
        error: match error {
            'A' => ErrorKind::Additive,
            'M' => ErrorKind::Multiplicative,
            _ => return None,
        },
        trend: match (trend, damped) {
            ('N', false) => TrendKind::None,
            ('A', false) => TrendKind::Additive,
            ('A', true) => TrendKind::Damped,
            ('M', false) => TrendKind::Multiplicative,
            ('M', true) => TrendKind::MultiplicativeDamped,
            _ => return None,
        },
        season: match season {
            'N' => SeasonKind::None,
            'A' => SeasonKind::Additive,
            'M' => SeasonKind::Multiplicative,
            _ => return None,
        },
    })
}
