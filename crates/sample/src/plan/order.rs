//! When everything happened, in the end: each step after what it needs, within hours of work, and none after now.
//!
//! The plan is made up record by record, so that a step may stand on a Sunday, after now, or before another that it
//! follows from. Here steps are put in an order in which each finds what it links to, and their times are mended.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};
use kernel::Id;

use super::Step;

/// Work begins and ends at these hours, in UTC.
const HOURS: (i8, i8) = (8, 18);
/// How long people take from one thing to what follows from it, in seconds.
const GAP_S: i64 = 240;
/// Moments of a step up to so long after it are told of it, and move along: the end of a meeting.
const TOLD: SignedDuration = SignedDuration::from_hours(4);

/// Puts the steps in the order in which they happened, and their times where they could have happened until `now`.
pub fn settle(steps: Vec<Step>, now: Timestamp) -> Vec<Step> {
    let latest = last_work(now);
    let needs = needs(&steps);
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    let mut missing: Vec<usize> = needs.iter().map(Vec::len).collect();
    for (step, needed) in needs.iter().enumerate() {
        needed.iter().for_each(|before| followers[*before].push(step));
    }
    // Each step at the time that was planned, or soon after the last one that it needs.
    let mut soonest: Vec<Timestamp> = steps.iter().map(|step| worked_until(step.at, latest)).collect();
    let mut ready: BinaryHeap<Reverse<(Timestamp, usize)>> =
        (0..steps.len()).filter(|at| missing[*at] == 0).map(|at| Reverse((soonest[at], at))).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(Reverse((at, step))) = ready.pop() {
        order.push((at, step));
        for follower in &followers[step] {
            let after = at_work(at.saturating_add(SignedDuration::from_secs(GAP_S)).unwrap_or(at));
            soonest[*follower] = soonest[*follower].max(after.min(latest));
            missing[*follower] -= 1;
            if missing[*follower] == 0 {
                ready.push(Reverse((soonest[*follower], *follower)));
            }
        }
    }
    assert_eq!(order.len(), steps.len(), "steps need each other in a circle");
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(at, step)| Some(moved(steps[step].take()?, at))).collect()
}

/// The steps that each needs to have been made: the one before of the same record, and the making of all it links to.
fn needs(steps: &[Step]) -> Vec<Vec<usize>> {
    let made: HashMap<Id, usize> =
        steps.iter().enumerate().filter(|(_, step)| step.is_new).map(|(at, step)| (step.id, at)).collect();
    let mut by_record: HashMap<Id, Vec<usize>> = HashMap::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| !step.is_new) {
        by_record.entry(step.id).or_default().push(at);
    }
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (id, mut changes) in by_record {
        changes.sort_by_key(|at| (steps[*at].at, *at));
        let before = made.get(&id).copied().into_iter().chain(changes.iter().copied());
        before.zip(&changes).for_each(|(before, at)| needs[*at].push(before));
    }
    for (at, step) in steps.iter().enumerate() {
        let linked = step.set.iter().filter_map(|(_, value)| value.as_id());
        let members = step.members.iter().flat_map(|(_, members)| members.iter().copied());
        needs[at].extend(linked.chain(members).filter_map(|id| made.get(&id)).filter(|made| **made != at));
    }
    needs
}

/// The step at its time, with the moments that tell of it.
fn moved(mut step: Step, at: Timestamp) -> Step {
    let by = at.duration_since(step.at);
    for (_, value) in &mut step.set {
        let Some(told) = value.as_instant() else { continue };
        if told >= step.at && told.duration_since(step.at) <= TOLD {
            *value = told.saturating_add(by).unwrap_or(told).into();
        }
    }
    step.at = at;
    step
}

/// The next hour of work from an instant, or the one before it, where the next would be after `latest`.
fn worked_until(at: Timestamp, latest: Timestamp) -> Timestamp {
    let next = at_work(at);
    let days_back =
        (0..7).map(|days| next.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(next));
    let mut fitting = days_back.filter(|at| *at <= latest && at_work(*at) == *at);
    fitting.next().unwrap_or(latest)
}

/// The instant itself within hours of work, else the next at which work begins, at a minute of the plan's own.
fn at_work(at: Timestamp) -> Timestamp {
    let zoned = at.to_zoned(TimeZone::UTC);
    let (mut day, minute) = (zoned.date(), zoned.minute());
    if is_workday(day) && (HOURS.0..HOURS.1).contains(&zoned.hour()) {
        return at;
    }
    if zoned.hour() >= HOURS.1 {
        day = day.tomorrow().unwrap_or(day);
    }
    while !is_workday(day) {
        day = day.tomorrow().unwrap_or(day);
    }
    let begin = day.at(HOURS.0, minute, zoned.second(), 0).to_zoned(TimeZone::UTC);
    begin.map_or(at, |begin| begin.timestamp())
}

/// The instant itself within hours of work, else the last before it at which people worked.
fn last_work(now: Timestamp) -> Timestamp {
    let zoned = now.to_zoned(TimeZone::UTC);
    let mut day = zoned.date();
    if is_workday(day) && (HOURS.0..HOURS.1).contains(&zoned.hour()) {
        return now;
    }
    if zoned.hour() < HOURS.0 {
        day = day.yesterday().unwrap_or(day);
    }
    while !is_workday(day) {
        day = day.yesterday().unwrap_or(day);
    }
    let end = day.at(HOURS.1 - 1, 59, 0, 0).to_zoned(TimeZone::UTC);
    end.map_or(now, |end| end.timestamp().min(now))
}

fn is_workday(day: jiff::civil::Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}
