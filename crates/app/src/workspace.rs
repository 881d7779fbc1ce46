//! A workspace: a database with its own objects, people, files and jobs.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::Arc,
};

use blobs::Blobs;
use db::Db;
use kernel::{Clock, Currency};
use parking_lot::RwLock;
use records::{Engine, Options, schema};

use crate::App;

/// Where a workspace is and what it takes for granted.
#[derive(Clone, Debug)]
pub struct WorkspaceConfig {
    pub database: db::Config,
    /// The folder of attachments and exports.
    pub files: PathBuf,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The locale and zone of people who have not chosen theirs.
    pub locale: String,
    pub zone: jiff::tz::TimeZone,
    /// Where people find it, such as `https://crm.company.example`; no slash at the end.
    pub url: Option<String>,
    /// People reach it by https only: cookies are sent over nothing else.
    pub https: bool,
    pub analytics: AnalyticsConfig,
}

/// What the warehouse of a workspace takes for granted.
#[derive(Clone, Debug)]
pub struct AnalyticsConfig {
    /// What a cluster tells this workspace's folder from others by.
    pub name: String,
    /// The folder of the warehouse's files; with a store, of what queries put aside.
    pub folder: PathBuf,
    /// The bucket that the files are in, where they are in none of the machine's folders.
    pub store: Option<StoreConfig>,
    /// Where queries run instead of in the program.
    pub cluster: Option<ClusterConfig>,
    pub sources: SourcesConfig,
    /// The month, from 1, with which the fiscal year begins.
    pub fiscal_year_begins: i8,
    /// Mebibytes that all queries together may take.
    pub memory_mb: usize,
    /// Mebibytes that they may put aside on disk.
    pub disk_mb: u64,
    /// Seconds that a query may take.
    pub query_seconds: u64,
}

impl AnalyticsConfig {
    pub fn new(folder: PathBuf) -> AnalyticsConfig {
        AnalyticsConfig {
            name: "files".to_owned(),
            folder,
            store: None,
            cluster: None,
            sources: SourcesConfig::default(),
            fiscal_year_begins: 1,
            memory_mb: 512,
            disk_mb: 4_096,
            query_seconds: 60,
        }
    }
}

/// A bucket of an object store that speaks S3. What is not said comes from the environment, as for Amazon's own
/// tools: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`.
#[derive(Clone)]
pub struct StoreConfig {
    /// `s3://bucket/prefix`
    pub url: String,
    /// Where the store answers, such as `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    pub access_key: Option<String>,
    pub secret_key: Option<String>,
}

/// A cluster of Ballista.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// The scheduler's `HOST:PORT`.
    pub scheduler: String,
    /// The file with the key that all processes of the cluster show each other.
    pub key: PathBuf,
}

/// What the warehouse may read from outside on behalf of people who have no access to the machine.
#[derive(Clone, Default)]
pub struct SourcesConfig {
    /// The folder of the files.
    pub folder: Option<PathBuf>,
    /// The addresses of databases by name: `sqlite:PATH` or `postgres://…`.
    pub databases: BTreeMap<String, String>,
}

impl std::fmt::Debug for SourcesConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.databases.keys().collect();
        f.debug_struct("SourcesConfig").field("folder", &self.folder).field("databases", &names).finish()
    }
}

impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreConfig").field("url", &self.url).field("endpoint", &self.endpoint).finish()
    }
}

/// One open workspace. All state hangs here.
pub struct Workspace {
    pub engine: Engine,
    pub blobs: Blobs,
    pub config: WorkspaceConfig,
    pub texts: Arc<i18n::Texts>,
    app: std::sync::Weak<App>,
    kept: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// Why a workspace could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Schema(#[from] schema::SchemaError),
    #[error("the folder for files cannot be used: {0}")]
    Files(String),
}

impl Workspace {
    /// Opens the database, migrates it, brings its tables to the definitions.
    ///
    /// # Errors
    /// What [`OpenError`] says; the database is then as it was.
    pub fn open(
        app: &Arc<App>,
        config: WorkspaceConfig,
        clock: Arc<Clock>,
    ) -> Result<Arc<Workspace>, OpenError> {
        let db = Db::open(&config.database, app.migrations())?;
        let options = Options { behaviours: app.behaviours(), clock, currency: config.currency };
        let engine = schema::open(&db, app.shipped(), options)?;
        let blobs = Blobs::open(&config.files.to_string_lossy())
            .map_err(|error| OpenError::Files(error.to_string()))?;
        let texts = Arc::clone(app.texts());
        Ok(Arc::new(Workspace {
            engine,
            blobs,
            config,
            texts,
            app: Arc::downgrade(app),
            kept: RwLock::default(),
        }))
    }

    /// The app that the workspace belongs to.
    ///
    /// # Panics
    /// When the app is gone: it outlives its workspaces.
    pub fn app(&self) -> Arc<App> {
        self.app.upgrade().expect("the app outlives its workspaces")
    }

    /// What a feature keeps for the workspace as long as it is open, told apart by its type; made when first asked for.
    ///
    /// # Errors
    /// As `make`.
    ///
    /// # Panics
    /// Never: what is kept under a type is of that type.
    pub fn keep<T: Any + Send + Sync, E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let of_type = |kept: &Arc<dyn Any + Send + Sync>| {
            Arc::clone(kept).downcast::<T>().expect("what is kept under a type is of that type")
        };
        if let Some(kept) = self.kept.read().get(&TypeId::of::<T>()) {
            return Ok(of_type(kept));
        }
        let mut all = self.kept.write();
        if let Some(kept) = all.get(&TypeId::of::<T>()) {
            return Ok(of_type(kept));
        }
        let made = Arc::new(make()?);
        all.insert(TypeId::of::<T>(), Arc::clone(&made) as _);
        Ok(made)
    }

    pub fn db(&self) -> &Db {
        self.engine.db()
    }
}
