//! What the program can be told: by a file, by the environment, by flags; the later wins.
//!
//! `docs/configuration.md` lists every setting. Anything unknown or impossible is refused at start, with its place.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Display,
    net::SocketAddr,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use kernel::Currency;
use serde::Deserialize;

/// Where files are unless somebody says otherwise.
const FILES: &str = "data/files";

/// The settings that every command takes.
#[derive(Args, Clone, Debug, Default)]
pub struct Settings {
    /// The configuration file; `rapport.toml` in the working folder is read when it is there
    #[arg(long, env = "RAPPORT_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// The database: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME?schema=NAME`
    #[arg(long, env = "RAPPORT_DATABASE", global = true)]
    pub database: Option<String>,
    /// The folder for attachments, imports and exports
    #[arg(long, env = "RAPPORT_FILES", global = true)]
    pub files: Option<PathBuf>,
    /// The address to listen on, such as 127.0.0.1:8080
    #[arg(long, env = "RAPPORT_LISTEN", global = true)]
    pub listen: Option<SocketAddr>,
    /// What to log: `info`, `debug`, or filters such as `records=debug,info`
    #[arg(long, env = "RAPPORT_LOG", global = true)]
    pub log: Option<String>,
    /// How to log: text for people, json for machines
    #[arg(long, env = "RAPPORT_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// The configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    listen: Option<SocketAddr>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    /// Threads that run jobs in `serve`; none leaves them to `rapport work`.
    job_threads: Option<usize>,
    /// Whether people reach the server by https, through a proxy: cookies are then sent over nothing else.
    https: bool,
    analytics: AnalyticsFile,
    #[serde(rename = "workspace")]
    workspaces: Vec<WorkspaceFile>,
}

/// What queries may take, and where tools reach the warehouse.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AnalyticsFile {
    /// Where the warehouse answers in PostgreSQL's protocol; nowhere without.
    postgres: Option<SocketAddr>,
    /// Where it answers in Arrow Flight SQL; nowhere without.
    flight: Option<SocketAddr>,
    /// The bucket that the warehouse's files are in, `s3://bucket/prefix`; the workspace's folder without.
    store: Option<String>,
    s3: S3File,
    /// `ballista://HOST:PORT` of a cluster's scheduler; queries run in the program without.
    engine: Option<String>,
    /// The file with the cluster's key; beside the files of the first workspace unless said otherwise.
    cluster_key: Option<PathBuf>,
    fiscal_year_begins: Option<i8>,
    memory_mb: Option<usize>,
    disk_mb: Option<u64>,
    query_seconds: Option<u64>,
}

/// How the bucket is reached; what is not said comes from the environment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct S3File {
    endpoint: Option<String>,
    region: Option<String>,
    access_key: Option<String>,
    secret_key: Option<String>,
}

impl AnalyticsFile {
    /// The cluster that queries run on, if they do.
    fn cluster(&self, key: &Path) -> anyhow::Result<Option<app::ClusterConfig>> {
        let Some(engine) = &self.engine else { return Ok(None) };
        let scheduler = engine.strip_prefix("ballista://").filter(|place| is_place(place));
        let Some(scheduler) = scheduler else {
            bail!("engine is {engine:?}; it must be ballista://HOST:PORT")
        };
        Ok(Some(app::ClusterConfig { scheduler: scheduler.to_owned(), key: key.to_owned() }))
    }

    /// What a workspace of that host gets; several share a bucket by a folder each.
    fn of(&self, host: &str, folder: PathBuf) -> anyhow::Result<app::AnalyticsConfig> {
        let usual = app::AnalyticsConfig::new(folder);
        let s3 = self.s3.clone();
        let store = self.store.as_ref().map(|url| {
            let Some(place) = url.strip_prefix("s3://").filter(|place| !place.trim_matches('/').is_empty())
            else {
                bail!("store is {url:?}; it must be s3://BUCKET or s3://BUCKET/FOLDER");
            };
            let url = format!("s3://{}/{host}", place.trim_end_matches('/'));
            Ok(app::StoreConfig {
                url: url.trim_end_matches('/').to_owned(),
                endpoint: s3.endpoint,
                region: s3.region,
                access_key: s3.access_key,
                secret_key: s3.secret_key,
            })
        });
        let name = if host.is_empty() { usual.name } else { host.to_owned() };
        Ok(app::AnalyticsConfig {
            name,
            memory_mb: within("memory_mb", self.memory_mb, usual.memory_mb, 16..=1 << 20)?,
            disk_mb: self.disk_mb.unwrap_or(usual.disk_mb),
            query_seconds: within("query_seconds", self.query_seconds, usual.query_seconds, 1..=86_400)?,
            store: store.transpose()?,
            fiscal_year_begins: within(
                "fiscal_year_begins",
                self.fiscal_year_begins,
                usual.fiscal_year_begins,
                1..=12,
            )?,
            ..usual
        })
    }
}

/// A number of the file, or the usual one.
fn within<N: PartialOrd + Display>(
    name: &str,
    said: Option<N>,
    usual: N,
    range: RangeInclusive<N>,
) -> anyhow::Result<N> {
    let number = said.unwrap_or(usual);
    if !range.contains(&number) {
        bail!("{name} is {number}; it must be between {} and {}", range.start(), range.end());
    }
    Ok(number)
}

/// Whether a text is `HOST:PORT`.
fn is_place(text: &str) -> bool {
    let parts = text.rsplit_once(':');
    parts.is_some_and(|(host, port)| !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok())
}

