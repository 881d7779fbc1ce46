//! What customers add to and change on shipped objects, and how it is laid over them.

use serde::{Deserialize, Serialize};

use super::{DefinitionError, FieldDef, LayoutDef, ObjectDef, OptionDef, RuleDef, ViewDef, WarehouseDef};

/// A customer's changes to one shipped object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// The object that is changed.
    pub object: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plural_label: Option<String>,
    /// New fields.
    #[serde(rename = "field", default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldDef>,
    /// Changes to shipped fields.
    #[serde(rename = "change", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    #[serde(rename = "rule", default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleDef>,
    /// New views; one with the name of a shipped view replaces it.
    #[serde(rename = "view", default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<ViewDef>,
    /// Replaces the shipped layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<LayoutDef>,
    /// Replaces what the warehouse makes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<WarehouseDef>,
}

/// What a customer may change on a shipped field: what it is called, demands and offers, never what it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    pub field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// All options of a choice, in their new order. One that is left out is retired, not forgotten.
    #[serde(rename = "option", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionDef>,
}

/// Lays an overlay over the object it changes.
///
/// # Errors
/// When it changes a field that is not there, or adds one that is.
pub fn apply(object: &mut ObjectDef, overlay: &Overlay) -> Result<(), DefinitionError> {
    let file = format!("changes to {}", object.name);
    for change in &overlay.changes {
        change_field(object, change, &file)?;
    }
    for field in &overlay.fields {
        if object.fields.iter().any(|shipped| shipped.name == field.name) {
            return Err(DefinitionError::new(&file, format!("field `{}` exists already", field.name)));
        }
        object.fields.push(field.clone());
    }
    object.rules.extend(overlay.rules.iter().cloned());
    for view in &overlay.views {
        object.views.retain(|shipped| shipped.name != view.name);
        object.views.push(view.clone());
    }
    object.label = overlay.label.clone().or(object.label.take());
    object.plural_label = overlay.plural_label.clone().or(object.plural_label.take());
    if let Some(layout) = &overlay.layout {
        object.layout = layout.clone();
    }
    if let Some(warehouse) = &overlay.warehouse {
        object.warehouse = warehouse.clone();
    }
    Ok(())
}

fn change_field(object: &mut ObjectDef, change: &FieldChange, file: &str) -> Result<(), DefinitionError> {
    let names: Vec<String> = object.fields.iter().map(|field| field.name.clone()).collect();
    let Some(field) = object.fields.iter_mut().find(|field| field.name == change.field) else {
        return Err(DefinitionError::new(file, format!("there is no field `{}`", change.field))
            .nearest_to(&change.field, names.iter().map(String::as_str)));
    };
    field.label = change.label.clone().or(field.label.take());
    field.help = change.help.clone().or(field.help.take());
    field.required = change.required.unwrap_or(field.required);
    field.default = change.default.clone().or(field.default.take());
    if !change.options.is_empty() {
        let shipped = std::mem::replace(&mut field.options, change.options.clone());
        let left_out =
            shipped.into_iter().filter(|old| change.options.iter().all(|new| new.name != old.name));
        field.options.extend(left_out.map(|option| OptionDef { retired: true, ..option }));
    }
    Ok(())
}
