//! `rapport analyze uplift`: whom an offer moves.

use analytics::Progress;
use analytics::prediction::{Fold, Loss};
use analytics::response::{
    Divergence, Learner, UpliftTreeOptions, one_model, qini, transformed_outcome, two_models, uplift_area,
    uplift_at, uplift_by_tile, uplift_tree,
};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::boost::BoostArgs;
use crate::prediction::outcome::{HoldOutOptions, OutcomeColumn, at};
use crate::table::{FeatureOptions, Features, Input, Table};

/// Whom an offer moves: the effect of a treatment drawn by lot, for each customer, with Qini
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze uplift mailing.csv --outcome visit --treatment segment \
    --treated \"Womens E-Mail\" --where 'segment != \"Mens E-Mail\"' --test-every 2")]
pub struct Uplift {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    outcome: OutcomeColumn,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    holdout: HoldOutOptions,
    /// Who got the offer
    #[arg(long, value_name = "COLUMN", default_value = "treatment", help_heading = "Columns")]
    treatment: String,
    /// The value of that column that counts as treated
    #[arg(long, value_name = "TEXT", help_heading = "Columns")]
    treated: Option<String>,
    /// Only measure the order by these scores
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    score: Option<String>,
    /// The outcome is an amount, such as revenue, as a column of more than two numbers is without this
    #[arg(long, conflicts_with = "yes", help_heading = "Columns")]
    amount: bool,
    /// How the effect is learned
    #[arg(long, value_enum, default_value_t = Method::TwoModels)]
    method: Method,
    /// Two models, one model: how chances or amounts are learned
    #[arg(long, value_enum, default_value_t = By::Logistic)]
    learner: By,
    /// Logistic (linear for amounts): penalty on squared coefficients
    #[arg(long, value_name = "LAMBDA", default_value_t = 1.0)]
    ridge: f64,
    #[command(flatten)]
    trees: BoostArgs,
    /// Uplift tree: what a question is to increase, of amounts the difference of means
    #[arg(long, value_enum, default_value_t = Apart::Euclidean)]
    divergence: Apart,
    /// Uplift tree: least treated, and least control rows, in a leaf
    #[arg(long, value_name = "N", default_value_t = 200)]
    leaf_rows: usize,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Method {
    TwoModels,
    OneModel,
    Transformed,
    Tree,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum By {
    Logistic,
    Boost,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Apart {
    Euclidean,
    KullbackLeibler,
    ChiSquared,
}

impl Uplift {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let (outcome, amounts) = self.outcome(&table)?;
        let treatment = table.position(&self.treatment)?;
        let treated = table.flags(treatment, self.treated.as_deref())?;
        if treated.iter().all(|own| *own == treated[0]) {
            let all = if treated[0] == 1.0 { "every row" } else { "no row" };
            return Err(Failure::Input(format!(
                "{}: {all} is treated, so there is nobody to compare with; tell with --treated which value counts",
                self.treatment
            )));
        }
        let arms = table.codes(treatment).names.len();
        let fold = self.holdout.fold(&table)?;
        let all: Vec<usize> = (0..table.len()).collect();
        let (train, test) = fold.as_ref().map_or((&all, &all), |fold| (&fold.train, &fold.test));
        let learner = self.learner(amounts)?;
        let scores = self.scores(&table, treatment, &outcome, &treated, (train, &learner, amounts), watch)?;
        let mut report =
            Report::new(format!("Whom {} moves", self.treated.as_ref().unwrap_or(&self.treatment)));
        report.count("train_rows", train.len());
        report.count("test_rows", test.len());
        report.single("effect_train", effect(&outcome, &treated, train));
        report.single("effect_test", effect(&outcome, &treated, test));
        if arms > 2 {
            report.note(format!(
                "{} has {arms} values, and all others together are the control group; leave out other offers with --where",
                self.treatment
            ));
        }
        if fold.is_none() && self.score.is_none() {
            report
                .note("measured on the rows it was fitted to; hold some back with --test-every or the like");
        }
        add_measures(&mut report, &at(&outcome, test), &at(&treated, test), &at(&scores, test))?;
        let fold = fold.unwrap_or_else(|| Fold { train: all.clone(), test: Vec::new() });
        let mut tested = vec![false; table.len()];
        fold.test.iter().for_each(|&row| tested[row] = true);
        let grid = Grid::new()
            .wholes("row", table.places().iter().map(|place| place + 1))
            .texts("part", tested.iter().map(|tested| if *tested { "test" } else { "train" }))
            .wholes("treated", treated.iter().map(|&own| own as i64));
        let grid = match amounts {
            true => grid.numbers("outcome", outcome),
            false => grid.wholes("outcome", outcome.iter().map(|&own| own as i64)),
        };
        report.table("scores", grid.numbers("uplift", scores));
        Ok(report)
    }

    /// The outcome of each row, and whether it is an amount.
    fn outcome(&self, table: &Table) -> Result<(Vec<f64>, bool), Failure> {
        let position = self.outcome.position(table)?;
        let flags = self.outcome.flags(table);
        match flags {
            Ok(flags) if !self.amount => Ok((flags, false)),
            Err(_) if !self.amount && (self.outcome.yes.is_some() || !table.is_numeric(position)) => {
                flags.map(|flags| (flags, false))
            }
            _ => Ok((table.full_numbers(position)?, true)),
        }
    }

    fn learner(&self, amounts: bool) -> Result<Learner, Failure> {
        let loss = if amounts { Loss::Squared } else { Loss::Logistic };
        match (self.learner, self.method) {
            (_, Method::Tree) if amounts && !matches!(self.divergence, Apart::Euclidean) => Err(
                Failure::Usage("--divergence of amounts can only be euclidean: of their means".to_owned()),
            ),
            (By::Logistic, _) if amounts => Ok(Learner::Linear { ridge: self.ridge }),
            (By::Logistic, _) => Ok(Learner::Logistic { ridge: self.ridge }),
            (By::Boost, _) => Ok(Learner::Boosted(self.trees.options(loss, self.holdout.seed))),
        }
    }

    fn scores(
        &self,
        table: &Table,
        treatment: usize,
        outcome: &[f64],
        treated: &[f64],
        (train, learner, amounts): (&[usize], &Learner, bool),
        watch: &dyn Progress,
    ) -> Result<Vec<f64>, Failure> {
        if let Some(score) = &self.score {
            return table.full_numbers(table.position(score)?);
        }
        let features = self.features.read(table, &[self.outcome.position(table)?, treatment])?;
        let (y, t) = (at(outcome, train), at(treated, train));
        self.fit(&features, &y, &t, (train, learner, amounts), watch)
            .map_err(|error| table.located(Some(train), error))
    }

    fn fit(
        &self,
        features: &Features,
        y: &[f64],
        t: &[f64],
        (train, learner, amounts): (&[usize], &Learner, bool),
        watch: &dyn Progress,
    ) -> Result<Vec<f64>, analytics::Error> {
        features.with(Some(train), |own| {
            features.with(None, |all| match self.method {
                Method::TwoModels => two_models(own, y, t, learner, watch)?.uplift(all),
                Method::OneModel => one_model(own, y, t, learner, watch)?.uplift(all),
                Method::Transformed => {
                    let options = self.trees.options(Loss::Squared, self.holdout.seed);
                    transformed_outcome(own, y, t, &options, watch)?.uplift(all)
                }
                Method::Tree => {
                    let divergence = match self.divergence {
                        Apart::Euclidean if amounts => Divergence::Means,
                        Apart::Euclidean => Divergence::Euclidean,
                        Apart::KullbackLeibler => Divergence::KullbackLeibler,
                        Apart::ChiSquared => Divergence::ChiSquared,
                    };
                    let options = UpliftTreeOptions {
                        divergence,
                        max_depth: self.trees.max_depth.unwrap_or(4),
                        min_rows: self.leaf_rows,
                    };
                    uplift_tree(own, y, t, &options, watch)?.uplift(all)
                }
            })
        })
    }
}

/// Mean outcome of the treated less that of the others.
fn effect(outcome: &[f64], treated: &[f64], rows: &[usize]) -> f64 {
    let mean = |wanted: f64| {
        let own: Vec<f64> =
            rows.iter().filter(|&&row| treated[row] == wanted).map(|&row| outcome[row]).collect();
        analytics::sample::mean(&own)
    };
    mean(1.0) - mean(0.0)
}

fn add_measures(report: &mut Report, y: &[f64], t: &[f64], scores: &[f64]) -> Result<(), Failure> {
    let found = qini(y, t, scores)?;
    report.figures(
        "qini",
        [
            ("coefficient", found.coefficient),
            ("area", found.area),
            ("perfect_area", found.perfect_area),
            ("uplift_area", uplift_area(y, t, scores)?),
            ("uplift_at_10", uplift_at(y, t, scores, 0.1)?),
            ("uplift_at_30", uplift_at(y, t, scores, 0.3)?),
        ],
    );
    let tiles = uplift_by_tile(y, t, scores, 10)?;
    report.table("deciles", Grid::new().wholes("decile", 1..=tiles.len()).numbers("uplift", tiles));
    // A hundred points of the curve are enough to draw it.
    let last = found.curve.rows.len().saturating_sub(1);
    let points: Vec<usize> = (0..=100.min(last)).map(|step| step * last / 100.min(last).max(1)).collect();
    report.table(
        "curve",
        Grid::new()
            .numbers("rows", points.iter().map(|&point| found.curve.rows[point]))
            .numbers("extra_successes", points.iter().map(|&point| found.curve.gains[point])),
    );
    Ok(())
}
