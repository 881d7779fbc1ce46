//! The deals: new business, and the renewals of what was sold, with their way through the stages.

use jiff::Timestamp;
use kernel::{Decimal, Id, Value};

use super::{Plan, date, days, days_between, money, people::SOURCES};

pub(super) struct Deal {
    pub id: Id,
    /// Positions among companies and people.
    pub company: usize,
    pub person: usize,
    pub created: Timestamp,
    /// When it was won or lost; none while it is open.
    pub ended: Option<Timestamp>,
    pub source: &'static str,
    pub is_renewal: bool,
    /// The lead that it came from: its id is known before the lead is made up.
    pub lead: Option<Id>,
}

/// The way of a deal before its end: stages, in order.
const NEW_BUSINESS: &[&str] = &["prospecting", "qualification", "needs_analysis", "proposal", "negotiation"];
const RENEWALS: &[&str] = &["upcoming", "review", "offer_sent", "verbal_agreement"];

/// Days after the end of a deal when its renewal comes up.
const RENEWED_AFTER: f64 = 240.0;

const LOST_REASONS: &[(&str, u32)] = &[
    ("price", 26),
    ("competitor", 20),
    ("no_decision", 16),
    ("timing", 12),
    ("no_budget", 10),
    ("features", 8),
    ("no_response", 6),
    ("relationship", 2),
];

const COMPETITORS: &[&str] = &["Sensoria", "Plantwatch", "Metrigon", "Fabrilytics", "In-house solution"];

const LOST_NOTES: &[&str] = &[
    "They liked the product, but the offer was well above their budget line.",
    "Procurement went with the incumbent for another two years.",
    "The project was put on hold by the new plant manager.",
    "Nobody answered after the third reminder.",
    "Needs an interface that we do not have yet.",
    "Decision moved to headquarters; starts again next year.",
];

const TOPICS: &[&str] = &[
    "Line monitoring",
    "Predictive maintenance",
    "Cold chain sensors",
    "Pump station retrofit",
    "Energy metering",
    "Vibration pilot",
    "Plant-wide rollout",
    "Tank levels",
    "Compressor monitoring",
    "Quality data",
    "Boiler house",
    "Packaging line",
    "Clean room",
    "Gateway upgrade",
    "Second site",
    "Test bench",
];

const NEXT_STEPS: &[&str] = &[
    "Send the revised offer",
    "Agree on a pilot line",
    "Meet the plant manager",
    "Collect the data sheet",
    "Clarify the budget",
    "Technical workshop",
    "Wait for procurement",
    "Reference call",
];

/// How often deals of a source are won, of a hundred.
fn win_rate(source: &str) -> u32 {
    match source {
        "existing_customer" => 52,
        "partner_referral" => 44,
        "word_of_mouth" => 40,
        "phone_inquiry" => 34,
        "trade_show" => 28,
        "web" => 24,
        "campaign" => 20,
        "email" => 17,
        _ => 12,
    }
}

/// What is decided about a deal before it is told step by step.
struct Course {
    created: Timestamp,
    stages: &'static [&'static str],
    /// Stages that it reaches.
    reached: usize,
    ended: Option<Timestamp>,
    won: bool,
    expected: kernel::Date,
}

