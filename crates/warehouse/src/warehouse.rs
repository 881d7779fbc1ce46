//! A workspace's warehouse: keeps files and memory at most a moment behind the log.
//!
//! One thread reads the log ([`Warehouse::catch_up`]), one at a time writes files ([`Warehouse::flush`],
//! [`Warehouse::rebuild`]); queries read whatever [`Warehouse::state`] was when they began.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use datafusion::execution::runtime_env::RuntimeEnv;
use metadata::Object;
use parking_lot::{Mutex, RwLock};
use records::{Engine, Principal};
use tokio::runtime::Runtime;

use crate::{
    Error, Options,
    cluster::Cluster,
    columns,
    environment::environment,
    feed::{self, Evolution},
    manifest::Manifest,
    state::{Fresh, State},
    store::{Store, WriteLock},
    writing,
};

/// The warehouse of one workspace.
pub struct Warehouse {
    pub(crate) engine: Engine,
    pub(crate) options: Options,
    pub(crate) environment: Arc<RuntimeEnv>,
    store: Store,
    state: RwLock<Arc<State>>,
    /// Held by whoever reads the log, with when that was last done.
    feeding: Mutex<Option<Instant>>,
    /// Held by whoever writes files, with when that was last done.
    writing: Mutex<Instant>,
    /// Held by whoever reads a source.
    pub(crate) sourcing: Mutex<()>,
    /// Where queries run instead of here.
    pub(crate) cluster: Option<Arc<Cluster>>,
    runtime: Option<Runtime>,
}

impl Warehouse {
    /// Opens the files; nothing is built yet: see [`Warehouse::catch_up`].
    ///
    /// # Errors
    /// [`Error::Files`] when the folder cannot be used.
    pub fn open(engine: &Engine, options: Options) -> Result<Warehouse, Error> {
        let runtime = crate::cores::runtime("warehouse")?;
        let store =
            Store::open(&options.folder, options.store.as_ref(), &options.name, runtime.handle().clone())?;
        let environment = environment(&store, &options)?;
        let manifest = usable(&store)?;
        let state = State::of(manifest.unwrap_or_default(), &store);
        Ok(Warehouse {
            engine: engine.clone(),
            environment,
            store,
            state: RwLock::new(Arc::new(state)),
            feeding: Mutex::new(None),
            writing: Mutex::new(Instant::now()),
            sourcing: Mutex::default(),
            cluster: Cluster::open(options.cluster.as_ref(), runtime.handle())?,
            options,
            runtime: Some(runtime),
        })
    }

