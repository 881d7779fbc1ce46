//! `rapport user`: people, for whoever may start the program.

use anyhow::Context;
use clap::{Args, Subcommand};
use identity::user::{NewUser, RoleName};

use crate::{config::Config, house::House};

/// Create, list and let in users
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a user; without --password, print the link at which they choose one
    Create {
        email: String,
        #[arg(long)]
        name: String,
        /// May do everything
        #[arg(long)]
        admin: bool,
        /// A role by its key or name, such as sales_rep; may be given several times
        #[arg(long)]
        role: Vec<String>,
        /// Read the password from the environment instead of the command line where others can see it
        #[arg(long, env = "RAPPORT_USER_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// List all users
    List,
    /// Print a link at which the user chooses a new password, once
    ResetLink { email: String },
    /// Let a user sign in no longer
    Deactivate { email: String },
    /// Let a user sign in again
    Activate { email: String },
}

impl User {
    pub fn run(self, config: &Config) -> anyhow::Result<()> {
        let house = match &self.command {
            Command::Create { .. } => House::open(config)?,
            _ => House::existing(config)?,
        };
        let workspace = house.only()?;
        identity::cli::prepare(workspace)?;
        match self.command {
            Command::Create { email, name, admin, role, password } => {
                let mut roles: Vec<RoleName> = role.into_iter().map(RoleName::Named).collect();
                if admin {
                    roles.push(RoleName::Named(identity::role::ADMINISTRATOR.to_owned()));
                }
                let new = NewUser { name, email: email.clone(), password, roles, ..NewUser::default() };
                let created = identity::cli::create_user(workspace, &new)
                    .map_err(|error| super::in_words(workspace, error))
                    .context("the user was not made")?;
                println!("{email} can sign in.");
                if let Some(link) = created.link {
                    println!("To choose a password, once: {}{link}", config.address());
                }
            }
            Command::List => {
                for user in identity::cli::list_users(workspace)? {
                    let state = if user.active { "active" } else { "inactive" };
                    let rights = if user.administrator { "administrator" } else { "" };
                    println!("{:<34} {:<26} {state:<9} {rights}", user.email, user.name);
                }
            }
            Command::ResetLink { email } => {
                let link = identity::cli::reset_link(workspace, &email)
                    .map_err(|error| super::about_user(workspace, error, &email))?;
                println!("{}{link}", config.address());
            }
            Command::Deactivate { email } => {
                identity::cli::set_active(workspace, &email, false)
                    .map_err(|error| super::about_user(workspace, error, &email))?;
                println!("{email} can no longer sign in.");
            }
            Command::Activate { email } => {
                identity::cli::set_active(workspace, &email, true)
                    .map_err(|error| super::about_user(workspace, error, &email))?;
                println!("{email} can sign in again.");
            }
        }
        Ok(())
    }
}
