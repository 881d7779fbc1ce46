//! What changes when a person is put on a deal, or taken off it.

use std::sync::Arc;

use kernel::{Id, Message, Value};
use metadata::Object;
use records::{Draft, Error, Reader, Saved, Saving, Writer};

/// Names the contact after the person, and keeps one primary contact: the deal's `person`.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "deal_contact"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        let Some(person) = saving.get("person").as_id().filter(|_| saving.changes("person")) else {
            return Ok(());
        };
        let people = reader.object("person")?;
        let name = reader.titles(&people, &[person])?.remove(&person);
        saving.set("name", name);
        let Some(deal) = saving.get("deal").as_id() else { return Ok(()) };
        let contacts = reader.object("deal_contact")?;
        if contact_of(reader, &contacts, deal, person)?.is_some_and(|(id, _)| id != saving.id) {
            saving.refuse(Some("person"), Message::new("deal_contact-problem-twice"));
        }
        Ok(())
    }

    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let (Some(deal), Some(person)) = (saved.get("deal").as_id(), saved.get("person").as_id()) else {
            return Ok(());
        };
        let primary = saved.get("primary") == &Value::Bool(true);
        if primary && (saved.changed("primary") || saved.changed("person")) {
            demote_others(writer, &saved.object, deal, Some(saved.id))?;
            set_person(writer, deal, |_| Some(person))?;
        } else if !primary && saved.before.is_some() && saved.changed("primary") {
            set_person(writer, deal, |standing| standing.filter(|standing| *standing != person))?;
        }
        Ok(())
    }

    fn after_delete(&self, id: Id, restored: bool, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let contacts = writer.object("deal_contact")?;
        let contact = writer.load(&contacts, id)?;
        let (Some(deal), Some(person)) = (contact.link("deal"), contact.link("person")) else {
            return Ok(());
        };
        if contact.get("primary") != &Value::Bool(true) {
            return Ok(());
        }
        if !restored {
            return set_person(writer, deal, |standing| standing.filter(|standing| *standing != person));
        }
        demote_others(writer, &contacts, deal, Some(id))?;
        set_person(writer, deal, |_| Some(person))
    }
}

/// Brings the contacts of a deal to its `person`: called when that was set on the deal itself.
pub(crate) fn follow_deal(writer: &mut Writer<'_, '_>, deal: Id, person: Option<Id>) -> Result<(), Error> {
    let contacts = writer.object("deal_contact")?;
    let Some(person) = person else { return demote_others(writer, &contacts, deal, None) };
    let draft = match contact_of(writer, &contacts, deal, person)? {
        Some((_, true)) => return Ok(()),
        Some((id, false)) => Draft::change(&contacts, id),
        None => Draft::new(&contacts).with("deal", deal).with("person", person),
    };
    writer.save(draft.with("primary", true)).map(|_| ())
}

/// The contact that the person is on the deal, and whether it is the primary one.
fn contact_of(
    reader: &mut Reader<'_, '_>,
    contacts: &Arc<Object>,
    deal: Id,
    person: Id,
) -> Result<Option<(Id, bool)>, Error> {
    for (_, id) in reader.find_by(contacts, "deal", &[deal.into()])? {
        let contact = reader.load(contacts, id)?;
        if contact.link("person") == Some(person) {
            return Ok(Some((id, contact.get("primary") == &Value::Bool(true))));
        }
    }
    Ok(None)
}

/// Leaves no primary contact on the deal but `except`.
fn demote_others(
    writer: &mut Writer<'_, '_>,
    contacts: &Arc<Object>,
    deal: Id,
    except: Option<Id>,
) -> Result<(), Error> {
    let mut drafts = Vec::new();
    for (_, id) in writer.find_by(contacts, "deal", &[deal.into()])? {
        let is_primary = writer.load(contacts, id)?.get("primary") == &Value::Bool(true);
        if Some(id) != except && is_primary {
            drafts.push(Draft::change(contacts, id).with("primary", false));
        }
    }
    writer.save_all(drafts)?;
    Ok(())
}

/// Sets the deal's person to what `choose` makes of the one that stands, if that is another.
fn set_person(
    writer: &mut Writer<'_, '_>,
    deal: Id,
    choose: impl FnOnce(Option<Id>) -> Option<Id>,
) -> Result<(), Error> {
    let deals = writer.object("deal")?;
    let Some(standing) = writer.find(&deals, deal)?.map(|deal| deal.link("person")) else { return Ok(()) };
    let person = choose(standing);
    if person == standing {
        return Ok(());
    }
    writer.save(Draft::change(&deals, deal).with("person", person)).map(|_| ())
}
