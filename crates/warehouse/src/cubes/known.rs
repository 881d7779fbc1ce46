//! The cubes of a workspace: those that features bring, and those that its people have saved as records.

use app::Workspace;
use cube::{CubeDef, parse_cube};
use kernel::Message;
use metadata::definition::DefinitionError;
use records::{ListQuery, Principal, Reader, Saving};

use super::Failure;
use crate::Error;

/// The object whose records are cubes.
pub const OBJECT: &str = "cube";

/// A cube and where it was written.
#[derive(Clone, Debug)]
pub struct Known {
    pub file: String,
    pub def: CubeDef,
}

/// The cubes that somebody may ask: their own ones come before shipped ones of the same name.
///
/// # Errors
/// When the database cannot be read.
pub fn all(workspace: &Workspace, who: &Principal) -> Result<Vec<Known>, Error> {
    let mut known: Vec<Known> = Vec::new();
    if let Ok(object) = workspace.engine.object(OBJECT) {
        let query =
            ListQuery::new(&object).fields(["name", "definition"]).limit(kernel::limits::PAGE_RECORDS);
        let listed = match workspace.engine.list(who, &query) {
            Ok(listed) => listed.records,
            Err(records::Error::Denied(_) | records::Error::NotFound) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        for record in listed {
            let text = |name: &str| record.get(name).as_text().unwrap_or_default().to_owned();
            // It was checked when it was saved; one that a later program cannot read is not there.
            if let Ok(def) = parse_cube(&text("name"), &text("definition")) {
                known.push(Known { file: text("name"), def });
            }
        }
    }
    for (file, text) in workspace.app().cubes() {
        if let Ok(def) = parse_cube(file, text)
            && !known.iter().any(|own| own.def.name == def.name)
        {
            known.push(Known { file: (*file).to_owned(), def });
        }
    }
    known.sort_by(|a, b| a.def.name.cmp(&b.def.name));
    Ok(known)
}

/// The cube of that name.
///
/// # Errors
/// When somebody may ask none of that name.
pub fn named(workspace: &Workspace, who: &Principal, name: &str) -> Result<Known, Failure> {
    let mut all = all(workspace, who)?;
    match all.iter().position(|known| known.def.name == name) {
        Some(at) => Ok(all.swap_remove(at)),
        None => {
            let names: Vec<&str> = all.iter().map(|known| known.def.name.as_str()).collect();
            Err(cube::Error::Question(format!("there is no cube `{name}`; there are {}", names.join(", "))))
        }
    }
}

/// The text of a cube that somebody brings along.
///
/// # Errors
/// When it is no such.
pub fn parse(file: &str, text: &str) -> Result<Known, DefinitionError> {
    Ok(Known { file: file.to_owned(), def: parse_cube(file, text)? })
}

/// Checks a cube when its record is saved, and calls it by its name.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        OBJECT
    }

    fn before_save(&self, saving: &mut Saving<'_>, _: &mut Reader<'_, '_>) -> Result<(), records::Error> {
        match parse_cube("cube.toml", saving.text("definition")) {
            Ok(def) => saving.set("name", def.name),
            Err(error) => {
                let message = Message::new("warehouse-cube").with("reason", error.to_string());
                saving.refuse(Some("definition"), message);
            }
        }
        Ok(())
    }
}
