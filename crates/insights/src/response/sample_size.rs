//! `rapport analyze sample-size`: how many customers a test needs.

use analytics::Progress;
use analytics::response::{
    Alternative, Design, LookPlan, Spending, power_for_means, power_for_rates, rows_for_means,
    rows_for_means_by_t, rows_for_rates, rows_for_rates_arcsine,
};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::{Grid, Report};

/// How many customers an A/B test needs, and where to stop early
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rapport analyze sample-size --from 0.10 --to 0.12\n  \
    rapport analyze sample-size --difference 1.5 --deviation 20\n  \
    rapport analyze sample-size --from 0.10 --to 0.12 --looks 0.25,0.5,0.75,1")]
pub struct SampleSize {
    /// The rate as it is
    #[arg(long, value_name = "RATE", requires = "to")]
    from: Option<f64>,
    /// The rate that is worth finding
    #[arg(long, value_name = "RATE", requires = "from")]
    to: Option<f64>,
    /// The difference of means that is worth finding
    #[arg(long, value_name = "N", requires = "deviation")]
    difference: Option<f64>,
    /// The standard deviation of the values
    #[arg(long, value_name = "N")]
    deviation: Option<f64>,
    /// Chance to find a difference that is not there
    #[arg(long, value_name = "P", default_value_t = 0.05)]
    alpha: f64,
    /// Chance to find the difference
    #[arg(long, value_name = "P", default_value_t = 0.8)]
    power: f64,
    /// Only a difference in one direction counts
    #[arg(long)]
    one_sided: bool,
    /// Customers of the control group for each one with the offer
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    ratio: f64,
    /// Also tell the power with so many customers in each group (with --ratio, in that with the offer)
    #[arg(long, value_name = "N")]
    per_group: Option<f64>,
    /// Planned looks, as rising shares of all customers: the |z| to stop at
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    looks: Vec<f64>,
    /// How the error is spent over the looks
    #[arg(long, value_enum, default_value_t = Spent::ObrienFleming)]
    spending: Spent,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Spent {
    ObrienFleming,
    Pocock,
}

impl SampleSize {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let alternative = if self.one_sided { Alternative::Higher } else { Alternative::TwoSided };
        let design = Design { alpha: self.alpha, power: self.power, alternative, ratio: self.ratio };
        let mut report = Report::new("Customers in each group that a test needs");
        let plan = self.plan(alternative);
        let inflation = plan.as_ref().map(|plan| plan.inflation(self.power)).transpose()?;
        let mut said = false;
        if let (Some(from), Some(to)) = (self.from, self.to) {
            let normal = rows_for_rates(from, to, &design)?;
            report.single("per_group", normal.ceil());
            report.single("by_normal", normal);
            report.single("by_arcsine", rows_for_rates_arcsine(from, to, &design)?);
            if let Some(inflation) = inflation {
                report.single("per_group_with_looks", (normal * inflation).ceil());
            }
            if let Some(rows) = self.per_group {
                report.single("power", power_for_rates(from, to, &design, rows)?);
            }
            said = true;
        }
        if let (Some(difference), Some(deviation)) = (self.difference, self.deviation) {
            let rows = rows_for_means(difference, deviation, &design)?;
            report.single("per_group_for_means", rows.ceil());
            report.single("by_normal_for_means", rows);
            report.single("by_t_for_means", rows_for_means_by_t(difference, deviation, &design)?);
            if let Some(inflation) = inflation {
                report.single("per_group_for_means_with_looks", (rows * inflation).ceil());
            }
            if let Some(rows) = self.per_group {
                report.single("power_for_means", power_for_means(difference, deviation, &design, rows)?);
            }
            said = true;
        }
        if let Some(plan) = plan {
            let looks = plan.looks()?;
            report.single("inflation", inflation.unwrap_or(f64::NAN));
            report.table(
                "looks",
                Grid::new()
                    .numbers("share", self.looks.iter().copied())
                    .numbers("stop_at_z", looks.iter().map(|look| look.z))
                    .numbers("stop_at_p", looks.iter().map(|look| look.p))
                    .numbers("spent", looks.iter().map(|look| look.spent)),
            );
            said = true;
        }
        match said {
            true => Ok(report),
            false => Err(Failure::Usage(
                "give --from and --to, --difference and --deviation, or --looks".to_owned(),
            )),
        }
    }

    /// The looks that are planned, if any.
    fn plan(&self, alternative: Alternative) -> Option<LookPlan<'_>> {
        let spending = match self.spending {
            Spent::ObrienFleming => Spending::OBrienFleming,
            Spent::Pocock => Spending::Pocock,
        };
        let plan = LookPlan { shares: &self.looks, alpha: self.alpha, alternative, spending };
        (!self.looks.is_empty()).then_some(plan)
    }
}
