//! The field that a path of a mapping means.

use kernel::Message;
use metadata::{Field, Kind, Object};

/// The column behind `field` or `field.part`: position of the field, and of the part.
///
/// # Errors
/// When there is none, or it takes nothing.
pub fn find_field<'o>(object: &'o Object, path: &str) -> Result<(usize, &'o Field, usize), Message> {
    let unknown = || {
        let names = object.fields.iter().map(|field| &field.name);
        match crate::cell::nearest(names, path) {
            Some(like) => {
                Message::new("import-problem-field-like").with("name", path).with("like", like.as_str())
            }
            None => Message::new("import-problem-field").with("name", path),
        }
    };
    let (name, part) = path.split_once('.').unwrap_or((path, ""));
    let position = object.position(name).ok_or_else(unknown)?;
    let field = &object.fields[position];
    if !field.is_writable() || field.name == "deleted_at" {
        return Err(Message::new("import-problem-read-only").with("name", path));
    }
    let part = if part == "amount" && field.kind == Kind::Money { "" } else { part };
    let found = field.kind.parts().iter().position(|candidate| candidate.name == part);
    match (found, &field.kind, part) {
        (Some(part), ..) => Ok((position, field, part)),
        // A person's whole name is taken apart, an address in one cell is a street.
        (None, Kind::PersonName | Kind::Address | Kind::LinkMany { .. } | Kind::LinkAny(_), "") => {
            Ok((position, field, 0))
        }
        _ => Err(unknown()),
    }
}
