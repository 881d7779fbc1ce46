//! `rapport analyze clv`: discounted lifetime value of each customer.

use analytics::Progress;
use analytics::value::{
    BgNbd, Buying, Futures, HoldOut, ParetoNbd, Plan, check_holdout, fit_bgnbd_penalised,
    fit_gamma_gamma_penalised, fit_pareto_nbd_penalised, lifetime_value, lifetime_value_intervals,
};
use clap::{Args, ValueEnum};

use super::buying::PenaltyOption;
use super::gammagamma::given;
use super::history::HistoryOptions;
use crate::failure::Failure;
use crate::output::Report;

/// What each customer will bring, discounted to today
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze clv orders.csv --steps 12 --discount 0.01 --draws 1000")]
pub struct Clv {
    #[command(flatten)]
    history: HistoryOptions,
    /// Model of buying
    #[arg(long, value_enum, default_value_t = Model::Bgnbd)]
    model: Model,
    /// Parameters of the model of buying, instead of fitting it
    #[arg(long, value_name = "A,B,C,D", value_delimiter = ',', num_args = 1)]
    params: Vec<f64>,
    /// Parameters of the model of spending, instead of fitting it
    #[arg(long, value_name = "P,Q,V", value_delimiter = ',', num_args = 1)]
    spending_params: Vec<f64>,
    #[command(flatten)]
    penalty: PenaltyOption,
    /// The same for the model of spending
    #[arg(long, value_name = "PRICE", default_value_t = 0.0)]
    spending_penalty: f64,
    /// Steps into the future: months
    #[arg(long, value_name = "N", default_value_t = 12)]
    steps: usize,
    /// Length of a step in units of time: weeks in a month
    #[arg(long, value_name = "UNITS", default_value_t = 4.345)]
    step: f64,
    /// Discount for each step
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    discount: f64,
    /// Share of the revenue that is margin
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    margin: f64,
    /// Draw so many futures of each customer for an interval; 0 draws none
    #[arg(long, value_name = "N", default_value_t = 0)]
    draws: usize,
    /// Probability inside the interval
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = crate::level::level)]
    level: f64,
    /// For the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Model {
    Bgnbd,
    Paretonbd,
}

impl Clv {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let known = self.history.known()?;
        let histories = &known.histories;
        let located = |error| known.located(error);
        let price = self.penalty.penalty;
        let buying: Box<dyn Buying> = match (self.model, self.params.as_slice()) {
            (_, params) if params.iter().any(|value| value.is_nan() || *value <= 0.0) => {
                return Err(Failure::Usage("--params takes four numbers above 0".to_owned()));
            }
            (Model::Bgnbd, []) => {
                Box::new(fit_bgnbd_penalised(histories, price, watch).map_err(located)?.model)
            }
            (Model::Bgnbd, &[r, alpha, a, b]) => Box::new(BgNbd { r, alpha, a, b }),
            (Model::Paretonbd, []) => {
                Box::new(fit_pareto_nbd_penalised(histories, price, watch).map_err(located)?.model)
            }
            (Model::Paretonbd, &[r, alpha, s, beta]) => Box::new(ParetoNbd { r, alpha, s, beta }),
            _ => return Err(Failure::Usage("--params takes four numbers".to_owned())),
        };
        let spending = match given(&self.spending_params, "--spending-params")? {
            Some(model) => model,
            None => {
                let (x, mean_value) = (&histories.x, &histories.mean_value);
                fit_gamma_gamma_penalised(x, mean_value, self.spending_penalty, watch)
                    .map_err(located)?
                    .fit
                    .model
            }
        };
        let plan = Plan { steps: self.steps, step: self.step, discount: self.discount, margin: self.margin };
        let values = lifetime_value(buying.as_ref(), &spending, histories, &plan, watch)?;
        let mut report = Report::new(format!("Lifetime value over {} steps", self.steps));
        let total: f64 = values.iter().sum();
        report.count("customers_count", values.len());
        report.single("total", total);
        report.single("top_decile_share", top_decile(&values) / total);
        report.figures("spending", [("p", spending.p), ("q", spending.q), ("v", spending.v)]);
        if known.holdout > 0.0 {
            report.figures("holdout", figures(&check_holdout(&values, &histories.later_value)?));
        }
        let expected: Vec<f64> = histories
            .x
            .iter()
            .zip(&histories.mean_value)
            .map(|(&x, &mean)| spending.expected_value(x, mean))
            .collect();
        let mut grid = known
            .grid()
            .numbers("mean_value", histories.mean_value.iter().copied())
            .numbers("p_alive", histories.iter().map(|history| buying.p_alive(&history)))
            .numbers("expected_value", expected)
            .numbers("lifetime_value", values);
        if self.draws > 0 {
            let futures = Futures { level: self.level, draws: self.draws, seed: self.seed };
            let bounds =
                lifetime_value_intervals(buying.as_ref(), &spending, histories, &plan, futures, watch)?;
            grid = grid
                .numbers("low", bounds.iter().map(|bound| bound.low))
                .numbers("high", bounds.iter().map(|bound| bound.high));
        }
        report.table("customers", grid);
        Ok(report)
    }
}

/// What the tenth of customers with the highest values have together; a tenth is rounded down, as in the check.
fn top_decile(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    sorted[..values.len() / 10].iter().sum()
}

/// A check by name.
pub fn figures(held: &HoldOut) -> [(&'static str, f64); 8] {
    [
        ("mae", held.mae),
        ("rmse", held.rmse),
        ("pearson", held.pearson),
        ("spearman", held.spearman),
        ("predicted_total", held.predicted_total),
        ("actual_total", held.actual_total),
        ("bias", held.bias),
        ("top_decile_capture", held.top_decile_capture),
    ]
}
