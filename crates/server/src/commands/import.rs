//! `rapport import`: a file becomes records.

use std::{
    fs::File,
    io::{BufWriter, IsTerminal, Seek, Write},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use app::Workspace;
use clap::Args;
use i18n::Reader;
use kernel::{Id, Message, Value};
use records::Principal;
use transfer::{
    mapping::{Mapping, Mode, saved},
    run::{self, Counts, Import as Kept, State},
    start,
    table::Reading,
};

use crate::{config::Config, house::House};

/// What the connections keep of the database: the one that writes comes back to the pages of all indexes again and
/// again, the one that looks up rows hardly.
const WRITER_CACHE_KB: u32 = 152 << 10;
const READER_CACHE_KB: u32 = 16 << 10;
/// How often progress is shown.
const PAUSE: Duration = Duration::from_millis(200);
/// What is said when some rows were not imported.
const SOME_REFUSED: i32 = 2;
/// Problems that are shown; the report has all.
const SHOWN: usize = 20;

/// Bring in records from a CSV, TSV, XLSX or JSON Lines file, alone or with the files of records in a ZIP archive or folder.
///
/// Without a mapping, columns are matched with fields by name and content. Exit code 0: all rows are in; 2: some are
/// not (see --report); 1: it did not work.
#[derive(Args)]
pub struct Import {
    /// The file; compressed with gzip, too, or in a ZIP archive or folder together with files of the records
    #[arg(required_unless_present = "resume")]
    file: Option<PathBuf>,
    /// A folder of files that the rows name, when the table does not lie among them
    #[arg(long, value_name = "FOLDER", conflicts_with = "resume")]
    attachments: Option<PathBuf>,
    /// The table of an archive or folder; the only one, or the one called as the object, without
    #[arg(long)]
    table: Option<String>,
    /// What the rows are, such as person
    #[arg(long)]
    object: Option<String>,
    /// A mapping: a TOML or JSON file, or the name of a kept one
    #[arg(long)]
    mapping: Option<String>,
    /// The fields that tell whether a record is there already, such as email
    #[arg(long, value_delimiter = ',')]
    key: Vec<String>,
    /// create, update or upsert
    #[arg(long, value_parser = mode)]
    mode: Option<Mode>,
    /// The same content for every record, such as pipeline=new_business; {Column} puts in a cell
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Make a field of each column that fits none
    #[arg(long)]
    new_fields: bool,
    /// Check everything and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Where to write the rows that were refused, with what is wrong with them
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Act with the rights of this user (e-mail); as the program itself without
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// Keep the mapping under this name
    #[arg(long, value_name = "NAME")]
    save_mapping: Option<String>,
    /// Print the mapping and do nothing: to be edited and given with --mapping
    #[arg(long)]
    print_mapping: bool,
    /// The sign between cells; found without
    #[arg(long)]
    delimiter: Option<char>,
    /// The encoding, such as windows-1252; found without
    #[arg(long)]
    encoding: Option<String>,
    /// The sheet of a workbook; the first without
    #[arg(long)]
    sheet: Option<String>,
    /// Go on with an import that was interrupted
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    resume: Option<Id>,
}

fn mode(text: &str) -> Result<Mode, String> {
    Mode::parse(text).ok_or_else(|| "create, update or upsert".to_owned())
}

/// The configuration with memory where an import needs it.
fn sparing(config: &Config) -> Config {
    let mut config = config.clone();
    for (_, workspace) in &mut config.workspaces {
        workspace.database.mapped_bytes = 0;
        workspace.database.writer_cache_kb = WRITER_CACHE_KB;
        workspace.database.reader_cache_kb = READER_CACHE_KB;
    }
    config
}

impl Import {
    /// # Errors
    /// When nothing could be imported at all.
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::open(&sparing(config))?;
        let workspace = house.only()?;
        let now = workspace.engine.clock().now();
        let look = workspace.texts.reader(&workspace.config.locale, workspace.config.zone.clone(), now);
        let import = match self.resume {
            Some(id) => {
                let found = workspace.db().read(|tx| run::find(tx, id))?;
                found.ok_or_else(|| anyhow!("there is no import {id}"))?
            }
            None => match self.begin(workspace, &look)? {
                Some(import) => import,
                None => return Ok(()),
            },
        };
        let import = carry(workspace, &import, &look)?;
        let refused = self.tell(workspace, &import, &look)?;
        drop(house);
        if refused {
            process::exit(SOME_REFUSED);
        }
        Ok(())
    }

    /// Takes the file in and enqueues the import; nothing when only the mapping was asked for.
    fn begin(&self, workspace: &Arc<Workspace>, look: &Reader) -> anyhow::Result<Option<Kept>> {
        let (owner, who) = self.who(workspace)?;
        let blob = self.taken_in(workspace, look, owner)?;
        let mapping = self.mapping(workspace, &who, look, &blob)?;
        if self.print_mapping {
            let _ = std::io::stdout().write_all(mapping.print().as_bytes());
            workspace.db().write(|tx| blobs::remove(tx, blob.id)).map_err(|error| anyhow!("{error}"))?;
            return Ok(None);
        }
        let now = workspace.engine.clock().now();
        if let Some(name) = &self.save_mapping {
            workspace.db().write(|tx| saved::save(tx, name, &mapping, owner, now))?;
        }
        let import = Kept::new(&blob, owner, mapping, now);
        workspace.db().write(|tx| {
            run::insert(tx, &import)?;
            run::enqueue(tx, now, &import, self.dry_run)
        })?;
        let id = import.id;
        eprintln!(
            "Import {id}. If it is interrupted, it goes on with `rapport serve`, or `rapport import --resume {id}`."
        );
        Ok(Some(import))
    }

    /// The file, kept for the import; a folder as an archive.
    fn taken_in(
        &self,
        workspace: &Workspace,
        look: &Reader,
        owner: Option<Id>,
    ) -> anyhow::Result<blobs::Blob> {
        let path = self.file.as_deref().ok_or_else(|| anyhow!("name a file"))?;
        let mut name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = if path.is_dir() { Some(path) } else { self.attachments.as_deref() };
        let mut file = match folder {
            Some(folder) => {
                if path.is_dir() && self.attachments.is_some() {
                    bail!("{} is a folder itself: --attachments goes with a table", path.display());
                }
                name.push_str(".zip");
                let table = (!path.is_dir()).then_some(path);
                let packed = transfer::archive::pack(folder, table, tempfile::tempfile()?);
                let mut packed = packed.map_err(|message| spoken(look, &message))?;
                packed.rewind()?;
                packed
            }
            None => File::open(path).with_context(|| format!("opening {}", path.display()))?,
        };
        start::take_in(workspace, &mut file, &name, owner).map_err(|message| spoken(look, &message))
    }

    fn who(&self, workspace: &Arc<Workspace>) -> anyhow::Result<(Option<Id>, Principal)> {
        match &self.user {
            None => Ok((None, Principal::system())),
            Some(email) => user(workspace, email).map(|(id, who)| (Some(id), who)),
        }
    }

    /// The mapping that was named, or one that is proposed; with what the flags say.
    fn mapping(
        &self,
        workspace: &Arc<Workspace>,
        who: &Principal,
        look: &Reader,
        blob: &blobs::Blob,
    ) -> anyhow::Result<Mapping> {
        let mut mapping = match &self.mapping {
            Some(named) => self.named(workspace, named)?,
            None => self.proposed(workspace, who, look, blob)?,
        };
        let table = mapping.reading.table.take();
        self.tell_reading(&mut mapping.reading, table);
        if let Some(object) = &self.object {
            mapping.object.clone_from(object);
        }
        if !self.key.is_empty() {
            mapping.key.clone_from(&self.key);
            mapping.mode = Mode::Upsert;
        }
        mapping.mode = self.mode.unwrap_or(mapping.mode);
        for pair in &self.set {
            let (field, value) =
                pair.split_once('=').ok_or_else(|| anyhow!("--set {pair}: write FIELD=VALUE"))?;
            mapping.set.insert(field.trim().to_owned(), value.to_owned());
        }
        Ok(mapping)
    }

    fn named(&self, workspace: &Arc<Workspace>, named: &str) -> anyhow::Result<Mapping> {
        if Path::new(named).is_file() {
            let text = std::fs::read_to_string(named).with_context(|| format!("reading {named}"))?;
            return Mapping::parse(&text).map_err(|why| anyhow!("in {named}: {why}"));
        }
        let kept = workspace.db().read(|tx| saved::find(tx, named))?;
        kept.ok_or_else(|| anyhow!("there is neither a file nor a kept mapping {named}"))
    }

    fn proposed(
        &self,
        workspace: &Arc<Workspace>,
        who: &Principal,
        look: &Reader,
        blob: &blobs::Blob,
    ) -> anyhow::Result<Mapping> {
        let object = self
            .object
            .as_deref()
            .ok_or_else(|| anyhow!("say what the rows are with --object, or give a --mapping"))?;
        let mut reading = Reading::default();
        let likely =
            start::likely_table(workspace, blob, object).map_err(|message| spoken(look, &message))?;
        self.tell_reading(&mut reading, likely.clone());
        if let (None, Some(table)) = (&self.table, &likely) {
            eprintln!("  the table is {table}");
        }
        let examined = start::examine(workspace, blob, &reading).map_err(|message| spoken(look, &message))?;
        let proposal = start::suggest(workspace, who, look, &examined, object, self.new_fields);
        let mut proposal = proposal.map_err(|message| spoken(look, &message))?;
        proposal.mapping.reading = reading;
        if !self.print_mapping {
            for rule in &proposal.mapping.columns {
                match &rule.field {
                    Some(field) => eprintln!("  {} → {field}", rule.name),
                    None => eprintln!("  {} is left out", rule.name),
                }
            }
        }
        for assumption in &proposal.assumptions {
            eprintln!("  {}: {}", assumption.column, look.text_with(&assumption.message));
        }
        Ok(proposal.mapping)
    }

    fn tell_reading(&self, reading: &mut Reading, likely_table: Option<String>) {
        reading.table = self.table.clone().or(likely_table);
        reading.delimiter = self.delimiter.or(reading.delimiter);
        reading.encoding = self.encoding.clone().or(reading.encoding.take());
        reading.sheet = self.sheet.clone().or(reading.sheet.take());
    }

    /// Says what came of it; whether rows were refused.
    fn tell(&self, workspace: &Workspace, import: &Kept, look: &Reader) -> anyhow::Result<bool> {
        let counts = import.checked.as_ref().map_or(import.progress.counts, |summary| summary.counts);
        tell_counts(look, &counts, import.state == State::Checked);
        let refused = counts.bad + counts.unlinked > 0;
        if refused {
            self.tell_problems(workspace, import, look)?;
        }
        match import.state {
            State::Done | State::Checked => Ok(refused),
            State::Cancelled => {
                bail!("cancelled; `rapport import` of the same file by key goes over it again")
            }
            _ => match &import.reason {
                Some(reason) => Err(spoken(look, reason)),
                None => bail!("the import is {}", import.state.as_str()),
            },
        }
    }

    fn tell_problems(&self, workspace: &Workspace, import: &Kept, look: &Reader) -> anyhow::Result<()> {
        let headers = run::open(workspace, import).map(|table| table.shape.headers).unwrap_or_default();
        let bad = workspace.db().read(|tx| run::bad_rows(tx, import.id, 0, SHOWN))?;
        match &import.checked {
            Some(summary) => {
                for kind in summary.kinds.iter().take(SHOWN) {
                    let rows = look.integer(i64::try_from(kind.rows).unwrap_or(i64::MAX));
                    eprintln!(
                        "  {rows} rows, first {}: {}",
                        kind.first_row,
                        run::said(&kind.fault, &headers, &import.mapping.object, look)
                    );
                }
            }
            None => {
                for (_, bad) in &bad {
                    for fault in &bad.faults {
                        eprintln!(
                            "  row {}: {}",
                            bad.number,
                            run::said(fault, &headers, &import.mapping.object, look)
                        );
                    }
                }
            }
        }
        if let Some(path) = &self.report {
            let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
            let mut writer = BufWriter::new(file);
            let rows = run::write_report(workspace.db(), import, &headers, look, &mut writer)?;
            writer.flush()?;
            eprintln!("{rows} rows with their problems are in {}", path.display());
        } else if bad.len() == SHOWN {
            eprintln!("  … --report FILE writes all of them to a file");
        }
        Ok(())
    }
}

