//! Dependencies: each is used, each has its reason, and no lock file names where packages come from.

use anyhow::Context;

use super::{Found, House};

const REASONS: &str = "docs/dependencies.md";

pub fn check(house: &House, found: &mut Found) -> anyhow::Result<()> {
    let text = house.file("Cargo.toml").context("no Cargo.toml")?;
    let manifest: toml::Table = text.parse()?;
    let wanted = manifest["workspace"]["dependencies"].as_table().context("no [workspace.dependencies]")?;
    let reasons = house.file(REASONS).unwrap_or_default();
    let explained: Vec<&str> = first_cells(reasons).flat_map(|cell| cell.split(',')).map(str::trim).collect();
    let used: Vec<&str> = used(house).collect();
    for (name, entry) in wanted {
        if entry.get("path").is_some() {
            continue;
        }
        if !used.contains(&name.as_str()) {
            found.push(format!("Cargo.toml: no crate uses {name}"));
        }
        if !explained.contains(&name.as_str()) {
            found.push(format!("{REASONS}: why {name}?"));
        }
    }
    for (path, text) in house.ending("package-lock.json") {
        if text.contains("\"resolved\"") {
            found.push(format!(
                "{path}: names a registry; make it with `npm install --omit-lockfile-registry-resolved`"
            ));
        }
    }
    for source in
        house.file("Cargo.lock").unwrap_or_default().lines().filter(|line| line.starts_with("source = "))
    {
        if source != "source = \"registry+https://github.com/rust-lang/crates.io-index\"" {
            found.push(format!("Cargo.lock: {source}"));
        }
    }
    Ok(())
}

fn used(house: &House) -> impl Iterator<Item = &str> {
    let packages = house.metadata["packages"].as_array().into_iter().flatten();
    let all = packages.flat_map(|package| package["dependencies"].as_array().into_iter().flatten());
    all.filter_map(|dependency| dependency["name"].as_str())
}

/// The first cells of the rows of tables.
fn first_cells(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next())
}
