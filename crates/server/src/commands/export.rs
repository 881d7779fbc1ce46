//! `rapport export`: records become a file.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use records::{Principal, Sort};
use transfer::export::{Error, Export as Run, For, Format, Written, query};

use crate::{commands::counted, config::Config, house::House};

/// Write records to a CSV, XLSX or JSON Lines file.
#[derive(Args)]
pub struct Export {
    /// Which records, such as person or people
    object: String,
    /// Only those for which this is true, such as 'stage.outcome = "won"'
    #[arg(long, default_value = "")]
    filter: String,
    /// The fields, in their order; all without
    #[arg(long, value_delimiter = ',')]
    fields: Vec<String>,
    /// The fields to sort by; -amount for the largest first
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    sort: Vec<String>,
    /// csv, jsonl or xlsx; told from the file's name without
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// Where to write; standard output without
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Act with the rights of this user (e-mail); as the program itself without
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
}

fn format(text: &str) -> Result<Format, String> {
    Format::parse(text).ok_or_else(|| "csv, jsonl or xlsx".to_owned())
}

impl Export {
    /// # Errors
    /// When there are no such records, or the file cannot be written.
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        let workspace = house.only()?;
        let who = match &self.user {
            Some(email) => super::rights::user(workspace, email)?.1,
            None => Principal::system(),
        };
        let registry = workspace.engine.registry();
        let object = registry.object(&self.object).or_else(|| registry.by_plural(&self.object));
        let object = object.ok_or_else(|| anyhow!("there are no records called {}", self.object))?;
        let now = workspace.engine.clock().now();
        let look = workspace.texts.reader(&workspace.config.locale, workspace.config.zone.clone(), now);
        let format = self.told()?;
        let query = query::filtered(&registry, object, self.filter.trim());
        let query = query.map_err(|message| anyhow!("--filter: {}", look.text_with(&message)))?;
        let sort = self.sort.iter().map(|text| Sort::parse(text)).collect();
        let fields = self.fields(object)?;
        let export = Run::new(&workspace.engine, &who, &look, query.sort(sort), fields, For::Programs);
        // Before a file is begun, or what was there is gone.
        export.check().map_err(|error| super::in_words(workspace, error))?;
        let written = match &self.output {
            Some(path) => {
                let mut file = BufWriter::new(create(path)?);
                let written = export.write(format, &mut file);
                file.flush().and_then(|()| file.get_ref().sync_all()).map_err(Error::from).and(written)
            }
            None => {
                let mut out = BufWriter::new(io::stdout());
                let written = export.write(format, &mut out);
                out.flush().map_err(Error::from).and(written)
            }
        };
        let written = match written {
            Ok(written) => written,
            // Whoever reads has read enough.
            Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(Error::Records(error)) => return Err(super::in_words(workspace, error)),
            Err(error) => return Err(error.into()),
        };
        tell(&written);
        Ok(())
    }

    fn fields(&self, object: &metadata::Object) -> anyhow::Result<Vec<usize>> {
        if self.fields.is_empty() {
            return Ok(query::all(object));
        }
        let position = |name: &String| match object.position(name.trim()) {
            Some(position) => Ok(position),
            None => bail!("{} has no field {name}", object.name),
        };
        self.fields.iter().map(position).collect()
    }

    /// The format that was asked for, or that the file's name tells.
    fn told(&self) -> anyhow::Result<Format> {
        let ending = self.output.as_ref().and_then(|path| path.extension()?.to_str());
        match (self.format, ending) {
            (Some(format), _) => Ok(format),
            (None, None | Some("txt")) => Ok(Format::Csv),
            (None, Some(ending)) => Format::parse(&ending.to_lowercase()).with_context(|| {
                format!("nothing is written as .{ending}: say csv, jsonl or xlsx with --format")
            }),
        }
    }
}

fn tell(written: &Written) {
    eprintln!("{}", counted(written.records, "record", "records"));
    if written.cut > 0 {
        eprintln!(
            "{} cut, since a cell of a workbook holds 32,767 characters: its last sheet names them; CSV and JSON Lines \
             have all of them",
            counted(written.cut, "text is", "texts are")
        );
    }
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("writing {}", path.display()))
}
