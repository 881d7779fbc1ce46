//! What changes when a note is saved.

use records::{Error, Reader, Saving};

use super::first_line::first_line;

/// Calls a note by its first line, unless another subject was typed.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "note"
    }

    fn before_save(&self, saving: &mut Saving<'_>, _: &mut Reader<'_, '_>) -> Result<(), Error> {
        let was_first_line = saving.old("body").as_text().is_some_and(|body| {
            saving.old("subject").as_text().is_some_and(|subject| subject == first_line(body))
        });
        let typed_now = saving.changes("subject") && !saving.text("subject").is_empty();
        if typed_now || !saving.text("subject").is_empty() && !was_first_line {
            return Ok(());
        }
        let line = first_line(saving.text("body"));
        // A note that is only a picture still has to be called something.
        let line = if line.is_empty() && !saving.text("body").is_empty() { "…".to_owned() } else { line };
        saving.set("subject", line);
        Ok(())
    }
}
