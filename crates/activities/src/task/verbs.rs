//! Complete and reopen as buttons, API and automation know them.

use app::{Action, ActionInput, Done, Workspace};
use kernel::{Id, Message};
use metadata::Outcome;
use records::{Error, Record, Writer};

use super::actions;

pub struct Complete;
pub struct Reopen;

impl Action for Complete {
    fn object(&self) -> &'static str {
        "task"
    }

    fn name(&self) -> &'static str {
        "complete"
    }

    fn icon(&self) -> &'static str {
        "check"
    }

    fn applies(&self, record: &Record) -> bool {
        outcome(record).is_none()
    }

    fn run(
        &self,
        _: &Workspace,
        writer: &mut Writer<'_, '_>,
        record: Id,
        _: &ActionInput,
    ) -> Result<Done, Error> {
        actions::complete(writer, record)?;
        Ok(Done::new(Message::new("task-completed")))
    }
}

impl Action for Reopen {
    fn object(&self) -> &'static str {
        "task"
    }

    fn name(&self) -> &'static str {
        "reopen"
    }

    fn icon(&self) -> &'static str {
        "undo-2"
    }

    fn applies(&self, record: &Record) -> bool {
        outcome(record).is_some()
    }

    fn run(
        &self,
        _: &Workspace,
        writer: &mut Writer<'_, '_>,
        record: Id,
        _: &ActionInput,
    ) -> Result<Done, Error> {
        actions::reopen(writer, record)?;
        Ok(Done::new(Message::new("task-reopened")))
    }
}

fn outcome(task: &Record) -> Option<Outcome> {
    task.object.field("status")?.kind.choice()?.option(task.text("status"))?.outcome
}
