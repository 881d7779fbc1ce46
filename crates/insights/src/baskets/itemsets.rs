//! `rapport analyze itemsets`: what is bought together.

use analytics::Progress;
use analytics::baskets::{closed_sets, maximal_sets};
use clap::{Args, ValueEnum};

use super::bought::BasketOptions;
use crate::failure::Failure;
use crate::output::{Grid, Report};

/// Which items are bought together (frequent, closed and maximal item sets)
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rapport analyze itemsets baskets.txt --min-support 0.01\n  \
    rapport analyze itemsets lines.csv --basket order --item product --kind closed")]
pub struct Itemsets {
    #[command(flatten)]
    baskets: BasketOptions,
    /// All frequent sets, those without an equally frequent larger one, or those without a frequent larger one
    #[arg(long, value_enum, default_value_t = Kind::All)]
    kind: Kind,
}

/// Which of the frequent ones to list.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum Kind {
    All,
    Closed,
    Maximal,
}

impl Itemsets {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let bought = self.baskets.read()?;
        let (least, frequent) = self.baskets.frequent(&bought, watch)?;
        let found = match self.kind {
            Kind::All => frequent,
            Kind::Closed => closed_sets(&frequent),
            Kind::Maximal => maximal_sets(&frequent),
        };
        let total = bought.baskets.len();
        let mut report = Report::new("Items that are bought together");
        report.count("baskets", total);
        report.count("items_count", bought.baskets.item_counts().iter().filter(|&&count| count > 0).count());
        report.count("entries", bought.baskets.entries());
        report.count("min_count", least as usize);
        report.count("sets_count", found.len());
        let sizes = found.sizes();
        let kept: Vec<usize> = (1..sizes.len()).filter(|&size| sizes[size] > 0).collect();
        report.table(
            "sizes",
            Grid::new()
                .wholes("size", kept.iter().copied())
                .wholes("sets", kept.iter().map(|&size| sizes[size])),
        );
        let mut order: Vec<usize> = (0..found.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(found.get(at).count));
        let sets = || order.iter().map(|&at| found.get(at));
        report.table(
            "sets",
            Grid::new()
                .lists("items", sets().map(|set| bought.named(set.items)))
                .wholes("size", sets().map(|set| set.items.len()))
                .wholes("count", sets().map(|set| set.count))
                .numbers("support", sets().map(|set| f64::from(set.count) / total as f64)),
        );
        Ok(report)
    }
}
