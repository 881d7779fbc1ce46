//! Registering sources and forgetting them.

use std::collections::HashMap;

use app::SourcesConfig;
use kernel::{Id, Value};
use records::Principal;

use super::{FOLDER, Kept, Source, job::ReadSource, table};
use crate::{Error, Warehouse};

/// The object of roles, and the field that calls them.
const ROLE: &str = "role";
const NAME: &str = "name";

impl Warehouse {
    /// All sources by name, with their roles as these are called now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sources(&self) -> Result<Vec<Kept>, Error> {
        let mut sources = self.kept_sources()?;
        let named: Vec<Id> = sources.iter().flat_map(|kept| kept.roles.iter().flatten()).copied().collect();
        let names = self.names_of_roles(&named)?;
        for kept in &mut sources {
            if let Some(roles) = &kept.roles {
                kept.source.roles = roles.iter().filter_map(|role| names.get(role).cloned()).collect();
            }
        }
        Ok(sources)
    }

    /// All sources by name, as they are kept.
    pub(crate) fn kept_sources(&self) -> Result<Vec<Kept>, Error> {
        Ok(self.engine.db().read(table::list)?)
    }

    /// What the configuration opens to those who have no access to the machine.
    pub fn opened(&self) -> &SourcesConfig {
        &self.options.sources
    }

    /// Registers a source, or registers it anew with what has been read so far; nothing is read yet.
    ///
    /// # Errors
    /// [`Error::Source`] when it cannot be as it is.
    pub fn add_source(&self, source: &Source) -> Result<(), Error> {
        source.check()?;
        let roles = self.roles(&source.roles)?;
        let now = self.engine.clock().now();
        self.engine.db().write(|tx| {
            let before = table::find(tx, &source.name)?;
            let (report, loaded) = before.map_or((None, None), |kept| (kept.report, kept.loaded));
            let roles = Some(roles.clone());
            table::put(tx, &Kept { source: source.clone(), roles, report, loaded })?;
            let (name, job) = (schedule(&source.name), ReadSource { name: source.name.clone() });
            match source.every.as_deref().map(str::parse) {
                Some(Ok(every)) => jobs::schedule(tx, now, &name, &every, &job, None).map_err(told),
                _ => unscheduled(tx, &name),
            }
        })
    }

    /// Has a source read soon, by a job; gives its id.
    ///
    /// # Errors
    /// [`Error::Source`] when there is none of that name.
    pub fn queue_source(&self, name: &str, owner: Option<Id>) -> Result<Id, Error> {
        let now = self.engine.clock().now();
        self.engine.db().write(|tx| {
            table::find(tx, name)?.ok_or_else(|| missing(name))?;
            let options = jobs::Options::new().owner(owner).coalesce(schedule(name));
            jobs::enqueue(tx, now, &ReadSource { name: name.to_owned() }, &options).map_err(told)
        })
    }

    /// Forgets a source and its rows.
    ///
    /// # Errors
    /// [`Error::NoSource`] when there is none.
    pub fn remove_source(&self, name: &str) -> Result<(), Error> {
        let removed = self.engine.db().write(|tx| -> Result<bool, Error> {
            unscheduled(tx, &schedule(name))?;
            Ok(table::remove(tx, name)?)
        })?;
        if !removed {
            return Err(missing(name));
        }
        let folder = format!("{FOLDER}/{name}");
        self.store().files_of(&folder)?.iter().try_for_each(|path| self.store().delete(path))
    }

    /// The roles of these names.
    fn roles(&self, names: &[String]) -> Result<Vec<Id>, Error> {
        let values: Vec<Value> = names.iter().map(|name| Value::from(name.as_str())).collect();
        let known = self.engine.read(&Principal::system(), |reader| match reader.object(ROLE) {
            Ok(object) => reader.find_by(&object, NAME, &values),
            Err(_) => Ok(Vec::new()),
        })?;
        let find = |(name, value): (&String, &Value)| {
            let found = known.iter().find(|(found, _)| found == value).map(|(_, id)| *id);
            found.ok_or_else(|| Error::Source(format!("there is no role {name:?}")))
        };
        names.iter().zip(&values).map(find).collect()
    }

    /// What these roles are called; nothing for those that are gone.
    fn names_of_roles(&self, roles: &[Id]) -> Result<HashMap<Id, String>, Error> {
        Ok(self.engine.read(&Principal::system(), |reader| match reader.object(ROLE) {
            Ok(object) => reader.titles(&object, roles),
            Err(_) => Ok(HashMap::new()),
        })?)
    }
}

fn schedule(name: &str) -> String {
    format!("warehouse/source/{name}")
}

fn unscheduled(tx: &mut db::Tx<'_>, name: &str) -> Result<(), Error> {
    match jobs::unschedule(tx, name) {
        Ok(()) | Err(jobs::Error::NotFound) => Ok(()),
        Err(error) => Err(told(error)),
    }
}

fn told(error: jobs::Error) -> Error {
    match error {
        jobs::Error::Database(error) => error.into(),
        other => Error::Source(other.to_string()),
    }
}

pub(super) fn missing(name: &str) -> Error {
    Error::NoSource(format!("there is no source {name:?}"))
}
