//! Rows without end for benchmarks: the n-th row is the same on every machine, and needs none of the others.
//!
//! People and deals name companies by name, as files do. [`companies`] of some count has exactly the names that
//! [`people`] and [`deals`] with the same count of companies use.

use kernel::{Date, Decimal};

use crate::{
    chance::Chance,
    plan::SOURCES,
    words::{COMPANY_STEMS, COUNTRIES, DEPARTMENTS, NAMES, TRADES, slug},
};

/// The columns of [`people`].
pub const PEOPLE: [&str; 12] = [
    "Email",
    "First name",
    "Last name",
    "Company",
    "Job title",
    "Phone",
    "Mobile",
    "Street",
    "City",
    "Postal code",
    "Country",
    "Lead source",
];

/// The columns of [`companies`].
pub const COMPANIES: [&str; 12] = [
    "Name",
    "Website",
    "Phone",
    "Type",
    "Industry",
    "Annual revenue",
    "Employees",
    "Year established",
    "Street",
    "City",
    "Postal code",
    "Country",
];

/// The columns of [`deals`]. Pipeline, stage and type are names of options; amounts are in US dollars.
pub const DEALS: [&str; 10] = [
    "Name",
    "Company",
    "Amount",
    "Pipeline",
    "Stage",
    "Close date",
    "Lead source",
    "Type",
    "Next step",
    "External id",
];

/// The stages of new business with how often deals are there, of a hundred.
const STAGES: &[(&str, u32)] = &[
    ("prospecting", 9),
    ("qualification", 8),
    ("needs_analysis", 6),
    ("proposal", 5),
    ("negotiation", 4),
    ("won", 30),
    ("lost", 38),
];

/// `count` people at `companies` companies; each e-mail address is there once.
pub fn people(count: usize, companies: usize) -> impl Iterator<Item = [String; 12]> {
    (0..count).map(move |at| person(at, companies.max(1)))
}

/// `count` companies; each name is there once.
///
/// # Panics
/// Beyond [`MOST_COMPANIES`].
pub fn companies(count: usize) -> impl Iterator<Item = [String; 12]> {
    assert!(count <= MOST_COMPANIES, "there are names for {MOST_COMPANIES} companies");
    (0..count).map(company)
}

/// `count` deals with `companies` companies; each external id is there once. Close dates lie around `today`.
pub fn deals(count: usize, companies: usize, today: Date) -> impl Iterator<Item = [String; 10]> {
    (0..count).map(move |at| deal(at, companies.max(1), today))
}

/// As many companies as there are different names.
pub const MOST_COMPANIES: usize = 300_000;

fn person(at: usize, companies: usize) -> [String; 12] {
    let mut chance = row(1, at);
    let company = company_of(&mut chance, companies);
    let country = country_of(company);
    let at_home = NAMES.iter().find(|names| names.region == country.region).unwrap_or(&NAMES[0]);
    let names = if chance.percent(12) { chance.of(NAMES) } else { at_home };
    let (first, last) = (*chance.common(names.first), *chance.common(names.last));
    let (_, titles) = chance.common(DEPARTMENTS);
    let (city, _, postal) = chance.of(country.cities);
    let street = chance.common(country.streets);
    let number = chance.between(1, 180);
    let name = company_name(company);
    [
        format!("{}.{}.{at}@{}.example", slug(first), slug(last), slug(&name)),
        first.to_owned(),
        last.to_owned(),
        name,
        (*chance.of(titles)).to_owned(),
        chance.digits(country.phone),
        if chance.percent(60) { chance.digits(country.mobile) } else { String::new() },
        if country.number_first { format!("{number} {street}") } else { format!("{street} {number}") },
        (*city).to_owned(),
        format!("{postal}{}", chance.digits(country.postal_rest)),
        country.name.to_owned(),
        chance.weighted(SOURCES, |source| source.1).0.to_owned(),
    ]
}

fn company(at: usize) -> [String; 12] {
    let mut chance = row(2, at);
    let country = country_of(at);
    let name = company_name(at);
    let employees = (chance.around(120.0, 3.5) as i64).clamp(2, 60_000);
    let revenue = employees * chance.between(60, 400) * 1_000;
    let (city, _, postal) = chance.of(country.cities);
    let street = chance.common(country.streets);
    let number = chance.between(1, 180);
    let website = format!("https://www.{}.example", slug(&name));
    [
        name,
        website,
        chance.digits(country.phone),
        (*chance.of(&["prospect", "prospect", "customer", "customer", "partner", "other"])).to_owned(),
        trade_of(at).industry.to_owned(),
        revenue.to_string(),
        employees.to_string(),
        chance.between(1_890, 2_022).to_string(),
        if country.number_first { format!("{number} {street}") } else { format!("{street} {number}") },
        (*city).to_owned(),
        format!("{postal}{}", chance.digits(country.postal_rest)),
        country.name.to_owned(),
    ]
}

fn deal(at: usize, companies: usize, today: Date) -> [String; 10] {
    let mut chance = row(3, at);
    let company = company_name(company_of(&mut chance, companies));
    let stage = chance.weighted(STAGES, |stage| stage.1).0;
    let amount = Decimal::from((chance.around(12_000.0, 2.6) as i64).clamp(200, 5_000_000));
    let is_closed = matches!(stage, "won" | "lost");
    let days = if is_closed { -chance.between(0, 1_400) } else { chance.between(-30, 150) };
    let close = today.checked_add(jiff::Span::new().days(days)).unwrap_or(today);
    [
        format!("{company} #{at}"),
        company,
        amount.to_string(),
        "new_business".to_owned(),
        stage.to_owned(),
        close.to_string(),
        chance.weighted(SOURCES, |source| source.1).0.to_owned(),
        (*chance.of(&["new_customer", "existing_upgrade", "existing_replacement"])).to_owned(),
        if is_closed { String::new() } else { "Call back".to_owned() },
        format!("B-{at:07}"),
    ]
}

/// Chance for one row of one kind of record.
fn row(kind: u64, at: usize) -> Chance {
    Chance::new(kind << 48 | at as u64)
}

/// Large companies have more people and deals than small ones.
fn company_of(chance: &mut Chance, companies: usize) -> usize {
    let (first, second) = (chance.index(companies), chance.index(companies));
    if chance.percent(60) { first.min(second) } else { first }
}

fn country_of(company: usize) -> &'static crate::words::Country {
    Chance::new(5 << 48 | company as u64).weighted(COUNTRIES, |country| country.share)
}

fn trade_of(company: usize) -> &'static crate::words::Trade {
    &TRADES[company / COMPANY_STEMS.len() % TRADES.len()]
}

/// A name that no other position below [`MOST_COMPANIES`] has: stem, trade, and from then on a place.
pub(crate) fn company_name(at: usize) -> String {
    let stems = COMPANY_STEMS.len();
    let stem = COMPANY_STEMS[at % stems];
    let trade = trade_of(at);
    let noun = trade.nouns[0];
    let round = at / stems / TRADES.len();
    if round == 0 {
        return format!("{stem} {noun}");
    }
    let places: usize = COUNTRIES.iter().map(|country| country.cities.len()).sum();
    let place = COUNTRIES.iter().flat_map(|country| country.cities).nth((round - 1) % places);
    let place = place.map_or("", |(city, _, _)| city);
    match (round - 1) / places {
        0 => format!("{stem} {noun} {place}"),
        again => format!("{stem} {noun} {place} {}", again + 1),
    }
}
