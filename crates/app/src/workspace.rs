//! A workspace: a database with its own objects, people, files and jobs.

use std::{path::PathBuf, sync::Arc};

use blobs::Blobs;
use db::Db;
use kernel::{Clock, Currency};
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
}

/// One open workspace. All state hangs here.
pub struct Workspace {
    pub engine: Engine,
    pub blobs: Blobs,
    pub config: WorkspaceConfig,
    pub texts: Arc<i18n::Texts>,
    app: std::sync::Weak<App>,
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
        Ok(Arc::new(Workspace { engine, blobs, config, texts, app: Arc::downgrade(app) }))
    }

    /// The app that the workspace belongs to.
    ///
    /// # Panics
    /// When the app is gone: it outlives its workspaces.
    pub fn app(&self) -> Arc<App> {
        self.app.upgrade().expect("the app outlives its workspaces")
    }

    pub fn db(&self) -> &Db {
        self.engine.db()
    }
}
