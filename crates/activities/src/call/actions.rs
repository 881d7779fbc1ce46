//! What people do with calls.

use kernel::{Id, Message, Timestamp};
use metadata::Outcome;
use records::{Draft, Error, Saved, Writer};

/// A call that somebody notes down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    pub subject: String,
    /// What it was about: the object's name and the record.
    pub parent: Option<(String, Id)>,
    pub person: Option<Id>,
    /// An option of `direction`; the field's default, if none is given.
    pub direction: Option<String>,
    /// Now, if it is not given.
    pub started_at: Option<Timestamp>,
    pub duration_s: Option<i64>,
    pub phone: Option<String>,
    /// An option of `disposition`.
    pub disposition: Option<String>,
    pub description: Option<String>,
}

/// Notes down a call that was held.
///
/// # Errors
/// [`Error::Invalid`] when no status says done; else as any save.
pub fn log(writer: &mut Writer<'_, '_>, call: &Call) -> Result<Saved, Error> {
    let calls = writer.object("call")?;
    let statuses = calls.field("status").and_then(|field| field.kind.choice());
    let held = statuses.and_then(|statuses| statuses.with_outcome(Some(Outcome::Done), None));
    let missing = || Error::invalid_field("status", Message::new("call-problem-no-status"));
    let held = held.ok_or_else(missing)?.name.clone();
    let mut draft = Draft::new(&calls)
        .with("subject", call.subject.as_str())
        .with("status", held)
        .with("started_at", call.started_at.unwrap_or(writer.now()))
        .with("duration", call.duration_s)
        .with("phone", call.phone.clone())
        .with("disposition", call.disposition.clone())
        .with("description", call.description.clone());
    if let Some((object, id)) = &call.parent {
        draft.put("parent.object", object.as_str());
        draft.put("parent.id", *id);
    }
    if let Some(person) = call.person {
        draft.put("person", person);
    }
    if let Some(direction) = &call.direction {
        draft.put("direction", direction.as_str());
    }
    writer.save(draft)
}
