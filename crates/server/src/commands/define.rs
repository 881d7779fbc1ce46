//! `rapport define`: objects and fields of a customer's own, from a file.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use metadata::definition::{DefinitionError, parse_object, parse_overlay};
use records::schema::{self, Customs, Losses, SchemaError};

use crate::{config::Config, house::House};

/// Add or change objects and fields, from files as docs/metadata.md explains them
#[derive(Args)]
pub struct Define {
    /// Definitions: an object of your own, or changes to a shipped one (`object = "deal"` on top)
    #[arg(id = "definitions", value_name = "FILES")]
    files: Vec<PathBuf>,
    /// Take these custom objects away again, with their records
    #[arg(long, value_name = "OBJECT")]
    remove: Vec<String>,
    /// Take definitions that cannot keep all contents there are; what goes stays in the history of its record
    #[arg(long)]
    accept_losses: bool,
    /// Print what is defined now, as JSON
    #[arg(long)]
    list: bool,
}

impl Define {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let asks_nothing = self.files.is_empty() && self.remove.is_empty() && !self.list;
        ensure!(
            !asks_nothing,
            "name files with definitions, --remove OBJECT or --list; --help explains them"
        );
        let house = House::open(config)?;
        let workspace = house.only()?;
        if !self.files.is_empty() || !self.remove.is_empty() {
            let mut texts = Vec::new();
            for path in &self.files {
                let text =
                    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
                texts.push((path.display().to_string(), text));
            }
            let losses = if self.accept_losses { Losses::Accept } else { Losses::Refuse };
            let changed = schema::change(&workspace.engine, house.app.shipped(), losses, |customs| {
                for (file, text) in &texts {
                    take(customs, file, text)?;
                }
                self.remove.iter().try_for_each(|name| remove(customs, name))
            });
            if let Err(SchemaError::Losses(_)) = &changed {
                changed.context(
                    "nothing was changed; --accept-losses leaves them to the history of their records",
                )?;
            } else {
                changed?;
            }
            println!(
                "{} taken",
                super::counted(texts.len() + self.remove.len(), "definition", "definitions")
            );
        }
        if self.list {
            let customs = schema::customs(&workspace.engine)?;
            let shown = serde_json::json!({ "objects": customs.objects, "overlays": customs.overlays });
            println!("{}", serde_json::to_string_pretty(&shown)?);
        }
        Ok(())
    }
}

/// A file that names an `object` changes that one; any other is an object of its own.
fn take(customs: &mut Customs, file: &str, text: &str) -> Result<(), DefinitionError> {
    let changes_one =
        text.lines().map(str::trim).any(|line| line.starts_with("object =") || line.starts_with("object="));
    if changes_one {
        let overlay = parse_overlay(file, text)?;
        customs.overlays.retain(|known| known.object != overlay.object);
        customs.overlays.push(overlay);
    } else {
        let object = parse_object(file, text)?;
        customs.objects.retain(|known| known.name != object.name);
        customs.objects.push(object);
    }
    Ok(())
}

/// Takes an object of one's own away.
fn remove(customs: &mut Customs, name: &str) -> Result<(), DefinitionError> {
    let at = customs.objects.iter().position(|object| object.name == name);
    let at =
        at.ok_or_else(|| DefinitionError::new("--remove", format!("there is no custom object `{name}`")))?;
    customs.objects.remove(at);
    Ok(())
}
