//! Beginning an import: the file comes in, is looked at, and gets a first mapping.

use std::io::Read;

use app::Workspace;
use blobs::{Blob, Description, Purpose};
use i18n::Reader;
use kernel::{Id, Message, limits};
use records::Principal;

use crate::{
    mapping::{Profile, Proposal, propose, propose_values},
    table::{self, Reading, Source, Table},
};

/// How long a file is kept after it came: as long as somebody may want its report or import it again.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(90 * 24);

/// A file that was looked at.
pub struct Examined {
    pub table: Table,
    pub profile: Profile,
}

/// Takes a file in and keeps it for imports.
///
/// # Errors
/// When it is too large, or cannot be kept.
pub fn take_in(
    workspace: &Workspace,
    content: &mut dyn Read,
    name: &str,
    owner: Option<Id>,
) -> Result<Blob, Message> {
    let most = limits::UPLOAD_BYTES as u64;
    let staged = workspace.blobs.stage(content, most).map_err(|error| refused(&error))?;
    keep(workspace, &staged, name, owner)
}

/// Keeps a file whose content is there.
///
/// # Errors
/// When the database refuses.
pub fn keep(
    workspace: &Workspace,
    staged: &blobs::Staged,
    name: &str,
    owner: Option<Id>,
) -> Result<Blob, Message> {
    let now = workspace.engine.clock().now();
    let expires_at = now.checked_add(KEPT).ok();
    let description = Description { name, purpose: Purpose::Import, created_by: owner, expires_at };
    workspace.db().write(|tx| staged.keep(tx, now, &description)).map_err(|error| refused(&error))
}

/// Says why a file was not kept.
pub fn refused(error: &blobs::Error) -> Message {
    match error {
        blobs::Error::TooLarge(most) => {
            Message::new("import-problem-too-large").with("max", i64::try_from(most >> 20).unwrap_or(0))
        }
        blobs::Error::DiskFull => Message::new("import-problem-disk-full"),
        other => Message::new("import-problem-broken").with("why", other.to_string()),
    }
}

/// Which table of an archive holds records of an object, where it has several: the one that is called so.
///
/// # Errors
/// When the archive cannot be read.
pub fn likely_table(workspace: &Workspace, blob: &Blob, object: &str) -> Result<Option<String>, Message> {
    let tables = tables(workspace, blob)?;
    let registry = workspace.engine.registry();
    let plural = registry.object(object).map_or("", |object| object.plural.as_str());
    let is_called = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or("");
        [object, plural].iter().any(|called| crate::cell::loose(called) == crate::cell::loose(name))
    };
    let likely = tables.iter().find(is_called).filter(|_| tables.len() > 1);
    Ok(likely.cloned())
}

/// The tables of an archive; none of any other file.
///
/// # Errors
/// When the archive cannot be read.
pub fn tables(workspace: &Workspace, blob: &Blob) -> Result<Vec<String>, Message> {
    Source::Blob(workspace.blobs.clone(), Box::new(blob.clone())).tables().map_err(said)
}

/// Finds out what a file is and what stands in its columns.
///
/// # Errors
/// When it cannot be read as a table.
pub fn examine(workspace: &Workspace, blob: &Blob, reading: &Reading) -> Result<Examined, Message> {
    let source = Source::Blob(workspace.blobs.clone(), Box::new(blob.clone()));
    let table = Table::open(source, reading).map_err(said)?;
    let profile = Profile::of(&table).map_err(said)?;
    Ok(Examined { table, profile })
}

/// As [`examine`], by the first rows: enough for a page.
///
/// # Errors
/// As [`examine`].
pub fn glance(workspace: &Workspace, blob: &Blob, reading: &Reading) -> Result<Examined, Message> {
    let source = Source::Blob(workspace.blobs.clone(), Box::new(blob.clone()));
    let table = Table::open(source, reading).map_err(said)?;
    let profile = Profile::of_first(&table, 20_000).map_err(said)?;
    Ok(Examined { table, profile })
}

/// A first mapping for a file and an object.
///
/// # Errors
/// When there is no such object.
pub fn suggest(
    workspace: &Workspace,
    who: &Principal,
    look: &Reader,
    examined: &Examined,
    object: &str,
    new_fields: bool,
) -> Result<Proposal, Message> {
    let registry = workspace.engine.registry();
    let object =
        registry.object(object).ok_or_else(|| Message::new("import-problem-object").with("name", object))?;
    let administrator = who.access.administrator;
    let mut proposal = propose(&examined.profile, &registry, object, look, administrator, new_fields);
    let looked =
        workspace.engine.read(who, |reader| propose_values(&mut proposal, &examined.profile, object, reader));
    if let Err(error) = looked {
        tracing::warn!(%error, "names in a file could not be compared with records");
    }
    Ok(proposal)
}

/// What is said about a file that cannot be read.
pub fn said(error: table::Error) -> Message {
    match error {
        table::Error::File(message) => message,
        table::Error::Disk(why) => Message::new("import-problem-broken").with("why", why),
    }
}