impl Plan<'_> {
    pub(super) fn make_deals(&mut self, count: usize) {
        let renewals = count / 4;
        for _ in 0..count - renewals {
            self.make_new_business();
        }
        for made in 0..renewals {
            self.make_renewal(made);
        }
    }

    fn make_new_business(&mut self) {
        let source = self.chance.weighted(SOURCES, |source| source.1).0;
        let cycle = self.chance.around(52.0, 1.8).clamp(9.0, 260.0);
        let is_open = self.chance.percent(28);
        let person = self.someone_known_for(if is_open { 3.0 } else { cycle * 1.3 });
        let known = self.people[person].created;
        let course = self.course(known, cycle, is_open, win_rate(source), NEW_BUSINESS);
        let company = &self.companies[self.people[person].company];
        let size = (company.employees as f64 / 180.0).powf(0.3);
        let amount = (self.chance.around(17_000.0, 2.3) * size).clamp(900.0, 900_000.0);
        let topic = *self.chance.of(TOPICS);
        let name = format!("{} – {topic}", company.name);
        self.tell(person, name, amount, source, course, false);
    }

    /// Somebody who has been known for so many days; in a young company for long enough.
    fn someone_known_for(&mut self, days: f64) -> usize {
        let drawn: Vec<usize> = (0..40).map(|_| self.chance.index(self.people.len())).collect();
        let known = |at: &usize| self.people[*at].created;
        let fits = drawn.iter().copied().find(|at| days_between(known(at), self.now) >= days);
        fits.or_else(|| drawn.iter().copied().min_by_key(known)).unwrap_or(0)
    }

    /// What was sold is renewed about a year later, and mostly is.
    fn make_renewal(&mut self, made: usize) {
        let cycle = self.chance.around(40.0, 1.5).clamp(12.0, 110.0);
        let is_open = self.chance.percent(25);
        let room = if is_open { 5.0 } else { cycle * 1.3 };
        let is_due = |ended: Timestamp| days_between(ended, self.now) >= RENEWED_AFTER + room;
        let sold: Vec<usize> =
            (0..self.deals.len()).filter(|at| self.deals[*at].ended.is_some_and(is_due)).collect();
        let old: Vec<usize> = (0..self.people.len())
            .filter(|at| self.companies[self.people[*at].company].is_old_customer)
            .collect();
        let (person, from) = if made.is_multiple_of(3) && !sold.is_empty() {
            let deal = &self.deals[*self.chance.of(&sold)];
            (
                deal.person,
                deal.ended.unwrap_or(self.start).saturating_add(days(RENEWED_AFTER)).unwrap_or(self.now),
            )
        } else if old.is_empty() {
            (self.chance.index(self.people.len()), self.start)
        } else {
            (*self.chance.of(&old), self.start)
        };
        let latest = self.now.saturating_sub(days(3.0)).unwrap_or(self.now);
        let from = from.max(self.people[person].created).min(latest);
        let course = self.course(from, cycle, is_open, 86, RENEWALS);
        let company = &self.companies[self.people[person].company];
        let name = format!("{} – Renewal {}", company.name, course.expected.year());
        let amount = self.chance.around(11_000.0, 2.0).clamp(1_200.0, 250_000.0);
        self.tell(person, name, amount, "existing_customer", course, true);
    }

    /// Decides when a deal begins, how far it comes, and how it ends.
    fn course(
        &mut self,
        known: Timestamp,
        cycle: f64,
        is_open: bool,
        win_rate: u32,
        stages: &'static [&'static str],
    ) -> Course {
        let latest = self.now.saturating_sub(days(1.0)).unwrap_or(self.now);
        let known = known.min(latest);
        let created = if is_open {
            // Some drag on for longer than anybody thought.
            let age = cycle * self.chance.between(5, 140) as f64 / 100.0;
            let begun = self.now.saturating_sub(days(age)).unwrap_or(self.now);
            self.at_work(begun, latest).clamp(known, latest)
        } else {
            let last = self.now.saturating_sub(days(cycle + 2.0)).unwrap_or(self.now);
            self.season(known, last.max(known.saturating_add(days(0.5)).unwrap_or(known))).min(latest)
        };
        let won = self.chance.percent(win_rate);
        let reached = if is_open {
            // Some are quick and some get stuck: age alone does not tell how far a deal is.
            let pace = self.chance.between(35, 110) as f64 / 100.0;
            let progress = days_between(created, self.now) / cycle * pace;
            ((progress * stages.len() as f64) as usize + 1).min(stages.len())
        } else if won {
            stages.len()
        } else {
            self.chance.between(1, stages.len() as i64) as usize
        };
        let length = if won { cycle } else { cycle * self.chance.between(35, 120) as f64 / 100.0 };
        let ended = (!is_open).then(|| self.days_after(created, length));
        let slip = self.chance.between(75, 135) as f64 / 100.0;
        let expected = date(created.saturating_add(days(cycle * slip)).unwrap_or(self.now));
        Course { created, stages, reached, ended, won, expected }
    }

    /// Tells a deal step by step: made, moved on, given its products, ended.
    fn tell(
        &mut self,
        person: usize,
        name: String,
        amount: f64,
        source: &'static str,
        course: Course,
        is_renewal: bool,
    ) {
        let company = self.people[person].company;
        let owner = self.companies[company].owner;
        let by_lead =
            !is_renewal && matches!(source, "web" | "campaign" | "trade_show" | "email" | "phone_inquiry");
        let lead = (by_lead && self.chance.percent(85)).then(|| self.chance.id(course.created));
        let kind = if is_renewal {
            "renewal"
        } else if self.companies[company].is_old_customer {
            "existing_upgrade"
        } else {
            "new_customer"
        };
        let set: Vec<(&'static str, Value)> = vec![
            ("name", name.into()),
            ("company", self.companies[company].id.into()),
            ("person", self.people[person].id.into()),
            ("pipeline", if is_renewal { "renewals" } else { "new_business" }.into()),
            ("stage", course.stages[0].into()),
            ("amount", money(amount).into()),
            ("amount.currency", self.currency.code().into()),
            ("close_date", course.expected.into()),
            ("engaged_on", date(course.created).min(course.expected).into()),
            ("type", kind.into()),
            ("lead_source", source.into()),
            ("lead", lead.into()),
            ("stage_changed_at", course.created.into()),
        ];
        let id = self.make(course.created, owner, "deal", set);
        self.move_on(id, owner, &course);
        if course.reached > course.stages.len() / 2 && self.chance.percent(80) {
            self.add_lines(id, owner, amount, &course);
        }
        self.add_contacts(id, owner, person, &course);
        if let Some(ended) = course.ended {
            self.end(id, owner, company, ended, course.won);
        }
        let deal = Deal {
            id,
            company,
            person,
            created: course.created,
            ended: course.ended,
            source,
            is_renewal,
            lead,
        };
        self.make_deal_activities(&deal);
        self.deals.push(deal);
    }

    fn move_on(&mut self, id: Id, owner: usize, course: &Course) {
        let until = course.ended.unwrap_or(self.now);
        let span = days_between(course.created, until);
        let mut at = course.created;
        for (step, stage) in course.stages.iter().enumerate().take(course.reached).skip(1) {
            let part = step as f64 / course.reached as f64 * self.chance.between(80, 110) as f64 / 100.0;
            let due = self.days_after(course.created, span * part);
            let soonest = at.saturating_add(days(0.01)).unwrap_or(at);
            at = due.clamp(soonest, until.max(soonest)).min(self.now);
            let mut set: Vec<(&'static str, Value)> =
                vec![("stage", (*stage).into()), ("stage_changed_at", at.into())];
            if self.chance.percent(60) {
                set.push(("next_step", (*self.chance.of(NEXT_STEPS)).into()));
            }
            if self.chance.percent(25) {
                let later = self.chance.between(5, 40) as f64;
                let slipped = date(at.saturating_add(days(later)).unwrap_or(at)).max(course.expected);
                set.push(("close_date", slipped.into()));
            }
            if self.chance.percent(6) {
                set.push(("probability", Decimal::from(self.chance.between(1, 18) * 5).into()));
            }
            self.change(at, owner, "deal", id, set);
        }
    }

    /// One to four products that come to about the amount.
    fn add_lines(&mut self, deal: Id, owner: usize, amount: f64, course: &Course) {
        let until = course.ended.unwrap_or(self.now);
        let count = self.chance.between(1, 4);
        for order in 1..=count {
            let product = self.chance.index(self.products.len());
            let product = &self.products[product];
            let (id, price, in_numbers) = (product.id, product.price, product.in_numbers);
            let share = amount / count as f64;
            let price: f64 = price.to_string().parse().unwrap_or(100.0);
            let most = if in_numbers { 400.0 } else { 12.0 };
            let quantity = (share / price).round().clamp(1.0, most) as i64;
            let discount =
                *self.chance.weighted(&[(0, 50), (5, 20), (10, 18), (15, 8), (20, 4)], |discount| discount.1);
            let half = days_between(course.created, until) * 0.5;
            let at = self.days_after(course.created, half).min(until);
            let discount = if discount.0 == 0 { Value::Null } else { Decimal::from(discount.0).into() };
            let set = vec![
                ("deal", deal.into()),
                ("product", id.into()),
                ("quantity", Decimal::from(quantity).into()),
                ("discount", discount),
                ("sort_order", order.into()),
            ];
            self.make(at, owner, "deal_line", set);
        }
    }

    /// Colleagues of the person, in the roles that they play.
    fn add_contacts(&mut self, deal: Id, owner: usize, person: usize, course: &Course) {
        const ROLES: &[&str] = &[
            "business_decision_maker",
            "technical_decision_maker",
            "executive_sponsor",
            "business_evaluator",
            "technical_evaluator",
            "influencer",
            "end_user",
        ];
        let company = self.people[person].company;
        let until = course.ended.unwrap_or(self.now);
        let colleagues: Vec<Id> = self
            .people
            .iter()
            .enumerate()
            .filter(|(at, other)| {
                *at != person && other.company == company && other.created <= course.created
            })
            .map(|(_, other)| other.id)
            .collect();
        let count = (self.chance.between(0, 3) as usize).min(colleagues.len());
        let first = if colleagues.is_empty() { 0 } else { self.chance.index(colleagues.len()) };
        for step in 0..count {
            let colleague = colleagues[(first + step) % colleagues.len()];
            let later = self.chance.around(6.0, 2.0).min(days_between(course.created, until) * 0.9);
            let at = self.days_after(course.created, later).min(until);
            let role = *self.chance.of(ROLES);
            let set = vec![("deal", deal.into()), ("person", colleague.into()), ("role", role.into())];
            self.make(at, owner, "deal_contact", set);
        }
    }

    fn end(&mut self, id: Id, owner: usize, company: usize, at: Timestamp, won: bool) {
        let mut set: Vec<(&'static str, Value)> = vec![
            ("stage", if won { "won" } else { "lost" }.into()),
            ("stage_changed_at", at.into()),
            ("closed_at", at.into()),
            ("close_date", date(at).into()),
        ];
        if won {
            let customer = self.companies[company].id;
            self.change(at, owner, "company", customer, vec![("type", "customer".into())]);
        } else {
            let reason = self.chance.weighted(LOST_REASONS, |reason| reason.1).0;
            set.push(("lost_reason", reason.into()));
            if reason == "competitor" {
                set.push(("competitor", (*self.chance.of(COMPETITORS)).into()));
            }
            if self.chance.percent(55) {
                set.push(("lost_note", (*self.chance.of(LOST_NOTES)).into()));
            }
        }
        self.change(at, owner, "deal", id, set);
    }
}
