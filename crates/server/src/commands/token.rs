//! `rapport token`: API tokens, for whoever may start the program.

use anyhow::Context;
use clap::{Args, Subcommand};
use kernel::Id;

use crate::{config::Config, house::House};

/// Make, list and withdraw API tokens
#[derive(Args)]
pub struct Token {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a token that acts for a user, and print it: it is told this once
    Create {
        /// The user's address of e-mail
        email: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it may do: read, write, deal:read, admin; may be given several times
        #[arg(long, default_value = "read")]
        scope: Vec<String>,
        /// Days until it no longer works; without, it works until it is withdrawn
        #[arg(long)]
        days: Option<u16>,
    },
    /// List the tokens of a user, with those that no longer work
    List {
        /// The user's address of e-mail
        email: String,
    },
    /// Withdraw a token
    Revoke {
        /// The user's address of e-mail
        email: String,
        /// The token's id, as `list` shows it
        id: Id,
    },
}

impl Token {
    pub fn run(self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        let workspace = house.only()?;
        match self.command {
            Command::Create { email, name, scope, days } => {
                let made = identity::cli::create_token(workspace, &email, &name, &scope, days);
                let made = made.map_err(|error| super::about_user(workspace, error, &email));
                println!("{}", made.with_context(|| format!("no token was made for {email}"))?);
            }
            Command::List { email } => {
                let now = workspace.engine.clock().now();
                let tokens = identity::cli::list_tokens(workspace, &email);
                for token in tokens.map_err(|error| super::about_user(workspace, error, &email))? {
                    let state = if token.is_alive(now) { "works" } else { "ended" };
                    let scopes = token.scopes.join(",");
                    println!("{}  {}…  {state}  {scopes:<16} {}", token.id, token.prefix, token.name);
                }
            }
            Command::Revoke { email, id } => {
                identity::cli::find_user(workspace, &email)
                    .map_err(|error| super::about_user(workspace, error, &email))?;
                identity::cli::revoke_token(workspace, &email, id)
                    .with_context(|| format!("{email} has no token {id}"))?;
                println!("The token {id} no longer works; a server that is running knows within seconds.");
            }
        }
        Ok(())
    }
}
