//! Exchange rates: what one unit of a currency is worth in the workspace's own, from a day on until the next.
//!
//! The warehouse converts each amount with the rate of its day. Roll-ups of amounts have today's rate: a rate that is
//! new or changed, and each morning, has those computed anew that add up several currencies.

use app::Workspace;
use jobs::{Cadence, Job, Lane, Outcome, Registry, Run};
use kernel::{Currency, Id, Message};
use records::{Reader, Saved, Saving, Writer, rates};
use serde::{Deserialize, Serialize};

/// Keeps codes as ISO 4217 writes them, and roll-ups up to date.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        rates::EXCHANGE_RATE
    }

    fn before_save(&self, saving: &mut Saving<'_>, _: &mut Reader<'_, '_>) -> Result<(), records::Error> {
        if saving.changes("currency") {
            match saving.text("currency").trim().to_ascii_uppercase().parse::<Currency>() {
                Ok(currency) => saving.set("currency", currency.code()),
                Err(_) => saving.refuse(Some("currency"), Message::new("problem-currency")),
            }
        }
        Ok(())
    }

    fn after_save(&self, _: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), records::Error> {
        enqueue(writer)
    }

    fn after_delete(&self, _: Id, _: bool, writer: &mut Writer<'_, '_>) -> Result<(), records::Error> {
        enqueue(writer)
    }
}

fn enqueue(writer: &mut Writer<'_, '_>) -> Result<(), records::Error> {
    let now = writer.now();
    match jobs::enqueue(writer.tx(), now, &Convert {}, &jobs::Options::new().coalesce(Convert::NAME)) {
        Ok(_) => Ok(()),
        Err(jobs::Error::Database(error)) => Err(error.into()),
        Err(error) => unreachable!("a job without fields can always be written: {error}"),
    }
}

/// Computes anew what was converted.
#[derive(Debug, Serialize, Deserialize)]
struct Convert {}

impl Job for Convert {
    const NAME: &'static str = "warehouse/convert";
    const LANE: Lane = Lane::Long;
    type Context = Workspace;

    fn run(&self, workspace: &Workspace, _: &Run) -> Outcome {
        match rates::convert_anew(&workspace.engine) {
            Ok(_) => Outcome::Done,
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

/// Makes the job known, and when it runs: when the day of the rates begins, which is that of Greenwich.
pub fn register(registry: &mut Registry<Workspace>) {
    registry.register::<Convert>();
    let daily: Cadence = "daily 00:05 UTC".parse().expect("the cadence is written as cadences are");
    registry.schedule(Convert::NAME, daily, &Convert {}).expect("a job without fields can always be written");
}
