//! What changes when a meeting is saved.

use records::{Error, Reader, Saving};

/// Keeps the length of a meeting whose beginning is moved, and its reminder as long before it.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "meeting"
    }

    fn before_save(&self, saving: &mut Saving<'_>, _: &mut Reader<'_, '_>) -> Result<(), Error> {
        let (old, new) = (saving.old("starts_at").as_instant(), saving.get("starts_at").as_instant());
        let (Some(old), Some(new)) = (old, new) else { return Ok(()) };
        if old == new {
            return Ok(());
        }
        for field in ["ends_at", "reminder_at"] {
            let Some(at) = saving.get(field).as_instant().filter(|_| !saving.changes(field)) else {
                continue;
            };
            if let Ok(moved) = at.checked_add(new.duration_since(old)) {
                saving.set(field, moved);
            }
        }
        Ok(())
    }
}
