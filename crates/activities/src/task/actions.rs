//! What people do with a task.

use kernel::{Id, Message};
use metadata::Outcome;
use records::{Draft, Error, Saved, Writer};

/// Completes a task.
///
/// # Errors
/// [`Error::Invalid`] when no status says done; else as any save.
pub fn complete(writer: &mut Writer<'_, '_>, task: Id) -> Result<Saved, Error> {
    put_into(writer, task, Some(Outcome::Done))
}

/// Takes the completion of a task back: it is at the first open status again.
///
/// # Errors
/// [`Error::Invalid`] when no status is open; else as any save.
pub fn reopen(writer: &mut Writer<'_, '_>, task: Id) -> Result<Saved, Error> {
    put_into(writer, task, None)
}

fn put_into(writer: &mut Writer<'_, '_>, task: Id, outcome: Option<Outcome>) -> Result<Saved, Error> {
    let tasks = writer.object("task")?;
    let statuses = tasks.field("status").and_then(|field| field.kind.choice());
    let status = statuses.and_then(|statuses| statuses.with_outcome(outcome, None));
    let missing = || Error::invalid_field("status", Message::new("task-problem-no-status"));
    let status = status.ok_or_else(missing)?.name.clone();
    writer.save(Draft::change(&tasks, task).with("status", status))
}
