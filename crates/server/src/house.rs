//! Opening the app and its workspaces.

use std::{fs, io, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use app::{App, Workspace};
use axum::Router;
use kernel::Clock;
use records::schema;

use crate::{config::Config, features};

/// The app with all workspaces of the configuration, and its routes.
pub struct House {
    pub app: Arc<App>,
    pub routes: Router<Arc<App>>,
    pub workspaces: Vec<Arc<Workspace>>,
}

impl House {
    /// Opens, migrates and checks every workspace.
    ///
    /// # Errors
    /// When a definition is wrong or a database cannot be used: nothing is served then.
    pub fn open(config: &Config) -> anyhow::Result<House> {
        House::open_at(config, &Arc::new(Clock::System))
    }

    /// The same for commands that look after what is there: one that was started in the wrong folder makes nothing.
    ///
    /// # Errors
    /// As [`House::open`], and when there is no workspace yet.
    pub fn existing(config: &Config) -> anyhow::Result<House> {
        for (_, config) in &config.workspaces {
            let place = shown(&config.database.url);
            let is_new = db::Db::is_new(&config.database).with_context(|| format!("opening {place}"))?;
            anyhow::ensure!(
                !is_new,
                "there is no workspace in {place}: name another with --database, or make this one with `rapport serve`"
            );
        }
        House::open(config)
    }

    /// The same, with the time from elsewhere.
    ///
    /// # Errors
    /// As [`House::open`].
    pub fn open_at(config: &Config, clock: &Arc<Clock>) -> anyhow::Result<House> {
        let (app, routes) = App::new(features())?;
        let app = Arc::new(app);
        let mut workspaces = Vec::new();
        for (host, config) in &config.workspaces {
            make_folders(config)?;
            let opened = Workspace::open(&app, config.clone(), Arc::clone(clock));
            let workspace = opened.with_context(|| format!("opening {}", shown(&config.database.url)))?;
            app.serve(host, Arc::clone(&workspace));
            workspaces.push(workspace);
        }
        Ok(House { app, routes, workspaces })
    }

    /// Has every workspace follow what other processes define, for as long as it is open: for what goes on for a while. A
    /// command that ends at once would end while it still looks at its own change, and without telling others of it.
    pub fn follow_definitions(&self) {
        self.workspaces.iter().for_each(|workspace| follow_definitions(&self.app, workspace));
    }

    /// Takes the one workspace's tables away: on PostgreSQL those that Rapport made, and nothing where something else hangs on
    /// them; on SQLite the file.
    ///
    /// # Errors
    /// When the database refuses, or the file cannot be removed.
    pub fn take_away(self) -> anyhow::Result<()> {
        let url = self.only()?.config.database.url.clone();
        if let Some(file) = url.strip_prefix("sqlite:") {
            // Whoever closes an SQLite database last takes away what stands beside it.
            drop(self);
            return remove_database(Path::new(file));
        }
        self.only()?.db().write(|tx| {
            let tables = schema::tables(tx, self.app.migrations())?;
            tx.drop_tables(&tables)
        })?;
        Ok(())
    }

    /// The one workspace that a command is about.
    ///
    /// # Errors
    /// When the configuration has several.
    pub fn only(&self) -> anyhow::Result<&Arc<Workspace>> {
        match self.workspaces.as_slice() {
            [one] => Ok(one),
            several => anyhow::bail!(
                "{} workspaces are configured: name a file that has only the one that is meant with --config",
                several.len()
            ),
        }
    }
}

/// How often definitions are looked at: on SQLite other processes cannot tell of their changes.
const LOOK: Duration = Duration::from_secs(2);

/// Reads the definitions again whenever another process has changed them.
fn follow_definitions(app: &Arc<App>, workspace: &Arc<Workspace>) {
    let mut known = schema::customs(&workspace.engine).ok();
    let (app, workspace) = (Arc::downgrade(app), Arc::downgrade(workspace));
    let Some(changes) = workspace.upgrade().map(|workspace| workspace.db().listen(schema::TOPIC)) else {
        return;
    };
    std::thread::spawn(move || {
        loop {
            let heard = changes.receive(LOOK);
            let (Some(app), Some(workspace)) = (app.upgrade(), workspace.upgrade()) else { return };
            // A database that does not answer is told of by whoever wants something from it.
            let Ok(customs) = schema::customs(&workspace.engine) else { continue };
            if heard.is_none() && known.as_ref() == Some(&customs) {
                continue;
            }
            known = Some(customs);
            if let Err(error) = schema::reload(&workspace.engine, app.shipped()) {
                tracing::error!(%error, "changed definitions cannot be used");
            }
        }
    });
}

fn make_folders(config: &app::WorkspaceConfig) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.files)
        .with_context(|| format!("the folder for files, {}, cannot be made", config.files.display()))?;
    if let Some(path) = config.database.url.strip_prefix("sqlite:")
        && let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder of the database, {}, cannot be made", folder.display()))?;
    }
    Ok(())
}

/// Removes an SQLite database with the files that stand beside it while it is open.
///
/// # Errors
/// When one is there and cannot be removed.
pub fn remove_database(file: &Path) -> anyhow::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {}", Path::new(&name).display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// An address without its password.
pub fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}
