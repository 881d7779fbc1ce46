//! What changes when a lead is saved.

use kernel::{Message, Value};
use metadata::Outcome;
use records::{Error, Reader, Saving};

use crate::activity;

/// Keeps the dates of a lead, and its status true: only a conversion converts.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "lead"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        activity::follow(saving);
        if saving.is_new() || saving.changes("status") {
            saving.set_unless_given("status_changed_at", reader.now());
            follow_outcome(saving, reader);
        }
        if saving.get("contacted_at").is_null() {
            follow_contact(saving, reader);
        }
        Ok(())
    }
}

fn follow_outcome(saving: &mut Saving<'_>, reader: &Reader<'_, '_>) {
    let was = saving.old_outcome("status");
    let is = saving.outcome("status");
    if is == Some(Outcome::Won) && saving.get("converted_at").is_null() {
        // One that comes in converted was converted elsewhere; here that is done by converting.
        if saving.is_new() {
            saving.set("converted_at", reader.now());
        } else {
            saving.refuse(Some("status"), Message::new("lead-problem-convert"));
        }
    }
    if was == Some(Outcome::Won) && is != Some(Outcome::Won) {
        saving.set("converted_at", Value::Null);
    }
    if was.is_some() && is.is_none() {
        saving.set("lost_reason", Value::Null);
    }
}

/// A lead has been contacted once somebody spoke with it, or moved it on from the first status.
fn follow_contact(saving: &mut Saving<'_>, reader: &Reader<'_, '_>) {
    let spoken = ["last_call_at", "last_meeting_at"];
    let spoken = spoken.iter().filter_map(|field| saving.get(field).as_instant()).max();
    let moved = !saving.is_new() && saving.changes("status") && saving.outcome("status").is_none();
    if let Some(at) = spoken.or_else(|| moved.then(|| reader.now())) {
        saving.set("contacted_at", at);
    }
}
