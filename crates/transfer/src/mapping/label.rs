//! What people call a field, or a part of one, of an object.

use i18n::Reader;
use metadata::{Field, Object};

/// The label of a field.
pub fn label_of(look: &Reader, object: &Object, field: &Field) -> String {
    look.field(&object.name, &field.name, field.label.as_deref())
}

/// The label of `field` or `field.part`: “Name: First name”.
pub fn path_label(look: &Reader, object: &Object, field: &Field, path: &str) -> String {
    let label = label_of(look, object, field);
    match path.split_once('.') {
        Some((_, part)) => format!("{label}: {}", look.text(&format!("part-{}", part.replace('_', "-")))),
        None => label,
    }
}
