//! Files that rows name, out of the archive and into their records.
//!
//! [`Porter::bring`] writes what a row names to the place of files, beside the saving; a file becomes known to the database,
//! and the record's, in the transaction that saves the row. Of an import that dies in between, files that nobody knows
//! stay behind, and are swept up.
//!
//! A file that its record has already, by name and content, is not taken again. One of the same name with another
//! content takes its place; all others stay.

use std::sync::Arc;

use blobs::{Blobs, Description, Purpose, Staged};
use jiff::SignedDuration;
use kernel::{Id, Message, limits};
use metadata::{Kind, Object};
use records::{Draft, Error, StoredFile, Writer, file_value, files};

use super::rows::Wish;
use crate::{
    archive::{Archive, Entry, UNPACKED_BYTES},
    cell::entries,
    mapping::Plan,
    table::{self, Fault, Table},
};

/// How long a file waits for the record that it is brought for, which is saved in the same transaction.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What a row says about its files.
#[derive(Clone, Debug)]
pub struct FileName {
    /// The column, if it is one's.
    pub at: Option<usize>,
    /// Position of the field of files.
    pub field: usize,
    /// One name, or several.
    pub text: String,
}

/// A file of a row.
#[derive(Clone, Debug)]
pub struct Brought {
    pub at: Option<usize>,
    pub field: usize,
    /// Without folders.
    pub name: String,
    pub size_bytes: u64,
    /// Its content; a check brings none.
    content: Option<Arc<Staged>>,
}

/// Whether what rows name is only looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haul {
    Content,
    Nothing,
}

/// Brings files out of an archive.
pub struct Porter<'a> {
    archive: Option<(&'a Archive, &'a str)>,
    blobs: &'a Blobs,
    plan: &'a Plan,
    haul: Haul,
    left: u64,
}

impl<'a> Porter<'a> {
    pub fn new(table: &'a Table, blobs: &'a Blobs, plan: &'a Plan, haul: Haul) -> Porter<'a> {
        let archive = table.archive().map(|(archive, folder)| (&**archive, folder));
        Porter { archive, blobs, plan, haul, left: UNPACKED_BYTES }
    }

    /// Brings what a row names; what cannot be brought is a fault of the row. Gives the bytes that it took.
    ///
    /// # Errors
    /// When files cannot be read or written any more.
    pub fn bring(&mut self, wish: &mut Wish) -> Result<u64, table::Error> {
        let mut bytes = 0;
        let haul = if wish.faults.is_empty() { self.haul } else { Haul::Nothing };
        for named in std::mem::take(&mut wish.names) {
            let Some((archive, folder)) = self.archive else { continue };
            let found = match looked_up(archive, folder, &named.text) {
                Ok(found) => found,
                Err(message) => {
                    wish.faults.push(Fault::new(named.at, message));
                    continue;
                }
            };
            if let Some(message) = too_many(self.plan, named.field, found.len()) {
                wish.faults.push(Fault::new(named.at, message));
                continue;
            }
            for entry in found {
                match self.take(archive, entry, haul) {
                    Ok(content) => {
                        bytes += entry.size;
                        let (at, field, name) = (named.at, named.field, blobs::sanitise(entry.name()));
                        wish.files.push(Brought { at, field, name, size_bytes: entry.size, content });
                    }
                    Err(table::Error::File(message)) => wish.faults.push(Fault::new(named.at, message)),
                    Err(disk) => return Err(disk),
                }
            }
        }
        Ok(bytes)
    }

    fn take(
        &mut self,
        archive: &Archive,
        entry: &Entry,
        haul: Haul,
    ) -> Result<Option<Arc<Staged>>, table::Error> {
        let most = limits::ATTACHMENT_BYTES as u64;
        let refuse =
            |id: &'static str| table::Error::File(Message::new(id).with("name", entry.path.as_str()));
        entry.can_be_read().map_err(table::Error::File)?;
        if entry.size == 0 {
            return Err(refuse("import-problem-archive-empty"));
        }
        if entry.size > most {
            return Err(table::Error::File(
                Message::new("import-problem-archive-large")
                    .with("name", entry.path.as_str())
                    .with("max", limits::ATTACHMENT_BYTES / 1_000_000),
            ));
        }
        // The same entry may be named by any number of rows.
        self.left =
            self.left.checked_sub(entry.size).ok_or_else(|| refuse("import-problem-archive-total"))?;
        if haul == Haul::Nothing {
            return Ok(None);
        }
        let mut content = archive.read(entry)?;
        match self.blobs.stage(&mut content, most) {
            Ok(staged) => Ok(Some(Arc::new(staged))),
            Err(blobs::Error::Disk(error)) => match table::Error::from(error) {
                table::Error::File(_) => Err(refuse("import-problem-archive-damaged")),
                disk => Err(disk),
            },
            Err(error) => Err(table::Error::Disk(error.to_string())),
        }
    }
}

/// The files that a text names: one whose name it is, or several, apart as the contents of any cell.
fn looked_up<'a>(archive: &'a Archive, folder: &str, text: &str) -> Result<Vec<&'a Entry>, Message> {
    if let Ok(entry) = archive.find(text, folder) {
        return Ok(vec![entry]);
    }
    entries(text).iter().map(|name| archive.find(name, folder)).collect()
}

