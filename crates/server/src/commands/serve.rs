//! `rapport serve` and `rapport demo`.

use std::{path::PathBuf, sync::Arc};

use clap::Args;

use crate::{
    config::{Config, Settings},
    house::House,
    http,
};

/// Serve the screens and the API.
#[derive(Args)]
pub struct Serve {}

/// Serve a sample company.
#[derive(Args)]
pub struct Demo {
    /// The folder of the sample company; made on the first start, kept afterwards
    #[arg(long, default_value = "data/demo")]
    folder: PathBuf,
    /// Throw away the company that is there and make it anew; what `demo` has not made is left alone
    #[arg(long)]
    fresh: bool,
}

impl Serve {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::open(config)?;
        for workspace in &house.workspaces {
            identity::cli::prepare(workspace)?;
            if let Some(code) = identity::cli::setup_code(workspace)? {
                let address =
                    workspace.config.url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
                println!("No administrator yet. Open {address} and enter this setup code: {code}");
            }
        }
        run(config, house)
    }
}

impl Demo {
    pub fn run(&self, settings: &Settings) -> anyhow::Result<()> {
        let mut settings = settings.clone();
        let note = super::demo::Note::within(&self.folder);
        if settings.database.is_none() {
            settings.database = Some(format!("sqlite:{}", self.folder.join(super::demo::DATABASE).display()));
            // Nobody has been in a company whose making was interrupted.
            if note.exists() {
                super::fresh::sweep(&self.folder)?;
            }
        }
        settings.files = settings.files.or_else(|| Some(self.folder.join(super::demo::FILES)));
        settings.log = settings.log.or_else(|| Some("warn".to_owned()));
        let config = Config::load(&settings)?;
        crate::start_logging(&config)?;
        if self.fresh {
            super::fresh::throw_away(&config, &self.folder, &note)?;
        }
        let people = super::demo::fill(&config, &note)?;
        let house = House::open(&config)?;
        println!("Rapport's sample company is at http://{}", config.listen);
        println!("Sign in as one of these, with the password {}:", super::demo::PASSWORD);
        for person in people {
            println!("  {:<34} {}", person.email, person.role);
        }
        run(&config, house)
    }
}

/// Serves until told to stop; jobs run beside.
fn run(config: &Config, house: House) -> anyhow::Result<()> {
    house.follow_definitions();
    #[cfg(feature = "warehouse")]
    let served = super::engine::Served::start(config, &house)?;
    #[cfg(not(feature = "warehouse"))]
    refuse_doors(config)?;
    let House { app, routes, workspaces } = house;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(128).build()?;
    let workers: Vec<jobs::Handle> = workspaces
        .iter()
        .map(|workspace| super::work::start(workspace, config.job_threads))
        .collect::<anyhow::Result<_>>()?;
    let result = runtime.block_on(async {
        let listener = http::bind(config.listen).await?;
        tracing::info!(address = %config.listen, "serving");
        http::serve(listener, http::router(routes, &app)).await
    });
    #[cfg(feature = "warehouse")]
    drop(served);
    super::work::stop(workers);
    runtime.shutdown_background();
    drop(Arc::clone(&app));
    result
}

/// Doors that this program has nothing behind.
///
/// # Errors
/// When the configuration names one.
#[cfg(not(feature = "warehouse"))]
fn refuse_doors(config: &Config) -> anyhow::Result<()> {
    let named = [("postgres", config.postgres), ("flight", config.flight)];
    let named = named.iter().find(|(_, address)| address.is_some());
    named.map_or(Ok(()), |(name, _)| {
        anyhow::bail!("`{name}` in [analytics]: this program is built without the warehouse")
    })
}
