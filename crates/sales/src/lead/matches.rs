//! What a lead may already be: people and companies that look the same, the surest first.

use std::sync::Arc;

use kernel::{Id, Value};
use metadata::Object;
use records::{Error, Reader, Record};

use crate::company::domain;

/// Matches of a kind at most; more than these help nobody to choose.
const MATCHES: usize = 10;

/// Words at the end of a company's name that say only what it is before the law.
const LEGAL_FORMS: [&str; 19] = [
    "ab",
    "ag",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "ltd",
    "plc",
    "sa",
    "sarl",
    "spa",
];

/// People and companies that a lead may be, as far as whoever asks may see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    pub people: Vec<Match>,
    pub companies: Vec<Match>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    pub id: Id,
    pub title: String,
    pub by: By,
}

/// What was the same, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    Email,
    /// The company of a person who matches.
    Person,
    /// The host of website or e-mail.
    Domain,
    Phone,
    /// The name, without regard to case, accents and legal form.
    Name,
}

/// Finds the people and companies that a lead may be.
///
/// # Errors
/// [`Error::NotFound`] when the lead may not be seen.
pub fn matches(reader: &mut Reader<'_, '_>, lead: Id) -> Result<Matches, Error> {
    let leads = reader.object("lead")?;
    let lead = reader.load(&leads, lead)?;
    let people = reader.object("person")?;
    let companies = reader.object("company")?;
    let people_found = people_like(reader, &people, &lead)?;
    let companies_found = companies_like(reader, &companies, &lead, &people, &people_found)?;
    Ok(Matches {
        people: named(reader, &people, people_found)?,
        companies: named(reader, &companies, companies_found)?,
    })
}

fn people_like(
    reader: &mut Reader<'_, '_>,
    people: &Arc<Object>,
    lead: &Record,
) -> Result<Vec<(Id, By)>, Error> {
    let mut found = Vec::new();
    if !lead.text("email").is_empty() {
        look_up(reader, people, "email", &[lead.text("email").into()], By::Email, &mut found)?;
    }
    if let Some(name) = name_of(lead) {
        look_up(reader, people, "title", &[name.into()], By::Name, &mut found)?;
    }
    Ok(found)
}

fn companies_like(
    reader: &mut Reader<'_, '_>,
    companies: &Arc<Object>,
    lead: &Record,
    people: &Arc<Object>,
    people_found: &[(Id, By)],
) -> Result<Vec<(Id, By)>, Error> {
    let mut found = Vec::new();
    for (person, _) in people_found.iter().filter(|(_, by)| *by == By::Email) {
        let company = reader.load(people, *person)?.link("company");
        found.extend(company.map(|company| (company, By::Person)));
    }
    let domains = [domain::of_website(lead.text("website")), domain::of_email(lead.text("email"))];
    let domains: Vec<Value> = domains.into_iter().flatten().map(Value::Text).collect();
    if !domains.is_empty() {
        look_up(reader, companies, "domain", &domains, By::Domain, &mut found)?;
    }
    let names: Vec<Value> = spellings(lead.text("company_name")).into_iter().map(Value::Text).collect();
    if !names.is_empty() {
        look_up(reader, companies, "title", &names, By::Name, &mut found)?;
    }
    Ok(found)
}

fn look_up(
    reader: &mut Reader<'_, '_>,
    object: &Arc<Object>,
    field: &str,
    contents: &[Value],
    by: By,
    found: &mut Vec<(Id, By)>,
) -> Result<(), Error> {
    match reader.find_by(object, field, contents) {
        Ok(there) => found.extend(there.into_iter().map(|(_, id)| (id, by))),
        // Whoever may not see the field finds nothing by it.
        Err(Error::Denied(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Each record once, by the surest of its signs, with its title; what may not be seen is left out.
fn named(
    reader: &mut Reader<'_, '_>,
    object: &Arc<Object>,
    mut found: Vec<(Id, By)>,
) -> Result<Vec<Match>, Error> {
    found.sort_by_key(|(_, by)| *by);
    let mut once: Vec<(Id, By)> = Vec::new();
    for (id, by) in found {
        if !once.iter().any(|(known, _)| *known == id) {
            once.push((id, by));
        }
    }
    once.truncate(MATCHES);
    let ids: Vec<Id> = once.iter().map(|(id, _)| *id).collect();
    let mut titles = reader.titles(object, &ids)?;
    Ok(once.into_iter().filter_map(|(id, by)| Some(Match { id, title: titles.remove(&id)?, by })).collect())
}

/// The name of the lead's person as a person's title spells it.
fn name_of(lead: &Record) -> Option<String> {
    let field = lead.object.field("name")?;
    let parts = lead.parts(field);
    parts[3].as_text()?;
    let words: Vec<&str> = parts[1..].iter().filter_map(Value::as_text).collect();
    Some(words.join(" "))
}

/// A company's name as given, and without what it is before the law: `Acme, Inc.` is `Acme`.
fn spellings(name: &str) -> Vec<String> {
    let name = name.trim();
    let mut spellings = vec![name.to_owned()];
    let mut rest = name;
    while let Some((before, last)) = rest.rsplit_once([' ', ',']) {
        let word: String = last.chars().filter(|character| character.is_alphanumeric()).collect();
        if !LEGAL_FORMS.contains(&word.to_lowercase().as_str()) {
            break;
        }
        rest = before.trim_end_matches([' ', ',', '&']);
        spellings.push(rest.to_owned());
    }
    spellings.retain(|spelling| !spelling.is_empty());
    spellings.dedup();
    spellings
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn the_legal_form_is_no_part_of_a_companys_name() {
        let check = |name: &str, expected: &[&str]| assert_eq!(spellings(name), expected, "{name}");
        check("Acme, Inc.", &["Acme, Inc.", "Acme"]);
        check(
            "Muster GmbH & Co. KG",
            &["Muster GmbH & Co. KG", "Muster GmbH & Co.", "Muster GmbH", "Muster"],
        );
        check("Inc", &["Inc"]);
        check("", &[]);
    }
}
