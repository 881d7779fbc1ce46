//! `rapport cluster`: the processes that queries run on when `engine` names a cluster.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use warehouse::cluster::{Executing, Scheduling, execute, schedule};

use crate::config::{Config, Settings};

/// Where a scheduler listens unless somebody says otherwise.
const PORT: u16 = 50_050;

/// What whoever runs a process of the cluster wants to be told of: Ballista says the same many times a second when the
/// scheduler is away, and tells of measures that it cannot put together.
pub fn quietly(settings: Settings) -> Settings {
    const WARNINGS: &str = "warn,ballista_executor::execution_loop=error,ballista_scheduler::display=off,ballista_scheduler::state=off";
    Settings { log: settings.log.clone().or_else(|| Some(WARNINGS.to_owned())), ..settings }
}

/// Run queries on several processes or machines; wants a program built with Ballista
#[derive(Args)]
#[command(after_help = "Examples:
  rapport cluster scheduler
  rapport cluster executor
  rapport cluster executor --scheduler 10.0.0.5:50050 --at 10.0.0.6:50051")]
pub struct Cluster {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Cut queries into stages and hand them to executors
    Scheduler(Scheduler),
    /// Carry out stages that a scheduler hands out
    Executor(Executor),
}

#[derive(Args)]
struct Scheduler {
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT))]
    at: SocketAddr,
}

#[derive(Args)]
struct Executor {
    /// The scheduler; that of `engine` in the configuration unless said otherwise, else the one of this machine
    #[arg(long, value_name = "HOST:PORT")]
    scheduler: Option<String>,
    /// The address to listen on; port 0 takes any
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0))]
    at: SocketAddr,
    /// The name or address that others reach it by; that of `--at` unless said otherwise
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Where to keep what stages hand on, in a folder of its own that goes with it
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Tasks at once; as many as the machine has cores unless said otherwise
    #[arg(long)]
    cores: Option<usize>,
}

impl Cluster {
    /// # Errors
    /// When an address or folder cannot be had, or the program was built without Ballista.
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        match &self.command {
            Command::Scheduler(own) => {
                schedule(&Scheduling { at: own.at, key: config.cluster_key.clone() })?;
            }
            Command::Executor(own) => {
                let usual = || format!("127.0.0.1:{PORT}");
                let scheduler = own.scheduler.clone().or_else(|| config.scheduler.clone());
                let cores = || std::thread::available_parallelism().map_or(1, usize::from);
                execute(&Executing {
                    at: own.at,
                    host: own.host.clone().unwrap_or_else(|| own.at.ip().to_string()),
                    scheduler: scheduler.unwrap_or_else(usual),
                    key: config.cluster_key.clone(),
                    folder: own
                        .folder
                        .clone()
                        .unwrap_or_else(|| config.cluster_key.with_file_name("cluster")),
                    cores: own.cores.unwrap_or_else(cores).max(1),
                    warehouses: config
                        .workspaces
                        .iter()
                        .map(|(_, workspace)| workspace.analytics.clone())
                        .collect(),
                })?;
            }
        }
        Ok(())
    }
}
