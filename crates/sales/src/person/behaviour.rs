//! What changes when a person is saved.

use metadata::Object;
use records::{Draft, Error, Saved, Writer};

/// Keeps the name that deals know their contacts by.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "person"
    }

    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let renamed =
            saved.before.as_ref().is_some_and(|before| before[Object::TITLE] != saved.after[Object::TITLE]);
        if !renamed {
            return Ok(());
        }
        let contacts = writer.object("deal_contact")?;
        let found = writer.find_by(&contacts, "person", &[saved.id.into()])?;
        let drafts = found
            .into_iter()
            .map(|(_, id)| Draft::change(&contacts, id).with("name", saved.after[Object::TITLE].clone()))
            .collect();
        writer.save_all(drafts)?;
        Ok(())
    }
}
