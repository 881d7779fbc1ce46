//! What happens to files when a record is saved with them.

use jiff::SignedDuration;
use kernel::{Actor, Id, Message, Value};
use metadata::Object;
use records::{Behaviour, Error, Reader, Saved, Saving, StoredFile, Writer, file_value, files};

use crate::file_fields;

/// How long a file that was taken out of its record stays, so that undoing brings it back.
const TAKEN_OUT_HOURS: i64 = 30 * 24;

/// On every object: fills in what is known of newly named files, keeps them, and lets go of those taken out.
pub struct Attach;

impl Behaviour for Attach {
    fn object(&self) -> &str {
        <dyn Behaviour>::EVERY
    }

    fn concerns(&self, object: &Object, before: Option<&[Value]>, after: &[Value]) -> bool {
        columns(object).any(|at| before.map_or(!after[at].is_null(), |before| before[at] != after[at]))
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        let (object, record, actor) = (saving.object, saving.id, saving.actor);
        for field in file_fields(object) {
            let at = field.columns.start;
            let (wanted, standing) = saving.column(at);
            let (wanted, standing) = (files(wanted), files(standing));
            let mut kept = Vec::with_capacity(wanted.len());
            for file in wanted {
                let known = match standing.iter().find(|known| known.id == file.id) {
                    Some(known) => Some(known.clone()),
                    None => sent(reader, file.id, record, actor)?,
                };
                match known {
                    Some(known) => kept.push(known),
                    None => saving.refuse(Some(&field.name), Message::new("problem-file-gone")),
                }
            }
            saving.set_column(at, file_value(&kept));
        }
        Ok(())
    }

    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let until = writer.now() + SignedDuration::from_hours(TAKEN_OUT_HOURS);
        for at in columns(&saved.object) {
            let before = saved.before.as_ref().map(|before| files(&before[at])).unwrap_or_default();
            let after = files(&saved.after[at]);
            for file in after.iter().filter(|file| !before.contains(file)) {
                gone_is_fine(blobs::claim(writer.tx(), file.id, &saved.object.name, saved.id))?;
            }
            for file in before.iter().filter(|file| !after.contains(file)) {
                gone_is_fine(blobs::expire(writer.tx(), file.id, until))?;
            }
        }
        Ok(())
    }
}

fn columns(object: &Object) -> impl Iterator<Item = usize> {
    file_fields(object).map(|field| field.columns.start)
}

/// A file that may become one of the record: sent by whoever saves and nobody's yet, or the record's own from before.
/// An id alone opens nothing.
fn sent(
    reader: &mut Reader<'_, '_>,
    file: Id,
    record: Id,
    actor: Actor,
) -> Result<Option<StoredFile>, Error> {
    let now = reader.now();
    let found = blobs::find(reader.tx(), file).map_err(broken)?;
    let blob = found.filter(|blob| match blob.record {
        Some(owner) => owner == record,
        // Past its time it goes at any moment.
        None => {
            blob.purpose == blobs::Purpose::Attachment
                && blob.created_by == actor.user
                && blob.expires_at.is_none_or(|until| until > now)
        }
    });
    Ok(blob.map(|blob| StoredFile {
        id: blob.id,
        name: blob.name,
        size_bytes: blob.size_bytes,
        media_type: blob.media_type,
    }))
}

/// A blob that was swept away meanwhile hinders nobody from changing the record.
fn gone_is_fine(result: Result<(), blobs::Error>) -> Result<(), Error> {
    match result {
        Err(blobs::Error::NotFound) => Ok(()),
        other => other.map_err(broken),
    }
}

fn broken(error: blobs::Error) -> Error {
    match error {
        blobs::Error::Database(error) => Error::Database(error),
        other => Error::invalid_field("file", Message::verbatim(other.to_string())),
    }
}
