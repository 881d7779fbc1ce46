//! Who saved a record when and how, in the record itself.

use kernel::Value;
use metadata::Object;

use super::Work;
use crate::Reader;

/// The columns in which a record tells who made it and who changed it last.
pub(super) struct Stamps {
    created: [usize; 3],
    updated: [usize; 3],
}

impl Stamps {
    pub fn of(object: &Object) -> Stamps {
        Stamps {
            created: ["created_at", "created_by", "created_via"].map(|name| object.column_of(name)),
            updated: ["updated_at", "updated_by", "updated_via"].map(|name| object.column_of(name)),
        }
    }

    /// Whether every save may change the column.
    pub fn moves(&self, column: usize) -> bool {
        column == Object::VERSION || self.updated.contains(&column)
    }

    /// Whether the log says by itself what the column says.
    pub fn covers(&self, column: usize) -> bool {
        self.moves(column) || self.created.contains(&column)
    }

    /// Puts the version, and who saves when and how.
    pub fn put(&self, work: &mut Work, reader: &Reader<'_, '_>) {
        let actor = reader.who.actor;
        let stamps = [self.updated, self.created];
        let is_new = work.before.is_none();
        for [moment, person, way] in stamps.into_iter().take(if is_new { 2 } else { 1 }) {
            // Data brought along from elsewhere keeps its dates: Rapport itself may set them.
            let given = work.given.has(moment);
            if !given {
                work.after[moment] = reader.now.into();
            }
            if !(given && work.given.has(person)) {
                work.after[person] = actor.user.into();
            }
            if !matches!(&work.after[way], Value::Text(known) if known == actor.channel.as_str()) {
                work.after[way] = actor.channel.as_str().into();
            }
        }
        let version = work.before.as_ref().and_then(|before| before[Object::VERSION].as_int()).unwrap_or(0);
        work.after[Object::VERSION] = (version + 1).into();
    }
}
