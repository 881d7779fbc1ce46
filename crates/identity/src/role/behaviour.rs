//! Who may change roles, and the administrator that always remains.

use kernel::Id;
use records::{Behaviour, Error, Saved, Writer};

use super::{keep_an_administrator, only_for_administrators};

pub struct RoleBehaviour;

impl Behaviour for RoleBehaviour {
    fn object(&self) -> &str {
        "role"
    }

    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        only_for_administrators(writer)?;
        if saved.before.is_some() && saved.changed("administrator") {
            keep_an_administrator(writer)?;
        }
        Ok(())
    }

    fn after_delete(&self, id: Id, restored: bool, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        only_for_administrators(writer)?;
        if restored || !was_administrator_role(writer, id)? { Ok(()) } else { keep_an_administrator(writer) }
    }
}

fn was_administrator_role(writer: &mut Writer<'_, '_>, id: Id) -> Result<bool, Error> {
    let role = writer.object("role")?;
    let role = writer.load(&role, id)?;
    Ok(role.get("administrator").as_bool() == Some(true))
}
