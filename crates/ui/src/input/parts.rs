//! Controls of several parts.

use super::ChoiceOption;

/// `{name}_street`, `{name}_city`, `{name}_state`, `{name}_postal_code`, `{name}_country`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddressInput {
    pub street: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    pub country: String,
    /// Countries to choose from; a text field when empty.
    pub countries: Vec<ChoiceOption>,
}

/// `{name}_salutation`, `{name}_first`, `{name}_middle`, `{name}_last`, `{name}_suffix`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonNameInput {
    pub salutation: String,
    pub first: String,
    pub middle: String,
    pub last: String,
    pub suffix: String,
    pub salutations: Vec<ChoiceOption>,
    /// Middle name and suffix are asked for too.
    pub full: bool,
}
