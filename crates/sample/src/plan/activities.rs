//! What people did around leads, deals and companies, and what they plan to do.

use jiff::{SignedDuration, Timestamp};
use kernel::{Id, Value};

use super::{Plan, date, days, days_between, deals::Deal};

const CALLS: &[&str] = &[
    "First call",
    "Discovery call",
    "Follow-up on the offer",
    "Questions about the data sheet",
    "Price",
    "Date for the workshop",
    "Status of the order",
    "Check-in",
    "Next steps",
];
const MEETINGS: &[&str] = &[
    "Introduction",
    "Product demonstration",
    "Technical workshop",
    "Site visit",
    "Offer review",
    "Contract",
    "Project kick-off",
    "Quarterly review",
];
const TASKS: &[(&str, &str)] = &[
    ("Send the offer", "proposal"),
    ("Prepare the demonstration", "demo"),
    ("Call back", "call"),
    ("Send references", "email"),
    ("Clarify technical questions", "follow_up"),
    ("Check the credit limit", "paperwork"),
    ("Follow up on the offer", "follow_up"),
    ("Write the summary", "to_do"),
    ("Get the non-disclosure agreement signed", "paperwork"),
];
const NOTES: &[&str] = &[
    "<p>Budget is approved for this year; procurement wants two more offers.</p>",
    "<p>They run three lines in two shifts. Downtime costs about 4,000 an hour.</p><p>Interested in vibration first.</p>",
    "<p>Uses a competing system on the old line and is unhappy with the support.</p>",
    "<p>Decision will be made by the plant manager together with finance.</p>",
    "<p>Asked for a reference in the same industry.</p>",
    "<p>Pilot went well: two bearings found early. Wants to see the figures in a report.</p>",
    "<p>Prefers calls in the morning. Speaks little English.</p>",
    "<p>New head of maintenance starts next month; meet again then.</p>",
    "<p>IT insists on data staying on site. Show them the edge computer.</p>",
];
const DISPOSITIONS: &[(&str, u32)] = &[
    ("interested", 24),
    ("information_given", 28),
    ("call_back", 14),
    ("left_voicemail", 12),
    ("no_answer", 14),
    ("not_interested", 5),
    ("busy", 3),
];
const OUTCOMES: &[&str] = &[
    "Wants the offer in two variants.",
    "Sends the requirements by Friday.",
    "Will talk to the plant manager.",
    "All open questions answered.",
    "Asked about delivery times.",
    "",
];

/// Activities of one record at most.
const MOST: usize = 30;

