//! `rapport import`: a file becomes records.

mod follow;
mod mapping;
mod told;

use std::{
    fs::{File, OpenOptions},
    io::{Seek, Write},
    path::PathBuf,
    process,
    sync::Arc,
};

use anyhow::{Context, anyhow, bail, ensure};
use app::Workspace;
use clap::Args;
use i18n::Reader;
use kernel::{Id, text::is_blank};
use records::Principal;
use transfer::{
    mapping::{Mode, saved},
    run::{self, Import as Kept},
    start,
};

use self::{follow::carry, told::spoken};
use super::rights::user;
use crate::{config::Config, house::House};

/// What the connections keep of the database: the one that writes comes back to the pages of all indexes again and
/// again, the one that looks up rows hardly.
const WRITER_CACHE_KB: u32 = 152 << 10;
const READER_CACHE_KB: u32 = 16 << 10;
/// What is said when some rows were not imported.
const SOME_REFUSED: i32 = 2;

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
    /// What a link leads to that may lead to several kinds of record, such as parent=company; with several, such as
    /// parent=company,person, whichever has the name
    #[arg(long, value_name = "FIELD=OBJECT,…")]
    link_to: Vec<String>,
    /// The column that says in each row what kind of record a link leads to, such as "parent=Parent type"
    #[arg(long, value_name = "FIELD=COLUMN")]
    link_kind: Vec<String>,
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
    #[arg(long, value_name = "NAME", value_parser = name)]
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

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if is_blank(name) { Err("give it a name".to_owned()) } else { Ok(name.to_owned()) }
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
        house.follow_definitions();
        let workspace = house.only()?;
        let now = workspace.engine.clock().now();
        let look = workspace.texts.reader(&workspace.config.locale, workspace.config.zone.clone(), now);
        self.begin_report()?;
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

    /// Whether the report can be written is told now, not when everything is in.
    fn begin_report(&self) -> anyhow::Result<()> {
        let Some(report) = &self.report else { return Ok(()) };
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(report)
            .with_context(|| format!("writing {}", report.display()))?;
        let is_the_file = self.file.as_ref().is_some_and(|file| {
            file.canonicalize().is_ok_and(|file| report.canonicalize().is_ok_and(|report| report == file))
        });
        ensure!(
            !is_the_file,
            "{} is the file that is imported: write the report to another",
            report.display()
        );
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
}
