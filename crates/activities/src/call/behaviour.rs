//! What changes when a call is saved.

use metadata::Outcome;
use records::{Error, Reader, Saving};

use crate::about;

/// Dates a call that was held, and names whom it was with.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "call"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        about::fill_person(saving);
        if saving.outcome("status") == Some(Outcome::Done) && saving.get("started_at").is_null() {
            saving.set("started_at", reader.now());
        }
        Ok(())
    }
}
