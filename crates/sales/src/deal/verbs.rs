//! Win, lose and reopen as buttons, API and automation know them.

use app::{Action, ActionField, ActionInput, Done};
use kernel::{Id, Message};
use metadata::Outcome;
use records::{Error, Record, Saved, Writer};

use super::actions::{self, Loss};

pub const VERBS: [Action; 3] = [
    Action { applies: |deal| outcome(deal).is_none(), ..Action::new("deal", "win", "trophy", win) },
    Action {
        applies: |deal| outcome(deal).is_none(),
        fields: &[
            ActionField { name: "lost_reason", required: true },
            ActionField { name: "lost_note", required: false },
            ActionField { name: "competitor", required: false },
        ],
        ..Action::new("deal", "lose", "thumbs-down", lose)
    },
    Action { applies: |deal| outcome(deal).is_some(), ..Action::new("deal", "reopen", "undo-2", reopen) },
];

fn win(writer: &mut Writer<'_, '_>, deal: Id, _: &ActionInput) -> Result<Done, Error> {
    Ok(done("deal-won", &actions::win(writer, deal)?))
}

fn lose(writer: &mut Writer<'_, '_>, deal: Id, input: &ActionInput) -> Result<Done, Error> {
    let text = |name: &str| input.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    let reason = text("lost_reason").unwrap_or_default();
    let loss = Loss { reason, note: text("lost_note"), competitor: text("competitor") };
    Ok(done("deal-lost", &actions::lose(writer, deal, &loss)?))
}

fn reopen(writer: &mut Writer<'_, '_>, deal: Id, _: &ActionInput) -> Result<Done, Error> {
    Ok(done("deal-reopened", &actions::reopen(writer, deal)?))
}

fn outcome(deal: &Record) -> Option<Outcome> {
    deal.object.field("stage")?.kind.choice()?.option(deal.text("stage"))?.outcome
}

fn done(message: &'static str, deal: &Saved) -> Done {
    Done::new(Message::new(message).with("title", deal.get("name").as_text().unwrap_or("")))
}
