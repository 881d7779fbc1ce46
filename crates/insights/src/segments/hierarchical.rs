//! `rapport analyze hierarchical`: groups that merge step by step.

use analytics::Progress;
use analytics::segments::{Linkage, hierarchical};
use clap::{Args, ValueEnum};

use super::groups::{add_groups, add_quality};
use super::kmeans::add_scales;
use super::scaling::Scaling;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::outcome::WeightColumn;
use crate::table::{FeatureOptions, Input};

/// Merge customers into groups step by step (agglomerative clustering)
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze hierarchical customers.csv --features age,spend --k 5")]
pub struct Hierarchical {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    weight: WeightColumn,
    #[command(flatten)]
    scaling: Scaling,
    /// How far apart two groups are
    #[arg(long, value_enum, default_value_t = Apart::Ward)]
    linkage: Apart,
    /// Stop at so many groups
    #[arg(long, value_name = "N", default_value_t = 4)]
    k: usize,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Apart {
    Single,
    Complete,
    Average,
    Ward,
}

impl Hierarchical {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let weights = self.weight.read(&table)?;
        let others: Vec<usize> = weights.iter().map(|own| own.column).collect();
        let features = self.features.read(&table, &others)?;
        let weights = weights.map(|own| own.values);
        let names = features.names();
        let scaled = self.scaling.scale(&names, &features.numbers()?, weights.as_deref())?;
        let linkage = match self.linkage {
            Apart::Single => Linkage::Single,
            Apart::Complete => Linkage::Complete,
            Apart::Average => Linkage::Average,
            Apart::Ward => Linkage::Ward,
        };
        let merged = hierarchical(&scaled.points, linkage, watch)?;
        let labels = merged.cut(self.k)?;
        let mut report = Report::new("Groups by merging");
        report.count("k", self.k);
        if self.k > 1 {
            add_quality(&mut report, &scaled.points, &labels, 1)?;
        }
        add_scales(&mut report, &names, &scaled);
        features.with(None, |features| add_groups(&mut report, &table, &labels, features))?;
        let merges = &merged.merges;
        let steps = Grid::new()
            .wholes("first", merges.iter().map(|merge| merge.first))
            .wholes("second", merges.iter().map(|merge| merge.second))
            .numbers("height", merges.iter().map(|merge| merge.height))
            .wholes("size", merges.iter().map(|merge| merge.size));
        report.table(
            "merges",
            match weights {
                None => steps,
                Some(_) => steps.numbers("weight", merges.iter().map(|merge| merge.weight)),
            },
        );
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        Ok(report)
    }
}
