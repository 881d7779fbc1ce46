//! The field that a path of a mapping means.

use i18n::Reader;
use kernel::Message;
use metadata::{Field, Kind, Object};

use crate::{
    cell::nearest,
    mapping::{label::label_of, path_label},
};

/// Why a path means no field that an import could fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoField {
    Unknown,
    /// It is computed, or set by the program.
    ReadOnly,
}

/// The column behind `field` or `field.part`: position of the field, and of the part.
///
/// # Errors
/// When there is none, or it takes nothing.
pub fn find_field<'o>(object: &'o Object, path: &str) -> Result<(usize, &'o Field, usize), NoField> {
    let (name, part) = path.split_once('.').unwrap_or((path, ""));
    let position = object.position(name).ok_or(NoField::Unknown)?;
    let field = &object.fields[position];
    if !field.is_writable() || field.name == "deleted_at" {
        return Err(NoField::ReadOnly);
    }
    let part = if part == "amount" && field.kind == Kind::Money { "" } else { part };
    let found = field.kind.parts().iter().position(|candidate| candidate.name == part);
    match (found, &field.kind, part) {
        (Some(part), ..) => Ok((position, field, part)),
        // A person's whole name is taken apart, an address in one cell is a street.
        (None, Kind::PersonName | Kind::Address | Kind::LinkMany { .. } | Kind::LinkAny(_), "") => {
            Ok((position, field, 0))
        }
        _ => Err(NoField::Unknown),
    }
}

impl NoField {
    /// What is said of a path: a field that is there by its label, one that is not as it was written.
    pub fn message(self, look: &Reader, object: &Object, path: &str) -> Message {
        match self {
            NoField::ReadOnly => {
                let field = object.field(path.split('.').next().unwrap_or(path));
                let label =
                    field.map_or_else(|| path.to_owned(), |field| path_label(look, object, field, path));
                Message::new("import-problem-read-only").with("name", label)
            }
            NoField::Unknown => match like(look, object, path) {
                Some(field) => Message::new("import-problem-field-like")
                    .with("name", path)
                    .with("like", label_of(look, object, field))
                    .with("written", field.name.as_str()),
                None => Message::new("import-problem-field").with("name", path),
            },
        }
    }
}

/// The field whose name or label is almost what was written.
fn like<'o>(look: &Reader, object: &'o Object, path: &str) -> Option<&'o Field> {
    let name = path.split('.').next().unwrap_or(path);
    let by_label =
        |field: &&Field| label_of(look, object, field).to_lowercase() == name.trim().to_lowercase();
    let writable = || object.fields.iter().filter(|field| field.is_writable() && field.name != "deleted_at");
    let by_name = || object.field(nearest(writable().map(|field| &field.name), name)?);
    writable().find(by_label).or_else(by_name)
}
