//! What follows from the stage of a deal: its probability, its forecast category, the dates of its end.

use kernel::{Date, Decimal, Message, Timestamp, Value};
use metadata::{Choice, Outcome, definition::OptionDef};
use records::{Reader, Saving};

/// Sets everything that the stage decides.
pub fn follow(saving: &mut Saving<'_>, reader: &Reader<'_, '_>) {
    fit_to_pipeline(saving);
    if !saving.is_new() && !saving.changes("stage") {
        return;
    }
    saving.set_unless_given("stage_changed_at", reader.now());
    follow_probability(saving);
    follow_forecast(saving);
    let was = saving.old_outcome("stage");
    match saving.outcome("stage") {
        Some(outcome) if was != Some(outcome) => close(saving, outcome, reader),
        None => reopen(saving, was),
        Some(_) => {}
    }
}

fn stages<'d>(saving: &Saving<'d>) -> Option<&'d Choice> {
    saving.object.field("stage")?.kind.choice()
}

fn stage<'d>(saving: &Saving<'d>) -> Option<&'d OptionDef> {
    stages(saving)?.option(saving.text("stage"))
}

fn old_stage<'d>(saving: &Saving<'d>) -> Option<&'d OptionDef> {
    stages(saving)?.option(saving.old("stage").as_text()?)
}

/// A deal that moves to another pipeline keeps its outcome there: it begins at that pipeline's first such stage.
fn fit_to_pipeline(saving: &mut Saving<'_>) {
    let Some(stages) = stages(saving) else { return };
    let pipeline = saving.text("pipeline").to_owned();
    if saving.is_given("stage") && saving.changes("stage")
        || stages.allows(saving.text("stage"), Some(&pipeline))
    {
        return;
    }
    let outcome = saving.outcome("stage");
    if let Some(fitting) = stages.with_outcome(outcome, Some(&pipeline)) {
        saving.set("stage", fitting.name.as_str());
    }
}

/// The stage's probability, unless somebody typed another one, now or before. An end leaves no doubt.
fn follow_probability(saving: &mut Saving<'_>) {
    let Some(stage) = stage(saving) else { return };
    let of_stage = |stage: &OptionDef| stage.probability.map(Decimal::from);
    let typed_now = saving.is_given("probability") && saving.changes("probability");
    let old = saving.old("probability").as_decimal();
    let typed_before = old.is_some() && old != old_stage(saving).and_then(of_stage);
    if stage.outcome.is_some() || !(typed_now || typed_before) {
        saving.set("probability", of_stage(stage));
    }
}

fn follow_forecast(saving: &mut Saving<'_>) {
    let Some(stage) = stage(saving) else { return };
    let typed_now = saving.is_given("forecast_category") && saving.changes("forecast_category");
    let old = saving.old("forecast_category").as_text();
    let typed_before =
        old.is_some() && old != old_stage(saving).and_then(|stage| stage.forecast_category.as_deref());
    if stage.outcome.is_some() || !(typed_now || typed_before) {
        saving.set("forecast_category", stage.forecast_category.clone());
    }
}

fn close(saving: &mut Saving<'_>, outcome: Outcome, reader: &Reader<'_, '_>) {
    // A deal that comes in closed was closed elsewhere: nobody knows a reason, and its date is the one it brings.
    let is_history = saving.is_new();
    if outcome == Outcome::Lost && !is_history && saving.get("lost_reason").is_null() {
        saving.refuse(Some("lost_reason"), Message::new("deal-problem-lost-reason"));
    }
    let today = day_of(reader.now(), reader);
    let given = saving.get("close_date").as_date().filter(|_| saving.is_given("close_date") || is_history);
    let day = given.filter(|day| *day <= today).unwrap_or(today);
    saving.set("close_date", day);
    let at = if day == today { Some(reader.now()) } else { start_of(day, reader) };
    saving.set_unless_given("closed_at", at);
    let closed_at = saving.get("closed_at").clone();
    let only = |when: Outcome| if when == outcome { closed_at.clone() } else { Value::Null };
    saving.set("won_at", only(Outcome::Won));
    saving.set("lost_at", only(Outcome::Lost));
    if outcome == Outcome::Won {
        forget_loss(saving);
    }
}

fn reopen(saving: &mut Saving<'_>, was: Option<Outcome>) {
    if was.is_none() {
        return;
    }
    for field in ["closed_at", "won_at", "lost_at"] {
        saving.set(field, Value::Null);
    }
    forget_loss(saving);
}

fn forget_loss(saving: &mut Saving<'_>) {
    saving.set("lost_reason", Value::Null);
    saving.set("lost_note", Value::Null);
}

fn day_of(at: Timestamp, reader: &Reader<'_, '_>) -> Date {
    at.to_zoned(reader.who().zone.clone()).date()
}

fn start_of(day: Date, reader: &Reader<'_, '_>) -> Option<Timestamp> {
    day.to_zoned(reader.who().zone.clone()).ok().map(|start| start.timestamp())
}
