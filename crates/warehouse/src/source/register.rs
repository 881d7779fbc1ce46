//! Registering sources and forgetting them.

use app::SourcesConfig;
use kernel::{Id, Value};
use records::Principal;

use super::{FOLDER, Kept, Source, job::ReadSource, table};
use crate::{Error, Warehouse};

impl Warehouse {
    /// All sources by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sources(&self) -> Result<Vec<Kept>, Error> {
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
        self.check_roles(&source.roles)?;
        let now = self.engine.clock().now();
        self.engine.db().write(|tx| {
            let before = table::find(tx, &source.name)?;
            let (report, loaded) = before.map_or((None, None), |kept| (kept.report, kept.loaded));
            table::put(tx, &Kept { source: source.clone(), report, loaded })?;
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
    /// [`Error::Source`] when there is none.
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

    fn check_roles(&self, roles: &[String]) -> Result<(), Error> {
        let names: Vec<Value> = roles.iter().map(|name| Value::from(name.as_str())).collect();
        let known = self.engine.read(&Principal::system(), |reader| match reader.object("role") {
            Ok(object) => reader.find_by(&object, "name", &names),
            Err(_) => Ok(Vec::new()),
        })?;
        let is_known = |name: &Value| known.iter().any(|(found, _)| found == name);
        match roles.iter().zip(&names).find(|(_, value)| !is_known(value)) {
            Some((name, _)) => Err(Error::Source(format!("there is no role {name:?}"))),
            None => Ok(()),
        }
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
    Error::Source(format!("there is no source {name:?}"))
}
