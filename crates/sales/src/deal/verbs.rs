//! Win, lose and reopen as buttons, API and automation know them.

use app::{Action, ActionField, ActionInput, Done, Workspace};
use kernel::{Id, Message};
use metadata::Outcome;
use records::{Error, Record, Writer};

use super::actions::{self, Loss};

pub struct Win;
pub struct Lose;
pub struct Reopen;

impl Action for Win {
    fn object(&self) -> &'static str {
        "deal"
    }

    fn name(&self) -> &'static str {
        "win"
    }

    fn icon(&self) -> &'static str {
        "trophy"
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
        let saved = actions::win(writer, record)?;
        Ok(Done::new(Message::new("deal-won").with("title", title(&saved))))
    }
}

impl Action for Lose {
    fn object(&self) -> &'static str {
        "deal"
    }

    fn name(&self) -> &'static str {
        "lose"
    }

    fn icon(&self) -> &'static str {
        "thumbs-down"
    }

    fn applies(&self, record: &Record) -> bool {
        outcome(record).is_none()
    }

    fn fields(&self) -> &'static [ActionField] {
        &[
            ActionField { name: "lost_reason", required: true },
            ActionField { name: "lost_note", required: false },
            ActionField { name: "competitor", required: false },
        ]
    }

    fn run(
        &self,
        _: &Workspace,
        writer: &mut Writer<'_, '_>,
        record: Id,
        input: &ActionInput,
    ) -> Result<Done, Error> {
        let text = |name: &str| input.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        let reason = text("lost_reason").unwrap_or_default();
        let loss = Loss { reason, note: text("lost_note"), competitor: text("competitor") };
        let saved = actions::lose(writer, record, &loss)?;
        Ok(Done::new(Message::new("deal-lost").with("title", title(&saved))))
    }
}

impl Action for Reopen {
    fn object(&self) -> &'static str {
        "deal"
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
        let saved = actions::reopen(writer, record)?;
        Ok(Done::new(Message::new("deal-reopened").with("title", title(&saved))))
    }
}

fn outcome(deal: &Record) -> Option<Outcome> {
    deal.object.field("stage")?.kind.choice()?.option(deal.text("stage"))?.outcome
}

fn title(saved: &records::Saved) -> &str {
    saved.get("name").as_text().unwrap_or("")
}
