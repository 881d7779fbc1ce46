//! The list of all commands.

use std::io::Write;
use std::sync::Arc;

use analytics::Progress;
use clap::{CommandFactory, Parser, Subcommand};

use crate::failure::Failure;
use crate::output::{Output, Report};
use crate::tables::cube::Engine;
use crate::watch::{Stop, Watch};
use crate::{
    attribution, baskets, forecast, prediction, response, retention, segments, tables, trees, value,
};

/// Fit a model to a file
#[derive(Parser, Debug)]
#[command(name = "rapport analyze", arg_required_else_help = true)]
pub struct Analyze {
    #[command(subcommand)]
    model: Model,
    #[command(flatten)]
    output: Output,
}

/// What a command runs with: all but one only report their progress to it.
pub struct Run {
    watch: Watch,
    pub stop: Stop,
    pub engine: Engine,
}

impl Progress for Run {
    fn reached(&self, share: f64) -> bool {
        self.watch.reached(share)
    }
}

/// Lists each command once: its name is that of the variant in kebab case.
macro_rules! models {
    ($($name:ident($options:ty)),+ $(,)?) => {
        #[derive(Subcommand, Debug)]
        enum Model {
            $($name(Box<$options>)),+
        }

        impl Model {
            fn report(&self, run: &Run) -> Result<Report, Failure> {
                match self {
                    $(Model::$name(options) => options.report(run)),+
                }
            }

            fn name(&self) -> &'static str {
                match self {
                    $(Model::$name(_) => stringify!($name)),+
                }
            }
        }
    };
}

models! {
    Rfm(value::rfm::Rfm),
    Bgnbd(value::bgnbd::Bgnbd),
    Paretonbd(value::paretonbd::Paretonbd),
    Gammagamma(value::gammagamma::Gammagamma),
    Clv(value::clv::Clv),
    ContractValue(value::contract::ContractValue),
    Profitability(value::profitability::Profitability),
    Wallet(value::wallet::Wallet),
    Kmeans(segments::kmeans::Kmeans),
    Hierarchical(segments::hierarchical::Hierarchical),
    Kprototypes(segments::kprototypes::Kprototypes),
    KaplanMeier(retention::kaplan_meier::KaplanMeier),
    Logrank(retention::logrank::Logrank),
    Cox(retention::cox::Cox),
    Cohorts(retention::cohorts::Cohorts),
    Departures(retention::departures::Departures),
    Logistic(prediction::logistic::Logistic),
    Boost(prediction::boost::Boost),
    Calibrate(prediction::calibrate::Calibrate),
    Drift(prediction::drift::Drift),
    Cart(trees::cart::Cart),
    Chaid(trees::chaid::Chaid),
    Itemsets(baskets::itemsets::Itemsets),
    Rules(baskets::rules::Rules),
    Sequences(baskets::sequences::Sequences),
    Recommend(baskets::recommend::Recommend),
    Uplift(response::uplift::Uplift),
    Abtest(response::abtest::Abtest),
    SampleSize(response::sample_size::SampleSize),
    Attribution(attribution::Attribution),
    Forecast(forecast::series::Forecast),
    Pipeline(forecast::pipeline::Pipeline),
    Calls(forecast::calls::Calls),
    Erlang(forecast::erlang::Erlang),
    Reconcile(forecast::reconcile::Reconcile),
    Cube(tables::cube::Cube),
    Special(tables::special::Special),
}

impl Analyze {
    /// Fits, and writes what was found to `out` or to the file that was asked for; `engine` runs the statements of cubes.
    ///
    /// # Errors
    /// [`Failure`], a plain sentence and an exit code.
    pub fn run(&self, engine: Engine, stop: &Stop, out: &mut dyn Write) -> Result<(), Failure> {
        let run = Run { watch: Watch::new(Arc::clone(stop)), stop: Arc::clone(stop), engine };
        let report = self.model.report(&run);
        run.watch.finish();
        self.output.write(&mut report?, &kebab(self.model.name()), out)
    }

    /// Names of all commands and their options, for tests of the documentation.
    pub fn outline() -> Vec<(String, Vec<String>)> {
        let all = Analyze::command();
        let options = |command: &clap::Command| {
            command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
        };
        all.get_subcommands().map(|command| (command.get_name().to_owned(), options(command))).collect()
    }
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