fn too_many(plan: &Plan, field: usize, count: usize) -> Option<Message> {
    let Kind::File { max } = plan.object.fields[field].kind else { return None };
    (count > max).then(|| Message::new("problem-too-many-files").with("max", max))
}

/// Names a row's files in its draft, beside those that the record has; tells whether that changes it.
///
/// # Errors
/// When the database fails.
pub fn attach(
    writer: &mut Writer<'_, '_>,
    plan: &Plan,
    wish: &Wish,
    record: Option<Id>,
    draft: &mut Draft,
) -> Result<Result<bool, Fault>, Error> {
    let mut changes = false;
    let object = &plan.object;
    for at in 0..object.fields.len() {
        let brought: Vec<&Brought> = wish.files.iter().filter(|file| file.field == at).collect();
        let Some(first) = brought.first() else { continue };
        let Kind::File { max } = object.fields[at].kind else { continue };
        let mut held = match record {
            Some(id) => standing(writer, object, id, at)?,
            None => Vec::new(),
        };
        let mut is_new = false;
        for file in &brought {
            if has(writer, &held, file)? {
                continue;
            }
            is_new = true;
            let stored = keep(writer, file)?;
            match held.iter_mut().find(|known| known.name == file.name || max == 1) {
                Some(known) => *known = stored,
                None => held.push(stored),
            }
        }
        if held.len() > max {
            let message = Message::new("problem-too-many-files").with("max", max);
            return Ok(Err(Fault::new(first.at, message)));
        }
        if is_new {
            draft.put_column(object.fields[at].columns.start, file_value(&held));
        }
        changes |= is_new;
    }
    Ok(Ok(changes))
}

/// What stands in a field of files; nothing where it may not be seen, which saving then tells.
fn standing(
    writer: &mut Writer<'_, '_>,
    object: &Arc<Object>,
    id: Id,
    at: usize,
) -> Result<Vec<StoredFile>, Error> {
    match writer.load(object, id) {
        Ok(record) => Ok(files(record.get(&object.fields[at].name))),
        Err(Error::Database(error)) => Err(Error::Database(error)),
        Err(_) => Ok(Vec::new()),
    }
}

/// Whether the record has a file of that name and content. A check, which unpacks nothing, goes by its size.
fn has(writer: &mut Writer<'_, '_>, held: &[StoredFile], file: &Brought) -> Result<bool, Error> {
    for known in held.iter().filter(|known| known.name == file.name && known.size_bytes == file.size_bytes) {
        let Some(content) = &file.content else { return Ok(true) };
        let blob = blobs::find(writer.tx(), known.id).map_err(broken)?;
        if blob.is_some_and(|blob| blob.sha256 == content.sha256()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Has the database know a file. What a check does is undone, so that it gets by without the content.
fn keep(writer: &mut Writer<'_, '_>, file: &Brought) -> Result<StoredFile, Error> {
    let now = writer.now();
    let description = Description {
        name: &file.name,
        purpose: Purpose::Attachment,
        created_by: writer.who().me(),
        expires_at: Some(now + KEPT),
    };
    let blob = match &file.content {
        Some(content) => content.keep(writer.tx(), now, &description),
        None => blobs::presume(writer.tx(), now, &description, file.size_bytes),
    };
    let blob = blob.map_err(broken)?;
    let (id, name, media_type) = (blob.id, blob.name, blob.media_type);
    Ok(StoredFile { id, name, size_bytes: blob.size_bytes, media_type })
}

fn broken(error: blobs::Error) -> Error {
    match error {
        blobs::Error::Database(error) => Error::Database(error),
        other => Error::Database(db::Error::Other(other.to_string())),
    }
}
