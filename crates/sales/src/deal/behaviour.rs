//! What changes when a deal is saved.

use records::{Error, Reader, Saved, Saving, Writer};

use super::{lines, stage};
use crate::{activity, deal_contact};

/// Keeps stage, probability, dates, amount and people of a deal consistent.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "deal"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        fill_company(saving, reader)?;
        fill_name(saving, reader)?;
        stage::follow(saving, reader);
        lines::follow(saving);
        activity::follow(saving);
        Ok(())
    }

    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        if !saved.changed("person") {
            return Ok(());
        }
        deal_contact::follow_deal(writer, saved.id, saved.get("person").as_id())
    }
}

/// A deal with a person is with the person's company, unless another one is said.
fn fill_company(saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
    let Some(person) = saving.get("person").as_id() else { return Ok(()) };
    if !saving.changes("person") || !saving.get("company").is_null() || saving.is_given("company") {
        return Ok(());
    }
    let people = reader.object("person")?;
    let company = reader.find(&people, person)?.and_then(|person| person.link("company"));
    saving.set("company", company);
    Ok(())
}

/// A deal without a name is called by its company, or person, and its product: `Acme – Wheel`.
fn fill_name(saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
    if !saving.is_new() || !saving.text("name").is_empty() {
        return Ok(());
    }
    let with = title_of(saving, reader, "company")?.or(title_of(saving, reader, "person")?);
    let about = title_of(saving, reader, "product")?;
    let name: Vec<String> = with.into_iter().chain(about).collect();
    saving.set("name", name.join(" – "));
    Ok(())
}

fn title_of(saving: &Saving<'_>, reader: &mut Reader<'_, '_>, field: &str) -> Result<Option<String>, Error> {
    let Some(id) = saving.get(field).as_id() else { return Ok(None) };
    let object = reader.object(field)?;
    Ok(reader.titles(&object, &[id])?.remove(&id))
}