/// One workspace of the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WorkspaceFile {
    /// The host name that leads to it; without one it answers to every name.
    host: String,
    database: Option<String>,
    files: Option<PathBuf>,
    /// The folder of the warehouse; beside that of the files unless said otherwise.
    warehouse: Option<PathBuf>,
    /// The folder that its administrators read outside data from.
    sources: Option<PathBuf>,
    /// Databases that they read it from, by name.
    databases: BTreeMap<String, String>,
    currency: Option<String>,
    locale: Option<String>,
    zone: Option<String>,
    /// Where people find it, such as `https://crm.company.example`.
    url: Option<String>,
    /// Connections that read at once.
    connections: Option<usize>,
}

/// Everything settled.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub log: String,
    pub log_format: LogFormat,
    pub job_threads: usize,
    pub https: bool,
    pub workspaces: Vec<(String, app::WorkspaceConfig)>,
    /// Where the warehouse answers in PostgreSQL's protocol.
    pub postgres: Option<SocketAddr>,
    /// Where it answers in Arrow Flight SQL.
    pub flight: Option<SocketAddr>,
    /// The scheduler of the cluster that queries run on, `HOST:PORT`.
    pub scheduler: Option<String>,
    /// The file with the cluster's key.
    pub cluster_key: PathBuf,
}

impl Config {
    /// Where people find the only workspace: its public address, or the one that is listened on.
    pub fn address(&self) -> String {
        let public = self.workspaces.first().and_then(|(_, workspace)| workspace.url.clone());
        public.unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Puts file, environment and flags together.
    ///
    /// # Errors
    /// When something is unknown, missing or impossible: the message names the setting and its place.
    pub fn load(settings: &Settings) -> anyhow::Result<Config> {
        let file = read_file(settings.config.as_deref())?;
        let mut workspaces = file.workspaces;
        if workspaces.is_empty() {
            workspaces.push(WorkspaceFile::default());
        }
        if settings.database.is_some() && workspaces.len() > 1 {
            bail!("--database names one workspace, but the configuration file has {}", workspaces.len());
        }
        if let Some(database) = &settings.database {
            workspaces[0].database = Some(database.clone());
        }
        if let Some(files) = &settings.files {
            workspaces[0].files = Some(files.clone());
        }
        let files = workspaces[0].files.clone().unwrap_or_else(|| PathBuf::from(FILES));
        let cluster_key =
            file.analytics.cluster_key.clone().unwrap_or_else(|| files.with_file_name("cluster.key"));
        let cluster = file.analytics.cluster(&cluster_key)?;
        let mut workspaces = workspaces
            .into_iter()
            .map(|settings| workspace(settings, file.https, &file.analytics))
            .collect::<anyhow::Result<Vec<_>>>()?;
        apart(&workspaces)?;
        workspaces.iter_mut().for_each(|(_, workspace)| workspace.analytics.cluster.clone_from(&cluster));
        Ok(Config {
            listen: settings.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            log: settings.log.clone().or(file.log).unwrap_or_else(|| "info".to_owned()),
            log_format: settings.log_format.or(file.log_format).unwrap_or_default(),
            job_threads: file.job_threads.unwrap_or(2),
            https: file.https,
            workspaces,
            postgres: file.analytics.postgres,
            flight: file.analytics.flight,
            scheduler: cluster.map(|cluster| cluster.scheduler),
            cluster_key,
        })
    }
}

/// Refuses workspaces that would take each other's place, records or files.
fn apart(workspaces: &[(String, app::WorkspaceConfig)]) -> anyhow::Result<()> {
    let mut taken = HashSet::new();
    for (host, workspace) in workspaces {
        let folder = |path: &Path| path.display().to_string();
        for (name, own) in [
            ("host", host.to_lowercase()),
            ("database", workspace.database.url.clone()),
            ("files", folder(&workspace.files)),
            ("warehouse", folder(&workspace.analytics.folder)),
        ] {
            if !taken.insert((name, own.clone())) {
                bail!(
                    "two workspaces have the same {name}, {:?}: each needs its own",
                    crate::house::shown(&own)
                );
            }
        }
    }
    Ok(())
}

fn read_file(named: Option<&Path>) -> anyhow::Result<File> {
    let default = Path::new("rapport.toml");
    let path = match named {
        Some(path) => path,
        None if default.exists() => default,
        None => return Ok(File::default()),
    };
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("in {}", path.display()))
}

fn workspace(
    file: WorkspaceFile,
    https: bool,
    analytics: &AnalyticsFile,
) -> anyhow::Result<(String, app::WorkspaceConfig)> {
    let url = file.database.unwrap_or_else(|| "sqlite:data/rapport.db".to_owned());
    let mut database = db::Config::new(url);
    database.connections = within("connections", file.connections, database.connections, 1..=1_000)?;
    let currency: Currency = match &file.currency {
        Some(code) => code.parse().context("currency")?,
        None => Currency::USD,
    };
    let zone = match &file.zone {
        Some(name) => jiff::tz::TimeZone::get(name).with_context(|| format!("zone {name:?}"))?,
        None => jiff::tz::TimeZone::UTC,
    };
    let url = file.url.map(|url| url.trim_end_matches('/').to_owned());
    if let Some(url) = &url
        && !url.starts_with("https://")
        && !url.starts_with("http://")
    {
        bail!("url is {url:?}; it must begin with https:// or http://");
    }
    let files = file.files.unwrap_or_else(|| PathBuf::from(FILES));
    let folder = file.warehouse.unwrap_or_else(|| files.with_file_name("warehouse"));
    let sources = app::SourcesConfig { folder: file.sources, databases: file.databases };
    let config = app::WorkspaceConfig {
        https: https || url.as_ref().is_some_and(|url| url.starts_with("https://")),
        url,
        analytics: app::AnalyticsConfig { sources, ..analytics.of(&file.host, folder)? },
        files,
        database,
        currency,
        locale: file.locale.unwrap_or_else(|| "en".to_owned()),
        zone,
    };
    Ok((file.host, config))
}