impl Plan<'_> {
    pub(super) fn make_deal_activities(&mut self, deal: &Deal) {
        let until = deal.ended.unwrap_or(self.now);
        let owner = self.companies[deal.company].owner;
        let person = self.people[deal.person].id;
        let pace = if deal.is_renewal { 7.0 } else { 4.2 };
        let mut at = deal.created;
        for _ in 0..MOST {
            let pause = self.chance.around(pace, 1.8);
            if days_between(at, until) < pause {
                break;
            }
            at = self.days_after(at, pause).min(until);
            match self.chance.between(0, 99) {
                0..=37 => self.held_call("deal", deal.id, Some(person), owner, at),
                38..=57 => self.held_meeting("deal", deal.id, person, owner, at),
                58..=84 => self.done_task("deal", deal.id, owner, at),
                _ => self.note("deal", deal.id, owner, at),
            }
        }
        // One of six open deals was forgotten.
        if deal.ended.is_none() && !self.chance.percent(16) {
            self.plan_ahead(deal, person, owner);
        }
    }

    fn plan_ahead(&mut self, deal: &Deal, person: Id, owner: usize) {
        if self.chance.percent(75) {
            let is_late = self.chance.percent(35);
            let due = if is_late { self.chance.between(-9, -1) } else { self.chance.between(0, 18) };
            self.open_task("deal", deal.id, owner, deal.created, due);
        }
        if self.chance.percent(40) {
            let later = self.chance.between(1, 16) as f64;
            let starts = self.chance.at_work(self.now.saturating_add(days(later)).unwrap_or(self.now));
            let asked = self.chance.between(1, 5) as f64;
            let at = self.days_ago(asked).max(deal.created);
            self.meeting("deal", deal.id, person, owner, at, (starts, "planned"));
        }
    }

    pub(super) fn lead_activity(&mut self, lead: Id, owner: usize, at: Timestamp) {
        match self.chance.between(0, 99) {
            0..=54 => self.held_call("lead", lead, None, owner, at),
            55..=79 => self.done_task("lead", lead, owner, at),
            80..=92 => self.note("lead", lead, owner, at),
            _ => {}
        }
    }

    pub(super) fn lead_task(&mut self, lead: Id, owner: usize, earliest: Timestamp) {
        let due = self.chance.between(-6, 9);
        self.open_task("lead", lead, owner, earliest, due);
    }

    /// A note here and a call there with customers between deals.
    pub(super) fn make_company_activities(&mut self) {
        for at in 0..self.companies.len() {
            let company = &self.companies[at];
            let (id, owner, created) = (company.id, company.owner, company.created);
            for _ in 0..self.chance.between(0, 5) {
                let when = self.season(created, self.now);
                if self.chance.percent(50) {
                    self.note("company", id, owner, when);
                } else {
                    self.held_call("company", id, None, owner, when);
                }
            }
        }
    }

    fn held_call(
        &mut self,
        object: &'static str,
        about: Id,
        person: Option<Id>,
        owner: usize,
        at: Timestamp,
    ) {
        let disposition = self.chance.weighted(DISPOSITIONS, |disposition| disposition.1).0;
        let spoke = !matches!(disposition, "left_voicemail" | "no_answer" | "busy");
        let seconds = if spoke { self.chance.around(420.0, 2.0) } else { self.chance.around(25.0, 1.5) };
        let result = if spoke { *self.chance.of(OUTCOMES) } else { "" };
        let set = vec![
            ("subject", (*self.chance.of(CALLS)).into()),
            ("direction", if self.chance.percent(78) { "outbound" } else { "inbound" }.into()),
            ("status", "held".into()),
            ("started_at", at.into()),
            ("duration", (seconds as i64).clamp(5, 7_200).into()),
            ("disposition", disposition.into()),
            ("description", super::companies::some(result)),
            ("parent.object", object.into()),
            ("parent.id", about.into()),
            ("person", person.into()),
        ];
        self.make(at, owner, "call", set);
    }

    fn held_meeting(&mut self, object: &'static str, about: Id, person: Id, owner: usize, at: Timestamp) {
        let status = if self.chance.percent(94) { "held" } else { "not_held" };
        self.meeting(object, about, person, owner, at, (at, status));
    }

    fn meeting(
        &mut self,
        object: &'static str,
        about: Id,
        person: Id,
        owner: usize,
        at: Timestamp,
        (starts, status): (Timestamp, &'static str),
    ) {
        let starts = quarter(starts);
        let minutes = *self.chance.of(&[30, 45, 60, 60, 90, 120]);
        let ends = starts.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(starts);
        let is_remote = self.chance.percent(60);
        let room = self.chance.between(1_000, 9_999);
        let link = format!("https://meet.example/{room}");
        let set = vec![
            ("subject", (*self.chance.of(MEETINGS)).into()),
            ("status", status.into()),
            ("starts_at", starts.into()),
            ("ends_at", ends.into()),
            ("location", if is_remote { Value::Null } else { "At the customer’s".into() }),
            ("join_url", if is_remote { link.into() } else { Value::Null }),
            ("parent.object", object.into()),
            ("parent.id", about.into()),
        ];
        self.make(at, owner, "meeting", set);
        let colleague = self.sellers[self.chance.index(self.sellers.len())];
        let colleagues = if self.chance.percent(30) { vec![colleague] } else { Vec::new() };
        if let Some(step) = self.steps.last_mut() {
            step.members = vec![("attendees", vec![person]), ("colleagues", colleagues)];
        }
    }

    fn done_task(&mut self, object: &'static str, about: Id, owner: usize, at: Timestamp) {
        let (subject, kind) = self.chance.of(TASKS);
        let late = self.chance.between(-2, 3) as f64;
        let due = date(at.saturating_sub(days(late)).unwrap_or(at));
        let priority =
            self.chance.weighted(&[("normal", 65), ("high", 20), ("low", 10), ("urgent", 5)], |of| of.1).0;
        let set = vec![
            ("subject", (*subject).into()),
            ("type", (*kind).into()),
            ("status", "completed".into()),
            ("priority", priority.into()),
            ("due_date", due.into()),
            ("completed_at", at.into()),
            ("parent.object", object.into()),
            ("parent.id", about.into()),
        ];
        self.make(at, owner, "task", set);
    }

    /// A task that is due so many days from now, and still open.
    fn open_task(
        &mut self,
        object: &'static str,
        about: Id,
        owner: usize,
        earliest: Timestamp,
        due_in_days: i64,
    ) {
        let (subject, kind) = self.chance.of(TASKS);
        let due = date(self.now.saturating_add(days(due_in_days as f64)).unwrap_or(self.now));
        let before = self.chance.between(2, 12) as f64 - due_in_days.min(0) as f64;
        let at = self.days_ago(before).max(earliest);
        let priority =
            self.chance.weighted(&[("normal", 55), ("high", 30), ("low", 5), ("urgent", 10)], |of| of.1).0;
        let status =
            self.chance.weighted(&[("not_started", 70), ("in_progress", 20), ("waiting", 10)], |of| of.1).0;
        let set = vec![
            ("subject", (*subject).into()),
            ("type", (*kind).into()),
            ("status", status.into()),
            ("priority", priority.into()),
            ("due_date", due.into()),
            ("parent.object", object.into()),
            ("parent.id", about.into()),
        ];
        self.make(at, owner, "task", set);
    }

    fn note(&mut self, object: &'static str, about: Id, owner: usize, at: Timestamp) {
        let set = vec![
            ("body", (*self.chance.of(NOTES)).into()),
            ("parent.object", object.into()),
            ("parent.id", about.into()),
            ("pinned", self.chance.percent(8).into()),
        ];
        self.make(at, owner, "note", set);
    }
}

/// The quarter of an hour in which an instant is: people meet on it.
fn quarter(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second() - at.as_second().rem_euclid(900)).unwrap_or(at)
}
