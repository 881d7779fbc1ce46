//! `rapport demo --fresh`: throws away the company that `demo` made, and nothing else.
//!
//! A database is the sample company's as long as nobody can sign in but the people whom `demo` makes; their addresses
//! are under `.example`, which is nobody's (RFC 2606). Tables and files that Rapport did not make stay.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use kernel::Clock;

use super::demo::{self, Note};
use crate::{
    config::Config,
    house::{House, remove_database, shown},
};

/// Throws the company away, as far as there is one.
///
/// # Errors
/// When the database or a folder has something else than the sample company: nothing is touched then.
pub fn throw_away(config: &Config, folder: &Path, note: &Note) -> anyhow::Result<()> {
    let [(_, workspace)] = config.workspaces.as_slice() else {
        bail!("--fresh makes one company anew, but {} workspaces are configured", config.workspaces.len());
    };
    let file = workspace.database.url.strip_prefix("sqlite:").map(PathBuf::from);
    if file.as_ref().is_some_and(|file| !file.exists()) {
        return Ok(());
    }
    let house = House::open_at(config, &Arc::new(Clock::System))?;
    let opened = house.only()?;
    let users = identity::cli::list_users(opened)?;
    let name = shown(&workspace.database.url);
    if let Some(other) = users.iter().find(|user| !demo::is_of_the_company(&user.email)) {
        bail!(
            "{name} is not the sample company alone: {} can sign in there. --fresh throws away what `rapport demo` \
             has made, and nothing else: name another database, or empty this one yourself",
            other.email
        );
    }
    if users.is_empty() && !note.is_about(config) {
        return Ok(());
    }
    let places = [&workspace.files, &workspace.analytics.folder];
    if let Some(place) = places.iter().find(|place| !place.starts_with(folder)) {
        bail!(
            "{} lies outside of {}, the folder of the sample company: --fresh leaves it alone, so empty it yourself, \
             or leave it out",
            place.display(),
            folder.display()
        );
    }
    house.take_away().with_context(|| format!("throwing away the sample company in {name}"))?;
    places.into_iter().try_for_each(|place| remove_folder(place))?;
    println!("Threw away the sample company in {name}");
    Ok(())
}

/// Removes what the making of a company that was interrupted has left in its folder: nobody has been in it.
///
/// # Errors
/// When something cannot be removed.
pub fn sweep(folder: &Path) -> anyhow::Result<()> {
    remove_database(&folder.join(demo::DATABASE))?;
    remove_folder(&folder.join(demo::FILES))?;
    remove_folder(&folder.join("warehouse"))
}

fn remove_folder(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}
