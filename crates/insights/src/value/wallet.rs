//! `rapport analyze wallet`: what part of their spending customers do here.

use analytics::Progress;
use analytics::value::{share_of_wallet, wallet_allocation, wallet_from_peers};
use clap::Args;

use super::purchases::CUSTOMER;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Input;

/// Share of wallet: from known wallets, from customers like them, or from a brand's rank
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rapport analyze wallet customers.csv --spent here --wallet all\n  \
    rapport analyze wallet customers.csv --spent here --peers industry --quantile 0.8\n  \
    rapport analyze wallet survey.csv --rank rank --brands brands")]
pub struct Wallet {
    #[command(flatten)]
    input: Input,
    /// The customer's name; the row's number if there is none
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    customer: Option<String>,
    /// What each customer spends here
    #[arg(long, value_name = "COLUMN", default_value = "spent", help_heading = "Columns")]
    spent: String,
    /// What each customer spends in all
    #[arg(long, value_name = "COLUMN", group = "way", help_heading = "Columns")]
    wallet: Option<String>,
    /// Guess the wallet from customers with the same value in this column
    #[arg(long, value_name = "COLUMN", group = "way", help_heading = "Columns")]
    peers: Option<String>,
    /// … as this quantile of what they spend here
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    quantile: f64,
    /// The brand's rank with each customer, 1 for the best liked (wallet allocation rule)
    #[arg(long, value_name = "COLUMN", group = "way", requires = "brands", help_heading = "Columns")]
    rank: Option<String>,
    /// How many brands each customer uses
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    brands: Option<String>,
}

impl Wallet {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let column = |name: &str| table.amounts(table.position(name)?, "an amount of zero or more");
        let customer = table.choose_if_any(self.customer.as_deref(), &CUSTOMER)?;
        let name = |row: usize| match customer {
            Some(column) => table.text(column, row).to_owned(),
            None => (table.places()[row] + 1).to_string(),
        };
        let grid = Grid::new().texts("customer", (0..table.len()).map(name));
        let mut report = Report::new("Share of wallet");
        if let (Some(rank), Some(brands)) = (&self.rank, &self.brands) {
            let (ranks, brands) = (column(rank)?, column(brands)?);
            let shares: Vec<f64> = ranks
                .iter()
                .zip(&brands)
                .map(|(rank, brands)| wallet_allocation(*rank, *brands as u32))
                .collect::<Result<_, _>>()?;
            report.single("mean_share", analytics::sample::mean(&shares));
            report.table(
                "customers",
                grid.numbers("rank", ranks).numbers("brands", brands).numbers("share", shares),
            );
            return Ok(report);
        }
        let spent = column(&self.spent)?;
        let wallet = match (&self.wallet, &self.peers) {
            (Some(wallet), _) => column(wallet)?,
            (None, Some(peers)) => {
                let group = table.full_codes(table.position(peers)?)?;
                wallet_from_peers(&spent, &group.codes, self.quantile)?
            }
            (None, None) => {
                return Err(Failure::Usage(
                    "say how wallets are known: --wallet, --peers or --rank".to_owned(),
                ));
            }
        };
        let shares = share_of_wallet(&spent, &wallet).map_err(|error| table.located(None, error))?;
        let room: Vec<f64> =
            wallet.iter().zip(&spent).map(|(wallet, spent)| (wallet - spent).max(0.0)).collect();
        report.single("share_of_all", spent.iter().sum::<f64>() / wallet.iter().sum::<f64>());
        report.single("room", room.iter().sum());
        report.table(
            "customers",
            grid.numbers("spent", spent)
                .numbers("wallet", wallet)
                .numbers("share", shares)
                .numbers("room", room),
        );
        Ok(report)
    }
}
