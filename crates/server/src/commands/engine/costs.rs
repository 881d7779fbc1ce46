//! The sample company's ledger.

use std::{fs, path};

use anyhow::{Context, bail};
use app::Workspace;
use kernel::Timestamp;
use warehouse::{
    doors,
    source::{Origin, Source},
};

/// Has what the campaigns cost stand beside the records, as outside data: a file from the ledger.
///
/// # Errors
/// When the file cannot be written or read.
pub fn tell_costs(workspace: &Workspace, now: Timestamp) -> anyhow::Result<()> {
    let folder = &workspace.config.analytics.folder;
    fs::create_dir_all(folder)?;
    let path = path::absolute(folder)?.join("campaign-costs.csv");
    fs::write(&path, sample::plan::costs(now))?;
    let file = path.to_str().context("the sample's folder is no name in UTF-8")?.to_owned();
    let source = Source {
        name: "campaign_costs".to_owned(),
        from: Origin::Csv { file },
        key: vec!["campaign".to_owned()],
        every: None,
        roles: vec!["Sales manager".to_owned(), "Analyst".to_owned()],
        zone: None,
    };
    let warehouse = doors::of(workspace)?;
    warehouse.add_source(&source)?;
    match warehouse.refresh_source(&source.name)?.error {
        Some(error) => bail!("{}: {error}", path.display()),
        None => Ok(()),
    }
}
