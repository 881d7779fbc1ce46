//! `rapport analyze rules`: who takes this takes that.

use analytics::Progress;
use analytics::baskets::{Rule, RuleOptions, RuleSides, rules};
use clap::Args;

use super::bought::BasketOptions;
use crate::failure::Failure;
use crate::output::{Grid, Report};

/// Who takes this also takes that (association rules)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze rules baskets.txt --min-support 0.006 --min-confidence 0.25"
)]
pub struct Rules {
    #[command(flatten)]
    baskets: BasketOptions,
    /// The least share of baskets with the left side that also have the right one
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    min_confidence: f64,
    /// The least lift
    #[arg(long, value_name = "N", default_value_t = 0.0)]
    min_lift: f64,
    /// Also rules with several items on the right
    #[arg(long)]
    any_right: bool,
    /// Also tell the supports of both sides, cosine, Jaccard, Kulczynski, certainty and Zhang's measure
    #[arg(long)]
    more_measures: bool,
}

impl Rules {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let bought = self.baskets.read()?;
        let (least, frequent) = self.baskets.frequent(&bought, watch)?;
        let sides = if self.any_right { RuleSides::AnyRight } else { RuleSides::OneItemRight };
        let options =
            RuleOptions { min_lift: self.min_lift, sides, ..RuleOptions::confidence(self.min_confidence) };
        let found = rules(&frequent, &options)?;
        let mut report = Report::new("Who takes this also takes that");
        report.count("baskets", bought.baskets.len());
        report.count("min_count", least as usize);
        report.count("sets_count", frequent.len());
        report.count("rules_count", found.len());
        let mut grid = Grid::new()
            .lists("left", found.iter().map(|rule| bought.named(&rule.left)))
            .lists("right", found.iter().map(|rule| bought.named(&rule.right)))
            .wholes("count", found.iter().map(|rule| rule.count))
            .numbers("support", found.iter().map(|rule| rule.support))
            .numbers("confidence", found.iter().map(|rule| rule.confidence))
            .numbers("lift", found.iter().map(|rule| rule.lift))
            .numbers("leverage", found.iter().map(|rule| rule.leverage))
            .numbers("conviction", found.iter().map(|rule| rule.conviction));
        if self.more_measures {
            grid = grid
                .numbers("left_support", found.iter().map(|rule| rule.left_support))
                .numbers("right_support", found.iter().map(|rule| rule.right_support))
                .numbers("cosine", found.iter().map(Rule::cosine))
                .numbers("jaccard", found.iter().map(Rule::jaccard))
                .numbers("kulczynski", found.iter().map(Rule::kulczynski))
                .numbers("certainty", found.iter().map(Rule::certainty))
                .numbers("zhang", found.iter().map(Rule::zhang));
        }
        report.table("rules", grid);
        Ok(report)
    }
}
