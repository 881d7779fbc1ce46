//! `rapport analyze paretonbd`: the Pareto/NBD model of buying by customers who leave without a word.

use analytics::Progress;
use analytics::value::{ParetoNbd, fit_pareto_nbd_penalised};
use clap::Args;

use super::buying::{BuyingOptions, add_fit, add_predictions};
use crate::failure::Failure;
use crate::output::Report;

/// Who is still a customer, and how often they will buy (Pareto/NBD)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze paretonbd orders.csv --until 2024-12-31 --horizon 26\n  \
    rapport analyze paretonbd orders.csv --params 0.553,10.578,0.606,11.669"
)]
pub struct Paretonbd {
    #[command(flatten)]
    options: BuyingOptions,
}

impl Paretonbd {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let known = self.options.history.known()?;
        let penalty = self.options.penalty.penalty;
        let (model, fit) = match self.options.given()? {
            Some([r, alpha, s, beta]) => (ParetoNbd { r, alpha, s, beta }, None),
            None => {
                let fit = fit_pareto_nbd_penalised(&known.histories, penalty, watch)
                    .map_err(|error| known.located(error))?;
                (fit.model, Some(fit))
            }
        };
        let ParetoNbd { r, alpha, s, beta } = model;
        let mut report = Report::new("Pareto/NBD");
        add_fit(&mut report, &["r", "alpha", "s", "beta"], &[r, alpha, s, beta], fit.as_ref());
        report.single(
            "log_likelihood",
            known.histories.iter().map(|history| model.log_likelihood(&history)).sum(),
        );
        add_predictions(&mut report, &model, &known, &self.options, watch)?;
        Ok(report)
    }
}
