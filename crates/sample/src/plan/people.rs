//! The people at the companies.

use std::collections::HashSet;

use kernel::{Id, Timestamp, Value};

use super::{Plan, companies::some};
use crate::words::{Country, DEPARTMENTS, NAMES, slug};

pub(super) struct Person {
    pub id: Id,
    pub first: &'static str,
    pub last: &'static str,
    pub email: String,
    pub phone: String,
    pub job_title: &'static str,
    /// Position among the companies.
    pub company: usize,
    pub created: Timestamp,
}

/// Where people were met, and how often.
pub(crate) const SOURCES: &[(&str, u32)] = &[
    ("web", 26),
    ("trade_show", 14),
    ("partner_referral", 11),
    ("word_of_mouth", 9),
    ("existing_customer", 8),
    ("campaign", 12),
    ("cold_call", 10),
    ("email", 6),
    ("phone_inquiry", 4),
];

impl Plan<'_> {
    pub(super) fn make_people(&mut self, count: usize) {
        let mut taken = HashSet::new();
        let positions: Vec<usize> = (0..self.companies.len()).collect();
        let weights: Vec<u32> = self
            .companies
            .iter()
            .map(|company| (company.employees as f64).sqrt().clamp(3.0, 30.0) as u32)
            .collect();
        for made in 0..count {
            // Everybody has somebody; the rest is where the many are.
            let company = positions.get(made).copied();
            let company = company.unwrap_or_else(|| *self.chance.weighted(&positions, |at| weights[*at]));
            let person = self.make_person(company, &mut taken);
            self.people.push(person);
        }
        self.make_bosses();
    }

    fn make_person(&mut self, at: usize, taken: &mut HashSet<String>) -> Person {
        let company = &self.companies[at];
        let (country, owner, domain) = (company.country, company.owner, company.domain.clone());
        let (company_id, from) = (company.id, company.created);
        let (first, last) = self.name_person(country);
        let mut email = format!("{}.{}@{domain}", slug(first), slug(last));
        while !taken.insert(email.clone()) {
            email = format!("{}.{}{}@{domain}", slug(first), slug(last), self.chance.between(2, 99));
        }
        let (department, titles) = self.chance.common(DEPARTMENTS);
        let job_title = *self.chance.of(titles);
        let created = if self.chance.percent(60) {
            let days = self.chance.around(2.0, 3.0);
            self.days_after(from, days)
        } else {
            self.season(from, self.now)
        };
        let phone = self.chance.digits(country.phone);
        let mobile =
            if self.chance.percent(55) { self.chance.digits(country.mobile).into() } else { Value::Null };
        let source = self.chance.weighted(SOURCES, |source| source.1).0;
        let salutation = if self.chance.percent(6) { "Dr." } else { "" };
        let set: Vec<(&'static str, Value)> = vec![
            ("name.salutation", some(salutation)),
            ("name.first", first.into()),
            ("name.last", last.into()),
            ("company", company_id.into()),
            ("job_title", job_title.into()),
            ("department", (*department).into()),
            ("email", email.as_str().into()),
            ("phone", phone.as_str().into()),
            ("mobile", mobile),
            ("lead_source", source.into()),
            ("do_not_call", self.chance.percent(3).into()),
            ("email_opt_out", self.chance.percent(6).into()),
            ("mailing.country", country.name.into()),
        ];
        let id = self.make(created, owner, "person", set);
        Person { id, first, last, email, phone, job_title, company: at, created }
    }

    /// A name of the country, or now and then of another.
    pub(super) fn name_person(&mut self, country: &Country) -> (&'static str, &'static str) {
        let at_home = NAMES.iter().find(|names| names.region == country.region).unwrap_or(&NAMES[0]);
        let names = if self.chance.percent(12) { self.chance.of(NAMES) } else { at_home };
        (*self.chance.common(names.first), *self.chance.common(names.last))
    }

    /// The first person of a company is its primary contact; some of the others report to them.
    fn make_bosses(&mut self) {
        let mut boss_of: Vec<Option<usize>> = vec![None; self.companies.len()];
        for at in 0..self.people.len() {
            let company = self.people[at].company;
            let owner = self.companies[company].owner;
            match boss_of[company] {
                None => {
                    boss_of[company] = Some(at);
                    let (id, created) = (self.people[at].id, self.people[at].created);
                    let when = self.days_after(created, 0.02);
                    let company = self.companies[company].id;
                    self.change(when, owner, "company", company, vec![("primary_person", id.into())]);
                }
                Some(boss) if self.chance.percent(30) => {
                    let (boss, known) = (self.people[boss].id, self.people[boss].created);
                    let (id, created) = (self.people[at].id, self.people[at].created);
                    let when = self.days_after(created.max(known), 0.02);
                    self.change(when, owner, "person", id, vec![("reports_to", boss.into())]);
                }
                Some(_) => {}
            }
        }
    }
}
