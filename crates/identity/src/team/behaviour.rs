//! Teams make a tree.

use kernel::Message;
use records::{Behaviour, Error, Reader, Saving};

use super::TeamTree;

pub struct TeamBehaviour;

impl Behaviour for TeamBehaviour {
    fn object(&self) -> &str {
        "team"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        if !saving.changes("parent") {
            return Ok(());
        }
        if let Some(parent) = saving.get("parent").as_id()
            && TeamTree::load(reader.tx())?.would_be_a_circle(saving.id, parent)
        {
            saving.refuse(Some("parent"), Message::new("identity-team-circle"));
        }
        Ok(())
    }
}
