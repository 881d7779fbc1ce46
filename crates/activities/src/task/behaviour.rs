//! What changes when a task is saved.

use kernel::Value;
use metadata::Outcome;
use records::{Error, Reader, Saving};

use crate::about;

/// Keeps `completed_at` with the status, and the day of a task with its hour.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "task"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        about::fill_person(saving);
        if saving.is_new() || saving.changes("status") {
            match saving.outcome("status") {
                Some(Outcome::Done) => saving.set_unless_given("completed_at", reader.now()),
                _ => saving.set("completed_at", Value::Null),
            }
        }
        follow_hour(saving, reader);
        Ok(())
    }
}

/// The hour decides the day; a day that is moved takes the hour along.
fn follow_hour(saving: &mut Saving<'_>, reader: &Reader<'_, '_>) {
    let Some(due_at) = saving.get("due_at").as_instant() else { return };
    let due_at = due_at.to_zoned(reader.who().zone.clone());
    let day_moved = saving.changes("due_date") && !saving.changes("due_at");
    if !day_moved {
        saving.set("due_date", due_at.date());
        return;
    }
    let moved = saving.get("due_date").as_date().and_then(|day| due_at.with().date(day).build().ok());
    saving.set("due_at", moved.map(|moved| moved.timestamp()));
}
