//! What happened in two years: every record and every change, with its time and who did it.
//!
//! [`companies`] and [`people`] come first, then [`deals`] with their stages, products and contacts, the [`leads`]
//! that some of them came from, and [`activities`] around all of these. [`order`] settles when everything happened.

mod activities;
mod companies;
mod deals;
mod leads;
mod order;
mod people;
mod products;
mod publicity;
mod season;

pub(crate) use people::SOURCES;
pub use publicity::costs;

use jiff::SignedDuration;
use kernel::{Currency, Id, Timestamp, Value};

use crate::chance::Chance;

/// How much there is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub companies: usize,
    pub people: usize,
    pub leads: usize,
    pub deals: usize,
}

impl Default for Size {
    fn default() -> Size {
        Size { companies: 200, people: 1_000, leads: 500, deals: 400 }
    }
}

/// One record made, or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub at: Timestamp,
    /// Who did it, by position among the sellers.
    pub by: usize,
    pub object: &'static str,
    pub id: Id,
    pub is_new: bool,
    /// Fields, or parts of fields, and their contents.
    pub set: Vec<(&'static str, Value)>,
    /// Many-to-many fields and their members.
    pub members: Vec<(&'static str, Vec<Id>)>,
}

/// The plan in the making: what is known while more is made up.
struct Plan<'s> {
    chance: Chance,
    start: Timestamp,
    now: Timestamp,
    currency: Currency,
    sellers: &'s [Id],
    steps: Vec<Step>,
    companies: Vec<companies::Company>,
    people: Vec<people::Person>,
    products: Vec<products::Product>,
    deals: Vec<deals::Deal>,
}

/// How far back everything begins.
const HISTORY: SignedDuration = SignedDuration::from_hours(24 * 730);

const SEED: u64 = 0x5261_7070_6f72_7421;

/// Plans the two years before `now`, in the order of time, in which each step finds what it links to.
pub fn plan(sellers: &[Id], now: Timestamp, currency: Currency, size: Size) -> Vec<Step> {
    let mut plan = Plan {
        chance: Chance::new(SEED),
        start: now.saturating_sub(HISTORY).unwrap_or(now),
        now,
        currency,
        sellers,
        steps: Vec::new(),
        companies: Vec::new(),
        people: Vec::new(),
        products: Vec::new(),
        deals: Vec::new(),
    };
    plan.make_products();
    plan.make_companies(size.companies);
    plan.make_people(size.people);
    plan.make_deals(size.deals);
    plan.make_leads(size.leads);
    plan.make_company_activities();
    order::settle(plan.steps, now)
}

impl Plan<'_> {
    /// Notes a new record; its dates are those of the step.
    fn make(
        &mut self,
        at: Timestamp,
        by: usize,
        object: &'static str,
        set: Vec<(&'static str, Value)>,
    ) -> Id {
        let id = self.chance.id(at);
        self.make_as(id, at, by, object, set);
        id
    }

    fn make_as(
        &mut self,
        id: Id,
        at: Timestamp,
        by: usize,
        object: &'static str,
        mut set: Vec<(&'static str, Value)>,
    ) {
        set.retain(|(_, value)| !value.is_null());
        self.steps.push(Step { at, by, object, id, is_new: true, set, members: Vec::new() });
    }

    fn change(
        &mut self,
        at: Timestamp,
        by: usize,
        object: &'static str,
        id: Id,
        set: Vec<(&'static str, Value)>,
    ) {
        self.steps.push(Step { at, by, object, id, is_new: false, set, members: Vec::new() });
    }

    /// So many days later, at an hour of work; some time until now, where that would be after now.
    fn days_after(&mut self, at: Timestamp, length: f64) -> Timestamp {
        let mut later = at.saturating_add(days(length)).unwrap_or(at);
        if later >= self.now {
            later = self.chance.instant(at, self.now.max(at));
        }
        let later = self.at_work(later, self.now);
        later.max(at.saturating_add(SignedDuration::from_mins(7)).unwrap_or(at)).min(self.now)
    }

    /// At an hour of work so many days before now.
    fn days_ago(&mut self, length: f64) -> Timestamp {
        let then = self.now.saturating_sub(days(length)).unwrap_or(self.now);
        self.at_work(then, self.now)
    }

    /// The same day, or the next workday, at an hour of work; one of the days before, where that would be after `until`.
    fn at_work(&mut self, at: Timestamp, until: Timestamp) -> Timestamp {
        let before = |back: i32| at.saturating_sub(days(f64::from(back))).unwrap_or(at);
        (0..4).map(|back| self.chance.at_work(before(back))).find(|moved| *moved <= until).unwrap_or(at)
    }
}

fn days(days: f64) -> SignedDuration {
    SignedDuration::from_secs((days * 86_400.0) as i64)
}

/// Days from one instant to another.
fn days_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.as_second() - from.as_second()) as f64 / 86_400.0
}

fn date(at: Timestamp) -> kernel::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// An amount of money, rounded as people round: to steps that grow with it.
fn money(amount: f64) -> kernel::Decimal {
    let step = match amount {
        small if small < 1_000.0 => 10.0,
        middle if middle < 20_000.0 => 50.0,
        large if large < 200_000.0 => 500.0,
        huge if huge < 10_000_000.0 => 10_000.0,
        _ => 1_000_000.0,
    };
    kernel::Decimal::from(((amount / step).round().max(1.0) * step) as i64)
}
