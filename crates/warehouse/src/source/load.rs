//! Reading sources into files.

use std::{
    fs::File,
    io::{BufWriter, Seek, SeekFrom, Write},
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use jiff::tz::TimeZone;
use kernel::Timestamp;
use uuid::Uuid;

use super::{
    FOLDER, Kept, Left, Loaded, Origin, Report, Source, columns,
    gate::{Reading, Sink},
    parquet, places,
    register::missing,
    table, text,
};
use crate::{Error, Warehouse, files::FileWriter, manifest::FileEntry};

/// How long another database may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a file stays whose place another has taken: longer than any query lasts. And one that none has named.
const STAYS: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

impl Warehouse {
    /// Reads a source now. What cannot be read stands in the report, and changes nothing else.
    ///
    /// # Errors
    /// [`Error::Source`] when there is none of that name.
    pub fn refresh_source(&self, name: &str) -> Result<Report, Error> {
        let _one_at_a_time = self.sourcing.lock();
        let kept = self.engine.db().read(|tx| table::find(tx, name))?.ok_or_else(|| missing(name))?;
        let (at, began) = (self.engine.clock().now(), Instant::now());
        let read = self.read_source(&kept.source);
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (report, taken) = settled(read, at, milliseconds);
        let loaded = self.engine.db().write(|tx| -> Result<Option<Loaded>, Error> {
            // It may have been registered anew, read by another process or removed meanwhile.
            let Some(now) = table::find(tx, name)? else { return Ok(None) };
            let loaded = match taken.clone() {
                Some((columns, file)) => Some(in_place_of(now.loaded, columns, file, at)),
                None => now.loaded,
            };
            table::put(tx, &Kept { report: Some(report.clone()), loaded: loaded.clone(), ..now })?;
            Ok(loaded)
        })?;
        self.sweep_source(name, loaded.as_ref())?;
        Ok(report)
    }

    /// The rows of a source, in a new file.
    fn read_source(&self, source: &Source) -> Result<(Reading, Option<FileEntry>), Error> {
        let mut writer: Option<FileWriter> = None;
        let mut sink = |columns: &[columns::SourceColumn], batch: arrow::array::RecordBatch| {
            writer.get_or_insert_with(|| FileWriter::new(&columns::schema(columns))).write(&batch)
        };
        let reading = self.rows_of(source, &mut sink)?;
        let path = format!("{FOLDER}/{}/{}.parquet", source.name, Uuid::now_v7());
        let file = writer.map(|writer| writer.finish(self.store(), &path)).transpose()?.flatten();
        Ok((reading, file))
    }

    fn rows_of(&self, source: &Source, sink: Sink<'_>) -> Result<Reading, Error> {
        let (key, zone) = (&source.key, self.clocks_of(source)?);
        match &source.from {
            Origin::Csv { file } => {
                let still = Still::open(&places::path(self.opened(), file)?)?;
                let reading = text::read(still.handle()?, key, &zone, sink)?;
                still.check().map(|()| reading)
            }
            Origin::Parquet { file } => {
                let still = Still::open(&places::path(self.opened(), file)?)?;
                let reading = parquet::read(still.handle()?, key, &zone, sink)?;
                still.check().map(|()| reading)
            }
            Origin::Sql { database, query } => {
                let mut file = tempfile::tempfile()?;
                let mut out = BufWriter::new(&mut file);
                let address = places::address(self.opened(), database)?;
                let copied = db::outside::copy_rows(address, query, PATIENCE, &mut out);
                copied.map_err(|error| Error::Source(error.to_string()))?;
                out.flush()?;
                drop(out);
                text::read(file, key, &zone, sink)
            }
        }
    }

    /// The zone of moments that say none.
    fn clocks_of(&self, source: &Source) -> Result<TimeZone, Error> {
        let named = source.zone.as_deref().map(TimeZone::get).transpose();
        let named = named.map_err(|error| Error::Source(error.to_string()))?;
        Ok(named.unwrap_or_else(|| self.options.zone.clone()))
    }

    /// Removes the files of a source that no query can be reading any more, and what a process left that died.
    fn sweep_source(&self, name: &str, loaded: Option<&Loaded>) -> Result<(), Error> {
        let named = |path: &str| {
            loaded.is_some_and(|loaded| {
                loaded.file.as_ref().is_some_and(|file| file.path == path)
                    || loaded.left.iter().any(|left| left.path == path)
            })
        };
        let old = Timestamp::now() - STAYS;
        for path in self.store().files_of(&format!("{FOLDER}/{name}"))? {
            if !named(&path) && made_at(&path).is_none_or(|made| made < old) {
                self.store().delete(&path)?;
            }
        }
        Ok(())
    }
}

/// When a file was made, by its name.
fn made_at(path: &str) -> Option<Timestamp> {
    let name = path.rsplit('/').next()?.strip_suffix(".parquet")?;
    let (seconds, _) = name.parse::<Uuid>().ok()?.get_timestamp()?.to_unix();
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

/// A new file in the place of the one before, which stays for a while.
fn in_place_of(
    before: Option<Loaded>,
    columns: Vec<columns::SourceColumn>,
    file: Option<FileEntry>,
    at: Timestamp,
) -> Loaded {
    let (was, mut left) = before.map_or((None, Vec::new()), |before| (before.file, before.left));
    left.retain(|left| left.at > at - STAYS);
    left.extend(was.map(|was| Left { path: was.path, at }));
    Loaded { columns, file, left }
}

type Taken = (Vec<columns::SourceColumn>, Option<FileEntry>);

fn settled(
    read: Result<(Reading, Option<FileEntry>), Error>,
    at: Timestamp,
    milliseconds: u64,
) -> (Report, Option<Taken>) {
    match read {
        Ok((Reading { columns, rows, bad, problems }, file)) => {
            (Report { at, milliseconds, rows, bad, problems, error: None }, Some((columns, file)))
        }
        Err(error) => {
            let error = Some(error.to_string());
            (Report { at, milliseconds, rows: 0, bad: 0, problems: Vec::new(), error }, None)
        }
    }
}

/// A file that nobody is writing; `check` says later whether that is still so.
struct Still {
    file: File,
    was: (u64, Option<SystemTime>),
}

impl Still {
    /// # Errors
    /// [`Error::Source`] when it is not there.
    fn open(path: &Path) -> Result<Still, Error> {
        let fault = |error: std::io::Error| Error::Source(format!("{}: {error}", path.display()));
        let file = File::open(path).map_err(fault)?;
        let about = file.metadata().map_err(fault)?;
        if !about.is_file() {
            return Err(Error::Source(format!("{} is no file", path.display())));
        }
        Ok(Still { was: (about.len(), about.modified().ok()), file })
    }

    fn handle(&self) -> Result<File, Error> {
        let mut handle = self.file.try_clone()?;
        handle.seek(SeekFrom::Start(0))?;
        Ok(handle)
    }

    /// # Errors
    /// [`Error::Source`] when it has been written to since it was opened.
    fn check(&self) -> Result<(), Error> {
        let about = self.file.metadata()?;
        match (about.len(), about.modified().ok()) == self.was {
            true => Ok(()),
            false => Err(Error::Source("somebody is writing the file: it is read again later".to_owned())),
        }
    }
}
