//! `rapport analyze kprototypes`: groups by numbers and categories together.

use analytics::segments::{KPrototypesOptions, k_prototypes};
use analytics::{MISSING, Progress};
use clap::Args;

use super::groups::add_groups;
use super::scaling::Scaling;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::outcome::WeightColumn;
use crate::table::{FeatureColumn, FeatureOptions, FeatureValues, Features, Input};

/// Group customers by numbers and categories together (k-prototypes)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze kprototypes customers.csv --features age,spend,channel --k 3"
)]
pub struct Kprototypes {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    weight: WeightColumn,
    #[command(flatten)]
    scaling: Scaling,
    /// Number of groups
    #[arg(long, value_name = "N", default_value_t = 4)]
    k: usize,
    /// What a differing category costs; half the mean standard deviation of the numbers if not given
    #[arg(long, value_name = "COST")]
    gamma: Option<f64>,
    /// Starts, of which the best is kept
    #[arg(long, value_name = "N", default_value_t = 10)]
    restarts: usize,
    /// Give up after so many rounds
    #[arg(long, value_name = "N", default_value_t = 100)]
    max_iterations: usize,
    /// For the starts
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Kprototypes {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let weights = self.weight.read(&table)?;
        let others: Vec<usize> = weights.iter().map(|own| own.column).collect();
        let features = self.features.read(&table, &others)?;
        let weights = weights.map(|own| own.values);
        let is_number = |column: &&FeatureColumn| matches!(column.values, FeatureValues::Numbers(_));
        let numeric = Features {
            columns: features.columns.iter().filter(is_number).cloned().collect(),
            left_out: Vec::new(),
        };
        if numeric.columns.is_empty() {
            return Err(Failure::Input("k-prototypes needs a column of numbers at least".to_owned()));
        }
        let scaled = self.scaling.scale(&numeric.names(), &numeric.numbers()?, weights.as_deref())?;
        // What is not known is a category of its own.
        let categories: Vec<Vec<u32>> = features
            .columns
            .iter()
            .filter_map(|column| match &column.values {
                FeatureValues::Numbers(_) => None,
                FeatureValues::Categories(codes) => {
                    let unknown = codes.names.len() as u32;
                    Some(
                        codes
                            .codes
                            .iter()
                            .map(|&code| if code == MISSING { unknown } else { code })
                            .collect(),
                    )
                }
            })
            .collect();
        let codes: Vec<&[u32]> = categories.iter().map(Vec::as_slice).collect();
        let options = KPrototypesOptions {
            gamma: self.gamma,
            restarts: self.restarts,
            max_iterations: self.max_iterations,
            ..KPrototypesOptions::new(self.k, self.seed)
        };
        let fit = k_prototypes(&scaled.points, &codes, &options, watch)?;
        let mut report = Report::new("Groups by k-prototypes");
        report.count("k", self.k);
        report.single("gamma", fit.gamma);
        report.single("cost", fit.cost);
        report.count("iterations", fit.iterations);
        super::kmeans::add_scales(&mut report, &numeric.names(), &scaled);
        let sizes = Grid::new().wholes("group", 0..fit.sizes.len()).wholes("size", fit.sizes.iter().copied());
        report.table(
            "prototypes",
            match weights {
                None => sizes,
                Some(_) => sizes.numbers("weight", fit.weights.iter().copied()),
            }
            .lists("means", fit.means.iter().cloned())
            .lists("modes", (0..fit.sizes.len()).map(|group| mode_names(&features, &fit.modes[group]))),
        );
        if !fit.settled {
            report.note("groups were still changing; raise --max-iterations");
        }
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        features.with(None, |features| add_groups(&mut report, &table, &fit.labels, features))?;
        Ok(report)
    }
}

fn mode_names(features: &Features, modes: &[u32]) -> Vec<String> {
    let categories = features.columns.iter().filter_map(|column| match &column.values {
        FeatureValues::Numbers(_) => None,
        FeatureValues::Categories(codes) => Some(codes),
    });
    let name = |(codes, &mode): (&crate::table::Codes, &u32)| {
        codes.names.get(mode as usize).map_or("unknown", String::as_str).to_owned()
    };
    categories.zip(modes).map(name).collect()
}