    /// What queries read now.
    pub fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read())
    }

    /// Whether it has been built, by this process or another.
    pub(crate) fn is_begun(&self) -> bool {
        self.state().manifest.generation > 0 || matches!(Manifest::read(&self.store), Ok(Some(_)))
    }

    pub(crate) fn runtime(&self) -> tokio::runtime::Handle {
        // It is there until the warehouse is dropped.
        self.runtime.as_ref().map_or_else(tokio::runtime::Handle::current, |runtime| runtime.handle().clone())
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Brings the warehouse to what the database knows now, and builds what is not there; tells how many rows of the
    /// log were read.
    ///
    /// # Errors
    /// [`Error::Busy`] when files have to be written and another process is writing them.
    pub fn catch_up(&self) -> Result<usize, Error> {
        let mut feeding = self.feeding.lock();
        self.follow_other_processes()?;
        self.settle_definitions()?;
        let mut read = 0;
        loop {
            let Some(step) = feed::step(&self.engine, &self.state())? else {
                self.settle_definitions()?;
                continue;
            };
            read += step.rows;
            if step.rows > 0 || !step.state.holes.is_empty() {
                self.swap(|now| step.state.clone().on_files_of(now));
            }
            if !step.more {
                *feeding = Some(Instant::now());
                return Ok(read);
            }
            if self.state().fresh_records() > self.flush_limit() {
                self.flush()?;
            }
        }
    }

    /// Catches up, unless that has just been done or is being done.
    ///
    /// # Errors
    /// As [`Warehouse::catch_up`], but for [`Error::Busy`] while there is something to read.
    pub fn freshen(&self) -> Result<(), Error> {
        let recent = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() < self.options.freshness);
        let begun = self.state().manifest.generation > 0;
        match self.feeding.try_lock().map(|last| *last) {
            Some(last) if !recent(last) => {}
            None if !begun => {}
            _ => return Ok(()),
        }
        match self.catch_up() {
            Err(Error::Busy) if begun => Ok(()),
            done => done.map(|_| ()),
        }
    }

    /// Writes what is in memory into files, when there is enough of it, it has been there for a while, or somebody was
    /// erased.
    pub fn flush_if_due(&self) -> Result<bool, Error> {
        let state = self.state();
        let Some(last) = self.writing.try_lock().map(|last| *last) else { return Ok(false) };
        let erased =
            state.tables.values().any(|fresh| fresh.images.values().any(|it| it.image.versions.is_empty()));
        let fresh = state.fresh_records();
        let due = fresh > self.flush_limit()
            || (fresh > 0 && last.elapsed() > Duration::from_secs(600))
            || (erased && last.elapsed() > Duration::from_secs(5));
        if due {
            self.flush()?;
        }
        Ok(due)
    }

    /// Few records while the warehouse is small; more when each writing means much to write.
    fn flush_limit(&self) -> usize {
        let stored: u64 = self.state().manifest.files().map(|file| file.rows).sum();
        self.options.flush_records.max(usize::try_from(stored / 20).unwrap_or(usize::MAX).min(100_000))
    }

    /// Writes what is in memory into files.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process is writing them; then nothing has changed.
    pub fn flush(&self) -> Result<(), Error> {
        let mut last = self.writing.lock();
        let _lock = self.store.lock()?;
        let before = self.state();
        if Manifest::read(&self.store)?.is_some_and(|there| there.generation != before.manifest.generation) {
            // Another process has written them in the meantime: what it wrote is followed first.
            return Err(Error::Busy);
        }
        let mut manifest = Manifest::clone(&before.manifest);
        manifest.generation += 1;
        for (name, fresh) in &before.tables {
            let table = manifest.tables.entry(name.clone()).or_default();
            if !fresh.images.is_empty() || table.columns != fresh.columns {
                *table = writing::merge(&self.store, name, table, fresh, manifest.generation)
                    .map_err(|error| self.busy_if_replaced(error, before.manifest.generation))?;
            }
        }
        manifest.cursor = before.cursor;
        manifest.holes = before.holes.keys().copied().collect();
        manifest.write(&self.store)?;
        self.swap(|now| {
            let mut next = State::clone(now);
            next.tables.values_mut().for_each(|fresh| *fresh = fresh.after(before.epoch));
            next.set_manifest(manifest.clone(), &self.store);
            next
        });
        *last = Instant::now();
        self.remove_replaced(before)
    }

    /// What became of a file that could not be read: another machine may have replaced it in the meantime, and removed it.
    fn busy_if_replaced(&self, error: Error, generation: u64) -> Error {
        match (&error, Manifest::read(&self.store)) {
            (Error::Damaged { .. }, Ok(Some(there))) if there.generation != generation => Error::Busy,
            _ => error,
        }
    }

    /// Throws all files away and makes them from nothing; queries go on with the old ones until then.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process is writing them.
    pub fn rebuild(&self, progress: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        let _feeding = self.feeding.lock();
        let mut last = self.writing.lock();
        let lock = self.store.lock()?;
        let registry = self.engine.registry();
        let objects: Vec<_> = feed::objects(&registry).cloned().collect();
        self.build(&lock, &objects, true, progress)?;
        *last = Instant::now();
        Ok(())
    }

    /// Writes the files of these objects from nothing, keeps or throws away those of all others, and reads on from
    /// where the log ended before.
    fn build(
        &self,
        _lock: &WriteLock,
        objects: &[Arc<Object>],
        all: bool,
        progress: &mut dyn FnMut(&str, u64),
    ) -> Result<(), Error> {
        let before = self.state();
        let (end, holes) = self.engine.read(&Principal::system(), |reader| {
            let end = reader.log_end()?;
            Ok::<_, records::Error>((end, reader.log_holes(end)?))
        })?;
        let mut manifest = Manifest::clone(&before.manifest);
        let stands = !all && before.manifest.generation > 0;
        // The mark first: a manifest that comes between the two makes this one be refused.
        let mark = self.store.manifest()?.and_then(|(_, mark)| mark);
        let there = Manifest::read(&self.store)?.map_or(0, |there| there.generation);
        if stands && there != before.manifest.generation {
            // Another process has written them in the meantime: what it wrote is followed first.
            return Err(Error::Busy);
        }
        manifest.generation = manifest.generation.max(there) + 1;
        if !stands {
            manifest.mark = mark;
            manifest.tables.clear();
            manifest.cursor = end;
            manifest.holes = holes.into_iter().collect();
        }
        for object in objects {
            let mut tell = |done| progress(&object.name, done);
            let table =
                writing::write_all(&self.engine, &self.store, object, manifest.generation, &mut tell)?;
            manifest.tables.insert(object.name.clone(), table);
        }
        manifest.write(&self.store)?;
        if stands {
            self.swap(|now| {
                let mut next = State::clone(now);
                for object in objects {
                    next.tables.insert(object.name.clone(), Fresh::empty(columns::of_object(object)));
                }
                next.set_manifest(manifest.clone(), &self.store);
                next
            });
        } else {
            self.swap(|now| now.begun_anew(manifest.clone(), &self.store));
        }
        self.remove_replaced(before)?;
        self.sweep()
    }

    /// Takes in what another process has written.
    fn follow_other_processes(&self) -> Result<(), Error> {
        let Some(manifest) = Manifest::read(&self.store)? else { return Ok(()) };
        let state = self.state();
        if manifest.generation != state.manifest.generation && state.manifest.generation > 0 {
            tracing::debug!(generation = manifest.generation, "following another process's files");
            self.swap(|now| now.begun_anew(manifest.clone(), &self.store));
        }
        Ok(())
    }

    /// Brings the tables to the definitions: adds columns, builds what is new or has changed, forgets what is gone.
    fn settle_definitions(&self) -> Result<(), Error> {
        let registry = self.engine.registry();
        let state = self.state();
        let mut build: Vec<Arc<Object>> = Vec::new();
        let mut grown: BTreeMap<String, Arc<Fresh>> = BTreeMap::new();
        for object in feed::objects(&registry) {
            match state.tables.get(&object.name) {
                None => build.push(Arc::clone(object)),
                Some(fresh) => match feed::evolution(object, &fresh.columns) {
                    Evolution::Same => {}
                    Evolution::Grown => {
                        grown.insert(object.name.clone(), feed::renewed(&self.engine, object, fresh)?);
                    }
                    Evolution::Changed => build.push(Arc::clone(object)),
                },
            }
        }
        if !grown.is_empty() {
            self.swap(|now| {
                let mut next = State::clone(now);
                next.tables.extend(grown.clone());
                next
            });
        }
        let known = |name: &str| feed::objects(&registry).any(|object| object.name == name);
        let gone: Vec<String> = state.tables.keys().filter(|name| !known(name)).cloned().collect();
        if !gone.is_empty() {
            self.swap(|now| {
                let mut next = State::clone(now);
                let mut manifest = Manifest::clone(&next.manifest);
                gone.iter().for_each(|name| {
                    next.tables.remove(name);
                    manifest.tables.remove(name);
                });
                next.set_manifest(manifest, &self.store);
                next
            });
        }
        if build.is_empty() {
            return Ok(());
        }
        let mut last = self.writing.lock();
        let lock = self.store.lock()?;
        self.build(&lock, &build, false, &mut |_, _| {})?;
        *last = Instant::now();
        Ok(())
    }

    /// Removes the files that a state named and none does now: the process may end before a thread does. Those that a
    /// query still reads go with it.
    fn remove_replaced(&self, before: Arc<State>) -> Result<(), Error> {
        let state = self.state();
        let named: HashSet<&String> = state.manifest.files().map(|file| &file.path).collect();
        let old = before.manifest.files().map(|file| file.path.clone());
        let replaced: Vec<String> = old.filter(|path| !named.contains(path)).collect();
        drop(before);
        replaced.iter().filter(|path| !self.store.is_held(path)).try_for_each(|path| self.store.delete(path))
    }

    /// Removes what processes left that died while they wrote.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process is writing.
    pub fn sweep_leftovers(&self) -> Result<(), Error> {
        let _writing = self.writing.lock();
        let _lock = self.store.lock()?;
        self.sweep()
    }

    /// Removes files that no manifest names. Wants the lock.
    fn sweep(&self) -> Result<(), Error> {
        let Some(manifest) = Manifest::read(&self.store)? else { return Ok(()) };
        let named: HashSet<&str> = manifest.files().map(|file| file.path.as_str()).collect();
        for path in self.store.own_files()? {
            // A file of an earlier state of this process goes when the last query that reads it has ended.
            if !named.contains(path.as_str()) && !self.store.is_held(&path) {
                self.store.delete(&path)?;
            }
        }
        Ok(())
    }

    fn swap(&self, next: impl FnMut(&State) -> State) {
        let mut next = next;
        let mut state = self.state.write();
        *state = Arc::new(next(&state));
    }
}

impl Drop for Warehouse {
    fn drop(&mut self) {
        // It may be dropped by a task of another executor, which must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The manifest, without the tables of which a file is missing or cut short.
fn usable(store: &Store) -> Result<Option<Manifest>, Error> {
    let Some(mut manifest) = Manifest::read(store)? else { return Ok(None) };
    let mut damaged = Vec::new();
    for (name, table) in &manifest.tables {
        for file in table.files() {
            if store.len(&file.path)? != Some(file.bytes) {
                tracing::warn!(
                    file = file.path,
                    "a file of the warehouse is damaged; its table is made anew"
                );
                damaged.push(name.clone());
                break;
            }
        }
    }
    damaged.iter().for_each(|name| _ = manifest.tables.remove(name));
    Ok(Some(manifest))
}
