//! `rapport audit`: who came in, who was kept out, and what happened to passwords, links and tokens.

use clap::Args;
use identity::event::EventQuery;

use crate::{config::Config, house::House};

/// Print sign-ins, refusals and changes of passwords and tokens, the newest first, as JSON Lines
#[derive(Args)]
pub struct Audit {
    /// Only of the user with this address of e-mail
    #[arg(long)]
    user: Option<String>,
    /// Only where somebody was kept out
    #[arg(long)]
    refusals: bool,
    /// Older than the line of this number
    #[arg(long)]
    before: Option<i64>,
    /// At most this many
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

impl Audit {
    pub fn run(self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        let workspace = house.only()?;
        let user = match &self.user {
            Some(email) => {
                let known = identity::cli::find_user(workspace, email);
                Some(known.map_err(|error| super::about_user(workspace, error, email))?)
            }
            None => None,
        };
        let query = EventQuery { user, refusals: self.refusals, before: self.before, limit: self.limit };
        for event in workspace.db().read(|tx| identity::event::list(tx, &query))? {
            println!("{}", identity::api::event_json(&event));
        }
        Ok(())
    }
}
