//! Complete and reopen as buttons, API and automation know them.

use app::{Action, ActionInput, Done};
use kernel::{Id, Message};
use metadata::Outcome;
use records::{Error, Record, Writer};

use super::actions;

pub const VERBS: [Action; 2] = [
    Action { applies: |task| outcome(task).is_none(), ..Action::new("task", "complete", "check", complete) },
    Action { applies: |task| outcome(task).is_some(), ..Action::new("task", "reopen", "undo-2", reopen) },
];

fn complete(writer: &mut Writer<'_, '_>, task: Id, _: &ActionInput) -> Result<Done, Error> {
    actions::complete(writer, task)?;
    Ok(Done::new(Message::new("task-completed")))
}

fn reopen(writer: &mut Writer<'_, '_>, task: Id, _: &ActionInput) -> Result<Done, Error> {
    actions::reopen(writer, task)?;
    Ok(Done::new(Message::new("task-reopened")))
}

fn outcome(task: &Record) -> Option<Outcome> {
    task.object.field("status")?.kind.choice()?.option(task.text("status"))?.outcome
}
