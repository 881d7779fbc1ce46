//! The habits that can be checked by reading files. Each check adds what it finds; nothing stops at the first.

mod addresses;
mod dependencies;
mod files;
mod map;
mod texts;
mod tiers;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::bail;

use crate::run::{cargo, output};

/// What was found, a sentence each that begins with its place.
type Found = Vec<String>;

/// The checkout, read once.
struct House {
    root: PathBuf,
    /// `cargo metadata` of our own crates.
    metadata: serde_json::Value,
    /// Text files that are ours: path from the top, and content.
    files: Vec<(String, String)>,
}

/// Runs all checks and prints what they find.
///
/// # Errors
/// When anything was found.
pub fn run() -> anyhow::Result<()> {
    let house = House::read()?;
    let mut found = Found::new();
    tiers::check(&house, &mut found);
    files::check(&house, &mut found);
    texts::check(&house, &mut found);
    addresses::check(&house, &mut found);
    dependencies::check(&house, &mut found)?;
    map::check(&house, &mut found);
    found.sort();
    found.dedup();
    found.iter().for_each(|sentence| println!("{sentence}"));
    if found.is_empty() {
        println!("tidy: {} files, nothing found", house.files.len());
        return Ok(());
    }
    bail!("tidy: {} findings", found.len())
}

impl House {
    fn read() -> anyhow::Result<House> {
        let root = crate::root();
        let text = output(&mut cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked"]))?;
        let mut files = Vec::new();
        collect(&root, &root, &mut files)?;
        files.sort();
        Ok(House { root, metadata: serde_json::from_str(&text)?, files })
    }

    /// Files whose path ends so.
    fn ending<'h>(&'h self, ending: &'h str) -> impl Iterator<Item = (&'h str, &'h str)> {
        let all = self.files.iter().filter(move |(path, _)| path.ends_with(ending));
        all.map(|(path, text)| (path.as_str(), text.as_str()))
    }

    fn file(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str())
    }
}

const ENDINGS: [&str; 12] =
    ["rs", "toml", "ftl", "md", "ts", "mjs", "css", "json", "lock", "sql", "html", "txt"];
const NOT_OURS: [&str; 5] = ["target", "node_modules", ".git", "data", "corpus"];

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(root, &path, files)?;
            }
        } else if ENDINGS.iter().any(|ending| name.rsplit_once('.').is_some_and(|(_, own)| own == *ending)) {
            // A file may vanish while we read, and a binary one is none of ours.
            if let Ok(text) = fs::read_to_string(&path) {
                files.push((path.strip_prefix(root)?.to_string_lossy().into_owned(), text));
            }
        }
    }
    Ok(())
}
