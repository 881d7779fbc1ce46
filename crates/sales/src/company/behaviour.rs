//! What changes when a company is saved.

use kernel::{Id, Message};
use records::{Error, Reader, Saving};

use super::domain;

/// Companies above one another at most; a chain beyond this is a circle.
const LEVELS: usize = 50;

/// Keeps `domain` beside `website`, and parents in a tree.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "company"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        if saving.changes("website") {
            let domain = domain::of_website(saving.text("website"));
            saving.set("domain", domain);
        }
        if !saving.is_new()
            && saving.changes("parent")
            && let Some(parent) = saving.get("parent").as_id()
            && parent != saving.id
            && leads_to(reader, parent, saving.id)?
        {
            saving.refuse(Some("parent"), Message::new("company-problem-parent-circle"));
        }
        Ok(())
    }
}

/// Whether the chain of parents from `from` upwards meets `company`.
fn leads_to(reader: &mut Reader<'_, '_>, from: Id, company: Id) -> Result<bool, Error> {
    let companies = reader.object("company")?;
    let mut at = from;
    for _ in 0..LEVELS {
        let Some(parent) = reader.find(&companies, at)?.and_then(|above| above.link("parent")) else {
            return Ok(false);
        };
        if parent == company {
            return Ok(true);
        }
        at = parent;
    }
    Ok(true)
}
