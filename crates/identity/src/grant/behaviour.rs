//! A grant is saved only when it makes sense now; it may stop doing so later, and then gives nothing.

use kernel::Message;
use metadata::Registry;
use records::{Behaviour, Error, Reader, Saved, Saving, Writer};

use super::spec::{EVERYTHING, GrantSpec, check_rule};
use crate::{role, text_list};

pub struct GrantBehaviour;

impl Behaviour for GrantBehaviour {
    fn object(&self) -> &str {
        "grant"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        let object = saving.text("object").to_owned();
        if object.is_empty() {
            return Ok(());
        }
        let spec = GrantSpec {
            object: object.clone(),
            actions: text_list(saving.get("actions")),
            rows: saving.get("rows").as_text().map(str::to_owned),
            editable: saving.get("editable").as_text().map(str::to_owned),
            hidden: text_list(saving.get("hidden")),
            locked: text_list(saving.get("locked")),
        };
        let registry = std::sync::Arc::clone(reader.registry());
        for (field, message) in problems(&registry, &spec) {
            saving.refuse(Some(field), message);
        }
        if role::has_other_grant(reader.tx(), saving.get("role").as_id(), &object, saving.id)? {
            saving.refuse(Some("object"), Message::new("identity-grant-twice"));
        }
        Ok(())
    }

    fn after_save(&self, _: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        role::only_for_administrators(writer)
    }

    fn after_delete(&self, _: kernel::Id, _: bool, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        role::only_for_administrators(writer)
    }
}

/// What is wrong with a grant as it is written: the field and what to say.
pub fn problems(registry: &Registry, spec: &GrantSpec) -> Vec<(&'static str, Message)> {
    if spec.covers_everything() {
        return problems_on_everything(registry, spec);
    }
    match registry.object(&spec.object) {
        None => {
            vec![("object", Message::new("identity-grant-no-object").with("name", spec.object.as_str()))]
        }
        Some(object) => match spec.compile(registry, object) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| (fault.field, fault.message)).collect(),
        },
    }
}

/// A rule on everything must fit something at least: the objects that it does not fit stay closed.
fn problems_on_everything(registry: &Registry, spec: &GrantSpec) -> Vec<(&'static str, Message)> {
    debug_assert_eq!(spec.object, EVERYTHING);
    let mut found = Vec::new();
    for (field, names) in [("hidden", &spec.hidden), ("locked", &spec.locked)] {
        if !names.is_empty() {
            found.push((field, Message::new("identity-grant-fields-of-everything")));
        }
    }
    for (field, text) in [("rows", &spec.rows), ("editable", &spec.editable)] {
        let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { continue };
        let mut first = None;
        let fits = registry.objects().filter(|object| object.owned).any(|object| {
            match check_rule(registry, &object.name, text) {
                Ok(_) => true,
                Err(messages) => {
                    first = first.take().or_else(|| messages.into_iter().next());
                    false
                }
            }
        });
        if !fits {
            found.push((
                field,
                first.unwrap_or_else(|| Message::new("identity-grant-no-object").with("name", "*")),
            ));
        }
    }
    found
}