/// A user by e-mail address, with their rights.
pub fn user(workspace: &Arc<Workspace>, email: &str) -> anyhow::Result<(Id, Principal)> {
    let system = Principal::system();
    let found = workspace.engine.read(&system, |reader| {
        let users = reader.object("user")?;
        reader.find_by(&users, "email", &[Value::from(email.to_lowercase())])
    })?;
    let Some((_, id)) = found.first() else { bail!("there is no user {email}") };
    let app = workspace.app();
    let authenticator = app.authenticator().ok_or_else(|| anyhow!("nobody can sign in"))?;
    let who = authenticator.principal(workspace, *id)?;
    Ok((*id, who.ok_or_else(|| anyhow!("{email} may not sign in"))?))
}

fn spoken(look: &Reader, message: &Message) -> anyhow::Error {
    anyhow!("{}", look.text_with(message))
}

fn tell_counts(look: &Reader, counts: &Counts, is_check: bool) {
    let number = |count: u64| look.integer(i64::try_from(count).unwrap_or(i64::MAX));
    let verb = if is_check { "would be " } else { "" };
    let mut parts = vec![
        format!("{} rows", number(counts.rows)),
        format!("{} {verb}created", number(counts.created)),
        format!("{} {verb}updated", number(counts.updated)),
        format!("{} unchanged", number(counts.unchanged)),
    ];
    if counts.passed > 0 {
        parts.push(format!("{} passed over", number(counts.passed)));
    }
    if counts.made > 0 {
        parts.push(format!("{} linked records {verb}made", number(counts.made)));
    }
    if counts.unlinked > 0 {
        parts.push(format!("{} links left open", number(counts.unlinked)));
    }
    parts.push(format!("{} refused", number(counts.bad)));
    eprintln!("{}", parts.join(", "));
}

