//! One field: how it is shown, how it is asked for, and how what was typed is read.

mod address;
pub mod ask;
pub mod show;
pub mod take;

use i18n::Reader;
use kernel::Message;
use metadata::{Field, Object};

/// What people call a field.
pub fn label(look: &Reader, object: &Object, field: &Field) -> String {
    look.field(&object.name, &field.name, field.label.as_deref())
}

/// What people call an option of a choice.
pub fn option_label(look: &Reader, object: &Object, field: &Field, name: &str) -> String {
    let given =
        field.kind.choice().and_then(|choice| choice.option(name)).and_then(|option| option.label.as_deref());
    // The channels are the engine's own and mean the same everywhere.
    match field.name.as_str() {
        "created_via" | "updated_via" => look.text(&format!("channel-{name}")),
        _ => look.option(&object.name, &field.name, name, given),
    }
}

/// What making a record is called, on the page of another where it comes to be linked to that by `link`.
pub fn creating(look: &Reader, object: &Object, link: Option<&str>) -> String {
    look.creating(&object.name, link).unwrap_or_else(|| {
        let name = look.object(&object.name, object.label.as_deref());
        look.text_with(&Message::new("create-object").with("object", name))
    })
}

/// The address of a record's page.
pub fn href(registry: &metadata::Registry, object: &str, id: kernel::Id) -> Option<String> {
    registry.object(object).map(|object| format!("/{}/{id}", object.plural))
}
