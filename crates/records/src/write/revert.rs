//! Undoing what belongs together: an import, a bulk change.

use kernel::Id;

use super::Writer;
use crate::{
    Draft, Error,
    change_log::{Change, Happening},
    plain,
};

/// What a revert did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reverted {
    /// New records put into the trash.
    pub deleted: usize,
    /// Records given their earlier content again.
    pub updated: usize,
    /// Records taken out of the trash.
    pub restored: usize,
    /// Records that somebody has changed since, or that may not be changed: left as they are.
    pub kept: usize,
}

impl Writer<'_, '_> {
    /// Takes back what `cause` did, newest first, where nobody has changed the same columns since.
    ///
    /// # Errors
    /// Only when something is broken: what cannot be taken back is counted.
    pub fn revert(&mut self, cause: Id) -> Result<Reverted, Error> {
        let mut reverted = Reverted::default();
        for change in self.changes_of(cause)?.into_iter().rev() {
            match self.revert_one(&change) {
                Ok(()) => match change.happening {
                    Happening::Create => reverted.deleted += 1,
                    Happening::Delete => reverted.restored += 1,
                    _ => reverted.updated += 1,
                },
                Err(Error::Database(error)) => return Err(error.into()),
                Err(_) => reverted.kept += 1,
            }
        }
        Ok(reverted)
    }

    fn revert_one(&mut self, change: &Change) -> Result<(), Error> {
        let object = self.object(&change.object)?;
        let now = self.load(&object, change.record)?;
        match change.happening {
            Happening::Create if now.version() == change.version => self.delete(&object, change.record),
            Happening::Delete => self.restore(&object, change.record),
            Happening::Update => {
                let mut draft = Draft::change(&object, change.record);
                for field in &change.fields {
                    let column = object.columns.iter().position(|column| column.name == field.column);
                    let Some(column) = column else { continue };
                    let writable = object.columns[column]
                        .field
                        .is_some_and(|position| object.fields[position].is_writable());
                    let of = object.columns[column].column;
                    let (Some(before), Some(after)) =
                        (plain::from_json(&field.before, of), plain::from_json(&field.after, of))
                    else {
                        continue;
                    };
                    if !writable {
                        continue;
                    }
                    if now.values[column] != after {
                        return Err(Error::NotFound);
                    }
                    draft.put_column(column, before);
                }
                self.save(draft).map(|_| ())
            }
            _ => Err(Error::NotFound),
        }
    }
}