/// Runs the import in this process, unless another one does, and shows its progress until it has ended.
fn carry(workspace: &Arc<Workspace>, import: &Kept, look: &Reader) -> anyhow::Result<Kept> {
    let mut registry = jobs::Registry::default();
    transfer::register_jobs(&mut registry);
    let runner = jobs::Runner::new(
        workspace.db().clone(),
        workspace.engine.clock_handle(),
        Arc::clone(workspace),
        registry,
    );
    let workers = runner.start(2)?;
    let interrupted = Arc::new(AtomicBool::new(false));
    watch_for_interrupt(&interrupted);
    let result = follow(workspace, import, look, &interrupted);
    super::work::stop(vec![workers]);
    result
}

fn follow(
    workspace: &Workspace,
    import: &Kept,
    look: &Reader,
    interrupted: &AtomicBool,
) -> anyhow::Result<Kept> {
    let began = Instant::now();
    let shows = std::io::stderr().is_terminal();
    let mut first = None;
    let mut cancelled = false;
    loop {
        thread::sleep(PAUSE);
        let (kept, entry) = workspace.db().read(|tx| {
            let kept = run::find(tx, import.id)?;
            let entry = match kept.as_ref().and_then(|kept| kept.job) {
                Some(job) => jobs::find(tx, job)?,
                None => None,
            };
            Ok::<_, jobs::Error>((kept, entry))
        })?;
        let kept = kept.ok_or_else(|| anyhow!("the import is gone"))?;
        if !kept.state.is_busy() || entry.as_ref().is_none_or(|entry| entry.state.is_finished()) {
            if shows {
                eprint!("\r\x1b[K");
            }
            return Ok(kept);
        }
        if interrupted.load(Relaxed) && !cancelled {
            cancelled = true;
            let now = workspace.engine.clock().now();
            workspace.db().write(|tx| run::cancel(tx, now, &kept))?;
        }
        let rows = kept.progress.counts.rows;
        let begun = *first.get_or_insert(rows);
        if let (true, Some(entry)) = (shows, entry) {
            let number = |count: u64| look.integer(i64::try_from(count).unwrap_or(i64::MAX));
            let total =
                entry.progress.total.map_or_else(String::new, |total| format!(" of {}", number(total)));
            let speed =
                (rows - begun) * 1000 / u64::try_from(began.elapsed().as_millis()).unwrap_or(1).max(1);
            eprint!("\r\x1b[K{}{total} rows, {} a second", number(rows), number(speed));
        }
    }
}

/// An interrupt cancels the import instead of leaving it to be taken up again.
fn watch_for_interrupt(interrupted: &Arc<AtomicBool>) {
    let interrupted = Arc::clone(interrupted);
    thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(crate::http::told_to_stop());
        interrupted.store(true, Relaxed);
    });
}
