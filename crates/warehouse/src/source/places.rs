//! What sources may be read: files of one folder and databases that the configuration names; anything for whoever may
//! start the program.

use std::path::{Component, Path, PathBuf};

use app::SourcesConfig;

use super::Origin;
use crate::Error;

impl Origin {
    /// Refuses what the configuration does not open: for those who have no access to the machine.
    ///
    /// # Errors
    /// [`Error::Source`], with what would be allowed.
    pub fn check_opened(&self, config: &SourcesConfig) -> Result<(), Error> {
        match self {
            Origin::Csv { file } | Origin::Parquet { file } => match is_inside(Path::new(file)) {
                true => path(config, file).map(|_| ()),
                false => Err(Error::Source(format!(
                    "{file:?} is no file of the folder of sources; `rapport source add` takes any path"
                ))),
            },
            Origin::Sql { database, .. } => match config.databases.contains_key(database) {
                true => Ok(()),
                false => Err(unknown(config, database)),
            },
        }
    }

    /// Where from, for people: without a password.
    pub fn shown(&self) -> String {
        match self {
            Origin::Csv { file } | Origin::Parquet { file } => file.clone(),
            Origin::Sql { database, .. } => match url::Url::parse(database) {
                Ok(mut url) => match url.set_password(None) {
                    Ok(()) => url.to_string(),
                    Err(()) => database.clone(),
                },
                Err(_) => database.clone(),
            },
        }
    }
}

/// The path of a source's file.
///
/// # Errors
/// [`Error::Source`] when it is not there, or leads out of the folder.
pub fn path(config: &SourcesConfig, file: &str) -> Result<PathBuf, Error> {
    if Path::new(file).is_absolute() {
        return Ok(PathBuf::from(file));
    }
    let none = || Error::Source("no folder of sources is configured: `sources` of a workspace".to_owned());
    let folder = config.folder.as_ref().ok_or_else(none)?;
    let fault = |path: &Path, error: std::io::Error| Error::Source(format!("{}: {error}", path.display()));
    let folder = folder.canonicalize().map_err(|error| fault(folder, error))?;
    let path = folder.join(file);
    let path = path.canonicalize().map_err(|error| fault(Path::new(file), error))?;
    match path.starts_with(&folder) {
        true => Ok(path),
        false => Err(Error::Source(format!("{file:?} leads out of the folder of sources"))),
    }
}

/// The address of a source's database.
///
/// # Errors
/// [`Error::Source`] when the configuration names none like that.
pub fn address<'a>(config: &'a SourcesConfig, database: &'a str) -> Result<&'a str, Error> {
    match config.databases.get(database) {
        Some(address) => Ok(address),
        None if database.contains(':') => Ok(database),
        None => Err(unknown(config, database)),
    }
}

fn is_inside(file: &Path) -> bool {
    file.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

fn unknown(config: &SourcesConfig, database: &str) -> Error {
    let known: Vec<&str> = config.databases.keys().map(String::as_str).collect();
    Error::Source(match known.is_empty() {
        true => "no databases are configured: `databases` of a workspace".to_owned(),
        false => format!("{database:?} is no database of the configuration, only {}", known.join(", ")),
    })
}
