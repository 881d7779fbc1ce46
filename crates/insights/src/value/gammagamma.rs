//! `rapport analyze gammagamma`: what a customer spends at a time.

use analytics::Progress;
use analytics::value::{GammaGamma, fit_gamma_gamma_penalised};
use clap::Args;

use super::buying::{PenaltyOption, add_fit};
use super::history::HistoryOptions;
use crate::failure::Failure;
use crate::output::Report;

/// What each customer will spend at a time (gamma-gamma)
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze gammagamma orders.csv --amount total --until 2024-12-31")]
pub struct Gammagamma {
    #[command(flatten)]
    history: HistoryOptions,
    /// Use these parameters instead of fitting
    #[arg(long, value_name = "P,Q,V", value_delimiter = ',', num_args = 1)]
    params: Vec<f64>,
    #[command(flatten)]
    penalty: PenaltyOption,
}

impl Gammagamma {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let known = self.history.known()?;
        let histories = &known.histories;
        let mut report = Report::new("Gamma-gamma model of spending");
        let model = match given(&self.params, "--params")? {
            Some(model) => {
                add_fit::<GammaGamma>(&mut report, &["p", "q", "v"], &[model.p, model.q, model.v], None);
                model
            }
            None => {
                let (x, mean_value) = (&histories.x, &histories.mean_value);
                let found = fit_gamma_gamma_penalised(x, mean_value, self.penalty.penalty, watch)
                    .map_err(|error| known.located(error))?;
                let model = found.fit.model;
                let values = [model.p, model.q, model.v];
                add_fit(&mut report, &["p", "q", "v"], &values, Some(&found.fit));
                report.single("log_likelihood", found.fit.log_likelihood);
                report.count("customers_fitted", found.fit.customers);
                report.count("customers_left_out", found.left_out);
                report.single("correlation", found.correlation);
                if found.correlation.abs() > 0.3 {
                    report.note(
                        "number and amount of purchases go together, which the model takes to be independent",
                    );
                }
                model
            }
        };
        report.single("population_mean", model.population_mean());
        let expected =
            histories.x.iter().zip(&histories.mean_value).map(|(&x, &m)| model.expected_value(x, m));
        let grid = known.grid().numbers("mean_value", histories.mean_value.iter().copied());
        report.table("customers", grid.numbers("expected_value", expected));
        Ok(report)
    }
}

/// The three parameters that were given, if any.
pub fn given(params: &[f64], option: &str) -> Result<Option<GammaGamma>, Failure> {
    match *params {
        [] => Ok(None),
        [p, q, v] if p > 0.0 && q > 0.0 && v > 0.0 => Ok(Some(GammaGamma { p, q, v })),
        _ => Err(Failure::Usage(format!("{option} takes three numbers above 0"))),
    }
}
