//! From the plan into the workspace, day by day, as the people who did it.

use db::config::Durability;
use kernel::{Id, Timestamp};
use records::{Draft, Engine, Error, Principal, Target, Writer};

use crate::{Filled, plan::Step};

/// Saves all steps, which stand in the order of time and find what they link to: those of a day in one transaction,
/// each at its own instant. The disk is waited for at the end alone: a company half made is of no use to anybody.
pub fn save(engine: &Engine, sellers: &[Id], now: Timestamp, steps: &[Step]) -> Result<Filled, Error> {
    let mut filled = Filled::default();
    let mut days = steps.chunk_by(|one, next| date(one.at) == date(next.at)).peekable();
    while let Some(day) = days.next() {
        filled.records += day.iter().filter(|step| step.is_new).count();
        filled.changes += day.iter().filter(|step| !step.is_new).count();
        // What follows from a day, such as sums, is settled at its end.
        engine.clock().set(day.last().map_or(now, |last| last.at));
        let durability = if days.peek().is_some() { Durability::Process } else { Durability::Full };
        engine.write_as(durability, &Principal::system(), |writer| save_day(writer, sellers, day))?;
    }
    engine.clock().set(now);
    Ok(filled)
}

fn date(at: Timestamp) -> kernel::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn save_day(writer: &mut Writer<'_, '_>, sellers: &[Id], steps: &[Step]) -> Result<(), Error> {
    for step in steps {
        writer.in_the_past(step.at, sellers[step.by], |writer| {
            let draft = draft(writer, step)?;
            writer.save(draft)
        })?;
    }
    Ok(())
}

fn draft(writer: &Writer<'_, '_>, step: &Step) -> Result<Draft, Error> {
    let object = writer.object(step.object)?;
    let target = if step.is_new { Target::New(step.id) } else { Target::Existing(step.id, None) };
    let mut draft = Draft::for_target(&object, target);
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
