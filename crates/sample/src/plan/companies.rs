//! The companies that the sample company deals with.

use std::collections::HashSet;

use kernel::{Id, Timestamp, Value};

use super::{Plan, days, money};
use crate::words::{COMPANY_STEMS, COUNTRIES, Country, NAMES, Region, TRADES, Trade, slug};

pub(super) struct Company {
    pub id: Id,
    pub name: String,
    pub domain: String,
    pub country: &'static Country,
    pub industry: &'static str,
    pub employees: i64,
    pub owner: usize,
    pub created: Timestamp,
    /// Bought before the two years began.
    pub is_old_customer: bool,
}

/// An address in a country.
pub(super) struct Address {
    pub street: String,
    pub city: &'static str,
    pub state: &'static str,
    pub postal_code: String,
}

impl Plan<'_> {
    pub(super) fn make_companies(&mut self, count: usize) {
        let mut taken = HashSet::new();
        for _ in 0..count {
            let company = self.make_company(&mut taken);
            self.companies.push(company);
        }
        self.make_groups();
    }

    fn make_company(&mut self, taken: &mut HashSet<String>) -> Company {
        let country = self.chance.weighted(COUNTRIES, |country| country.share);
        let trade = self.chance.weighted(TRADES, |trade| trade.share);
        let (name, domain) = self.name_company(country, trade, taken);
        let employees = (self.chance.around(180.0, 3.2) as i64).clamp(4, 40_000);
        let revenue = money(employees as f64 * self.chance.around(190_000.0, 1.5));
        let is_old_customer = self.chance.percent(30);
        let created = if is_old_customer || self.chance.percent(25) {
            self.chance.instant(self.start, self.start.saturating_add(days(10.0)).unwrap_or(self.now))
        } else {
            self.season(self.start, self.now)
        };
        let created = self.at_work(created, self.now);
        let owner = self.seller_for(country);
        let address = self.address(country);
        let kind = match self.chance.between(0, 99) {
            _ if is_old_customer => "customer",
            0..=3 => "partner",
            4..=5 => "reseller",
            6..=7 => "competitor",
            _ => "prospect",
        };
        let rating =
            *self.chance.weighted(&[("hot", 15), ("warm", 35), ("cold", 20), ("", 30)], |rating| rating.1);
        let set: Vec<(&'static str, Value)> = vec![
            ("name", name.as_str().into()),
            ("website", format!("https://www.{domain}").into()),
            ("phone", self.chance.digits(country.phone).into()),
            ("type", kind.into()),
            ("industry", trade.industry.into()),
            ("rating", some(rating.0)),
            ("annual_revenue", revenue.into()),
            ("annual_revenue.currency", self.currency.code().into()),
            ("employees", employees.into()),
            ("year_established", self.chance.between(1_890, 2_021).into()),
            (
                "ownership",
                some(self.chance.weighted(&[("private", 60), ("public", 15), ("", 25)], |own| own.1).0),
            ),
            ("billing.street", address.street.into()),
            ("billing.city", address.city.into()),
            ("billing.state", some(address.state)),
            ("billing.postal_code", address.postal_code.into()),
            ("billing.country", country.name.into()),
        ];
        let id = self.make(created, owner, "company", set);
        Company {
            id,
            name,
            domain,
            country,
            industry: trade.industry,
            employees,
            owner,
            created,
            is_old_customer,
        }
    }

    /// A name that nobody else has, and the domain that goes with it.
    pub(super) fn name_company(
        &mut self,
        country: &'static Country,
        trade: &'static Trade,
        taken: &mut HashSet<String>,
    ) -> (String, String) {
        loop {
            let noun = *self.chance.of(trade.nouns);
            let family = NAMES.iter().find(|names| names.region == country.region).unwrap_or(&NAMES[0]);
            let short = match self.chance.between(0, 9) {
                0..=5 => format!("{} {noun}", self.chance.of(COMPANY_STEMS)),
                6..=7 => format!("{} {noun}", self.chance.common(family.last)),
                8 => format!("{} & {}", self.chance.common(family.last), self.chance.of(family.last)),
                _ => (*self.chance.of(COMPANY_STEMS)).to_owned(),
            };
            let domain = format!("{}.example", slug(&short));
            if taken.insert(domain.clone()) {
                let form = if self.chance.percent(75) { self.chance.of(country.legal_forms) } else { "" };
                return (format!("{short} {form}").trim_end().to_owned(), domain);
            }
        }
    }

    /// Who looks after a country: the first team the English-speaking world, the second the rest.
    pub(super) fn seller_for(&mut self, country: &Country) -> usize {
        let sellers = self.sellers.len();
        let first_team = sellers.div_ceil(2);
        if country.region == Region::English || first_team == sellers {
            self.chance.index(first_team)
        } else {
            first_team + self.chance.index(sellers - first_team)
        }
    }

    pub(super) fn address(&mut self, country: &'static Country) -> Address {
        let (city, state, postal) = self.chance.of(country.cities);
        let street = *self.chance.common(country.streets);
        let number = self.chance.between(1, 180);
        let street =
            if country.number_first { format!("{number} {street}") } else { format!("{street} {number}") };
        let postal_code = format!("{postal}{}", self.chance.digits(country.postal_rest));
        Address { street, city, state, postal_code }
    }

    /// A few companies belong to larger ones that the same seller looks after.
    fn make_groups(&mut self) {
        for child in 0..self.companies.len() {
            if !self.chance.percent(8) {
                continue;
            }
            let of = &self.companies[child];
            let parents: Vec<usize> = (0..self.companies.len())
                .filter(|other| {
                    let other = &self.companies[*other];
                    other.owner == of.owner && other.employees > 2 * of.employees
                })
                .collect();
            if parents.is_empty() {
                continue;
            }
            let (id, owner, created) = (of.id, of.owner, of.created);
            let parent = &self.companies[*self.chance.of(&parents)];
            let (parent, at) = (parent.id, parent.created.max(created));
            let at = self.days_after(at, 1.0);
            self.change(at, owner, "company", id, vec![("parent", parent.into())]);
        }
    }
}

/// A text, or nothing when it is empty.
pub(super) fn some(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}
