//! What people do with a deal: win it, lose it, open it again.

use kernel::{Id, Message};
use metadata::{Choice, Outcome};
use records::{Draft, Error, Reader, Record, Saved, Writer};

/// Changes looked back upon for the stage that a deal was in before it ended.
const LOOK_BACK: usize = 100;

/// Why a deal was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// An option of `lost_reason`.
    pub reason: String,
    pub note: Option<String>,
    pub competitor: Option<String>,
}

/// Wins a deal: it moves to its pipeline's first stage that ends so.
///
/// # Errors
/// [`Error::Invalid`] when the pipeline has no such stage; else as any save.
pub fn win(writer: &mut Writer<'_, '_>, deal: Id) -> Result<Saved, Error> {
    let deal = load(writer, deal)?;
    let draft = into_stage(&deal, Some(Outcome::Won))?;
    writer.save(draft)
}

/// Loses a deal, with the reason.
///
/// # Errors
/// [`Error::Invalid`] without a reason, or when the pipeline has no such stage; else as any save.
pub fn lose(writer: &mut Writer<'_, '_>, deal: Id, loss: &Loss) -> Result<Saved, Error> {
    let deal = load(writer, deal)?;
    let mut draft = into_stage(&deal, Some(Outcome::Lost))?
        .with("lost_reason", loss.reason.as_str())
        .with("lost_note", loss.note.clone());
    if let Some(competitor) = &loss.competitor {
        draft.put("competitor", competitor.as_str());
    }
    writer.save(draft)
}

/// Opens a closed deal again, in the stage that it was in before, or else its pipeline's first.
///
/// # Errors
/// [`Error::Invalid`] when it is open; else as any save.
pub fn reopen(writer: &mut Writer<'_, '_>, deal: Id) -> Result<Saved, Error> {
    let deal = load(writer, deal)?;
    let stages = stages(&deal)?;
    if stages.option(deal.text("stage")).is_some_and(|stage| stage.outcome.is_none()) {
        return Err(Error::invalid_field("stage", Message::new("deal-problem-not-closed")));
    }
    match last_open_stage(writer, &deal)? {
        Some(stage) => writer.save(Draft::change(&deal.object, deal.id()).with("stage", stage)),
        None => {
            let draft = into_stage(&deal, None)?;
            writer.save(draft)
        }
    }
}

fn load(reader: &mut Reader<'_, '_>, id: Id) -> Result<Record, Error> {
    let deals = reader.object("deal")?;
    reader.load(&deals, id)
}

fn stages(deal: &Record) -> Result<&Choice, Error> {
    deal.object.field("stage").and_then(|field| field.kind.choice()).ok_or(Error::NotFound)
}

fn into_stage(deal: &Record, outcome: Option<Outcome>) -> Result<Draft, Error> {
    let stage = stages(deal)?
        .with_outcome(outcome, Some(deal.text("pipeline")))
        .ok_or_else(|| Error::invalid_field("stage", Message::new("deal-problem-no-stage")))?;
    Ok(Draft::change(&deal.object, deal.id()).with("stage", stage.name.as_str()))
}

/// The latest stage that the log knows, was open, and is still offered.
fn last_open_stage(reader: &mut Reader<'_, '_>, deal: &Record) -> Result<Option<String>, Error> {
    let stages = stages(deal)?;
    let history = reader.history(&deal.object, deal.id(), None, LOOK_BACK)?;
    let earlier = history.iter().flat_map(|change| &change.fields).filter(|field| field.column == "stage");
    let mut names = earlier.filter_map(|field| field.before.as_str());
    let pipeline = deal.text("pipeline");
    let stage = names.find(|name| {
        stages.offered(Some(pipeline)).any(|stage| stage.name == **name && stage.outcome.is_none())
    });
    Ok(stage.map(str::to_owned))
}
