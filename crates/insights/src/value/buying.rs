//! What `bgnbd` and `paretonbd` report alike.

use analytics::Progress;
use analytics::value::{Buying, Fit, check_holdout, discounted_purchases};
use clap::Args;

use super::history::{HistoryOptions, Known};
use crate::failure::Failure;
use crate::output::{Grid, Report};

/// Options of both models.
#[derive(Args, Debug, Clone)]
pub struct BuyingOptions {
    #[command(flatten)]
    pub history: HistoryOptions,
    /// Foresee purchases for so many units of time; the length of the check, else 52
    #[arg(long, value_name = "UNITS")]
    pub horizon: Option<f64>,
    /// Ages at which to say how often a new customer will have bought again
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', default_value = "1,10,39,52,78")]
    pub ages: Vec<f64>,
    /// Times since the first day at which to hold repeat purchases expected against those made
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', default_value = "13,26,39,52,65,78")]
    pub track: Vec<f64>,
    /// Also tell the purchases expected without end, discounted at this rate for each unit of time: 0.0027 for 15 % a year and
    /// weeks
    #[arg(long, value_name = "RATE")]
    pub discount: Option<f64>,
    /// Use these parameters instead of fitting
    #[arg(long, value_name = "A,B,C,D", value_delimiter = ',', num_args = 1)]
    pub params: Vec<f64>,
    #[command(flatten)]
    pub penalty: PenaltyOption,
}

/// A price on large parameters.
#[derive(Args, Debug, Clone)]
pub struct PenaltyOption {
    /// Price on squared parameters, for data that leave them open (lifetimes' penalizer_coef)
    #[arg(long, value_name = "PRICE", default_value_t = 0.0)]
    pub penalty: f64,
}

impl BuyingOptions {
    /// The four parameters that were given, if any.
    ///
    /// # Errors
    /// [`Failure::Usage`] for another number of them.
    pub fn given(&self) -> Result<Option<[f64; 4]>, Failure> {
        match self.params.as_slice() {
            [] => Ok(None),
            &[a, b, c, d] if [a, b, c, d].iter().all(|value| *value > 0.0) => Ok(Some([a, b, c, d])),
            _ => Err(Failure::Usage("--params takes four numbers above 0".to_owned())),
        }
    }
}

/// Adds parameters and what to think of the fit.
pub fn add_fit<M>(report: &mut Report, names: &[&'static str], values: &[f64], fit: Option<&Fit<M>>) {
    report.figures("params", names.iter().copied().zip(values.iter().copied()));
    let Some(fit) = fit else { return };
    match &fit.standard_errors {
        Some(errors) => report.figures("standard_errors", names.iter().copied().zip(errors.iter().copied())),
        None => report.note("the data leave some parameter undetermined; only predictions count"),
    }
    report.count("steps", fit.steps);
}

/// Adds all that follows from a model of buying.
pub fn add_predictions(
    report: &mut Report,
    model: &dyn Buying,
    known: &Known,
    options: &BuyingOptions,
    watch: &dyn Progress,
) -> Result<(), Failure> {
    let histories = &known.histories;
    let default = if known.holdout > 0.0 { known.holdout } else { 52.0 };
    let horizon = options.horizon.unwrap_or(default);
    let p_alive: Vec<f64> = histories.iter().map(|history| model.p_alive(&history)).collect();
    let expected: Vec<f64> =
        histories.iter().map(|history| model.expected_purchases(&history, horizon)).collect();
    report.count("customers_count", p_alive.len());
    report.single("repeat_purchases", histories.x.iter().sum());
    report.single("mean_p_alive", analytics::sample::mean(&p_alive));
    report.single("horizon", horizon);
    report.single("expected_purchases", expected.iter().sum());
    if known.holdout > 0.0 {
        // The check is about its own length, whatever the horizon.
        let predicted: Vec<f64> =
            histories.iter().map(|history| model.expected_purchases(&history, known.holdout)).collect();
        let held = check_holdout(&predicted, &histories.later_purchases)?;
        report.figures("holdout", [("units", known.holdout)].into_iter().chain(super::clv::figures(&held)));
        add_by_purchases(report, known, &predicted);
    }
    report.table(
        "new_customers",
        Grid::new()
            .numbers("age", options.ages.iter().copied())
            .numbers("expected_repeat_purchases", options.ages.iter().map(|&age| model.expected_of_new(age))),
    );
    let start = histories.t.iter().copied().fold(0.0, f64::max);
    let expected_until = |time: f64| -> f64 {
        histories.t.iter().map(|t| model.expected_of_new((time - start + t).max(0.0))).sum()
    };
    report.table(
        "tracking",
        Grid::new()
            .numbers("time", options.track.iter().copied())
            .numbers("expected", options.track.iter().map(|&time| expected_until(time)))
            .maybe("actual", options.track.iter().map(|&time| known.repeats_until(time))),
    );
    let mut grid = known.grid().numbers("p_alive", p_alive).numbers("expected_purchases", expected);
    if let Some(rate) = options.discount {
        let ahead = discounted_purchases(model, histories, rate, watch)?;
        report.single("discounted_purchases", ahead.iter().sum());
        grid = grid.numbers("discounted_purchases", ahead);
    }
    if known.holdout > 0.0 {
        grid = grid.numbers("later_purchases", histories.later_purchases.iter().copied());
    }
    report.table("customers", grid);
    Ok(())
}

/// Means by the number of repeat purchases, 7 and more together.
fn add_by_purchases(report: &mut Report, known: &Known, predicted: &[f64]) {
    let class = |row: usize| known.histories.x[row].clamp(0.0, 7.0) as usize;
    let rows_of = |wanted: usize| (0..predicted.len()).filter(move |&row| class(row) == wanted);
    let classes: Vec<usize> = (0..=7).filter(|&class| rows_of(class).next().is_some()).collect();
    let mean = |values: &[f64], class: usize| {
        let rows: Vec<f64> = rows_of(class).map(|row| values[row]).collect();
        analytics::sample::mean(&rows)
    };
    let name = |class: &usize| if *class == 7 { "7+".to_owned() } else { class.to_string() };
    report.table(
        "by_repeat_purchases",
        Grid::new()
            .texts("repeat_purchases", classes.iter().map(name))
            .wholes("customers", classes.iter().map(|&class| rows_of(class).count()))
            .numbers("expected", classes.iter().map(|&class| mean(predicted, class)))
            .numbers("actual", classes.iter().map(|&class| mean(&known.histories.later_purchases, class))),
    );
}
