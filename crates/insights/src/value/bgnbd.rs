//! `rapport analyze bgnbd`: the BG/NBD model of buying by customers who leave without a word.

use analytics::Progress;
use analytics::value::{BgNbd, fit_bgnbd_penalised};
use clap::Args;

use super::buying::{BuyingOptions, add_fit, add_predictions};
use crate::failure::Failure;
use crate::output::Report;

/// Who is still a customer, and how often they will buy (BG/NBD)
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  rapport analyze bgnbd orders.csv --until 2024-12-31 --horizon 26\n  \
    rapport analyze bgnbd orders.csv --params 0.243,4.414,0.793,2.426")]
pub struct Bgnbd {
    #[command(flatten)]
    options: BuyingOptions,
}

impl Bgnbd {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let known = self.options.history.known()?;
        let penalty = self.options.penalty.penalty;
        let (model, fit) = match self.options.given()? {
            Some([r, alpha, a, b]) => (BgNbd { r, alpha, a, b }, None),
            None => {
                let fit = fit_bgnbd_penalised(&known.histories, penalty, watch)
                    .map_err(|error| known.located(error))?;
                (fit.model, Some(fit))
            }
        };
        let BgNbd { r, alpha, a, b } = model;
        let mut report = Report::new("BG/NBD");
        add_fit(&mut report, &["r", "alpha", "a", "b"], &[r, alpha, a, b], fit.as_ref());
        report.single(
            "log_likelihood",
            known.histories.iter().map(|history| model.log_likelihood(&history)).sum(),
        );
        add_predictions(&mut report, &model, &known, &self.options, watch)?;
        Ok(report)
    }
}
