//! The leads: those that deals came from, and the many that came to nothing or are still open.

use std::collections::HashSet;

use jiff::Timestamp;
use kernel::{Id, Value};

use super::{Plan, companies::some, days, days_between, people::SOURCES};
use crate::words::{COUNTRIES, DEPARTMENTS, TRADES, slug};

const LOST: &[(&str, u32)] = &[
    ("no_response", 34),
    ("no_interest", 22),
    ("no_budget", 14),
    ("no_fit", 14),
    ("competitor", 8),
    ("duplicate", 4),
    ("invalid_data", 4),
];

impl Plan<'_> {
    pub(super) fn make_leads(&mut self, count: usize) {
        let converted: Vec<usize> =
            (0..self.deals.len()).filter(|at| self.deals[*at].lead.is_some()).collect();
        for deal in &converted {
            self.make_converted(*deal);
        }
        let mut taken: HashSet<String> =
            self.companies.iter().map(|company| company.domain.clone()).collect();
        for _ in converted.len()..count {
            self.make_lead(&mut taken);
        }
    }

    /// The lead that became a deal.
    fn make_converted(&mut self, deal: usize) {
        let deal = &self.deals[deal];
        let Some(id) = deal.lead else { return };
        let (deal_id, at, source) = (deal.id, deal.created, deal.source);
        let (person, company) = (&self.people[deal.person], &self.companies[deal.company]);
        let owner = company.owner;
        let (person_id, company_id) = (person.id, company.id);
        let mut set: Vec<(&'static str, Value)> = vec![
            ("name.first", person.first.into()),
            ("name.last", person.last.into()),
            ("company_name", company.name.as_str().into()),
            ("job_title", person.job_title.into()),
            ("email", person.email.as_str().into()),
            ("phone", person.phone.as_str().into()),
            ("industry", company.industry.into()),
            ("address.country", company.country.name.into()),
            ("lead_source", source.into()),
        ];
        let before = self.chance.between(1, 28) as f64;
        let came = self.chance.at_work(at.saturating_sub(days(before)).unwrap_or(at));
        let came = came.clamp(self.start, at);
        set.push((
            "rating",
            some(self.chance.weighted(&[("hot", 45), ("warm", 40), ("", 15)], |rating| rating.1).0),
        ));
        set.push(("status_changed_at", came.into()));
        set.extend(self.publicity(source, came));
        self.make_as(id, came, owner, "lead", set);
        let between = days_between(came, at);
        let spoke = self.days_after(came, between * 0.3).min(at);
        self.move_lead(id, owner, spoke, "contacted");
        let qualified = self.days_after(came, between * 0.8).min(at);
        self.move_lead(id, owner, qualified.max(spoke), "qualified");
        let set = vec![
            ("status", "converted".into()),
            ("status_changed_at", at.into()),
            ("converted_at", at.into()),
            ("converted_company", company_id.into()),
            ("converted_person", person_id.into()),
            ("converted_deal", deal_id.into()),
        ];
        self.change(at, owner, "lead", id, set);
    }

    fn make_lead(&mut self, taken: &mut HashSet<String>) {
        let country = self.chance.weighted(COUNTRIES, |country| country.share);
        let trade = self.chance.weighted(TRADES, |trade| trade.share);
        let (company, domain) = self.name_company(country, trade, taken);
        let (first, last) = self.name_person(country);
        let (_, titles) = self.chance.common(DEPARTMENTS);
        let owner = self.seller_for(country);
        // A third came in lately: that is what the list is for.
        let from = if self.chance.percent(33) {
            self.now.saturating_sub(days(45.0)).unwrap_or(self.start)
        } else {
            self.start
        };
        let came = self.season(from, self.now);
        let address = self.address(country);
        let source = self.chance.weighted(SOURCES, |source| source.1).0;
        let mut set: Vec<(&'static str, Value)> = vec![
            ("name.first", first.into()),
            ("name.last", last.into()),
            ("company_name", if self.chance.percent(88) { company.into() } else { Value::Null }),
            (
                "job_title",
                if self.chance.percent(70) { (*self.chance.of(titles)).into() } else { Value::Null },
            ),
            ("email", format!("{}.{}@{domain}", slug(first), slug(last)).into()),
            (
                "phone",
                if self.chance.percent(65) { self.chance.digits(country.phone).into() } else { Value::Null },
            ),
            (
                "website",
                if self.chance.percent(40) { format!("https://www.{domain}").into() } else { Value::Null },
            ),
            ("industry", trade.industry.into()),
            ("address.city", address.city.into()),
            ("address.state", some(address.state)),
            ("address.country", country.name.into()),
            ("lead_source", source.into()),
            (
                "rating",
                some(
                    self.chance
                        .weighted(&[("hot", 8), ("warm", 27), ("cold", 35), ("", 30)], |rating| rating.1)
                        .0,
                ),
            ),
            ("status_changed_at", came.into()),
        ];
        set.extend(self.publicity(source, came));
        let id = self.make(came, owner, "lead", set);
        self.work_lead(id, owner, came);
    }

    /// What became of a lead since: the old ones are through, the young ones somewhere on the way.
    fn work_lead(&mut self, id: Id, owner: usize, came: Timestamp) {
        let age = days_between(came, self.now);
        let waited = self.chance.around(1.5, 2.5);
        if age < waited || self.chance.percent(8) {
            return;
        }
        let spoke = self.days_after(came, waited);
        self.move_lead(id, owner, spoke, "contacted");
        let noted = self.days_after(spoke, 0.004);
        self.lead_activity(id, owner, noted);
        let patience = self.chance.around(24.0, 1.8);
        if age < waited + patience {
            if self.chance.percent(55) {
                self.lead_task(id, owner, noted);
            }
            if self.chance.percent(30) {
                let at = self.days_after(spoke, 4.0);
                self.move_lead(id, owner, at, "qualified");
            }
            return;
        }
        let at = self.days_after(spoke, patience);
        let noted = self.days_after(at, 0.004);
        self.lead_activity(id, owner, noted);
        match self.chance.between(0, 99) {
            0..=19 => self.move_lead(id, owner, at, "nurturing"),
            20..=31 => self.move_lead(id, owner, at, "junk"),
            _ => {
                let reason = self.chance.weighted(LOST, |reason| reason.1).0;
                let set = vec![
                    ("status", "unqualified".into()),
                    ("status_changed_at", at.into()),
                    ("lost_reason", reason.into()),
                ];
                self.change(at, owner, "lead", id, set);
            }
        }
    }

    fn move_lead(&mut self, id: Id, owner: usize, at: Timestamp, status: &'static str) {
        let mut set: Vec<(&'static str, Value)> =
            vec![("status", status.into()), ("status_changed_at", at.into())];
        if status == "contacted" {
            set.push(("contacted_at", at.into()));
        }
        self.change(at, owner, "lead", id, set);
    }
}
