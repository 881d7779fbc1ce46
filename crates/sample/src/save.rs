//! From the plan into the workspace, month by month, as the people who did it.

use std::collections::HashMap;

use jiff::SignedDuration;
use kernel::{Id, Timestamp};
use records::{Draft, Engine, Error, Principal, Target, Writer};

use crate::{Filled, plan::Step};

/// What is saved together: long enough to be quick, short enough that the log tells about when.
const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Objects in an order in which each finds what it links to.
const ORDER: [&str; 11] = [
    "product",
    "company",
    "person",
    "lead",
    "deal",
    "deal_contact",
    "deal_line",
    "meeting",
    "call",
    "task",
    "note",
];

/// Records of one save.
const BATCH: usize = 500;

/// Saves all steps, which stand in the order of time. Nobody's steps need what another seller does in the same
/// window: each looks after companies of their own.
pub fn save(engine: &Engine, sellers: &[Id], now: Timestamp, steps: Vec<Step>) -> Result<Filled, Error> {
    let mut filled = Filled::default();
    let mut rest = steps.as_slice();
    while let Some(first) = rest.first() {
        let end = first.at.saturating_add(WINDOW).unwrap_or(now).min(now);
        let count = rest.partition_point(|step| step.at <= end).max(1);
        let (window, later) = rest.split_at(count);
        rest = later;
        engine.clock().set(end);
        for (by, seller) in sellers.iter().enumerate() {
            let own: Vec<&Step> = window.iter().filter(|step| step.by == by).collect();
            if own.is_empty() {
                continue;
            }
            filled.records += own.iter().filter(|step| step.is_new).count();
            filled.changes += own.iter().filter(|step| !step.is_new).count();
            engine.write(&acting(*seller), |writer| save_window(writer, &own))?;
        }
    }
    engine.clock().set(now);
    Ok(filled)
}

/// Rapport, on behalf of a seller: the log names the seller, and dates may be set.
fn acting(seller: Id) -> Principal {
    let mut who = Principal::system();
    who.actor.user = Some(seller);
    who
}

fn save_window(writer: &mut Writer<'_, '_>, steps: &[&Step]) -> Result<(), Error> {
    for object in ORDER {
        let new = steps.iter().filter(|step| step.is_new && step.object == object);
        save_steps(writer, &new.copied().collect::<Vec<_>>())?;
    }
    // Changes of one record come one after the other; those of different records go together.
    let mut rounds: Vec<Vec<&Step>> = Vec::new();
    let mut seen: HashMap<Id, usize> = HashMap::new();
    for step in steps.iter().filter(|step| !step.is_new) {
        let round = seen.entry(step.id).or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(step);
        *round += 1;
    }
    for round in rounds {
        for object in ORDER {
            let of: Vec<&Step> = round.iter().filter(|step| step.object == object).copied().collect();
            save_steps(writer, &of)?;
        }
    }
    Ok(())
}

/// Saves steps of one object.
fn save_steps(writer: &mut Writer<'_, '_>, steps: &[&Step]) -> Result<(), Error> {
    for batch in steps.chunks(BATCH) {
        let drafts = batch.iter().map(|step| draft(writer, step)).collect::<Result<Vec<_>, _>>()?;
        for saved in writer.save_all(drafts)? {
            saved?;
        }
    }
    Ok(())
}

fn draft(writer: &Writer<'_, '_>, step: &Step) -> Result<Draft, Error> {
    let object = writer.object(step.object)?;
    let target = if step.is_new { Target::New(step.id) } else { Target::Existing(step.id, None) };
    let mut draft = Draft::for_target(&object, target).with("updated_at", step.at);
    if step.is_new {
        draft.put("created_at", step.at);
    }
    for (path, value) in &step.set {
        draft.put(path, value.clone());
    }
    for (field, members) in &step.members {
        if let Some(position) = object.position(field) {
            draft.put_members(position, members.clone());
        }
    }
    Ok(draft)
}
