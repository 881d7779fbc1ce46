//! Convert as buttons, API and automation know it.

use app::{Action, ActionInput, Done};
use kernel::{Id, Message, Money};
use metadata::Outcome;
use records::{Error, Record, Writer};
use serde_json::Value as Json;

use super::convert::{self, Conversion, DealPick, NewDeal, Pick};

pub const CONVERT: Action = Action {
    applies: |lead| outcome(lead) != Some(Outcome::Won),
    page: Some("convert"),
    ..Action::new("lead", "convert", "arrow-left-right", convert)
};

/// `{"company": "new" | "none" | id, "person": …, "deal": "none" | id | {"name", "amount", "currency", "pipeline"}}`;
/// what is left out is made new, but for the deal.
fn convert(writer: &mut Writer<'_, '_>, lead: Id, input: &ActionInput) -> Result<Done, Error> {
    let conversion =
        Conversion { company: pick(input, "company")?, person: pick(input, "person")?, deal: deal(input)? };
    let converted = convert::convert(writer, lead, &conversion)?;
    let mut done = Done::new(Message::new("lead-converted"));
    let made = [("deal", converted.deal), ("person", converted.person), ("company", converted.company)];
    for (name, id) in made {
        let Some(id) = id else { continue };
        done.details.insert(name.to_owned(), Json::String(id.to_string()));
        done.go_to.get_or_insert((name.to_owned(), id));
    }
    Ok(done)
}

fn outcome(lead: &Record) -> Option<Outcome> {
    lead.object.field("status")?.kind.choice()?.option(lead.text("status"))?.outcome
}

fn pick(input: &ActionInput, name: &str) -> Result<Pick, Error> {
    match input.get(name).and_then(Json::as_str) {
        None | Some("new" | "") => Ok(Pick::New),
        Some("none") => Ok(Pick::None),
        Some(id) => id
            .parse()
            .map(Pick::Existing)
            .map_err(|_| Error::invalid_field(name, Message::new("problem-link"))),
    }
}

fn deal(input: &ActionInput) -> Result<DealPick, Error> {
    let wrong = |message| Error::invalid_field("deal", Message::new(message));
    match input.get("deal") {
        None | Some(Json::Null) => Ok(DealPick::None),
        Some(Json::String(text)) if text == "none" => Ok(DealPick::None),
        Some(Json::String(id)) => id.parse().map(DealPick::Existing).map_err(|_| wrong("problem-link")),
        Some(Json::Object(deal)) => {
            let text = |name: &str| {
                deal.get(name).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
            };
            let amount = match (text("amount"), text("currency")) {
                (Some(amount), currency) => Some(Money {
                    amount: amount.parse().map_err(|_| wrong("problem-number"))?,
                    currency: currency
                        .as_deref()
                        .unwrap_or("USD")
                        .parse()
                        .map_err(|_| wrong("problem-currency"))?,
                }),
                (None, _) => None,
            };
            Ok(DealPick::New(NewDeal { name: text("name"), amount, pipeline: text("pipeline") }))
        }
        Some(_) => Err(wrong("problem-link")),
    }
}
